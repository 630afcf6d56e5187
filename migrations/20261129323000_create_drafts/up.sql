-- What somebody is writing and has not sent: for another device of the same person, and for nobody else.
CREATE TABLE consultation_draft (
    consultation_id uuid NOT NULL REFERENCES consultation,
    account_id      uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    stream          text NOT NULL CHECK (stream IN ('talk', 'notes')),
    body            text NOT NULL CHECK (body <> ''),
    updated_at      timestamptz NOT NULL,
    PRIMARY KEY (consultation_id, account_id, stream)
);
CREATE INDEX consultation_draft_by_age ON consultation_draft (updated_at);
