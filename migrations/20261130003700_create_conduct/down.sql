DELETE FROM retention_run WHERE kind = 'conduct';
ALTER TABLE retention_run
    DROP CONSTRAINT retention_run_kind_check,
    ADD CONSTRAINT retention_run_kind_check CHECK (
        kind IN ('messages', 'files', 'accounts', 'sessions', 'mails', 'recordings_passed', 'recordings_failed'));
DROP TABLE conduct_file;
DROP TABLE conduct_reminder, conduct_past, conduct_event, conduct, conduct_line, conduct_fact_key, conduct_fact;
