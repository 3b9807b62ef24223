DROP INDEX audit_claim;
ALTER TABLE "user" DROP COLUMN is_auditor;
DROP TABLE ask;
DROP TABLE block_all;
DROP TABLE block;
DROP TABLE password_reset;
