CREATE TABLE version (
    id BIGINT NOT NULL PRIMARY KEY,  -- -1 the revision, 0 identity, else the entry id of a tree's root
    n  BIGINT NOT NULL
);
INSERT INTO version (id, n) VALUES (-1, 0), (0, 0);

CREATE TABLE "user" (
    id              UUID    NOT NULL PRIMARY KEY,
    username        TEXT COLLATE "C"    NOT NULL UNIQUE,
    display_name    TEXT COLLATE "C",
    email_typed     TEXT COLLATE "C",
    email_canonical TEXT COLLATE "C",
    email_confirmed BOOLEAN NOT NULL DEFAULT FALSE,
    is_admin        BOOLEAN NOT NULL DEFAULT FALSE,
    is_suspended    BOOLEAN NOT NULL DEFAULT FALSE,
    created_at      TIMESTAMPTZ    NOT NULL
);
CREATE UNIQUE INDEX user_confirmed_email ON "user" (email_canonical) WHERE email_confirmed;
CREATE INDEX user_email ON "user" (email_canonical);

CREATE TABLE credential (
    user_id       UUID NOT NULL PRIMARY KEY REFERENCES "user" (id) ON DELETE CASCADE,
    password_hash TEXT COLLATE "C" NOT NULL,
    updated_at    TIMESTAMPTZ NOT NULL
);

CREATE TABLE app (
    uid            TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    name           TEXT COLLATE "C"    NOT NULL UNIQUE,
    owner_id       UUID    NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    is_protected   BOOLEAN NOT NULL DEFAULT FALSE,
    shared_appdata BOOLEAN NOT NULL DEFAULT FALSE,
    metadata       JSONB    NOT NULL,
    index_url      TEXT COLLATE "C",
    created_at     TIMESTAMPTZ    NOT NULL
);
CREATE INDEX app_owner ON app (owner_id);

