DROP INDEX audit_claim;
-- What was to end must not be given for good.
DELETE FROM invite WHERE grants_end_at IS NOT NULL;
ALTER TABLE invite DROP COLUMN grants_end_at;
ALTER TABLE "user" DROP COLUMN is_auditor;
DROP TABLE ask;
DROP TABLE block_all;
DROP TABLE block;
DROP TABLE password_reset;
