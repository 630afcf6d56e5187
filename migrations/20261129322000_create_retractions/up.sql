-- Messages that their senders took back. The log stays as it was written; nobody is shown the text or the files of these.
CREATE TABLE chat_retraction (
    consultation_id uuid NOT NULL,
    stream          text NOT NULL,
    seq             bigint NOT NULL,
    retracted_at    timestamptz NOT NULL,
    PRIMARY KEY (consultation_id, stream, seq),
    FOREIGN KEY (consultation_id, stream, seq) REFERENCES chat_message (consultation_id, stream, seq)
);
