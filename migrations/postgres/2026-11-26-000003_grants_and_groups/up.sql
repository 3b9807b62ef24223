ALTER TABLE session ADD COLUMN site_id UUID;                                      -- a page of this site acts
ALTER TABLE session ADD COLUMN is_access_token BOOLEAN NOT NULL DEFAULT FALSE;    -- has what it was given, no more

-- What a holder has, in the order of the entries: "shared with me" reads one page of it.
CREATE INDEX grant_holder_entry ON "grant" (holder_kind, holder_id, entry_id) WHERE entry_id IS NOT NULL;
CREATE INDEX app_index_url ON app (index_url) WHERE index_url IS NOT NULL;
CREATE INDEX group_created ON "group" (owner_id, created_at);

ALTER TABLE audit DISABLE TRIGGER audit_is_append_only;
ALTER TABLE audit ADD COLUMN holder_user UUID;
UPDATE audit SET holder_user = (holder ->> 'user')::UUID WHERE holder IS NOT NULL;
ALTER TABLE audit ENABLE TRIGGER audit_is_append_only;
CREATE INDEX audit_actor ON audit (actor_user, seq) WHERE actor_user IS NOT NULL;
CREATE INDEX audit_issuer ON audit (issuer, seq) WHERE issuer IS NOT NULL;
CREATE INDEX audit_holder ON audit (holder_user, seq) WHERE holder_user IS NOT NULL;
