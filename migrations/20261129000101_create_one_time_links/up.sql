-- Links that are mailed and good once: the SHA-256 of their token, what they are for, whose account they concern, where there is one
-- already, and what was chosen before the link was mailed.
CREATE TABLE one_time_link (
    hash       bytea PRIMARY KEY,
    purpose    text NOT NULL,
    account_id uuid REFERENCES account,
    data       jsonb NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    created_at timestamptz NOT NULL
);
-- The open links of an account.
CREATE INDEX one_time_link_by_account ON one_time_link (account_id, purpose) WHERE used_at IS NULL;
-- Those that housekeeping deletes.
CREATE INDEX one_time_link_by_expiry ON one_time_link (expires_at);

-- Why a log-in ended: also since its owner ended it, or since the password or the account was changed.
ALTER TABLE login_session DROP CONSTRAINT login_session_end_reason_check;
ALTER TABLE login_session ADD CONSTRAINT login_session_end_reason_check
    CHECK (end_reason IN ('logout', 'replay', 'expired', 'disabled', 'ended_by_owner', 'password_changed', 'account_changed'));
