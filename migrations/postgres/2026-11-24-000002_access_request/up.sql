CREATE TABLE access_request (
    invite_id    UUID NOT NULL REFERENCES invite (id) ON DELETE CASCADE,
    requester_id UUID NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    requested_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (invite_id, requester_id)
);
