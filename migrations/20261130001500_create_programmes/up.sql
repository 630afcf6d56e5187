-- Programmes: what is planned over regions, kinds of products and a period, with targets; the draws made for them; laboratories; the regimes of
-- product kinds.

-- A laboratory that tests, or a body that takes samples.
CREATE TABLE laboratory (
    id             uuid PRIMARY KEY,
    name           text NOT NULL UNIQUE CHECK (name <> ''),
    -- Its seat. The officers of this region and of those above it keep its record.
    region         text NOT NULL REFERENCES region,
    -- Codes of the product classes and kinds that it may test; none where it only takes samples.
    products       text[] NOT NULL,
    -- Codes of the regions that it serves, each with all under it.
    serves         text[] NOT NULL CHECK (cardinality(serves) > 0),
    -- Samples that it can test in a month.
    capacity       integer NOT NULL CHECK (capacity >= 0),
    -- Whether it takes samples.
    takes_samples  boolean NOT NULL,
    -- Unified social credit codes of operators whose samples it may not test.
    excluded_usccs text[] NOT NULL,
    active         boolean NOT NULL,
    -- The product hospital to which it belongs, and since when that is known; none where it is nobody's.
    hospital       text REFERENCES product_hospital,
    hospital_since timestamptz,
    created_by     uuid NOT NULL REFERENCES account,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    CHECK ((hospital IS NULL) = (hospital_since IS NULL))
);
CREATE INDEX laboratory_by_region ON laboratory (region, id);

-- A production licence (工业产品生产许可证) for one kind of product. A row says what was entered and when; a mistake or an end is entered as
-- a revocation, so that what was known on a day stays known.
CREATE TABLE production_licence (
    id            uuid PRIMARY KEY,
    licence_no    text NOT NULL CHECK (licence_no <> ''),
    -- Unified social credit code and name of the producer.
    uscc          text NOT NULL CHECK (length(uscc) = 18),
    name          text NOT NULL CHECK (name <> ''),
    -- Where it produces. The officers of this region and of those above it keep the licence.
    region        text NOT NULL REFERENCES region,
    product_kind  text NOT NULL REFERENCES product_kind,
    valid_from    date NOT NULL,
    -- The last day of the licence; NULL where it is not limited.
    valid_until   date CHECK (valid_until >= valid_from),
    entered_by    uuid NOT NULL REFERENCES account,
    entered_at    timestamptz NOT NULL,
    -- From which day it does not hold any more, when and by whom that was entered, and why.
    revoked_on    date,
    revoked_at    timestamptz,
    revoked_by    uuid REFERENCES account,
    revoke_reason text,
    -- The file with which it came, where it came with one: all of a file are withdrawn at once.
    list_id       uuid,
    CHECK ((revoked_on IS NULL) = (revoked_at IS NULL) AND (revoked_at IS NULL) = (revoked_by IS NULL)
           AND (revoked_at IS NULL) = (revoke_reason IS NULL))
);
CREATE INDEX production_licence_by_region ON production_licence (region, id);
CREATE INDEX production_licence_by_list ON production_licence (list_id) WHERE list_id IS NOT NULL;
CREATE UNIQUE INDEX production_licence_in_force ON production_licence (licence_no, product_kind) WHERE revoked_at IS NULL;

CREATE TABLE programme (
    id               uuid PRIMARY KEY,
    kind             text NOT NULL CHECK (kind IN ('sampling', 'circuit', 'support', 'campaign', 'outreach')),
    name             text NOT NULL CHECK (name <> ''),
    level            text NOT NULL CHECK (level IN ('national', 'provincial', 'municipal', 'county')),
    organiser_region text NOT NULL REFERENCES region,
    period_from      date NOT NULL,
    period_until     date NOT NULL CHECK (period_until >= period_from),
    document_no      text,
    -- The version of the rules of sampling under which it runs; NULL for other kinds.
    rules_version    text CHECK ((kind = 'sampling') = (rules_version IS NOT NULL)),
    state            text NOT NULL
        CHECK (state IN ('draft', 'submitted', 'approved', 'running', 'closed', 'returned', 'withdrawn')),
    -- With what the ids of the rows of its frames are made; published once it is closed.
    salt             bytea NOT NULL CHECK (length(salt) = 32),
    created_by       uuid NOT NULL REFERENCES account,
    created_at       timestamptz NOT NULL,
    submitted_by     uuid REFERENCES account,
    submitted_at     timestamptz,
    approved_by      uuid REFERENCES account,
    approved_at      timestamptz,
    closed_at        timestamptz,
    updated_at       timestamptz NOT NULL,
    CHECK (approved_by IS NULL OR approved_by NOT IN (created_by, submitted_by)),
    CHECK ((state IN ('approved', 'running', 'closed')) = (approved_at IS NOT NULL)),
    CHECK ((state = 'closed') = (closed_at IS NOT NULL))
);
CREATE INDEX programme_by_region ON programme (organiser_region, id);
CREATE INDEX programme_by_kind ON programme (kind, id);

-- The steps of a programme.
CREATE TABLE programme_event (
    programme_id uuid NOT NULL REFERENCES programme,
    ordinal      integer NOT NULL,
    step         text NOT NULL,
    from_state   text,
    to_state     text NOT NULL,
    reason       text,
    account_id   uuid NOT NULL REFERENCES account,
    at           timestamptz NOT NULL,
    PRIMARY KEY (programme_id, ordinal)
);

