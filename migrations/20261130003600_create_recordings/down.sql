DELETE FROM retention_run WHERE kind IN ('recordings_passed', 'recordings_failed');
ALTER TABLE retention_run
    DROP CONSTRAINT retention_run_kind_check,
    ADD CONSTRAINT retention_run_kind_check CHECK (kind IN ('messages', 'files', 'accounts', 'sessions', 'mails'));
DROP TABLE recording_view, sample_custody, recording_external, recording_segment;
DROP INDEX attachment_unused;
ALTER TABLE attachment DROP COLUMN recording_id;
CREATE INDEX attachment_unused ON attachment (created_at)
    WHERE consultation_id IS NULL AND case_id IS NULL AND application_id IS NULL AND used_for IS NULL;
DROP TABLE recording, recording_summary;
