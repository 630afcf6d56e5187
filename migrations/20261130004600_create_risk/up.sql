-- Assessments of risk (质量安全研判): a decision of a day by probability and severity of harm, on a product kind in a region. An author writes it,
-- another officer validates it; a newer one of the same kind, region and hazard takes its place. One that should not be is withdrawn.
CREATE TABLE assessment (
    id            uuid PRIMARY KEY,
    product_kind  text NOT NULL REFERENCES product_kind,
    region        text NOT NULL REFERENCES region,
    hazard        text NOT NULL CHECK (hazard <> ''),
    state         text NOT NULL CHECK (state IN ('draft', 'submitted', 'validated', 'returned', 'superseded', 'withdrawn')),
    -- The courses of harm: each with its severity and steps, each step with its probability as it was written, exactly, and its evidence.
    scenarios     jsonb NOT NULL,
    -- Whether courses of equal severity are added, or the most probable one is taken.
    method        text NOT NULL CHECK (method IN ('combined', 'highest')),
    units         bigint CHECK (units > 0),
    urgency       text NOT NULL CHECK (urgency IN ('normal', 'urgent', 'emergency')),
    social_impact text NOT NULL CHECK (social_impact IN ('limited', 'considerable', 'wide')),
    summary       text NOT NULL,
    -- What it came to by the rules of the version: the severity and the exact probability that decide, the level by the table, by the units in
    -- use, and in the end.
    rules_version text NOT NULL,
    severity      integer NOT NULL CHECK (severity BETWEEN 1 AND 4),
    probability   text NOT NULL,
    table_level   text NOT NULL CHECK (table_level IN ('low', 'medium', 'high', 'serious')),
    units_level   text NOT NULL CHECK (units_level IN ('low', 'medium', 'high', 'serious')),
    level         text NOT NULL CHECK (level IN ('low', 'medium', 'high', 'serious')),
    author_id     uuid NOT NULL REFERENCES account,
    validator_id  uuid REFERENCES account,
    -- Why it was returned last, or withdrawn.
    reason        text,
    supersedes_id uuid REFERENCES assessment,
    version       integer NOT NULL CHECK (version > 0),
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    submitted_at  timestamptz,
    validated_at  timestamptz,
    superseded_at timestamptz,
    withdrawn_at  timestamptz,
    CONSTRAINT assessment_validated_by_another CHECK (validator_id <> author_id),
    CONSTRAINT assessment_validator CHECK (state = 'withdrawn' OR (state IN ('validated', 'superseded')) = (validator_id IS NOT NULL)),
    CONSTRAINT assessment_validated_at CHECK ((validator_id IS NULL) = (validated_at IS NULL)),
    CONSTRAINT assessment_superseded_at CHECK ((state = 'superseded') = (superseded_at IS NOT NULL)),
    CONSTRAINT assessment_withdrawn_at CHECK ((state = 'withdrawn') = (withdrawn_at IS NOT NULL))
);
CREATE UNIQUE INDEX assessment_in_force ON assessment (product_kind, region, lower(hazard)) WHERE state = 'validated';
CREATE INDEX assessment_by_region ON assessment (region, id);
CREATE INDEX assessment_by_kind ON assessment (product_kind, id);

-- The history of assessments.
CREATE TABLE assessment_event (
    assessment_id uuid NOT NULL REFERENCES assessment,
    ordinal       integer NOT NULL CHECK (ordinal > 0),
    step          text NOT NULL CHECK (step IN ('write', 'revise', 'submit', 'validate', 'return', 'supersede', 'withdraw')),
    from_state    text,
    to_state      text NOT NULL,
    at            timestamptz NOT NULL,
    account_id    uuid NOT NULL REFERENCES account,
    reason        text,
    PRIMARY KEY (assessment_id, ordinal)
);

-- What an assessment rests on, in the order in which it was named: a signal, an inspection or a file.
CREATE TABLE assessment_evidence (
    assessment_id uuid NOT NULL REFERENCES assessment,
    place         integer NOT NULL CHECK (place > 0),
    kind          text NOT NULL CHECK (kind IN ('signal', 'inspection', 'file')),
    signal_id     uuid REFERENCES signal,
    inspection_id uuid REFERENCES inspection,
    attachment_id uuid REFERENCES attachment,
    -- Since when the platform knows of it.
    known_at      timestamptz NOT NULL,
    PRIMARY KEY (assessment_id, place),
    CHECK ((kind = 'signal') = (signal_id IS NOT NULL)),
    CHECK ((kind = 'inspection') = (inspection_id IS NOT NULL)),
    CHECK ((kind = 'file') = (attachment_id IS NOT NULL))
);
CREATE INDEX assessment_evidence_by_file ON assessment_evidence (attachment_id) WHERE attachment_id IS NOT NULL;

