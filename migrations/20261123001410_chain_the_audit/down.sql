DROP TRIGGER audit_entry_when_truncated ON audit_entry;
DROP TRIGGER audit_entry_when_changed ON audit_entry;
DROP TABLE audit_head;
DROP FUNCTION audit_is_kept;
DROP INDEX audit_entry_unchained;
ALTER TABLE audit_entry
    DROP CONSTRAINT audit_entry_place,
    DROP CONSTRAINT audit_entry_chained,
    DROP COLUMN lane,
    DROP COLUMN seq,
    DROP COLUMN hash,
    DROP COLUMN seal;
