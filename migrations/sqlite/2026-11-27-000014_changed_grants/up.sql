-- When what a grant says was last written: a deny made of an old grant is a new deny. When an exact one came to say what it
-- says was not written down so far: what was sent before today does not overrule it.
ALTER TABLE "grant" ADD COLUMN changed_at TEXT NOT NULL DEFAULT '';
UPDATE "grant" SET changed_at = CASE WHEN is_exact THEN strftime('%Y-%m-%dT%H:%M:%f000Z', 'now') ELSE created_at END;
