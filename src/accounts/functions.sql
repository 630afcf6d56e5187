-- Views of `accounts`.

-- Published: who an account is; never its password.
CREATE VIEW published.account AS
    SELECT id, username, role, name, email, language, region, enterprise_id, expert_id, active, created_at, mails_off,
           deactivated_at, deactivation_reason, invited_by
    FROM account;
