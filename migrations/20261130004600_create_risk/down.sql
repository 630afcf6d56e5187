DROP TABLE risk_digest, risk_source_note, risk_change, risk_cell, risk_day, quality_meeting, quality_alert_event, quality_alert, assessment_evidence;
DROP TABLE assessment_event, assessment;
