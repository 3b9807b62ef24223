DROP INDEX audit_account;
DROP INDEX audit_place;
DROP INDEX audit_member;
