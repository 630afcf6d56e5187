DROP TABLE quality_meeting, quality_alert;
