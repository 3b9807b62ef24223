ALTER TABLE entry ADD COLUMN title TEXT COLLATE "C";  -- what to show instead of the name, where the name could not be it

-- What somebody calls a folder that was shared with him, and where he put it. No row: as it is, at the top.
CREATE TABLE mount (
    user_id   UUID   NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    entry_id  BIGINT NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
    title     TEXT COLLATE "C",
    parent_id BIGINT REFERENCES entry (id) ON DELETE SET NULL,
    PRIMARY KEY (user_id, entry_id)
);
CREATE INDEX mount_entry ON mount (entry_id);
CREATE INDEX mount_parent ON mount (parent_id) WHERE parent_id IS NOT NULL;

CREATE INDEX group_name ON "group" (name);
