DROP TABLE conduct_file;
DROP INDEX attachment_unused;
ALTER TABLE attachment DROP COLUMN conduct_id;
CREATE INDEX attachment_unused ON attachment (created_at)
    WHERE consultation_id IS NULL AND case_id IS NULL AND application_id IS NULL AND inspection_id IS NULL AND recording_id IS NULL;
DROP TABLE conduct_reminder, conduct_past, conduct_event, conduct, conduct_line, conduct_fact_key, conduct_fact;
