-- The entity tag that an answer was sent with.
ALTER TABLE idempotency ADD COLUMN etag TEXT;