-- Alerts of regional or industry-wide problems, of three causes: a cluster (SAMR Order No. 18, art. 50: one kind of product failing one item too
-- often), the index of risk, a validated assessment of the level serious. There is one open alert for each cause, kind, item and region; its figures
-- follow the facts. An officer deals with it by a meeting, letters, interviews and listings, and closes it with what came of it, or dismisses it with
-- a reason. One whose facts are gone is withdrawn by the platform; one whose index has fallen below the lower bound subsides.
CREATE TABLE quality_alert (
    id              uuid PRIMARY KEY,
    cause           text NOT NULL CHECK (cause IN ('cluster', 'index', 'assessment')),
    product_kind    text NOT NULL REFERENCES product_kind,
    -- The item that failed; of a cluster only.
    item            text,
    region          text NOT NULL REFERENCES region,
    state           text NOT NULL CHECK (state IN ('open', 'meeting', 'measure', 'closed', 'dismissed', 'withdrawn', 'subsided')),
    nonconformities integer NOT NULL,
    enterprises     integer NOT NULL,
    first_on        date,
    last_on         date,
    -- Of a cluster or the index: the days of the window, and the number above which (cluster) or from which on (index) it is raised.
    window_days     integer,
    threshold       integer,
    -- Of the index: the results counted, the lower end of the interval of the rate and the rate of the class, in millionths, and the index in
    -- hundredths.
    tested          integer,
    rate_low        integer,
    class_rate      integer,
    index_value     integer,
    rules_version   text,
    -- Of an assessment.
    assessment_id   uuid REFERENCES assessment,
    -- Why it was dismissed.
    reason          text,
    -- What came of it, once it is closed.
    outcome         text,
    opened_at       timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    -- The first meeting or measure: what was known by then has been dealt with.
    answered_at     timestamptz,
    closed_at       timestamptz,
    closed_by       uuid REFERENCES account,
    CHECK ((cause = 'cluster') = (item IS NOT NULL)),
    CHECK ((cause = 'assessment') = (assessment_id IS NOT NULL)),
    CHECK ((cause = 'index') = (tested IS NOT NULL)),
    CHECK ((cause = 'assessment') = (window_days IS NULL) AND (cause = 'assessment') = (threshold IS NULL)),
    CHECK ((state IN ('open', 'meeting', 'measure')) = (closed_at IS NULL)),
    CHECK (state NOT IN ('meeting', 'measure', 'closed') OR answered_at IS NOT NULL),
    CHECK ((state = 'dismissed') = (reason IS NOT NULL)),
    CHECK ((state = 'closed') = (outcome IS NOT NULL))
);
CREATE UNIQUE INDEX quality_alert_open ON quality_alert (cause, product_kind, coalesce(item, ''), region) WHERE state = 'open';
CREATE INDEX quality_alert_by_region ON quality_alert (region, id);

-- The life of alerts.
CREATE TABLE quality_alert_event (
    alert_id   uuid NOT NULL REFERENCES quality_alert,
    ordinal    integer NOT NULL CHECK (ordinal > 0),
    step       text NOT NULL CHECK (step IN (
        'raise', 'meeting', 'letter', 'interview', 'listing', 'close', 'dismiss', 'withdraw', 'subside')),
    from_state text,
    to_state   text NOT NULL,
    at         timestamptz NOT NULL,
    actor_id   uuid REFERENCES account,
    -- The letter, interview or listing.
    measure_id uuid,
    PRIMARY KEY (alert_id, ordinal),
    CHECK ((step IN ('letter', 'interview', 'listing')) = (measure_id IS NOT NULL))
);

-- The record of a quality analysis meeting (质量分析会).
CREATE TABLE quality_meeting (
    alert_id     uuid PRIMARY KEY REFERENCES quality_alert,
    held_on      date NOT NULL,
    participants text[] NOT NULL CHECK (cardinality(participants) > 0),
    findings     text NOT NULL,
    measures     text NOT NULL,
    recorded_by  uuid NOT NULL REFERENCES account,
    recorded_at  timestamptz NOT NULL
);

-- Of which days and windows the index is kept. A day that is over, counted after its end, is never counted again.
CREATE TABLE risk_day (
    day           date NOT NULL,
    window_days   integer NOT NULL CHECK (window_days > 0),
    rules_version text NOT NULL,
    -- Whether it is the first window of the rules: alerts are raised and draws are weighted by it.
    first_window  boolean NOT NULL,
    counted_at    timestamptz NOT NULL,
    -- When alerts were looked for by this count; NULL while they have not been.
    raised_at     timestamptz,
    cells         integer NOT NULL,
    PRIMARY KEY (day, window_days)
);
CREATE INDEX risk_day_by_first_window ON risk_day (day) WHERE first_window;

-- The index of risk of a product kind in a region on a day, with all its parts. Only where there is a result, a signal or an assessment. Rates are
-- in millionths, parts in ten-thousandths, the index in hundredths.
CREATE TABLE risk_cell (
    day           date NOT NULL,
    window_days   integer NOT NULL,
    product_kind  text NOT NULL,
    region        text NOT NULL,
    -- Its place among all of the day, the highest index first.
    place         integer NOT NULL,
    tested        integer NOT NULL,
    failed        integer NOT NULL,
    tested_before integer NOT NULL,
    failed_before integer NOT NULL,
    class_rate    integer NOT NULL,
    rate          integer NOT NULL,
    rate_before   integer NOT NULL,
    rate_low      integer NOT NULL,
    rate_high     integer NOT NULL,
    severity      integer NOT NULL,
    assessment_id uuid,
    -- How many signals of each source and reliability: {"media.attributed": 2}.
    signals       jsonb NOT NULL,
    signal_count  integer NOT NULL,
    part_rate     integer NOT NULL,
    part_severity integer NOT NULL,
    part_trend    integer NOT NULL,
    part_signals  integer NOT NULL,
    index_value   integer NOT NULL,
    PRIMARY KEY (day, window_days, product_kind, region)
);
CREATE INDEX risk_cell_by_place ON risk_cell (day, window_days, place);

-- That something changed that the index of today counts. A count deletes what it has taken in.
CREATE TABLE risk_change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);

-- What is to become a signal: a result of a sampling or a penalty, noted when it was written.
CREATE TABLE risk_source_note (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    origin    text NOT NULL CHECK (origin IN ('inspection', 'conduct')),
    origin_id uuid NOT NULL
);

-- Who wants the weekly digest, and of which Monday the last one was.
CREATE TABLE risk_digest (
    account_id uuid PRIMARY KEY REFERENCES account,
    wanted     boolean NOT NULL,
    sent_for   date,
    updated_at timestamptz NOT NULL
);
