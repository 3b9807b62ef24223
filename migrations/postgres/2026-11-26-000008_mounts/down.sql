DROP INDEX group_name;
DROP TABLE mount;
ALTER TABLE entry DROP COLUMN title;
