DROP TABLE mail_pause;
DROP INDEX outbox_mail_by_address;
DROP INDEX outbox_mail_by_state;
DROP INDEX outbox_mail_queued;
ALTER TABLE outbox_mail
    DROP CONSTRAINT outbox_mail_reason,
    DROP CONSTRAINT outbox_mail_not_sent,
    DROP CONSTRAINT outbox_mail_sent,
    DROP CONSTRAINT outbox_mail_state_check;
UPDATE outbox_mail SET state = 'pending' WHERE state = 'queued';
UPDATE outbox_mail SET state = 'refused', sent_at = NULL WHERE state IN ('gave_up', 'bounced');
ALTER TABLE outbox_mail
    DROP COLUMN reason,
    DROP COLUMN claimed_until,
    DROP COLUMN maybe_taken,
    ADD CONSTRAINT outbox_mail_state_check CHECK (state IN ('pending', 'sent', 'refused')),
    ADD CONSTRAINT outbox_mail_check CHECK ((state = 'sent') = (sent_at IS NOT NULL));
CREATE INDEX outbox_mail_pending ON outbox_mail (next_attempt_at) WHERE state = 'pending';
