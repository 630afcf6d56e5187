-- A record that its import was withdrawn with keeps its row, so that figures of past days stay: it was on the list from `created_at` until
-- `withdrawn_at`. The same report can be listed again. Likewise an enterprise that nothing keeps on the list, and a case.
ALTER TABLE nonconformity
    ADD COLUMN withdrawn_at timestamptz,
    DROP CONSTRAINT nonconformity_enterprise_id_product_kind_report_no_key,
    ADD CONSTRAINT nonconformity_listed_once
        UNIQUE NULLS NOT DISTINCT (enterprise_id, product_kind, report_no, withdrawn_at);
ALTER TABLE enterprise ADD COLUMN withdrawn_at timestamptz;

ALTER TABLE remediation_case
    ADD COLUMN withdrawn_at timestamptz,
    DROP CONSTRAINT remediation_case_nonconformity_id_key,
    ADD CONSTRAINT remediation_case_opened_once UNIQUE NULLS NOT DISTINCT (nonconformity_id, withdrawn_at),
    DROP CONSTRAINT remediation_case_state_check,
    ADD CONSTRAINT remediation_case_state_check CHECK (state IN (
        'stopped', 'retesting', 'ordered', 'retesting_order', 'correcting', 'evidence_submitted',
        'reinspection_passed', 'failed', 'reported_to_city', 'reported_to_province', 'announced',
        'failed_again', 'suspended', 'check_failed', 'cleared', 'overturned', 'licence_revoked', 'closed', 'withdrawn')),
    ADD CONSTRAINT remediation_case_withdrawn CHECK ((state = 'withdrawn') = (withdrawn_at IS NOT NULL));
DROP INDEX remediation_case_open;
CREATE INDEX remediation_case_open ON remediation_case (id) INCLUDE (state, reinspect_by, region)
    WHERE state NOT IN ('cleared', 'overturned', 'licence_revoked', 'closed', 'withdrawn');

-- `merge_no` is the place of an import among those whose rows went in, and says that what it did is kept row by row; NULL before that was
-- kept, and for what wrote nothing.
ALTER TABLE zero_out_import
    ADD COLUMN merge_no bigint UNIQUE,
    ADD COLUMN withdrawn_at timestamptz,
    ADD COLUMN withdrawn_by uuid REFERENCES account,
    ADD COLUMN withdrawn_reason text,
    DROP CONSTRAINT zero_out_import_state_check,
    ADD CONSTRAINT zero_out_import_state_check CHECK (state IN ('queued', 'running', 'done', 'failed', 'withdrawn')),
    ADD CONSTRAINT zero_out_import_withdrawn CHECK ((state = 'withdrawn') = (withdrawn_at IS NOT NULL)
        AND (state = 'withdrawn') = (withdrawn_reason IS NOT NULL));

-- A check whose import was withdrawn may be imported again.
DROP INDEX zero_out_import_of_check;
CREATE UNIQUE INDEX zero_out_import_of_check ON zero_out_import (check_id)
    WHERE check_id IS NOT NULL AND state NOT IN ('failed', 'withdrawn');

-- What an import did by each of its rows. `before` and `after` hold what it changed of a record that was there, by column; the case is the one
-- that it opened, or whose order it entered, with the number of its last event then. Rows are never removed, so the references need no keys.
CREATE TABLE zero_out_row (
    import_id        uuid NOT NULL,
    row_no           integer NOT NULL,
    enterprise_id    uuid NOT NULL,
    nonconformity_id uuid NOT NULL,
    fresh            boolean NOT NULL,
    case_id          uuid,
    case_opened      boolean NOT NULL,
    case_version     integer,
    before           jsonb,
    after            jsonb,
    -- What became of the record: the lists of an import show it.
    outcome          text NOT NULL CHECK (outcome IN ('inserted', 'updated', 'unchanged')),
    PRIMARY KEY (import_id, row_no),
    CHECK ((case_id IS NULL) = (case_version IS NULL)),
    CHECK ((before IS NULL) = (after IS NULL))
);
CREATE INDEX zero_out_row_by_nonconformity ON zero_out_row (nonconformity_id);

-- The enterprises that an import named, and what it changed of those that were there.
CREATE TABLE zero_out_listed (
    import_id     uuid NOT NULL,
    enterprise_id uuid NOT NULL,
    fresh         boolean NOT NULL,
    before        jsonb,
    after         jsonb,
    PRIMARY KEY (import_id, enterprise_id),
    CHECK ((before IS NULL) = (after IS NULL))
);
CREATE INDEX zero_out_listed_by_enterprise ON zero_out_listed (enterprise_id);
