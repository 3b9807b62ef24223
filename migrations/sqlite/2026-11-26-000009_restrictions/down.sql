ALTER TABLE entry DROP COLUMN denies_sharing;
ALTER TABLE entry DROP COLUMN denies_download;
