DROP TABLE case_criterion;
UPDATE case_action SET kind = CASE kind
    WHEN 'problem' THEN 'cause' WHEN 'verification' THEN 'correction' WHEN 'effectiveness' THEN 'prevention' ELSE kind END;
ALTER TABLE case_action
    DROP CONSTRAINT case_action_kind_check,
    DROP CONSTRAINT case_action_decided,
    DROP CONSTRAINT case_action_declined,
    DROP CONSTRAINT case_action_done,
    DROP COLUMN state,
    DROP COLUMN owner,
    DROP COLUMN reason,
    DROP COLUMN decided_by,
    DROP COLUMN decided_at,
    DROP COLUMN done_on,
    ADD CONSTRAINT case_action_kind_check CHECK (kind IN ('containment', 'cause', 'correction', 'prevention'));
