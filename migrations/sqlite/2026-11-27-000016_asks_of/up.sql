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
CREATE INDEX ask_entry ON ask (entry_id) WHERE entry_id IS NOT NULL;
CREATE INDEX ask_app ON ask (app_uid) WHERE app_uid IS NOT NULL;
