DROP TABLE consultation_rating_past;
DROP TRIGGER case_when_changed ON remediation_case;
DROP FUNCTION case_keeps_past();
DROP TABLE case_past;
