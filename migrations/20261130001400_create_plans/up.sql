-- A plan: which enterprise of a region, a class or a list is given to which expert. `snapshot` is all that it was computed on.
CREATE TABLE matching_plan (
    id             uuid PRIMARY KEY,
    name           text NOT NULL,
    requested_by   uuid NOT NULL REFERENCES account,
    region         text NOT NULL REFERENCES region,
    product_class  text REFERENCES product_class,
    import_id      uuid REFERENCES zero_out_import,
    rounds         integer NOT NULL CHECK (rounds BETWEEN 1 AND 100),
    capacity_basis text NOT NULL CHECK (capacity_basis IN ('free', 'full')),
    state          text NOT NULL
        CHECK (state IN ('queued', 'computing', 'computed', 'failed', 'applied', 'discarded')),
    phase          text CHECK (phase IN ('reading', 'scoring', 'solving', 'storing')),
    done           integer NOT NULL DEFAULT 0,
    total          integer NOT NULL DEFAULT 0,
    attempts       integer NOT NULL DEFAULT 0,
    problem        jsonb,
    snapshot       bytea,
    figures        jsonb,
    applied        jsonb,
    created_at     timestamptz NOT NULL,
    started_at     timestamptz,
    computed_at    timestamptz,
    decided_by     uuid REFERENCES account,
    decided_at     timestamptz,
    -- The least score, in millionths: pairs below it are not used.
    least_score    integer CHECK (least_score BETWEEN 1 AND 1000000),
    CHECK ((state IN ('computed', 'applied')) <= (computed_at IS NOT NULL AND snapshot IS NOT NULL)),
    CHECK ((state IN ('applied', 'discarded')) = (decided_at IS NOT NULL))
);
-- Compressing it would take longer than computing the plan.
ALTER TABLE matching_plan ALTER COLUMN snapshot SET STORAGE EXTERNAL;
CREATE INDEX matching_plan_open ON matching_plan (id) WHERE state IN ('queued', 'computing');

-- One enterprise of a plan: whom it gets, or why nobody; and who it has at present.
CREATE TABLE matching_plan_line (
    plan_id        uuid NOT NULL REFERENCES matching_plan ON DELETE CASCADE,
    enterprise_id  uuid NOT NULL,
    expert_id      uuid,
    score          integer,
    reason         text CHECK (reason IN ('no_specialty', 'excluded', 'no_place', 'least_score', 'by_hand')),
    excluded       jsonb,
    present_expert uuid,
    present_by     text CHECK (present_by IN ('consultation', 'plan')),
    change         text NOT NULL CHECK (change IN ('added', 'changed', 'unchanged', 'removed', 'none')),
    PRIMARY KEY (plan_id, enterprise_id),
    CHECK ((expert_id IS NULL) = (score IS NULL)),
    CHECK ((expert_id IS NULL) = (reason IS NOT NULL)),
    CHECK ((present_expert IS NULL) = (present_by IS NULL))
);
CREATE INDEX matching_plan_line_unserved ON matching_plan_line (plan_id, enterprise_id) WHERE expert_id IS NULL;

-- Every allowed pair with its score, packed, in the order of the enterprises.
CREATE TABLE matching_plan_pairs (
    plan_id uuid NOT NULL REFERENCES matching_plan ON DELETE CASCADE,
    part    integer NOT NULL,
    data    bytea NOT NULL,
    PRIMARY KEY (plan_id, part)
);
ALTER TABLE matching_plan_pairs ALTER COLUMN data SET STORAGE EXTERNAL;

-- A line of a plan that an officer has changed: by whom, why, and what had been computed. The line itself holds what it was changed to.
CREATE TABLE matching_plan_by_hand (
    plan_id           uuid NOT NULL,
    enterprise_id     uuid NOT NULL,
    computed_expert   uuid,
    computed_score    integer,
    computed_reason   text,
    computed_excluded jsonb,
    reason            text NOT NULL,
    changed_by        uuid NOT NULL REFERENCES account,
    changed_at        timestamptz NOT NULL,
    PRIMARY KEY (plan_id, enterprise_id),
    FOREIGN KEY (plan_id, enterprise_id) REFERENCES matching_plan_line ON DELETE CASCADE,
    CHECK ((computed_expert IS NULL) = (computed_score IS NULL)),
    CHECK ((computed_expert IS NULL) = (computed_reason IS NOT NULL))
);

ALTER TABLE matching_assignment ADD FOREIGN KEY (plan_id) REFERENCES matching_plan;
