DROP TABLE account_invitation;
DROP INDEX account_officer;
DROP INDEX account_of_enterprise;
DROP INDEX account_by_enterprise;
CREATE UNIQUE INDEX account_by_enterprise ON account (enterprise_id) WHERE enterprise_id IS NOT NULL;
ALTER TABLE account
    DROP COLUMN invited_by,
    DROP COLUMN deactivation_reason,
    DROP COLUMN deactivated_by,
    DROP COLUMN deactivated_at;
