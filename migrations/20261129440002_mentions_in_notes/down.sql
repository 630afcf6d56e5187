UPDATE account SET mails_off = array_remove(mails_off, 'mentions') WHERE 'mentions' = ANY (mails_off);
ALTER TABLE account
    DROP CONSTRAINT account_mails_off_check,
    ADD CONSTRAINT account_mails_off_check
        CHECK (mails_off <@ ARRAY['consultations', 'rounds', 'reminders', 'queue', 'unread']);
DROP TABLE consultation_mention;
