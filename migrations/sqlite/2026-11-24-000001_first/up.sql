CREATE TABLE version (
    id BIGINT NOT NULL PRIMARY KEY,  -- -1 the revision, 0 identity, else the entry id of a tree's root
    n  BIGINT NOT NULL
);
INSERT INTO version (id, n) VALUES (-1, 0), (0, 0);

CREATE TABLE "user" (
    id              BLOB    NOT NULL PRIMARY KEY,
    username        TEXT    NOT NULL UNIQUE,
    display_name    TEXT,
    email_typed     TEXT,
    email_canonical TEXT,
    email_confirmed BOOLEAN NOT NULL DEFAULT FALSE,
    is_admin        BOOLEAN NOT NULL DEFAULT FALSE,
    is_suspended    BOOLEAN NOT NULL DEFAULT FALSE,
    created_at      TEXT    NOT NULL
);
CREATE UNIQUE INDEX user_confirmed_email ON "user" (email_canonical) WHERE email_confirmed;
CREATE INDEX user_email ON "user" (email_canonical);

CREATE TABLE credential (
    user_id       BLOB NOT NULL PRIMARY KEY REFERENCES "user" (id) ON DELETE CASCADE,
    password_hash TEXT NOT NULL,
    updated_at    TEXT NOT NULL
);

CREATE TABLE session (
    id         BLOB NOT NULL PRIMARY KEY,
    user_id    BLOB NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    app_uid    TEXT REFERENCES app (uid) ON DELETE CASCADE,
    token_hash BLOB NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
);
CREATE INDEX session_user ON session (user_id);

CREATE TABLE service_key (
    name       TEXT NOT NULL PRIMARY KEY,
    key_hash   BLOB NOT NULL UNIQUE,
    created_at TEXT NOT NULL
);

CREATE TABLE email_proof (
    user_id         BLOB    NOT NULL PRIMARY KEY REFERENCES "user" (id) ON DELETE CASCADE,
    email_canonical TEXT    NOT NULL,
    token_hash      BLOB    NOT NULL UNIQUE,
    code_hash       BLOB    NOT NULL,
    attempts        INTEGER NOT NULL DEFAULT 0,
    created_at      TEXT    NOT NULL,
    expires_at      TEXT    NOT NULL
);

CREATE TABLE "group" (
    id         BLOB NOT NULL PRIMARY KEY,
    owner_id   BLOB NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    metadata   TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX group_owner ON "group" (owner_id);

CREATE TABLE group_member (
    group_id BLOB NOT NULL REFERENCES "group" (id) ON DELETE CASCADE,
    user_id  BLOB NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, user_id)
);
CREATE INDEX group_member_user ON group_member (user_id, group_id);

CREATE TABLE entry (
    id           INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    uuid         BLOB    NOT NULL UNIQUE,
    parent_id    BIGINT  REFERENCES entry (id) ON DELETE CASCADE,
    owner_id     BLOB    REFERENCES "user" (id) ON DELETE CASCADE,  -- on the root of a tree only
    name         TEXT    NOT NULL,
    is_dir       BOOLEAN NOT NULL,
    size_bytes   BIGINT  NOT NULL DEFAULT 0,
    content_type TEXT,
    creator_id   BLOB,
    created_at   TEXT    NOT NULL,
    modified_at  TEXT    NOT NULL,
    allocation_id TEXT   NOT NULL,
    lookup_hash  TEXT    NOT NULL UNIQUE,
    CHECK ((parent_id IS NULL) = (owner_id IS NOT NULL)),
    UNIQUE (parent_id, name)
);
CREATE UNIQUE INDEX entry_home ON entry (name) WHERE parent_id IS NULL;
CREATE UNIQUE INDEX entry_owner ON entry (owner_id) WHERE owner_id IS NOT NULL;

CREATE TABLE app (
    uid            TEXT    NOT NULL PRIMARY KEY,
    name           TEXT    NOT NULL UNIQUE,
    owner_id       BLOB    NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    is_protected   BOOLEAN NOT NULL DEFAULT FALSE,
    shared_appdata BOOLEAN NOT NULL DEFAULT FALSE,
    metadata       TEXT    NOT NULL,
    index_url      TEXT,
    created_at     TEXT    NOT NULL
);
CREATE INDEX app_owner ON app (owner_id);

