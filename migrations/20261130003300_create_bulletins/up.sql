-- Figures of inspections, and the bulletins that publish their results.

-- What an inspection added to the figures when it was last folded into the sums. All of it follows from the inspection and its events.
CREATE TABLE sampling_fact (
    inspection_id    uuid PRIMARY KEY REFERENCES inspection,
    -- Where the product was looked at.
    region           text NOT NULL,
    -- Of the day on which the sample was taken; where none was, of the day of entry.
    year             integer NOT NULL,
    month            text NOT NULL,
    method           text NOT NULL,
    level            text NOT NULL,
    role             text NOT NULL,
    product_class    text,
    product_kind     text,
    laboratory_id    uuid,
    programme_id     uuid,
    -- The operator: its id in the register, else its credit code, else its name.
    operator         text NOT NULL,
    -- What came of it; NULL while nothing is known.
    result           text CHECK (result IN ('refused', 'not_found', 'barred', 'void', 'handed_over', 'conforming', 'nonconforming',
                                            'clear', 'suspect', 'invalid')),
    sampled          boolean NOT NULL,
    -- Whether the result can't be challenged any more.
    is_final         boolean NOT NULL,
    -- What the nominal producer said; NULL where it was not asked.
    confirmation     text,
    contested        boolean NOT NULL,
    overturned       boolean NOT NULL,
    -- Of a label that failed: how.
    label            text CHECK (label IN ('three_noes', 'label_nonconforming')),
    -- Of a formal sample that followed a quick test: the result of that test.
    after_quick      text,
    steps            integer NOT NULL,
    late_steps       integer NOT NULL,
    -- Days from the draw to the sample, from there to the report, to the delivery, to the final result. NULL where one of the days is not known.
    days_sample      integer,
    days_report      integer,
    days_delivery    integer,
    days_final       integer,
    -- Minutes that a quick test took.
    minutes          integer
);

-- Inspections that have changed since they were last folded into the sums.
CREATE TABLE sampling_stale (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    inspection_id uuid NOT NULL
);

-- The figures of now, kept counted: of a region and all under it, in a year, by one method, for the lines of one dimension.
CREATE TABLE sampling_sum (
    scope    text NOT NULL,
    year     integer NOT NULL,
    method   text NOT NULL,
    dimension text NOT NULL,
    key      text NOT NULL,
    figure   text NOT NULL,
    value    bigint NOT NULL,
    PRIMARY KEY (scope, year, method, dimension, key, figure)
);

-- How many products of an operator were drawn and tested there: what the number of distinct operators is kept by.
CREATE TABLE sampling_operator (
    scope    text NOT NULL,
    year     integer NOT NULL,
    method   text NOT NULL,
    operator text NOT NULL,
    drawn    bigint NOT NULL,
    tested   bigint NOT NULL,
    PRIMARY KEY (scope, year, method, operator)
);

-- A bulletin (通报): final results of inspections, published for everybody.
CREATE TABLE bulletin (
    id             uuid PRIMARY KEY,
    -- Given when it is published: the code of the region, the year, the number within both.
    number         text UNIQUE,
    title          text NOT NULL CHECK (title <> ''),
    -- The office that publishes it.
    region         text NOT NULL REFERENCES region,
    -- Of which inspections: of a programme, a place, a method, a period of the days on which the samples were taken.
    programme_id   uuid REFERENCES programme,
    place_region   text NOT NULL REFERENCES region,
    method         text NOT NULL CHECK (method IN ('sampling', 'label')),
    period_from    date NOT NULL,
    period_until   date NOT NULL CHECK (period_until >= period_from),
    state          text NOT NULL CHECK (state IN ('draft', 'submitted', 'returned', 'published', 'withdrawn')),
    created_by     uuid NOT NULL REFERENCES account,
    created_at     timestamptz NOT NULL,
    submitted_by   uuid REFERENCES account,
    submitted_at   timestamptz,
    published_by   uuid REFERENCES account,
    published_at   timestamptz,
    published_on   date,
    updated_at     timestamptz NOT NULL,
    search_text    text NOT NULL DEFAULT '',
    CHECK (published_by IS NULL OR published_by NOT IN (created_by, submitted_by)),
    CHECK ((state = 'published') = (number IS NOT NULL AND published_at IS NOT NULL AND published_on IS NOT NULL))
);
CREATE INDEX bulletin_by_region ON bulletin (region, id);
CREATE INDEX bulletin_published_by_day ON bulletin (published_on, id) WHERE state = 'published';

-- The steps of a bulletin.
CREATE TABLE bulletin_event (
    bulletin_id uuid NOT NULL REFERENCES bulletin,
    ordinal     integer NOT NULL,
    step        text NOT NULL,
    from_state  text,
    to_state    text NOT NULL,
    reason      text,
    account_id  uuid NOT NULL REFERENCES account,
    at          timestamptz NOT NULL,
    PRIMARY KEY (bulletin_id, ordinal)
);

-- A result in a bulletin: what everybody may read once it is published. Nothing else of the inspection is in it. They are gathered anew whenever the
-- draft changes and when it is handed in; from then on only the marks change, so what is approved is what is published.
CREATE TABLE bulletin_item (
    id              uuid PRIMARY KEY,
    bulletin_id     uuid NOT NULL REFERENCES bulletin,
    ordinal         integer NOT NULL CHECK (ordinal > 0),
    inspection_id   uuid NOT NULL REFERENCES inspection,
    product_kind    text,
    product_name    text NOT NULL,
    trademark       text,
    model           text,
    batch           text,
    operator_name   text NOT NULL,
    producer_name   text,
    place_region    text NOT NULL,
    level           text NOT NULL,
    sampled_on      date,
    laboratory      text,
    outcome         text NOT NULL CHECK (outcome IN ('conforming', 'nonconforming')),
    -- What failed: [{"item", "requirement", "measured", "unit"}].
    failed_items    jsonb NOT NULL,
    -- Set when the result no longer stands: overturned by the re-test, or corrected.
    mark            text CHECK (mark IN ('overturned', 'corrected')),
    marked_on       date,
    search_text     text NOT NULL DEFAULT '',
    search_readings text NOT NULL DEFAULT '',
    UNIQUE (bulletin_id, ordinal),
    UNIQUE (bulletin_id, inspection_id),
    CHECK ((mark IS NULL) = (marked_on IS NULL))
);
CREATE INDEX bulletin_item_by_inspection ON bulletin_item (inspection_id);
