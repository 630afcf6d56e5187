UPDATE enterprise_registration SET state = 'rejected' WHERE state = 'declined';
ALTER TABLE enterprise_registration
    ADD COLUMN username text NOT NULL DEFAULT '',
    ADD COLUMN password_hash text NOT NULL DEFAULT '',
    DROP COLUMN network,
    DROP COLUMN mailed_to,
    DROP COLUMN repeated,
    DROP COLUMN last_asked_at,
    DROP CONSTRAINT enterprise_registration_state_check,
    ADD CONSTRAINT enterprise_registration_state_check
        CHECK (state IN ('mailed', 'to_approve', 'confirmed', 'rejected', 'superseded'));
ALTER TABLE enterprise_registration ALTER COLUMN username DROP DEFAULT, ALTER COLUMN password_hash DROP DEFAULT;
