-- When what a grant says was last written: a deny made of an old grant is a new deny.
ALTER TABLE "grant" ADD COLUMN changed_at TIMESTAMPTZ;
UPDATE "grant" SET changed_at = created_at;
ALTER TABLE "grant" ALTER COLUMN changed_at SET NOT NULL;
