-- Signature keys: each gives its user one more client id.
CREATE TABLE client_key (
    client_id  TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    user_id    UUID    NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    public_key TEXT COLLATE "C"    NOT NULL,
    place      INTEGER NOT NULL
);
CREATE INDEX client_key_user ON client_key (user_id, place);

-- What somebody shared by a ticket. What the ticket says is in the ticket.
CREATE TABLE share_info (
    id                 BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    app_type           TEXT COLLATE "C"     NOT NULL,
    sender_id          UUID     NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    client_id          TEXT COLLATE "C"     NOT NULL,
    receiver_id        UUID     NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    receiver_client_id TEXT COLLATE "C"     NOT NULL,
    lookup_hash        TEXT COLLATE "C"     NOT NULL,
    auth_ticket        TEXT COLLATE "C"     NOT NULL,
    message            TEXT COLLATE "C"     NOT NULL,
    link               TEXT COLLATE "C"     NOT NULL,
    share_info_type    SMALLINT NOT NULL CHECK (share_info_type IN (1, 2)),  -- public, private
    is_ai              BOOLEAN  NOT NULL,
    grant_id           UUID,           -- none for a mere record
    created_at         TIMESTAMPTZ     NOT NULL,
    updated_at         TIMESTAMPTZ     NOT NULL,
    deleted_at         TIMESTAMPTZ,
    ended_by           SMALLINT        -- 1 its receiver, 2 its sender, 3 the end of its grant
);
CREATE UNIQUE INDEX share_info_live ON share_info
    (app_type, sender_id, client_id, receiver_id, receiver_client_id, lookup_hash, share_info_type)
    WHERE deleted_at IS NULL;
CREATE INDEX share_info_sent ON share_info (sender_id, app_type, share_info_type, lookup_hash);
CREATE INDEX share_info_received ON share_info (receiver_id, app_type, share_info_type, lookup_hash);
CREATE INDEX share_info_grant ON share_info (grant_id) WHERE grant_id IS NOT NULL;

-- What somebody asked the owner for.
CREATE TABLE share_req (
    id              BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    app_type        TEXT COLLATE "C"     NOT NULL,
    owner_id        UUID     NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    owner_client_id TEXT COLLATE "C"     NOT NULL,
    requester_id    UUID     NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    client_id       TEXT COLLATE "C"     NOT NULL,
    lookup_hash     TEXT COLLATE "C"     NOT NULL,
    auth_ticket     TEXT COLLATE "C"     NOT NULL,
    message         TEXT COLLATE "C"     NOT NULL,
    link            TEXT COLLATE "C"     NOT NULL,
    status          SMALLINT NOT NULL CHECK (status IN (0, 1, 2)),  -- pending, approved, declined
    attempt         SMALLINT NOT NULL,
    created_at      TIMESTAMPTZ     NOT NULL,
    updated_at      TIMESTAMPTZ     NOT NULL,
    deleted_at      TIMESTAMPTZ
);
CREATE UNIQUE INDEX share_req_pending ON share_req (app_type, owner_id, requester_id, lookup_hash)
    WHERE status = 0 AND deleted_at IS NULL;
CREATE INDEX share_req_received ON share_req (owner_id, app_type, id);
CREATE INDEX share_req_requested ON share_req (requester_id, app_type, id);

-- Signed requests that were made, kept until they are stale.
CREATE TABLE request_nonce (
    client_id TEXT COLLATE "C" NOT NULL,
    nonce     TEXT COLLATE "C" NOT NULL,
    used_at   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (client_id, nonce)
);
CREATE INDEX request_nonce_age ON request_nonce (used_at);
