-- A mail ends in one of four ways, and says why. `maybe_taken` counts how often the connection was lost after the text had been sent, so
-- that the mail server may have taken it; `claimed_until` is set while a worker has it in hand.
ALTER TABLE outbox_mail
    DROP CONSTRAINT outbox_mail_state_check,
    DROP CONSTRAINT outbox_mail_check,
    ADD COLUMN maybe_taken integer NOT NULL DEFAULT 0,
    ADD COLUMN claimed_until timestamptz,
    ADD COLUMN reason text;
UPDATE outbox_mail SET state = 'queued' WHERE state = 'pending';
UPDATE outbox_mail SET reason = 'refused' WHERE state = 'refused';
ALTER TABLE outbox_mail
    ADD CONSTRAINT outbox_mail_state_check CHECK (state IN ('queued', 'sent', 'refused', 'gave_up', 'bounced')),
    ADD CONSTRAINT outbox_mail_sent CHECK (state <> 'sent' OR sent_at IS NOT NULL),
    ADD CONSTRAINT outbox_mail_not_sent CHECK (sent_at IS NULL OR state IN ('sent', 'bounced')),
    ADD CONSTRAINT outbox_mail_reason CHECK ((reason IS NOT NULL) = (state IN ('refused', 'gave_up', 'bounced')));
DROP INDEX outbox_mail_pending;
CREATE INDEX outbox_mail_queued ON outbox_mail (next_attempt_at) WHERE state = 'queued';
CREATE INDEX outbox_mail_by_state ON outbox_mail (state, id);
CREATE INDEX outbox_mail_by_address ON outbox_mail (lower(recipient), created_at);

-- Mail addresses from which mails came back: nothing is sent there until somebody resumes them. In lower case.
CREATE TABLE mail_pause (
    id      uuid PRIMARY KEY,
    address text NOT NULL UNIQUE,
    since   timestamptz NOT NULL,
    reason  text NOT NULL,
    mail_id uuid
);
