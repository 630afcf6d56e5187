-- A unified social credit code that the national register has and a rule of GB 32100-2015 refuses, let in by an officer. One that was
-- withdrawn stays as it was; the code can be admitted again.
CREATE TABLE uscc_admission (
    id               uuid PRIMARY KEY,
    uscc             text NOT NULL CHECK (length(uscc) = 18),
    -- The rule that the code breaks.
    fault            text NOT NULL
        CHECK (fault IN ('authority', 'region', 'checksum', 'organisation')),
    -- The region for which it is admitted: whose officers, and those above, see it.
    region           text NOT NULL REFERENCES region,
    reason           text NOT NULL,
    -- Where the code was found, such as the national enterprise credit publicity system, with the day.
    checked_in       text NOT NULL,
    admitted_by      uuid NOT NULL REFERENCES account,
    admitted_at      timestamptz NOT NULL,
    withdrawn_at     timestamptz,
    withdrawn_by     uuid REFERENCES account,
    withdrawn_reason text,
    CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL)),
    CHECK ((withdrawn_at IS NULL) = (withdrawn_reason IS NULL))
);
CREATE UNIQUE INDEX uscc_admission_in_force ON uscc_admission (uscc) WHERE withdrawn_at IS NULL;
CREATE INDEX uscc_admission_by_region ON uscc_admission (region, id);

-- Whether the code of an enterprise was let in against the rule.
ALTER TABLE enterprise ADD COLUMN uscc_admitted boolean NOT NULL DEFAULT false;
