-- What a link is, beside its grant: who presents the token has what the grant to the link gives.
CREATE TABLE link (
    id            BLOB    NOT NULL PRIMARY KEY,
    entry_id      BIGINT  NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
    kind          TEXT    NOT NULL,  -- the dialect that made it, and what for
    token_hash    BLOB    NOT NULL UNIQUE,
    title         TEXT,
    password_hash TEXT,
    auto_delete   BOOLEAN NOT NULL DEFAULT FALSE,
    created_at    TEXT    NOT NULL
);
CREATE INDEX link_entry ON link (entry_id, created_at);
