ALTER TABLE "grant" DROP COLUMN changed_at;
