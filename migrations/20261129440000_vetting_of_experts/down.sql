DROP TABLE expert_suspension;
DROP TABLE expert_specialty_change;
ALTER TABLE expert
    DROP COLUMN qualifications,
    DROP COLUMN post;
DELETE FROM attachment WHERE owner_id IS NULL;
DROP INDEX attachment_unused;
DROP INDEX attachment_by_application;
ALTER TABLE attachment
    DROP COLUMN application_id,
    ALTER COLUMN owner_id SET NOT NULL;
CREATE INDEX attachment_unused ON attachment (created_at) WHERE consultation_id IS NULL AND case_id IS NULL;
