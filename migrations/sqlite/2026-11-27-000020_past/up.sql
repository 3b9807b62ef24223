-- How things were: who was in a group, where an entry lay, how an account was.
CREATE INDEX audit_member ON audit (permission, holder_user, seq) WHERE action IN ('join', 'leave');
CREATE INDEX audit_place ON audit (entry, seq) WHERE action IN ('move', 'delete');
CREATE INDEX audit_account ON audit (holder_user, seq) WHERE action = 'account';
