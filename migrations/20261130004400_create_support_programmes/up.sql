-- Support programmes (康复帮扶: 一地一策, 一品一策). Each is a programme of kind support; its name, period, organiser, base state and steps are kept there. Regions
-- and product kinds are codes of the catalogue, hospitals are product hospitals. Amounts are in fen.

CREATE TABLE support_programme (
    programme_id      uuid PRIMARY KEY REFERENCES programme,
    rules_version     text NOT NULL CHECK (rules_version <> ''),
    -- The product hospital that leads it.
    lead_hospital     text NOT NULL REFERENCES product_hospital,
    -- Who takes part beside it, by name.
    partners          text[] NOT NULL,
    -- What the nonconforming rate is to come down to, in hundredths of a per cent, and by how many results that is to be judged at least: n.
    target_hundredths integer CHECK (target_hundredths BETWEEN 0 AND 10000),
    target_samples    integer CHECK (target_samples > 0),
    -- How many months before its approval the baseline counts.
    baseline_months   integer NOT NULL CHECK (baseline_months BETWEEN 1 AND 60),
    -- Why it goes on though another programme claims the same enterprises.
    overlap_reason    text,
    -- How the lead hospital recuses itself where it helps and is paid, and who verifies in its place.
    recusal           text,
    verified_by       text,
    -- What the last evaluation said.
    verdict           text CHECK (verdict IN ('met', 'missed', 'undecided')),
    evaluated_on      date,
    CHECK ((verdict IS NULL) = (evaluated_on IS NULL)),
    CHECK ((recusal IS NULL) = (verified_by IS NULL))
);

-- The regions that it is for, each with all under it.
CREATE TABLE support_region (
    programme_id uuid NOT NULL REFERENCES support_programme,
    region       text NOT NULL REFERENCES region,
    PRIMARY KEY (programme_id, region)
);

-- The product kinds that it is for; none where it is for all of them.
CREATE TABLE support_kind (
    programme_id uuid NOT NULL REFERENCES support_programme,
    product_kind text NOT NULL REFERENCES product_kind,
    PRIMARY KEY (programme_id, product_kind)
);

-- What is done.
CREATE TABLE support_measure (
    id            uuid PRIMARY KEY,
    programme_id  uuid NOT NULL REFERENCES support_programme,
    kind          text NOT NULL CHECK (kind IN ('training', 'shared_test', 'standard', 'voucher', 'visit', 'other')),
    description   text NOT NULL CHECK (description <> ''),
    -- Who carries it out: a product hospital by its code, or somebody else by name.
    hospital      text REFERENCES product_hospital,
    carried_by    text,
    starts_on     date NOT NULL,
    ends_on       date NOT NULL CHECK (ends_on >= starts_on),
    state         text NOT NULL CHECK (state IN ('planned', 'under_way', 'done', 'dropped')),
    begun_on      date,
    done_on       date CHECK (done_on >= begun_on),
    reason        text,
    created_by    uuid NOT NULL REFERENCES account,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    CHECK (hospital IS NULL OR carried_by IS NULL),
    CHECK (state NOT IN ('under_way', 'done') OR begun_on IS NOT NULL),
    CHECK (state <> 'planned' OR begun_on IS NULL),
    CHECK ((state = 'done') = (done_on IS NOT NULL)),
    CHECK ((state = 'dropped') = (reason IS NOT NULL))
);
CREATE INDEX support_measure_by_programme ON support_measure (programme_id, id);

-- What it costs the public, and the fees that hospitals take for what they do in it. A mistake is reversed by a second entry in the same row.
CREATE TABLE support_amount (
    id             uuid PRIMARY KEY,
    programme_id   uuid NOT NULL REFERENCES support_programme,
    kind           text NOT NULL CHECK (kind IN ('cost', 'fee')),
    description    text NOT NULL CHECK (description <> ''),
    amount_fen     bigint NOT NULL CHECK (amount_fen > 0),
    on_day         date NOT NULL,
    -- Of a fee: the product hospital that takes it, and who pays.
    hospital       text REFERENCES product_hospital,
    paid_by        text CHECK (paid_by IN ('enterprises', 'authority', 'others')),
    entered_by     uuid NOT NULL REFERENCES account,
    entered_at     timestamptz NOT NULL,
    reversed_by    uuid REFERENCES account,
    reversed_at    timestamptz,
    reverse_reason text,
    CHECK ((kind = 'fee') = (hospital IS NOT NULL) AND (kind = 'fee') = (paid_by IS NOT NULL)),
    CHECK ((reversed_at IS NULL) = (reversed_by IS NULL) AND (reversed_at IS NULL) = (reverse_reason IS NULL))
);
CREATE INDEX support_amount_by_programme ON support_amount (programme_id, id);

-- What was frozen with the approval and never changes: the counts before, beside the rest of the province, with their filter; the diagnosis; which other
-- programmes claimed the same enterprises.
CREATE TABLE support_baseline (
    programme_id    uuid PRIMARY KEY REFERENCES support_programme,
    -- The day of the approval: counted is what was sampled before it, from from_day on, as it was known then.
    day             date NOT NULL,
    from_day        date NOT NULL CHECK (from_day < day),
    nonconforming   bigint NOT NULL CHECK (nonconforming >= 0),
    tested          bigint NOT NULL CHECK (tested > 0 AND tested >= nonconforming),
    rest_nonconforming bigint NOT NULL CHECK (rest_nonconforming >= 0),
    rest_tested     bigint NOT NULL CHECK (rest_tested >= rest_nonconforming),
    -- The filter: what the rest is, and the scope as it was.
    beside          text NOT NULL CHECK (beside IN ('same_kinds_elsewhere', 'other_kinds', 'nothing')),
    regions         text[] NOT NULL CHECK (cardinality(regions) > 0),
    kinds           text[] NOT NULL,
    province        text NOT NULL,
    -- The laboratories of the lead hospital, whose results do not count for its own programme, and how many results of them are left out.
    own_laboratories uuid[] NOT NULL,
    left_out        bigint NOT NULL CHECK (left_out >= 0),
    diagnosis       jsonb NOT NULL,
    claimed_by      jsonb NOT NULL,
    frozen_by       uuid NOT NULL REFERENCES account,
    frozen_at       timestamptz NOT NULL
);

-- Evaluations, as they were made.
CREATE TABLE support_evaluation (
    programme_id       uuid NOT NULL REFERENCES support_programme,
    ordinal            integer NOT NULL CHECK (ordinal > 0),
    -- Counted is what was sampled from from_day to day, as it was known at the end of day.
    from_day           date NOT NULL,
    day                date NOT NULL CHECK (day >= from_day),
    nonconforming      bigint NOT NULL CHECK (nonconforming >= 0),
    tested             bigint NOT NULL CHECK (tested >= nonconforming),
    rest_nonconforming bigint NOT NULL CHECK (rest_nonconforming >= 0),
    rest_tested        bigint NOT NULL CHECK (rest_tested >= rest_nonconforming),
    target_hundredths  integer NOT NULL CHECK (target_hundredths BETWEEN 0 AND 10000),
    target_samples     integer NOT NULL CHECK (target_samples > 0),
    verdict            text NOT NULL CHECK (verdict IN ('met', 'missed', 'undecided')),
    -- Enterprises that recovered since the approval, and what had been spent by then.
    recovered          bigint NOT NULL CHECK (recovered >= 0),
    cost_fen           bigint NOT NULL CHECK (cost_fen >= 0),
    note               text,
    evaluated_by       uuid NOT NULL REFERENCES account,
    evaluated_at       timestamptz NOT NULL,
    PRIMARY KEY (programme_id, ordinal)
);
