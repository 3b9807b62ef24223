DROP INDEX site_root;
ALTER TABLE outbox DROP COLUMN claimed_until;
DROP TABLE idempotency;
DROP TABLE change;
