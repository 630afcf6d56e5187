UPDATE login_session SET end_reason = 'disabled' WHERE end_reason IN ('ended_by_owner', 'password_changed', 'account_changed');
ALTER TABLE login_session DROP CONSTRAINT login_session_end_reason_check;
ALTER TABLE login_session ADD CONSTRAINT login_session_end_reason_check
    CHECK (end_reason IN ('logout', 'replay', 'expired', 'disabled'));

DROP TABLE one_time_link;
