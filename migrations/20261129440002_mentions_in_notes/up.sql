-- Colleagues who are mentioned in an internal note, by @name. Written by a trigger when the note is stored; the job of mentions tells them.
-- `done_at`: told, or there is nothing to tell any more. No foreign keys: they would lock rows of consultations in the transaction that stores
-- a note, against the order of locks.
CREATE TABLE consultation_mention (
    consultation_id uuid NOT NULL,
    seq             bigint NOT NULL,
    account_id      uuid NOT NULL,
    sender_id       uuid NOT NULL,
    sent_at         timestamptz NOT NULL,
    -- When the account's sockets were told.
    told_at         timestamptz,
    -- When it was mailed, or found read.
    done_at         timestamptz,
    PRIMARY KEY (consultation_id, seq, account_id)
);
CREATE INDEX consultation_mention_by_account ON consultation_mention (account_id, sent_at);
CREATE INDEX consultation_mention_to_tell ON consultation_mention (sent_at) WHERE done_at IS NULL;

ALTER TABLE account
    DROP CONSTRAINT account_mails_off_check,
    ADD CONSTRAINT account_mails_off_check
        CHECK (mails_off <@ ARRAY['consultations', 'rounds', 'reminders', 'queue', 'unread', 'mentions']);
