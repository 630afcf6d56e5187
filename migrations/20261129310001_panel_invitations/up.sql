-- Invitations to the panel of a consultation, each with what became of it. Who has accepted one has a seat in consultation_panel.
CREATE TABLE consultation_invitation (
    consultation_id uuid NOT NULL REFERENCES consultation,
    ordinal         integer NOT NULL,
    expert_id       uuid NOT NULL REFERENCES expert,
    invited_by      uuid REFERENCES account,
    invited_at      timestamptz NOT NULL,
    note            text,
    state           text NOT NULL CHECK (state IN ('invited', 'accepted', 'declined', 'withdrawn', 'lapsed')),
    answered_at     timestamptz,
    reason          text,
    PRIMARY KEY (consultation_id, ordinal),
    CHECK ((state = 'invited') = (answered_at IS NULL))
);
CREATE UNIQUE INDEX consultation_invitation_open ON consultation_invitation (consultation_id, expert_id) WHERE state = 'invited';
CREATE INDEX consultation_invitation_by_expert ON consultation_invitation (expert_id) WHERE state = 'invited';
