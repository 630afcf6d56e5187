-- An action is proposed, accepted or declined by the enterprise, and done with evidence; the kinds are the steps of 8D.
ALTER TABLE case_action
    DROP CONSTRAINT case_action_kind_check,
    ADD CONSTRAINT case_action_kind_check CHECK (kind IN (
        'problem', 'containment', 'cause', 'correction', 'prevention', 'verification', 'effectiveness')),
    ADD COLUMN state text NOT NULL DEFAULT 'proposed'
        CHECK (state IN ('proposed', 'accepted', 'declined', 'done')),
    -- Who sees to it, in the enterprise's words.
    ADD COLUMN owner text,
    ADD COLUMN reason text,
    ADD COLUMN decided_by uuid REFERENCES account,
    ADD COLUMN decided_at timestamptz,
    ADD COLUMN done_on date,
    ADD CONSTRAINT case_action_decided CHECK ((state = 'proposed') = (decided_at IS NULL)),
    ADD CONSTRAINT case_action_declined CHECK (state <> 'declined' OR reason IS NOT NULL),
    ADD CONSTRAINT case_action_done CHECK ((state = 'done') = (done_on IS NOT NULL));

-- What an officer has decided of a recovery criterion; the criteria themselves are settings.
CREATE TABLE case_criterion (
    case_id     uuid NOT NULL REFERENCES remediation_case,
    key         text NOT NULL,
    met         boolean NOT NULL,
    evidence_id uuid REFERENCES case_evidence,
    note        text,
    decided_by  uuid NOT NULL REFERENCES account,
    decided_at  timestamptz NOT NULL,
    PRIMARY KEY (case_id, key)
);
