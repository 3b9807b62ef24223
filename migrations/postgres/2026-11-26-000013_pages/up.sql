-- What somebody who forgot his password was mailed; the newest one only.
CREATE TABLE password_reset (
    user_id    UUID NOT NULL PRIMARY KEY REFERENCES "user" (id) ON DELETE CASCADE,
    token_hash BYTEA NOT NULL UNIQUE,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);

-- From whom somebody takes no shares.
CREATE TABLE block (
    user_id    UUID NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    sender_id  UUID NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (user_id, sender_id)
);

-- Who takes shares from nobody.
CREATE TABLE block_all (
    user_id    UUID NOT NULL PRIMARY KEY REFERENCES "user" (id) ON DELETE CASCADE,
    created_at TIMESTAMPTZ NOT NULL
);

-- Who asked whom for what; answered ones are kept, so that nobody asks again the same day.
CREATE TABLE ask (
    id           UUID NOT NULL PRIMARY KEY,
    requester_id UUID NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    answerer_id  UUID NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    permission   TEXT COLLATE "C" NOT NULL,
    message      TEXT COLLATE "C" NOT NULL,
    asked_at     TIMESTAMPTZ NOT NULL,
    answered_at  TIMESTAMPTZ,
    UNIQUE (requester_id, answerer_id, permission)
);
CREATE INDEX ask_open ON ask (answerer_id, asked_at) WHERE answered_at IS NULL;

ALTER TABLE "user" ADD COLUMN is_auditor BOOLEAN NOT NULL DEFAULT FALSE;

-- When what an invite gives ends; not at all without one.
ALTER TABLE invite ADD COLUMN grants_end_at TIMESTAMPTZ;

-- What became of an invite.
CREATE INDEX audit_claim ON audit (reason) WHERE action = 'claim';
