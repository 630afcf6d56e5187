DROP TABLE case_advice;
ALTER TABLE case_action
    DROP CONSTRAINT case_action_clause,
    DROP COLUMN clause,
    DROP COLUMN standard;
