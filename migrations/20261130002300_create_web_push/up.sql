-- Web Push: browsers show that messages are unread.

-- The key pair by which push services know this installation (VAPID).
CREATE TABLE push_key (
    id         integer PRIMARY KEY CHECK (id = 1),
    -- The point of P-256, uncompressed, as browsers get it.
    public_key bytea NOT NULL CHECK (octet_length(public_key) = 65),
    -- The key pair as PKCS#8, encrypted under the key of this name in the settings.
    secret     bytea NOT NULL,
    secret_kid text NOT NULL,
    created_at timestamptz NOT NULL
);

-- A browser that somebody wants to be told by. It ends with the log-in in which it was made.
CREATE TABLE push_subscription (
    id           uuid PRIMARY KEY,
    account_id   uuid NOT NULL REFERENCES account,
    session_id   uuid NOT NULL REFERENCES login_session ON DELETE CASCADE,
    -- The address at the browser's push service. Who knows it can send, so it is shown to its owner alone.
    endpoint     text NOT NULL UNIQUE CHECK (endpoint <> ''),
    -- The browser's public key and its secret, under which messages are encrypted (RFC 8291).
    public_key   bytea NOT NULL CHECK (octet_length(public_key) = 65),
    auth         bytea NOT NULL CHECK (octet_length(auth) = 16),
    user_agent   text,
    created_at   timestamptz NOT NULL,
    -- When the push service last took a message.
    delivered_at timestamptz
);
CREATE INDEX push_subscription_by_account ON push_subscription (account_id);
CREATE INDEX push_subscription_by_session ON push_subscription (session_id);

-- What the browsers of somebody are yet to be told of: the messages of a consultation after one number and up to another.
CREATE TABLE push_waiting (
    account_id      uuid NOT NULL REFERENCES account,
    consultation_id uuid NOT NULL REFERENCES consultation,
    talk_after      bigint NOT NULL,
    talk_to         bigint NOT NULL,
    notes_after     bigint NOT NULL,
    notes_to        bigint NOT NULL,
    -- When it is looked at next; none: at once.
    look_at         timestamptz,
    PRIMARY KEY (account_id, consultation_id)
);
CREATE INDEX push_waiting_by_time ON push_waiting (look_at NULLS FIRST, account_id, consultation_id);

-- One message for one browser, sent until its push service takes it.
CREATE TABLE push_message (
    id              uuid PRIMARY KEY,
    subscription_id uuid NOT NULL REFERENCES push_subscription ON DELETE CASCADE,
    account_id      uuid NOT NULL REFERENCES account,
    -- The consultation in which something is unread; none: a trial.
    consultation_id uuid REFERENCES consultation,
    talk_after      bigint NOT NULL DEFAULT 0,
    talk_to         bigint NOT NULL DEFAULT 0,
    notes_after     bigint NOT NULL DEFAULT 0,
    notes_to        bigint NOT NULL DEFAULT 0,
    state           text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed', 'withheld')),
    attempts        integer NOT NULL DEFAULT 0,
    since           timestamptz NOT NULL,
    next_attempt_at timestamptz NOT NULL,
    -- The status of the last answer, or why there was none.
    status          integer,
    error           text,
    ended_at        timestamptz,
    CHECK ((state = 'pending') = (ended_at IS NULL))
);
CREATE UNIQUE INDEX push_message_pending ON push_message (subscription_id, consultation_id) NULLS NOT DISTINCT WHERE state = 'pending';
CREATE INDEX push_message_due ON push_message (next_attempt_at, id) WHERE state = 'pending';
CREATE INDEX push_message_by_subscription ON push_message (subscription_id);
CREATE INDEX push_message_by_age ON push_message (ended_at);
