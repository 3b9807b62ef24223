-- When what a grant says was last written: a deny made of an old grant is a new deny.
ALTER TABLE "grant" ADD COLUMN changed_at TEXT NOT NULL DEFAULT '';
UPDATE "grant" SET changed_at = created_at;
