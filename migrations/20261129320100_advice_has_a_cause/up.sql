-- The standard that an action rests on, and its clause, in the expert's words.
ALTER TABLE case_action
    ADD COLUMN standard text,
    ADD COLUMN clause   text,
    ADD CONSTRAINT case_action_clause CHECK (clause IS NULL OR standard IS NOT NULL);

-- A piece of advice besides its actions. Its message stands in the talk.
CREATE TABLE case_advice (
    consultation_id uuid NOT NULL REFERENCES consultation,
    message_seq     bigint NOT NULL,
    summary         text,
    cause           text,
    given_at        timestamptz NOT NULL,
    PRIMARY KEY (consultation_id, message_seq)
);
