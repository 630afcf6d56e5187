DROP TABLE unread_mail;
DROP TABLE unread_waiting;
DROP TABLE unread_watch;
UPDATE account SET mails_off = array_remove(mails_off, 'unread') WHERE 'unread' = ANY (mails_off);
ALTER TABLE account
    DROP CONSTRAINT account_mails_off_check,
    ADD CONSTRAINT account_mails_off_check CHECK (mails_off <@ ARRAY['consultations', 'rounds', 'reminders', 'queue']);
