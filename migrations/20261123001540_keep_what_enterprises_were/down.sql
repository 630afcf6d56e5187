DROP TRIGGER enterprise_when_changed ON enterprise;
DROP FUNCTION enterprise_keep_past();
DROP TABLE enterprise_past;
