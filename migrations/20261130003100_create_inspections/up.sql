-- Inspections: one product looked at once at one operator. An inspection is the fold of its events; the rows hold what the fold came to.

-- What an inspection came to. All days are days of Asia/Shanghai. Regions and product kind, and in the tables below the inspection and the account, are
-- checked by triggers, for all rows of a statement at once: see src/enterprises/functions.sql.
CREATE TABLE inspection (
    id               uuid PRIMARY KEY,
    -- The number of its form (抽样单编号); unique for each organiser, but for what was withdrawn.
    number           text NOT NULL CHECK (number <> ''),
    organiser_region text NOT NULL,
    programme_id     uuid REFERENCES programme,
    -- The target of the programme for which it was drawn.
    target_id        uuid REFERENCES programme_target,
    method           text NOT NULL CHECK (method IN ('sampling', 'label', 'quick', 'cross', 'visit')),
    purpose          text NOT NULL
        CHECK (purpose IN ('routine', 'special', 'follow_up', 'reinspection', 'emergency', 'risk_monitoring')),
    level            text NOT NULL CHECK (level IN ('national', 'provincial', 'municipal', 'county')),
    state            text NOT NULL CHECK (state IN (
        'drawn', 'assigned', 'attempted', 'refused', 'not_found', 'barred', 'sampled', 'sealed', 'received', 'void', 'tested',
        'reported', 'delivered', 'contested', 'retesting', 'upheld', 'overturned', 'final', 'published', 'handed_over', 'suspect',
        'closed', 'withdrawn')),
    -- As what the operator was inspected.
    role             text NOT NULL CHECK (role IN ('producer', 'seller', 'service_user', 'online')),
    -- The operator, where it is in the register; its name stands in inspection_subject.
    operator_id      uuid REFERENCES enterprise,
    -- Where it took place.
    place_region     text NOT NULL,
    -- The nominal producer (标称生产者), likewise.
    producer_id      uuid REFERENCES enterprise,
    producer_region  text,
    -- What the nominal producer said; NULL while it has not been asked, or where nobody is named.
    confirmation     text CHECK (confirmation IN ('pending', 'confirmed', 'deemed', 'denied', 'denial_rejected')),
    product_kind     text,
    -- Who tests, and who takes the sample.
    laboratory_id    uuid REFERENCES laboratory,
    sampler_id       uuid REFERENCES laboratory CHECK (sampler_id <> laboratory_id),
    -- Where the sample is.
    sample           text NOT NULL DEFAULT 'none' CHECK (sample IN ('none', 'held', 'returned', 'destroyed')),
    sampled_on       date,
    received_on      date,
    reported_on      date,
    -- When the last party got the result.
    delivered_on     date,
    final_on         date,
    published_on     date,
    -- What it found, as far as is known: of quick tests only clear, suspect, invalid.
    outcome          text CHECK (outcome IN ('conforming', 'nonconforming', 'clear', 'suspect', 'invalid')),
    -- The nonconformity of the producer that stands; NULL where there is none or it was taken back.
    nonconformity_id uuid REFERENCES nonconformity,
    -- How it came in.
    source           text NOT NULL CHECK (source IN ('draw', 'officer', 'laboratory', 'import')),
    import_id        uuid,
    -- Number of its last event.
    version          integer NOT NULL CHECK (version > 0),
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    CHECK ((state IN ('final', 'published')) = (final_on IS NOT NULL)),
    CHECK ((state = 'published') = (published_on IS NOT NULL)),
    CHECK (state NOT IN ('final', 'published') OR (outcome IN ('conforming', 'nonconforming'))),
    CHECK (target_id IS NULL OR programme_id IS NOT NULL)
);
CREATE UNIQUE INDEX inspection_once ON inspection (organiser_region, number) WHERE state <> 'withdrawn';
-- Failures that wait for a party to come into the register.
CREATE INDEX inspection_unnamed ON inspection (id)
    WHERE outcome = 'nonconforming' AND state <> 'withdrawn' AND (operator_id IS NULL OR producer_id IS NULL);
