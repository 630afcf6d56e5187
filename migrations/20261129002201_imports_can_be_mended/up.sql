-- A checked file is kept for a while, so that it is imported from the record of the check: see src/zero_out/import/checked.rs.
ALTER TABLE zero_out_import
    -- The check whose file it took.
    ADD COLUMN check_id uuid REFERENCES zero_out_import,
    -- Until when the file of a check is kept.
    ADD COLUMN file_until timestamptz;
-- A check is imported once; one whose import failed may be imported again.
CREATE UNIQUE INDEX zero_out_import_of_check ON zero_out_import (check_id) WHERE check_id IS NOT NULL AND state <> 'failed';
CREATE INDEX zero_out_import_checked ON zero_out_import (requested_by, id) WHERE file_until IS NOT NULL AND file IS NOT NULL;

-- What the cells of a rejected row were beyond their texts; with the first of its reasons: see src/zero_out/import/origin.rs.
ALTER TABLE zero_out_rejection ADD COLUMN marks text;
