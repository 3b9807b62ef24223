-- What changed, in the order of the revisions: the change feed, and what webhooks are made of.
CREATE TABLE change (
    seq      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    revision BIGINT      NOT NULL,
    at       TIMESTAMPTZ NOT NULL,
    kind     TEXT COLLATE "C" NOT NULL,
    detail   JSONB       NOT NULL
);
CREATE INDEX change_revision ON change (revision, seq);

-- Requests that came with a key, and what they were answered.
CREATE TABLE idempotency (
    scope        BYTEA   NOT NULL,  -- a hash of who asked
    key          TEXT COLLATE "C" NOT NULL,
    request_hash BYTEA   NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    status       INTEGER,           -- none while it runs
    content_type TEXT COLLATE "C",
    body         BYTEA,
    PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_age ON idempotency (created_at);

-- Until when one of several nodes is at it.
ALTER TABLE outbox ADD COLUMN claimed_until TIMESTAMPTZ;

CREATE INDEX site_root ON site (root_id);
