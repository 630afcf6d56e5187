-- Mail to send, written in the transaction that has a reason to send it. `body` is cleared once it is sent: it may hold a one-time
-- link.
CREATE TABLE outbox_mail (
    id              uuid PRIMARY KEY,
    message_id      text NOT NULL UNIQUE,
    template        text NOT NULL,
    language        text NOT NULL CHECK (language IN ('zh-CN', 'en')),
    recipient       text NOT NULL,
    recipient_name  text NOT NULL,
    subject         text NOT NULL,
    body            text NOT NULL,
    state           text NOT NULL CHECK (state IN ('pending', 'sent', 'refused')),
    attempts        integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,
    last_error      text,
    created_at      timestamptz NOT NULL,
    sent_at         timestamptz,
    CHECK ((state = 'sent') = (sent_at IS NOT NULL))
);
CREATE INDEX outbox_mail_pending ON outbox_mail (next_attempt_at) WHERE state = 'pending';
CREATE INDEX outbox_mail_by_recipient ON outbox_mail (recipient, created_at);
