DROP INDEX audit_holder;
DROP INDEX audit_issuer;
DROP INDEX audit_actor;
ALTER TABLE audit DROP COLUMN holder_user;
DROP INDEX group_created;
DROP INDEX app_index_url;
DROP INDEX grant_holder_entry;
-- What is not known without these columns must not become a person's own session.
DELETE FROM session WHERE site_id IS NOT NULL OR is_access_token;
ALTER TABLE session DROP COLUMN is_access_token;
ALTER TABLE session DROP COLUMN site_id;
