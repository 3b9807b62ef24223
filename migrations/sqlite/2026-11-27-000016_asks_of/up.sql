-- What is asked for: with it the request goes, too.
ALTER TABLE ask ADD COLUMN entry_id BIGINT REFERENCES entry (id) ON DELETE CASCADE;
ALTER TABLE ask ADD COLUMN app_uid TEXT REFERENCES app (uid) ON DELETE CASCADE;
UPDATE ask SET entry_id = (
    SELECT e.id FROM entry e
    WHERE e.uuid = unhex(replace(substr(ask.permission, instr(ask.permission, 'fs:') + 3, 36), '-', ''))
) WHERE ask.permission LIKE '%fs:%';
UPDATE ask SET app_uid = (
    SELECT a.uid FROM app a WHERE substr(ask.permission, 1, length(a.uid) + 9) = 'app:uid#' || a.uid || ':'
) WHERE entry_id IS NULL;
-- What is gone was asked for in vain.
DELETE FROM ask WHERE entry_id IS NULL AND app_uid IS NULL;
-- What was asked in another face waits on the pages, too, unless who is asked does not listen.
WITH RECURSIVE above (request, entry, at) AS (
    SELECT r.id, e.id, e.id FROM share_req r JOIN entry e ON e.lookup_hash = r.lookup_hash
    WHERE r.status = 0 AND r.deleted_at IS NULL
    UNION ALL
    SELECT above.request, above.entry, e.parent_id FROM above JOIN entry e ON e.id = above.at
    WHERE e.parent_id IS NOT NULL
)
INSERT INTO ask (id, requester_id, answerer_id, permission, message, asked_at, entry_id)
    SELECT randomblob(16), r.requester_id, r.owner_id,
        lower('fs:' || substr(hex(e.uuid), 1, 8) || '-' || substr(hex(e.uuid), 9, 4) || '-' || substr(hex(e.uuid), 13, 4)
            || '-' || substr(hex(e.uuid), 17, 4) || '-' || substr(hex(e.uuid), 21) || ':read'),
        r.message, r.created_at, e.id
    FROM above JOIN share_req r ON r.id = above.request JOIN entry e ON e.id = above.entry
        JOIN entry root ON root.id = above.at AND root.owner_id = r.owner_id
    WHERE NOT EXISTS (
            SELECT 1 FROM ask a WHERE a.requester_id = r.requester_id AND a.answerer_id = r.owner_id
                AND a.entry_id = e.id AND a.answered_at IS NULL)
        AND NOT EXISTS (SELECT 1 FROM block b WHERE b.user_id = r.owner_id AND b.sender_id = r.requester_id)
        AND NOT EXISTS (SELECT 1 FROM block_all b WHERE b.user_id = r.owner_id)
    ORDER BY r.id
    ON CONFLICT DO NOTHING;
CREATE INDEX ask_entry ON ask (entry_id) WHERE entry_id IS NOT NULL;
CREATE INDEX ask_app ON ask (app_uid) WHERE app_uid IS NOT NULL;
