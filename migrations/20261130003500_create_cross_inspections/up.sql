-- Cross-inspection (交叉互检): rounds in which enterprises test each other's products, led by an officer or by a product hospital.

-- A round.
CREATE TABLE cross_round (
    id               uuid PRIMARY KEY,
    name             text NOT NULL CHECK (name <> ''),
    -- Whose officers know that it is held.
    region           text NOT NULL REFERENCES region,
    -- The product hospital that leads it; none where the authority does.
    hospital         text REFERENCES product_hospital,
    product_kind     text NOT NULL REFERENCES product_kind,
    -- The person who leads it, the only one who sees everything.
    led_by           uuid NOT NULL REFERENCES account,
    state            text NOT NULL CHECK (state IN ('gathering', 'assigned', 'closed', 'withdrawn')),
    -- The version of the rules under which it is held.
    rules_version    text NOT NULL,
    -- The word by which enterprises join.
    join_code        text NOT NULL UNIQUE CHECK (join_code <> ''),
    -- Per cent of the products that a laboratory tests as well, and which one does.
    check_percent    integer NOT NULL CHECK (check_percent BETWEEN 1 AND 100),
    laboratory_id    uuid REFERENCES laboratory,
    -- From which the assignment and the share for the laboratory follow.
    seed             bytea CHECK (length(seed) = 32),
    created_at       timestamptz NOT NULL,
    assigned_at      timestamptz,
    -- The last day for the results of those who test, and when they were reminded of it.
    results_due_on   date,
    reminded_at      timestamptz,
    closed_at        timestamptz,
    withdrawn_at     timestamptz,
    withdrawn_reason text,
    updated_at       timestamptz NOT NULL,
    CHECK (state NOT IN ('assigned', 'closed') OR (assigned_at IS NOT NULL AND seed IS NOT NULL)),
    CHECK ((assigned_at IS NULL) = (results_due_on IS NULL)),
    CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
    CHECK ((state = 'withdrawn') = (withdrawn_at IS NOT NULL)),
    CHECK ((withdrawn_at IS NULL) = (withdrawn_reason IS NULL))
);
CREATE INDEX cross_round_by_region ON cross_round (region, id);
CREATE INDEX cross_round_by_laboratory ON cross_round (laboratory_id, id) WHERE laboratory_id IS NOT NULL;
CREATE INDEX cross_round_by_leader ON cross_round (led_by, id);

-- The steps of a round. They never say what was found.
CREATE TABLE cross_event (
    round_id   uuid NOT NULL REFERENCES cross_round,
    ordinal    integer NOT NULL,
    step       text NOT NULL,
    from_state text,
    to_state   text NOT NULL,
    reason     text,
    account_id uuid NOT NULL REFERENCES account,
    at         timestamptz NOT NULL,
    PRIMARY KEY (round_id, ordinal)
);

-- An enterprise that takes part.
CREATE TABLE cross_participant (
    id            uuid PRIMARY KEY,
    round_id      uuid NOT NULL REFERENCES cross_round,
    enterprise_id uuid NOT NULL REFERENCES enterprise,
    -- When it last said who its kin and rivals are; none who has not.
    declared_at   timestamptz,
    joined_at     timestamptz NOT NULL,
    UNIQUE (round_id, enterprise_id)
);
CREATE INDEX cross_participant_by_enterprise ON cross_participant (enterprise_id);

-- Whose products a participant must not test, and who must not test its own: kin (parents, subsidiaries, sisters) and rivals.
CREATE TABLE cross_relation (
    participant_id uuid NOT NULL REFERENCES cross_participant ON DELETE CASCADE,
    kind           text NOT NULL CHECK (kind IN ('kin', 'rival')),
    -- The unified social credit code of the other one, which need not take part.
    uscc           text NOT NULL,
    PRIMARY KEY (participant_id, kind, uscc)
);

-- A product that a participant hands in, who tests it, and what was found.
CREATE TABLE cross_product (
    id               uuid PRIMARY KEY,
    round_id         uuid NOT NULL REFERENCES cross_round,
    participant_id   uuid NOT NULL REFERENCES cross_participant,
    name             text NOT NULL CHECK (name <> ''),
    brand            text,
    -- The blind code under which it is tested; none before the assignment.
    code             text,
    tester_id        uuid REFERENCES cross_participant CHECK (tester_id <> participant_id),
    -- Whether the laboratory tests it as well.
    checked          boolean NOT NULL DEFAULT false,
    result           text CHECK (result IN ('conforming', 'nonconforming', 'not_tested')),
    faults           text[] NOT NULL DEFAULT '{}',
    tested_on        date,
    reported_at      timestamptz,
    check_result     text CHECK (check_result IN ('conforming', 'nonconforming', 'not_tested')),
    check_faults     text[] NOT NULL DEFAULT '{}',
    check_report_no  text,
    check_on         date,
    check_at         timestamptz,
    corrected_on     date,
    correction       text,
    created_at       timestamptz NOT NULL,
    UNIQUE (round_id, code),
    CHECK ((code IS NULL) = (tester_id IS NULL)),
    CHECK ((result IS NULL) = (reported_at IS NULL)),
    CHECK ((check_result IS NULL) = (check_at IS NULL)),
    CHECK ((corrected_on IS NULL) = (correction IS NULL))
);
CREATE INDEX cross_product_by_participant ON cross_product (participant_id);
CREATE INDEX cross_product_by_tester ON cross_product (tester_id) WHERE tester_id IS NOT NULL;
