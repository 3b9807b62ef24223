-- What somebody used of what he may do in an hour or a day; what became of it later gives nothing back.
CREATE TABLE quota_use (
    seq     INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id BLOB    NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    quota   TEXT    NOT NULL,
    used_at TEXT    NOT NULL
);
CREATE INDEX quota_use_user ON quota_use (user_id, quota, used_at);
CREATE INDEX quota_use_age ON quota_use (used_at);
INSERT INTO quota_use (user_id, quota, used_at) SELECT issuer_id, 'invites', created_at FROM invite;
INSERT INTO quota_use (user_id, quota, used_at) SELECT owner_id, 'groups', created_at FROM "group";

-- What has ended is found without a look at what has not.
CREATE INDEX session_end ON session (expires_at);
CREATE INDEX invite_end ON invite (expires_at);
