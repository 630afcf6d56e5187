UPDATE quality_alert SET state = 'dismissed', reason = '相关记录已随导入撤回' WHERE state = 'withdrawn';
ALTER TABLE quality_alert
    DROP CONSTRAINT quality_alert_state_check,
    ADD CONSTRAINT quality_alert_state_check CHECK (state IN ('open', 'meeting', 'dismissed'));
