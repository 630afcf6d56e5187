DROP INDEX attachment_to_scan;
ALTER TABLE attachment
    DROP COLUMN quarantined_at,
    DROP COLUMN scan_tried_at,
    DROP COLUMN scan_found,
    DROP COLUMN scan;
