-- Up to which number the messages of a consultation have been taken in.
CREATE TABLE unread_watch (
    consultation_id uuid PRIMARY KEY REFERENCES consultation,
    talk_seq        bigint NOT NULL DEFAULT 0,
    notes_seq       bigint NOT NULL DEFAULT 0
);

-- What somebody is yet to be told of: the messages of a consultation after one number and up to another. What was read by then is left
-- out. The row goes with the mail.
CREATE TABLE unread_waiting (
    account_id      uuid NOT NULL REFERENCES account,
    consultation_id uuid NOT NULL REFERENCES consultation,
    -- When the first of them was sent.
    since           timestamptz NOT NULL,
    talk_after      bigint NOT NULL,
    talk_to         bigint NOT NULL,
    notes_after     bigint NOT NULL,
    notes_to        bigint NOT NULL,
    PRIMARY KEY (account_id, consultation_id)
);
CREATE INDEX unread_waiting_since ON unread_waiting (since, account_id);

-- When somebody was last sent such a mail, and when last found connected while something was unread.
CREATE TABLE unread_mail (
    account_id uuid PRIMARY KEY REFERENCES account,
    sent_at    timestamptz,
    seen_at    timestamptz
);
