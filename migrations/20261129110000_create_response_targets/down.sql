DROP TABLE response_mail;
DROP TABLE response_notice;
DROP TABLE response_event;
DROP TABLE response_target;
DROP TABLE response_watch;
DROP INDEX consultation_open;
ALTER TABLE consultation DROP COLUMN information_asked_at;
