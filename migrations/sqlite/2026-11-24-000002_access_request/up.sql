CREATE TABLE access_request (
    invite_id    BLOB NOT NULL REFERENCES invite (id) ON DELETE CASCADE,
    requester_id BLOB NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    requested_at TEXT NOT NULL,
    PRIMARY KEY (invite_id, requester_id)
);
