-- What people decide about their own accounts: the phone, and which kinds of mails they do without.
ALTER TABLE account
    ADD COLUMN phone     text,
    ADD COLUMN mails_off text[] NOT NULL DEFAULT '{}'
        CHECK (mails_off <@ ARRAY['consultations', 'rounds', 'reminders', 'queue']);
-- Who asks for a new password may name the mail address.
CREATE INDEX account_by_email ON account (lower(email)) WHERE email IS NOT NULL;

UPDATE account a SET phone = e.phone FROM expert e WHERE e.id = a.expert_id;

-- Where a log-in is used from, when it was last, and when it ends at the latest; none: at no certain time.
ALTER TABLE login_session
    ADD COLUMN user_agent   text,
    ADD COLUMN address      text,
    ADD COLUMN last_used_at timestamptz,
    ADD COLUMN ends_at      timestamptz;
UPDATE login_session SET last_used_at = created_at, ends_at = created_at + interval '90 days' WHERE ended_at IS NULL;

-- The successor of a refresh token follows from the token and a signing key, so the same one can be given again to whom the answer did
-- not reach, from whichever browser.
ALTER TABLE refresh_token DROP COLUMN used_by;
