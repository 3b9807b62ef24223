DROP INDEX entry_height;
ALTER TABLE entry DROP COLUMN height;
