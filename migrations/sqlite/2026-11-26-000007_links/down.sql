-- A grant to a link is worth nothing without it.
DELETE FROM "grant" WHERE holder_kind = 5;
DROP TABLE link;
