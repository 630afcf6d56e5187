-- The log of a consultation: two streams, each with its own gapless count. The foreign key to consultation comes with that table.
--   audience  counts the changes of who may see the consultation and of its state: participants, status, expert, the region of the
--             enterprise. A message is stored with the count of its moment, so a server that does not know of a removal yet can tell
--             that it must ask for the right again before it shows the message to anyone. The count is in the row that storing a
--             message locks: whoever is removed is removed before a message or after it, and never during.
--   writers   who may write because they take part, so that one look-up both locks the counter and decides. Whether their accounts are
--             active is asked when storing.
CREATE TABLE chat_stream (
    consultation_id uuid NOT NULL,
    stream          text NOT NULL CHECK (stream IN ('talk', 'notes')),
    last_seq        bigint NOT NULL DEFAULT 0,
    audience        bigint NOT NULL DEFAULT 1,
    writers         uuid[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (consultation_id, stream)
) WITH (fillfactor = 50);

CREATE TABLE chat_message (
    consultation_id uuid NOT NULL,
    stream          text NOT NULL,
    seq             bigint NOT NULL CHECK (seq > 0),
    sender_id       uuid NOT NULL,
    client_id       uuid NOT NULL,
    kind            text NOT NULL,
    body            text NOT NULL,
    attachments     uuid[] NOT NULL DEFAULT '{}',
    sent_at         timestamptz NOT NULL,
    -- The number of an earlier message of the same stream that it quotes. `chat_append` keeps that there is one.
    reply_to        bigint,
    PRIMARY KEY (consultation_id, stream, seq),
    UNIQUE (sender_id, client_id)
);

-- How far a participant has read.
CREATE TABLE chat_read (
    consultation_id uuid NOT NULL,
    stream          text NOT NULL,
    account_id      uuid NOT NULL REFERENCES account,
    seq             bigint NOT NULL,
    read_at         timestamptz NOT NULL,
    PRIMARY KEY (consultation_id, stream, account_id)
);

-- Names this installation on a NATS that others use too, and signs what is sent there. Made at the first start that needs it.
CREATE TABLE installation (
    single     boolean PRIMARY KEY DEFAULT true CHECK (single),
    id         uuid NOT NULL,
    fanout_key bytea NOT NULL
);

-- What each account has written in the chat on a day, in Asia/Shanghai: see src/chat/volume.rs.
CREATE TABLE chat_volume (
    day        date NOT NULL,
    account_id uuid NOT NULL,
    messages   bigint NOT NULL,
    bytes      bigint NOT NULL,
    PRIMARY KEY (day, account_id)
);

-- Messages that their senders took back. The log stays as it was written; nobody is shown the text or the files of these.
CREATE TABLE chat_retraction (
    consultation_id uuid NOT NULL,
    stream          text NOT NULL,
    seq             bigint NOT NULL,
    retracted_at    timestamptz NOT NULL,
    PRIMARY KEY (consultation_id, stream, seq),
    FOREIGN KEY (consultation_id, stream, seq) REFERENCES chat_message (consultation_id, stream, seq)
);

-- How far the messages of a stream were erased, and when the last ones were.
CREATE TABLE chat_erased (
    consultation_id uuid NOT NULL,
    stream          text NOT NULL CHECK (stream IN ('talk', 'notes')),
    seq             bigint NOT NULL CHECK (seq > 0),
    erased_at       timestamptz NOT NULL,
    PRIMARY KEY (consultation_id, stream)
);
