ALTER TABLE idempotency DROP COLUMN etag;
