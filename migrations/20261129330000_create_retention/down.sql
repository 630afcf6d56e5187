DROP TABLE retention_run;
DROP TABLE retention_hold;
DROP INDEX consultation_concluded;
ALTER TABLE account DROP CONSTRAINT account_erased_is_inactive, DROP COLUMN erased_at;
DROP INDEX attachment_to_erase;
ALTER TABLE attachment
    DROP CONSTRAINT attachment_of_a_case_is_kept,
    DROP CONSTRAINT attachment_used_when_whole,
    DROP CONSTRAINT attachment_state_check,
    ADD CONSTRAINT attachment_state_check CHECK (state IN ('uploading', 'uploaded', 'removing')),
    ADD CONSTRAINT attachment_check1 CHECK (state = 'uploaded' OR (consultation_id IS NULL AND case_id IS NULL));
DROP TABLE chat_erased;
