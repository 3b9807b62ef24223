-- What a link is, beside its grant: who presents the token has what the grant to the link gives.
CREATE TABLE link (
    id            UUID    NOT NULL PRIMARY KEY,
    entry_id      BIGINT  NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
    kind          TEXT COLLATE "C" NOT NULL,  -- the dialect that made it, and what for
    token_hash    BYTEA   NOT NULL UNIQUE,
    title         TEXT COLLATE "C",
    password_hash TEXT COLLATE "C",
    auto_delete   BOOLEAN NOT NULL DEFAULT FALSE,
    created_at    TIMESTAMPTZ NOT NULL
);
CREATE INDEX link_entry ON link (entry_id, created_at);