CREATE TABLE site (
    id             BLOB    NOT NULL PRIMARY KEY,
    name           TEXT    NOT NULL UNIQUE,
    owner_id       BLOB    NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    associated_app_uid TEXT REFERENCES app (uid) ON DELETE SET NULL,
    root_id        BIGINT  REFERENCES entry (id) ON DELETE SET NULL,
    is_protected   BOOLEAN NOT NULL DEFAULT FALSE,
    created_at     TEXT    NOT NULL
);
CREATE INDEX site_owner ON site (owner_id);
CREATE INDEX site_app ON site (associated_app_uid, created_at);

CREATE TABLE "grant" (
    seq          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id           BLOB    NOT NULL UNIQUE,
    issuer_id    BLOB    NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    holder_kind  SMALLINT NOT NULL,  -- 0 user, 1 group, 2 everyone, 3 app, 4 token, 5 link
    holder_id    BLOB    NOT NULL,   -- all zero where the kind needs none
    holder_app   TEXT    REFERENCES app (uid) ON DELETE CASCADE,
    entry_id     BIGINT  REFERENCES entry (id) ON DELETE CASCADE,
    name         TEXT,               -- the resource as text, when it is no entry
    capabilities INTEGER NOT NULL,
    is_exact     BOOLEAN NOT NULL DEFAULT FALSE,
    expires_at   TEXT,
    created_at   TEXT    NOT NULL,
    origin       TEXT    NOT NULL,
    extra        TEXT    NOT NULL,
    CHECK ((entry_id IS NULL) = (name IS NOT NULL))
);
CREATE INDEX grant_on_entry ON "grant" (entry_id, holder_kind, holder_id) WHERE entry_id IS NOT NULL;
CREATE INDEX grant_on_name ON "grant" (name, holder_kind, holder_id) WHERE name IS NOT NULL;
CREATE INDEX grant_holder ON "grant" (holder_kind, holder_id, seq);
CREATE INDEX grant_issuer ON "grant" (issuer_id, seq);

CREATE TABLE share (
    id         BLOB NOT NULL PRIMARY KEY,
    sharer_id  BLOB NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    origin     TEXT NOT NULL,
    metadata   TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX share_sharer ON share (sharer_id, created_at);

CREATE TABLE invite (
    id              BLOB NOT NULL PRIMARY KEY,
    issuer_id       BLOB NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    email_typed     TEXT NOT NULL,
    email_canonical TEXT NOT NULL,
    permissions     TEXT NOT NULL,
    metadata        TEXT NOT NULL,
    created_at      TEXT NOT NULL,
    expires_at      TEXT NOT NULL
);
CREATE INDEX invite_email ON invite (email_canonical);
CREATE INDEX invite_issuer ON invite (issuer_id, created_at);

CREATE TABLE notification (
    seq             INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id              BLOB    NOT NULL UNIQUE,
    user_id         BLOB    NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    value           TEXT    NOT NULL,
    created_at      TEXT    NOT NULL,
    shown_at        TEXT,
    acknowledged_at TEXT
);
CREATE INDEX notification_user ON notification (user_id, seq);

CREATE TABLE outbox (
    seq          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id           BLOB    NOT NULL UNIQUE,
    recipient    TEXT    NOT NULL,
    template     TEXT    NOT NULL,
    payload      TEXT    NOT NULL,
    created_at   TEXT    NOT NULL,
    due_at       TEXT    NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    last_error   TEXT,
    delivered_at TEXT,
    abandoned_at TEXT
);
CREATE INDEX outbox_open ON outbox (recipient, seq) WHERE delivered_at IS NULL AND abandoned_at IS NULL;

CREATE TABLE audit (
    seq          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at           TEXT NOT NULL,
    action       TEXT NOT NULL,
    actor_user   BLOB,
    actor_app    TEXT,
    actor_service TEXT,
    request_id   TEXT,
    entry        BLOB,
    grant_id     BLOB,
    issuer       BLOB,
    holder       TEXT,
    permission   TEXT,
    before       TEXT,
    after        TEXT,
    reason       TEXT
);
CREATE INDEX audit_entry ON audit (entry, seq) WHERE entry IS NOT NULL;
CREATE TRIGGER audit_is_append_only_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_is_append_only_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