-- For lists, each with its own order behind the first column.
CREATE INDEX inspection_by_place ON inspection (place_region, id DESC);
CREATE INDEX inspection_by_organiser ON inspection (organiser_region, id);
CREATE INDEX inspection_by_producer_region ON inspection (producer_region, id) WHERE producer_region IS NOT NULL;
CREATE INDEX inspection_by_state ON inspection (state, id DESC);
CREATE INDEX inspection_by_operator ON inspection (operator_id, id) WHERE operator_id IS NOT NULL;
CREATE INDEX inspection_by_producer ON inspection (producer_id, id) WHERE producer_id IS NOT NULL;
CREATE INDEX inspection_by_laboratory ON inspection (laboratory_id, id) WHERE laboratory_id IS NOT NULL;
CREATE INDEX inspection_by_sampler ON inspection (sampler_id, id) WHERE sampler_id IS NOT NULL;
CREATE INDEX inspection_by_programme ON inspection (programme_id, id) WHERE programme_id IS NOT NULL;
CREATE INDEX inspection_by_kind ON inspection (product_kind, id DESC);
CREATE INDEX inspection_by_day ON inspection (sampled_on DESC NULLS LAST, id DESC);
CREATE INDEX inspection_by_number ON inspection (number, id DESC);
-- What few inspections are: without these a list of them goes through all others.
CREATE INDEX inspection_by_method ON inspection (method, id) WHERE method <> 'sampling';
CREATE INDEX inspection_by_purpose ON inspection (purpose, id) WHERE purpose <> 'routine';
CREATE INDEX inspection_of_service_users ON inspection (id) WHERE role = 'service_user';
CREATE INDEX inspection_by_quick_outcome ON inspection (outcome, id) WHERE outcome IN ('clear', 'suspect', 'invalid');
CREATE INDEX inspection_by_import ON inspection (import_id) WHERE import_id IS NOT NULL;