-- One task of a programme: so many samples of a kind or class, of operators of one role, in a region.
CREATE TABLE programme_target (
    id            uuid PRIMARY KEY,
    programme_id  uuid NOT NULL REFERENCES programme,
    region        text NOT NULL REFERENCES region,
    product_kind  text REFERENCES product_kind,
    product_class text REFERENCES product_class,
    role          text NOT NULL CHECK (role IN ('producer', 'seller', 'online')),
    samples       integer NOT NULL CHECK (samples > 0),
    operators     integer CHECK (operators > 0),
    laboratory_id uuid REFERENCES laboratory,
    -- Who takes the samples tests none of them.
    sampler_id    uuid REFERENCES laboratory CHECK (sampler_id <> laboratory_id),
    due_on        date NOT NULL,
    -- Samples that were taken, and those whose result is final: counted by programme_count_samples.
    taken         integer NOT NULL DEFAULT 0 CHECK (taken >= 0),
    finished      integer NOT NULL DEFAULT 0 CHECK (finished >= 0),
    created_at    timestamptz NOT NULL,
    CHECK (num_nonnulls(product_kind, product_class) = 1)
);
CREATE INDEX programme_target_by_programme ON programme_target (programme_id, id);
CREATE INDEX programme_target_by_region ON programme_target (region);
CREATE INDEX programme_target_by_laboratory ON programme_target (laboratory_id);
CREATE UNIQUE INDEX programme_target_once
    ON programme_target (programme_id, region, coalesce(product_kind, product_class), role);

-- The list from which a draw is made, in its canonical text, which is published, and who the rows are, which is not before the programme is
-- closed. A frame is never changed.
CREATE TABLE programme_frame (
    id           uuid PRIMARY KEY,
    programme_id uuid NOT NULL REFERENCES programme,
    target_id    uuid NOT NULL,
    taken_at     timestamptz NOT NULL,
    -- How the rows were found.
    query        jsonb NOT NULL,
    rows         integer NOT NULL CHECK (rows > 0),
    sha256       bytea NOT NULL CHECK (length(sha256) = 32),
    content      text NOT NULL,
    identities   text NOT NULL
);

-- A draw. The last one of a target is in force; those before it stay.
CREATE TABLE programme_draw (
    id              uuid PRIMARY KEY,
    programme_id    uuid NOT NULL REFERENCES programme,
    target_id       uuid NOT NULL REFERENCES programme_target,
    ordinal         integer NOT NULL CHECK (ordinal > 0),
    frame_id        uuid NOT NULL REFERENCES programme_frame,
    seed            bytea NOT NULL CHECK (length(seed) = 32),
    -- The public event that gave the seed; none where the system drew it.
    seed_event      text,
    weights_version text NOT NULL,
    wanted          integer NOT NULL CHECK (wanted > 0),
    -- Why there was another one.
    reason          text,
    drawn_by        uuid NOT NULL REFERENCES account,
    drawn_at        timestamptz NOT NULL,
    UNIQUE (target_id, ordinal),
    CHECK ((ordinal > 1) = (reason IS NOT NULL))
);
CREATE INDEX programme_draw_by_programme ON programme_draw (programme_id, id);

-- An operator that was drawn.
CREATE TABLE programme_drawn (
    id            uuid PRIMARY KEY,
    draw_id       uuid NOT NULL REFERENCES programme_draw,
    ordinal       integer NOT NULL CHECK (ordinal > 0),
    row_id        text NOT NULL,
    enterprise_id uuid REFERENCES enterprise,
    -- The unified social credit code; empty where it is not known.
    uscc          text NOT NULL,
    name          text NOT NULL,
    region        text NOT NULL REFERENCES region,
    role          text NOT NULL CHECK (role IN ('producer', 'seller', 'online')),
    product_kind  text NOT NULL REFERENCES product_kind,
    laboratory_id uuid REFERENCES laboratory,
    UNIQUE (draw_id, ordinal)
);
CREATE INDEX programme_drawn_by_enterprise ON programme_drawn (enterprise_id) WHERE enterprise_id IS NOT NULL;
CREATE INDEX programme_drawn_by_laboratory ON programme_drawn (laboratory_id) WHERE laboratory_id IS NOT NULL;

-- From which day a product kind is in another regime than the catalogue says.
CREATE TABLE kind_regime (
    product_kind  text NOT NULL REFERENCES product_kind,
    in_force_from date NOT NULL,
    regime        text NOT NULL CHECK (regime IN ('strict', 'special', 'general')),
    document_no   text,
    reason        text NOT NULL,
    decided_by    uuid NOT NULL REFERENCES account,
    decided_at    timestamptz NOT NULL,
    PRIMARY KEY (product_kind, in_force_from)
);

-- The reviews of the risk of a product kind.
CREATE TABLE kind_review (
    id           uuid PRIMARY KEY,
    product_kind text NOT NULL REFERENCES product_kind,
    reviewed_on  date NOT NULL,
    conclusion   text NOT NULL,
    reviewed_by  uuid NOT NULL REFERENCES account,
    recorded_at  timestamptz NOT NULL
);
CREATE INDEX kind_review_by_kind ON kind_review (product_kind, reviewed_on);

-- The credit grade of an operator, by which draws are weighted: written by programme_keep_grades.
CREATE TABLE operator_grade (
    enterprise_id uuid PRIMARY KEY REFERENCES enterprise,
    grade         text NOT NULL CHECK (grade IN ('a', 'b', 'c', 'd'))
);
