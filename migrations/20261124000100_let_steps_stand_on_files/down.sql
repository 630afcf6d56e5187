DROP TRIGGER case_when_opened ON remediation_case;
DROP FUNCTION case_takes_earlier_advice;
DROP INDEX case_action_waiting;
DROP TABLE case_event_file;
ALTER TABLE case_event ADD COLUMN attachment_id uuid;