-- Whom and what it is about, and what was taken: one row for each inspection. Empty texts are NULL.
CREATE TABLE inspection_subject (
    inspection_id    uuid PRIMARY KEY,
    operator_name    text NOT NULL CHECK (operator_name <> ''),
    operator_uscc    text,
    operator_address text,
    producer_name    text,
    producer_uscc    text,
    producer_address text,
    -- Who ordered it and who carries it out (委托方, 受托方), where the form names them.
    client           text,
    contractor       text,
    product_name     text NOT NULL CHECK (product_name <> ''),
    trademark        text,
    model            text,
    standard         text,
    batch            text,
    produced_on      date,
    base_quantity    double precision CHECK (base_quantity >= 0),
    test_quantity    double precision CHECK (test_quantity >= 0),
    reserve_quantity double precision CHECK (reserve_quantity >= 0),
    unit             text,
    -- What one of the product costs, in fen.
    price_fen        bigint CHECK (price_fen >= 0),
    -- Where the sample was taken: warehouse (成品仓库), shelf (货架), online (网络), other.
    channel          text CHECK (channel IN ('warehouse', 'shelf', 'online', 'other')),
    -- Of an online purchase: {"platform", "shop", "url", "order_no"}.
    online           jsonb,
    samplers         text[] NOT NULL DEFAULT '{}',
    -- Who was there for the operator.
    witness          text,
    seals            text[] NOT NULL DEFAULT '{}',
    reserve_kept_at  text,
    report_no        text,
    signed_by        text,
    -- What makes two samples ones of the same product (同一产品): producer, standard, trademark and model, folded; NULL where no producer is named.
    line             text,
    -- What searches look for; kept by a trigger.
    search_text      text NOT NULL DEFAULT '',
    search_readings  text NOT NULL DEFAULT ''
);
-- What is typed into a search, wherever it stands: three characters and more, or the beginning of a name. It costs an import no more than an index
-- of the beginnings alone. Parts of two characters are in so many rows that they are found among the newest.
DO $$ BEGIN
    EXECUTE (
        SELECT format('CREATE INDEX inspection_subject_by_search_text ON inspection_subject USING gin (search_text %I.gin_trgm_ops)', n.nspname)
        FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_trgm');
END $$;
CREATE INDEX inspection_subject_by_line ON inspection_subject (line) WHERE line IS NOT NULL;
CREATE INDEX inspection_subject_by_report ON inspection_subject (report_no text_pattern_ops) WHERE report_no IS NOT NULL;

-- The history of an inspection. Rows are never changed or removed.
CREATE TABLE inspection_event (
    inspection_id uuid NOT NULL,
    ordinal       integer NOT NULL CHECK (ordinal > 0),
    step          text NOT NULL,
    from_state    text,
    to_state      text NOT NULL,
    -- On which day it happened, and at which moment where that is known.
    occurred_on   date NOT NULL,
    occurred_at   timestamptz,
    recorded_at   timestamptz NOT NULL,
    -- Whether it came after its term, or was entered too late.
    late          boolean NOT NULL DEFAULT false,
    -- Who entered it: none where the platform did. `actor_region` of an officer, `actor_body` of a laboratory or a body that takes samples.
    actor_id      uuid,
    actor_role    text NOT NULL,
    actor_region  text,
    actor_body    uuid REFERENCES laboratory,
    document      text,
    note          text,
    -- What the step says besides: by its kind.
    details       jsonb NOT NULL DEFAULT '{}',
    -- The event that this one corrects.
    corrects      integer,
    PRIMARY KEY (inspection_id, ordinal),
    CHECK ((step = 'correct') = (corrects IS NOT NULL) AND corrects < ordinal)
);

-- The items of the report that stands, of the first test and of the re-test.
CREATE TABLE inspection_item (
    inspection_id uuid NOT NULL,
    round         text NOT NULL CHECK (round IN ('test', 'retest')),
    ordinal       integer NOT NULL CHECK (ordinal > 0),
    item          text NOT NULL CHECK (item <> ''),
    method        text,
    requirement   text,
    measured      text,
    unit          text,
    ok            boolean NOT NULL,
    -- Whether health or safety depend on it.
    safety        boolean NOT NULL DEFAULT false,
    PRIMARY KEY (inspection_id, round, ordinal)
);
CREATE INDEX inspection_item_failed ON inspection_item (item) WHERE NOT ok;

-- The terms that run, or ran, for an inspection: what the fold came to. `late_at` is set when the sweep of a day has found it overdue.
CREATE TABLE inspection_term (
    inspection_id uuid NOT NULL,
    term          text NOT NULL
        CHECK (term IN ('formal_sample', 'report', 'notify', 'confirm', 'challenge', 'retest', 'return_sample')),
    -- Whose term it is.
    party         text NOT NULL CHECK (party IN ('operator', 'producer', 'laboratory', 'organiser')),
    begins_on     date NOT NULL,
    due_on        date NOT NULL CHECK (due_on >= begins_on),
    -- When it was met; NULL while it runs.
    met_on        date,
    -- Whether the number of days is assumed, or the calendar of the year is not announced.
    provisional   boolean NOT NULL,
    late_at       timestamptz,
    PRIMARY KEY (inspection_id, term, party)
);
CREATE INDEX inspection_term_running ON inspection_term (due_on, inspection_id) WHERE met_on IS NULL;

-- What an inspection caused for a party: the nonconformity and its case. One that was taken back keeps its row.
CREATE TABLE inspection_finding (
    id               uuid PRIMARY KEY,
    inspection_id    uuid NOT NULL REFERENCES inspection,
    party            text NOT NULL CHECK (party IN ('operator', 'producer')),
    enterprise_id    uuid NOT NULL REFERENCES enterprise,
    nonconformity_id uuid NOT NULL REFERENCES nonconformity,
    case_id          uuid REFERENCES remediation_case,
    opened_at        timestamptz NOT NULL,
    taken_back_at    timestamptz,
    reason           text CHECK (reason IN ('overturned', 'denied', 'corrected', 'void', 'handed_over', 'withdrawn')),
    CHECK ((taken_back_at IS NULL) = (reason IS NULL))
);
CREATE UNIQUE INDEX inspection_finding_stands ON inspection_finding (inspection_id, party) WHERE taken_back_at IS NULL;
CREATE INDEX inspection_finding_by_nonconformity ON inspection_finding (nonconformity_id);
CREATE INDEX inspection_finding_by_case ON inspection_finding (case_id) WHERE case_id IS NOT NULL;

-- An inspection that follows another: the formal sample of a suspect quick test, the follow-up or the re-inspection of a failure.
CREATE TABLE inspection_link (
    inspection_id uuid NOT NULL REFERENCES inspection,
    follows_id    uuid NOT NULL REFERENCES inspection CHECK (follows_id <> inspection_id),
    kind          text NOT NULL CHECK (kind IN ('formal', 'follow_up', 'reinspection')),
    linked_at     timestamptz NOT NULL,
    -- When it was taken back, because the step that named it never happened; NULL while it stands.
    ended_at      timestamptz CHECK (ended_at >= linked_at),
    PRIMARY KEY (inspection_id, follows_id, linked_at)
);
CREATE UNIQUE INDEX inspection_link_stands ON inspection_link (inspection_id, follows_id) WHERE ended_at IS NULL;
CREATE INDEX inspection_link_by_followed ON inspection_link (follows_id);

-- What the challenge of a result came to: one row for each inspection whose result stands challenged.
CREATE TABLE inspection_challenge (
    inspection_id     uuid PRIMARY KEY REFERENCES inspection,
    -- The day of the first challenge, and the day on which it was settled: the result upheld or overturned.
    contested_on      date NOT NULL,
    settled_on        date CHECK (settled_on >= contested_on),
    -- Who tests the reserve sample again; it sees the inspection and enters its result.
    laboratory_id     uuid REFERENCES laboratory,
    -- Whether the recording of the sampling decided it, as the one who settled it said; NULL where that was not said.
    recording_decided boolean
);
CREATE INDEX inspection_challenge_by_laboratory ON inspection_challenge (laboratory_id, inspection_id) WHERE laboratory_id IS NOT NULL;

-- What an inspection was until a moment, written when it changes, so that figures of a past day can be worked out at any time and never change.
CREATE TABLE inspection_past (
    inspection_id    uuid NOT NULL REFERENCES inspection,
    until            timestamptz NOT NULL,
    organiser_region text NOT NULL,
    programme_id     uuid,
    method           text NOT NULL,
    purpose          text NOT NULL,
    level            text NOT NULL,
    state            text NOT NULL,
    role             text NOT NULL,
    operator_id      uuid,
    place_region     text NOT NULL,
    producer_id      uuid,
    producer_region  text,
    confirmation     text,
    product_kind     text,
    laboratory_id    uuid,
    sampled_on       date,
    received_on      date,
    reported_on      date,
    delivered_on     date,
    final_on         date,
    published_on     date,
    outcome          text,
    nonconformity_id uuid,
    PRIMARY KEY (inspection_id, until)
);

-- Files of inspections: photos of a sampling or a label check, what a challenge or a producer's answer rests on.
-- With which step of its history each came, in the order in which they were given.
CREATE TABLE inspection_file (
    inspection_id uuid NOT NULL REFERENCES inspection,
    ordinal       integer NOT NULL CHECK (ordinal > 0),
    place         integer NOT NULL CHECK (place > 0),
    attachment_id uuid NOT NULL REFERENCES attachment,
    PRIMARY KEY (inspection_id, ordinal, place),
    UNIQUE (inspection_id, ordinal, attachment_id)
);
CREATE INDEX inspection_file_by_attachment ON inspection_file (attachment_id);
