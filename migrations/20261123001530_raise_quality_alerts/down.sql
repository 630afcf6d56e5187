DROP INDEX nonconformity_by_day;
DROP TABLE quality_meeting;
DROP TABLE quality_alert;
