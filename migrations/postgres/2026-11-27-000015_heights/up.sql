-- How many levels of directories lie below a directory, so that a move knows how deep they come to lie.
ALTER TABLE entry ADD COLUMN height INTEGER NOT NULL DEFAULT 0;
CREATE INDEX entry_height ON entry (parent_id, height) WHERE is_dir;

UPDATE entry SET height = counted.levels FROM (
    WITH RECURSIVE up (id, levels) AS (
        SELECT parent_id, 1 FROM entry WHERE is_dir AND parent_id IS NOT NULL
        UNION
        SELECT e.parent_id, up.levels + 1 FROM up JOIN entry e ON e.id = up.id WHERE e.parent_id IS NOT NULL
    )
    SELECT id, MAX(levels) AS levels FROM up GROUP BY id
) AS counted WHERE counted.id = entry.id;
