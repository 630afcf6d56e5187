-- Certificates of an application: uploaded behind its one-time link, when there is no account yet. They have no owner; they belong to the
-- application, whose id is later the expert's. No foreign key: the application becomes an expert, or goes.
ALTER TABLE attachment
    ALTER COLUMN owner_id DROP NOT NULL,
    ADD COLUMN application_id uuid;
CREATE INDEX attachment_by_application ON attachment (application_id, id) WHERE application_id IS NOT NULL;
DROP INDEX attachment_unused;
CREATE INDEX attachment_unused ON attachment (created_at)
    WHERE consultation_id IS NULL AND case_id IS NULL AND application_id IS NULL;

-- What an applicant says besides: the post held with the employer, and the qualifications.
ALTER TABLE expert
    ADD COLUMN post text,
    ADD COLUMN qualifications text;

-- Each change of an expert's specialties, with who decided on it, when and why: those of the application, those added later, which wait for
-- an officer, and those removed, which are removed at once.
CREATE TABLE expert_specialty_change (
    id                 uuid PRIMARY KEY,
    expert_id          uuid NOT NULL REFERENCES expert ON DELETE CASCADE,
    change             text NOT NULL CHECK (change IN ('add', 'remove')),
    product_kind       text REFERENCES product_kind,
    product_class      text REFERENCES product_class,
    level              integer NOT NULL CHECK (level BETWEEN 1 AND 3),
    items              text[] NOT NULL DEFAULT '{}',
    state              text NOT NULL CHECK (state IN ('proposed', 'approved', 'rejected', 'withdrawn', 'done')),
    -- The expert's reason.
    note               text,
    -- Consultations of the expert that were open for it when it was removed.
    open_consultations integer,
    proposed_by        uuid REFERENCES account,
    proposed_at        timestamptz NOT NULL,
    decided_by         uuid REFERENCES account,
    decided_at         timestamptz,
    reason             text,
    CHECK ((product_kind IS NULL) <> (product_class IS NULL)),
    CHECK ((state = 'proposed') = (decided_at IS NULL))
);
CREATE INDEX expert_specialty_change_by_expert ON expert_specialty_change (expert_id, id);
CREATE INDEX expert_specialty_change_by_state ON expert_specialty_change (state, id);
CREATE UNIQUE INDEX expert_specialty_change_open
    ON expert_specialty_change (expert_id, coalesce(product_kind, ''), coalesce(product_class, '')) WHERE state = 'proposed';

-- Suspensions of experts. While one has not ended, the expert is given nothing. `until` is the last day, in Asia/Shanghai. No foreign key to
-- the expert: it would lock the expert's row before consultations, against the order of locks.
CREATE TABLE expert_suspension (
    id           uuid PRIMARY KEY,
    expert_id    uuid NOT NULL,
    reason       text NOT NULL,
    until        date,
    suspended_by uuid REFERENCES account,
    suspended_at timestamptz NOT NULL,
    ended_by     uuid REFERENCES account,
    ended_at     timestamptz,
    end_reason   text,
    CHECK (ended_at IS NOT NULL OR (ended_by IS NULL AND end_reason IS NULL))
);
CREATE UNIQUE INDEX expert_suspension_open ON expert_suspension (expert_id) WHERE ended_at IS NULL;
CREATE INDEX expert_suspension_by_expert ON expert_suspension (expert_id, id);
