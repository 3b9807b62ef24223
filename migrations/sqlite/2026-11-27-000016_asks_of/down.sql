DROP INDEX ask_app;
DROP INDEX ask_entry;
ALTER TABLE ask DROP COLUMN app_uid;
ALTER TABLE ask DROP COLUMN entry_id;
