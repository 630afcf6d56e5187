DROP TABLE zero_out_listed, zero_out_row;
DROP INDEX zero_out_import_of_check;
CREATE UNIQUE INDEX zero_out_import_of_check ON zero_out_import (check_id) WHERE check_id IS NOT NULL AND state <> 'failed';
ALTER TABLE zero_out_import
    DROP CONSTRAINT zero_out_import_withdrawn,
    DROP CONSTRAINT zero_out_import_state_check,
    ADD CONSTRAINT zero_out_import_state_check CHECK (state IN ('queued', 'running', 'done', 'failed')),
    DROP COLUMN merge_no,
    DROP COLUMN withdrawn_at,
    DROP COLUMN withdrawn_by,
    DROP COLUMN withdrawn_reason;
DROP INDEX remediation_case_open;
ALTER TABLE remediation_case
    DROP CONSTRAINT remediation_case_withdrawn,
    DROP CONSTRAINT remediation_case_opened_once,
    DROP COLUMN withdrawn_at,
    ADD CONSTRAINT remediation_case_nonconformity_id_key UNIQUE (nonconformity_id),
    DROP CONSTRAINT remediation_case_state_check,
    ADD CONSTRAINT remediation_case_state_check CHECK (state IN (
        'stopped', 'retesting', 'ordered', 'retesting_order', 'correcting', 'evidence_submitted',
        'reinspection_passed', 'failed', 'reported_to_city', 'reported_to_province', 'announced',
        'failed_again', 'suspended', 'check_failed', 'cleared', 'overturned', 'licence_revoked', 'closed'));
CREATE INDEX remediation_case_open ON remediation_case (id) INCLUDE (state, reinspect_by, region)
    WHERE state NOT IN ('cleared', 'overturned', 'licence_revoked', 'closed');
ALTER TABLE enterprise DROP COLUMN withdrawn_at;
ALTER TABLE nonconformity
    DROP CONSTRAINT nonconformity_listed_once,
    DROP COLUMN withdrawn_at,
    ADD CONSTRAINT nonconformity_enterprise_id_product_kind_report_no_key UNIQUE (enterprise_id, product_kind, report_no);
