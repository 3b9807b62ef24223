-- What the owner of a file keeps back from everybody else, whatever they were given.
ALTER TABLE entry ADD COLUMN denies_download BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE entry ADD COLUMN denies_sharing BOOLEAN NOT NULL DEFAULT FALSE;
