DROP INDEX invite_end;
DROP INDEX session_end;
DROP TABLE quota_use;
