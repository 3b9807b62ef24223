-- What changed, in the order of the revisions: the change feed, and what webhooks are made of.
CREATE TABLE change (
    seq      INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    revision BIGINT  NOT NULL,
    at       TEXT    NOT NULL,
    kind     TEXT    NOT NULL,
    detail   TEXT    NOT NULL
);
CREATE INDEX change_revision ON change (revision, seq);

-- Requests that came with a key, and what they were answered.
CREATE TABLE idempotency (
    scope        BLOB    NOT NULL,  -- a hash of who asked
    key          TEXT    NOT NULL,
    request_hash BLOB    NOT NULL,
    created_at   TEXT    NOT NULL,
    status       INTEGER,           -- none while it runs
    content_type TEXT,
    body         BLOB,
    PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_age ON idempotency (created_at);

-- Until when one of several nodes is at it.
ALTER TABLE outbox ADD COLUMN claimed_until TEXT;

CREATE INDEX site_root ON site (root_id);
