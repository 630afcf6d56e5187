-- Mail to send, written in the transaction that has a reason to send it. `body` is cleared once it is sent: it may hold a one-time
-- link. It ends in one of four ways, and says why.
CREATE TABLE outbox_mail (
    id              uuid PRIMARY KEY,
    message_id      text NOT NULL UNIQUE,
    template        text NOT NULL,
    language        text NOT NULL CHECK (language IN ('zh-CN', 'en')),
    recipient       text NOT NULL,
    recipient_name  text NOT NULL,
    subject         text NOT NULL,
    body            text NOT NULL,
    state           text NOT NULL CHECK (state IN ('queued', 'sent', 'refused', 'gave_up', 'bounced')),
    attempts        integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,
    last_error      text,
    created_at      timestamptz NOT NULL,
    sent_at         timestamptz,
    -- How often the connection was lost after the text had been sent, so that the mail server may have taken it.
    maybe_taken     integer NOT NULL DEFAULT 0,
    -- Set while a worker has it in hand.
    claimed_until   timestamptz,
    reason          text,
    CONSTRAINT outbox_mail_sent CHECK (state <> 'sent' OR sent_at IS NOT NULL),
    CONSTRAINT outbox_mail_not_sent CHECK (sent_at IS NULL OR state IN ('sent', 'bounced')),
    CONSTRAINT outbox_mail_reason CHECK ((reason IS NOT NULL) = (state IN ('refused', 'gave_up', 'bounced')))
);
CREATE INDEX outbox_mail_by_recipient ON outbox_mail (recipient, created_at);
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
