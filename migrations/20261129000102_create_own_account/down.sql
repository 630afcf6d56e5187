ALTER TABLE refresh_token ADD COLUMN used_by bytea;

ALTER TABLE login_session
    DROP COLUMN ends_at,
    DROP COLUMN last_used_at,
    DROP COLUMN address,
    DROP COLUMN user_agent;

DROP INDEX account_by_email;
ALTER TABLE account
    DROP COLUMN mails_off,
    DROP COLUMN phone;
