-- What is asked for: with it the request goes, too.
ALTER TABLE ask ADD COLUMN entry_id BIGINT REFERENCES entry (id) ON DELETE CASCADE;
ALTER TABLE ask ADD COLUMN app_uid TEXT COLLATE "C" REFERENCES app (uid) ON DELETE CASCADE;
UPDATE ask SET entry_id = e.id FROM entry e
    WHERE e.uuid::text = substring(ask.permission FROM 'fs:([0-9a-f-]{36})');
UPDATE ask SET app_uid = a.uid FROM app a
    WHERE ask.entry_id IS NULL AND starts_with(ask.permission, 'app:uid#' || a.uid || ':');
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
    SELECT gen_random_uuid(), r.requester_id, r.owner_id, 'fs:' || e.uuid::text || ':read', r.message, r.created_at, e.id
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
