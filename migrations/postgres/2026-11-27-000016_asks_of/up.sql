-- What is asked for: with it the request goes, too.
ALTER TABLE ask ADD COLUMN entry_id BIGINT REFERENCES entry (id) ON DELETE CASCADE;
ALTER TABLE ask ADD COLUMN app_uid TEXT COLLATE "C" REFERENCES app (uid) ON DELETE CASCADE;
UPDATE ask SET entry_id = e.id FROM entry e
    WHERE e.uuid::text = substring(ask.permission FROM 'fs:([0-9a-f-]{36})');
UPDATE ask SET app_uid = a.uid FROM app a
    WHERE ask.entry_id IS NULL AND starts_with(ask.permission, 'app:uid#' || a.uid || ':');
-- What is gone was asked for in vain.
DELETE FROM ask WHERE entry_id IS NULL AND app_uid IS NULL;
CREATE INDEX ask_entry ON ask (entry_id) WHERE entry_id IS NOT NULL;
CREATE INDEX ask_app ON ask (app_uid) WHERE app_uid IS NOT NULL;