CREATE TABLE session (
    id         UUID NOT NULL PRIMARY KEY,
    user_id    UUID NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    app_uid    TEXT COLLATE "C" REFERENCES app (uid) ON DELETE CASCADE,
    token_hash BYTEA NOT NULL UNIQUE,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX "session_user" ON session (user_id);

CREATE TABLE service_key (
    name       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    key_hash   BYTEA NOT NULL UNIQUE,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE email_proof (
    user_id         UUID    NOT NULL PRIMARY KEY REFERENCES "user" (id) ON DELETE CASCADE,
    email_canonical TEXT COLLATE "C"    NOT NULL,
    token_hash      BYTEA    NOT NULL UNIQUE,
    code_hash       BYTEA    NOT NULL,
    attempts        INTEGER NOT NULL DEFAULT 0,
    created_at      TIMESTAMPTZ    NOT NULL,
    expires_at      TIMESTAMPTZ    NOT NULL
);

CREATE TABLE "group" (
    id         UUID NOT NULL PRIMARY KEY,
    owner_id   UUID NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    name       TEXT COLLATE "C" NOT NULL,
    metadata   JSONB NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX group_owner ON "group" (owner_id);

CREATE TABLE group_member (
    group_id UUID NOT NULL REFERENCES "group" (id) ON DELETE CASCADE,
    user_id  UUID NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, user_id)
);
CREATE INDEX group_member_user ON group_member (user_id, group_id);

CREATE TABLE entry (
    id           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid         UUID    NOT NULL UNIQUE,
    parent_id    BIGINT  REFERENCES entry (id) ON DELETE CASCADE,
    owner_id     UUID    REFERENCES "user" (id) ON DELETE CASCADE,  -- on the root of a tree only
    name         TEXT COLLATE "C"    NOT NULL,
    is_dir       BOOLEAN NOT NULL,
    size_bytes   BIGINT  NOT NULL DEFAULT 0,
    content_type TEXT COLLATE "C",
    creator_id   UUID,
    created_at   TIMESTAMPTZ    NOT NULL,
    modified_at  TIMESTAMPTZ    NOT NULL,
    allocation_id TEXT COLLATE "C"   NOT NULL,
    lookup_hash  TEXT COLLATE "C"    NOT NULL UNIQUE,
    CHECK ((parent_id IS NULL) = (owner_id IS NOT NULL)),
    UNIQUE (parent_id, name)
);
CREATE UNIQUE INDEX entry_home ON entry (name) WHERE parent_id IS NULL;
CREATE UNIQUE INDEX entry_owner ON entry (owner_id) WHERE owner_id IS NOT NULL;

CREATE TABLE site (
    id             UUID    NOT NULL PRIMARY KEY,
    name           TEXT COLLATE "C"    NOT NULL UNIQUE,
    owner_id       UUID    NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    associated_app_uid TEXT COLLATE "C" REFERENCES app (uid) ON DELETE SET NULL,
    root_id        BIGINT  REFERENCES entry (id) ON DELETE SET NULL,
    is_protected   BOOLEAN NOT NULL DEFAULT FALSE,
    created_at     TIMESTAMPTZ    NOT NULL
);
CREATE INDEX site_owner ON site (owner_id);
CREATE INDEX site_app ON site (associated_app_uid, created_at);

CREATE TABLE "grant" (
    seq          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id           UUID    NOT NULL UNIQUE,
    issuer_id    UUID    NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    holder_kind  SMALLINT NOT NULL,  -- 0 user, 1 group, 2 everyone, 3 app, 4 token, 5 link
    holder_id    UUID    NOT NULL,   -- all zero where the kind needs none
    holder_app   TEXT COLLATE "C"    REFERENCES app (uid) ON DELETE CASCADE,
    entry_id     BIGINT  REFERENCES entry (id) ON DELETE CASCADE,
    name         TEXT COLLATE "C",               -- the resource as text, when it is no entry
    capabilities INTEGER NOT NULL,
    is_exact     BOOLEAN NOT NULL DEFAULT FALSE,
    expires_at   TIMESTAMPTZ,
    created_at   TIMESTAMPTZ    NOT NULL,
    origin       TEXT COLLATE "C"    NOT NULL,
    extra        JSONB    NOT NULL,
    CHECK ((entry_id IS NULL) = (name IS NOT NULL))
);
CREATE INDEX grant_on_entry ON "grant" (entry_id, holder_kind, holder_id) WHERE entry_id IS NOT NULL;
CREATE INDEX grant_on_name ON "grant" (name, holder_kind, holder_id) WHERE name IS NOT NULL;
CREATE INDEX grant_holder ON "grant" (holder_kind, holder_id, seq);
CREATE INDEX grant_issuer ON "grant" (issuer_id, seq);

CREATE TABLE share (
    id         UUID NOT NULL PRIMARY KEY,
    sharer_id  UUID NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    origin     TEXT COLLATE "C" NOT NULL,
    metadata   JSONB NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX share_sharer ON share (sharer_id, created_at);

CREATE TABLE invite (
    id              UUID NOT NULL PRIMARY KEY,
    issuer_id       UUID NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    email_typed     TEXT COLLATE "C" NOT NULL,
    email_canonical TEXT COLLATE "C" NOT NULL,
    permissions     JSONB NOT NULL,
    metadata        JSONB NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    expires_at      TIMESTAMPTZ NOT NULL
);
CREATE INDEX invite_email ON invite (email_canonical);
CREATE INDEX invite_issuer ON invite (issuer_id, created_at);

CREATE TABLE notification (
    seq             BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id              UUID    NOT NULL UNIQUE,
    user_id         UUID    NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    value           JSONB    NOT NULL,
    created_at      TIMESTAMPTZ    NOT NULL,
    shown_at        TIMESTAMPTZ,
    acknowledged_at TIMESTAMPTZ
);
CREATE INDEX notification_user ON notification (user_id, seq);

CREATE TABLE outbox (
    seq          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id           UUID    NOT NULL UNIQUE,
    recipient    TEXT COLLATE "C"    NOT NULL,
    template     TEXT COLLATE "C"    NOT NULL,
    payload      JSONB    NOT NULL,
    created_at   TIMESTAMPTZ    NOT NULL,
    due_at       TIMESTAMPTZ    NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    last_error   TEXT COLLATE "C",
    delivered_at TIMESTAMPTZ,
    abandoned_at TIMESTAMPTZ
);
CREATE INDEX outbox_open ON outbox (recipient, seq) WHERE delivered_at IS NULL AND abandoned_at IS NULL;

CREATE TABLE audit (
    seq          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at           TIMESTAMPTZ NOT NULL,
    action       TEXT COLLATE "C" NOT NULL,
    actor_user   UUID,
    actor_app    TEXT COLLATE "C",
    actor_service TEXT COLLATE "C",
    request_id   TEXT COLLATE "C",
    entry        UUID,
    grant_id     UUID,
    issuer       UUID,
    holder       JSONB,
    permission   TEXT COLLATE "C",
    before       JSONB,
    after        JSONB,
    reason       TEXT COLLATE "C"
);
CREATE INDEX audit_entry ON audit (entry, seq) WHERE entry IS NOT NULL;
CREATE FUNCTION audit_is_append_only() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit is append-only'; END $$;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
