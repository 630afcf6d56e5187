-- An open alert whose records were all withdrawn with their imports has nothing behind it any more: the platform closes it.
ALTER TABLE quality_alert
    DROP CONSTRAINT quality_alert_state_check,
    ADD CONSTRAINT quality_alert_state_check CHECK (state IN ('open', 'meeting', 'dismissed', 'withdrawn'));
