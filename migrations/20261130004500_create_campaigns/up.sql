-- Campaigns (专项行动) and outreach: what of a programme of these kinds is kept beside the programme; the register of whom a campaign looks at, the
-- checks of them, the schools, and the ledger of hazards (隐患台账).

-- What a campaign is about.
CREATE TABLE campaign (
    programme_id uuid PRIMARY KEY REFERENCES programme,
    theme        text NOT NULL CHECK (theme IN ('key_products', 'campus', 'outreach')),
    -- The version of the rules under which it runs.
    rules_version text NOT NULL,
    -- Within how many metres of a school a shop is one of the surroundings; for campus campaigns.
    radius_m     integer CHECK (radius_m BETWEEN 50 AND 5000),
    created_by   uuid NOT NULL REFERENCES account,
    created_at   timestamptz NOT NULL,
    CHECK ((theme = 'campus') = (radius_m IS NOT NULL))
);

-- A school, for campus campaigns.
CREATE TABLE campaign_school (
    id           uuid PRIMARY KEY,
    programme_id uuid NOT NULL REFERENCES campaign,
    name         text NOT NULL CHECK (name <> ''),
    region       text NOT NULL REFERENCES region,
    latitude     double precision NOT NULL CHECK (latitude BETWEEN -90 AND 90),
    longitude    double precision NOT NULL CHECK (longitude BETWEEN -180 AND 180),
    -- When it was told what the checks around it came to.
    told_on      date,
    told_at      timestamptz,
    told_by      uuid REFERENCES account,
    entered_by   uuid NOT NULL REFERENCES account,
    entered_at   timestamptz NOT NULL,
    -- That it was entered by mistake, and why.
    removed_at   timestamptz,
    removed_reason text,
    CHECK ((removed_at IS NULL) = (removed_reason IS NULL)),
    CHECK ((told_on IS NULL) = (told_at IS NULL) AND (told_at IS NULL) = (told_by IS NULL))
);

CREATE UNIQUE INDEX campaign_school_once ON campaign_school (programme_id, region, name) WHERE removed_at IS NULL;

-- Whom a campaign looks at: an operator of a key product, or a shop in the surroundings of a school.
CREATE TABLE campaign_subject (
    id             uuid PRIMARY KEY,
    programme_id   uuid NOT NULL REFERENCES campaign,
    enterprise_id  uuid REFERENCES enterprise,
    name           text NOT NULL CHECK (name <> ''),
    uscc           text CHECK (length(uscc) = 18),
    region         text NOT NULL REFERENCES region,
    address        text,
    -- The key product; none of a shop.
    product        text,
    latitude       double precision CHECK (latitude BETWEEN -90 AND 90),
    longitude      double precision CHECK (longitude BETWEEN -180 AND 180),
    -- The nearest school, and how far away it is.
    school_id      uuid REFERENCES campaign_school,
    distance_m     integer CHECK (distance_m >= 0),
    -- An earlier one that may be the same under another name, and why: the same code, or a like name at a like address.
    double_of      uuid REFERENCES campaign_subject CHECK (double_of <> id),
    double_ground  text CHECK (double_ground IN ('uscc', 'likeness')),
    -- What an officer decided of it, and when one first did.
    double_decided text CHECK (double_decided IN ('same', 'different')),
    double_decided_at timestamptz,
    removed_at     timestamptz,
    removed_reason text,
    entered_by     uuid NOT NULL REFERENCES account,
    entered_at     timestamptz NOT NULL,
    search_text    text NOT NULL DEFAULT '',
    search_readings text NOT NULL DEFAULT '',
    CHECK ((latitude IS NULL) = (longitude IS NULL)),
    CHECK ((school_id IS NULL) = (distance_m IS NULL)),
    CHECK ((double_of IS NULL) = (double_ground IS NULL)),
    CHECK (double_decided IS NULL OR double_of IS NOT NULL),
    CHECK ((double_decided IS NULL) = (double_decided_at IS NULL)),
    CHECK ((removed_at IS NULL) = (removed_reason IS NULL))
);
CREATE INDEX campaign_subject_by_programme ON campaign_subject (programme_id, region, id);
CREATE INDEX campaign_subject_by_enterprise ON campaign_subject (enterprise_id) WHERE enterprise_id IS NOT NULL;

-- A check of one of them.
CREATE TABLE campaign_check (
    id            uuid PRIMARY KEY,
    subject_id    uuid NOT NULL REFERENCES campaign_subject,
    checked_on    date NOT NULL,
    outcome       text NOT NULL CHECK (outcome IN ('fine', 'hazard', 'label_failed', 'gone')),
    -- The check of a label that was made, where one was.
    inspection_id uuid REFERENCES inspection,
    -- How many goods were taken off the shelf.
    off_shelf     integer NOT NULL DEFAULT 0 CHECK (off_shelf BETWEEN 0 AND 100000),
    note          text,
    entered_by    uuid NOT NULL REFERENCES account,
    entered_at    timestamptz NOT NULL,
    -- That it was entered by mistake, and why.
    annulled_at   timestamptz,
    annulled_by   uuid REFERENCES account,
    annulled_reason text,
    CHECK ((annulled_at IS NULL) = (annulled_by IS NULL) AND (annulled_at IS NULL) = (annulled_reason IS NULL))
);
CREATE UNIQUE INDEX campaign_check_of_day ON campaign_check (subject_id, checked_on) WHERE annulled_at IS NULL;
CREATE INDEX campaign_check_by_subject ON campaign_check (subject_id);

-- A file with entries of a register that an officer sends in.
CREATE TABLE campaign_import (
    id               uuid PRIMARY KEY,
    requested_by     uuid REFERENCES account,
    -- The region of the officer who sent it in.
    region           text NOT NULL REFERENCES region,
    file_name        text NOT NULL,
    -- The file until it was read; of a check until `file_until`.
    file             bytea,
    sha256           bytea NOT NULL,
    dry_run          boolean NOT NULL,
    -- {"campaign": the campaign}.
    defaults         jsonb NOT NULL,
    programme_id     uuid NOT NULL GENERATED ALWAYS AS ((defaults ->> 'campaign')::uuid) STORED REFERENCES campaign,
    state            text NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'withdrawn')),
    attempts         integer NOT NULL DEFAULT 0,
    total            integer,
    processed        integer NOT NULL DEFAULT 0,
    rows             integer NOT NULL DEFAULT 0,
    inserted         integer NOT NULL DEFAULT 0,
    updated          integer NOT NULL DEFAULT 0,
    unchanged        integer NOT NULL DEFAULT 0,
    rejected         integer NOT NULL DEFAULT 0,
    -- Of the rejected rows, those that are no records.
    not_records      integer NOT NULL DEFAULT 0,
    -- The headings of its lists, what the importer should know, why it was refused.
    header           jsonb,
    warnings         jsonb,
    problem          jsonb,
    created_at       timestamptz NOT NULL,
    started_at       timestamptz,
    finished_at      timestamptz,
    file_until       timestamptz,
    -- Of an import from the record of a check: that check.
    check_id         uuid REFERENCES campaign_import,
    -- {"at", "by", "reason"} of its withdrawal.
    withdrawal       jsonb,
    CHECK (rows = inserted + updated + unchanged + rejected),
    CHECK (not_records <= rejected),
    CHECK ((state = 'withdrawn') = (withdrawal IS NOT NULL))
);
-- A file is read once and then cleared; compressing it would take longer than importing it.
ALTER TABLE campaign_import ALTER COLUMN file SET STORAGE EXTERNAL;
CREATE INDEX campaign_import_open ON campaign_import (id) WHERE state IN ('queued', 'running');
CREATE INDEX campaign_import_by_region ON campaign_import (region, id);
CREATE INDEX campaign_import_by_programme ON campaign_import (programme_id, id);
CREATE INDEX campaign_import_by_check ON campaign_import (check_id) WHERE check_id IS NOT NULL;
CREATE INDEX campaign_import_kept ON campaign_import (file_until) WHERE file_until IS NOT NULL AND file IS NOT NULL;

-- One reason for which one row was rejected; `cells` is the row as it was in the file, kept with the first of its reasons.
CREATE TABLE campaign_import_rejection (
    import_id  uuid NOT NULL REFERENCES campaign_import ON DELETE CASCADE,
    row_no     integer NOT NULL,
    ordinal    integer NOT NULL,
    field      text NOT NULL,
    value      text NOT NULL,
    code       text NOT NULL,
    reason_zh  text NOT NULL,
    reason_en  text NOT NULL,
    cells      jsonb,
    -- What some cells were beyond their texts.
    marks      text,
    CHECK ((ordinal = 0) = (cells IS NOT NULL)),
    PRIMARY KEY (import_id, row_no, ordinal)
);

-- What became of a row that was taken.
CREATE TABLE campaign_import_row (
    import_id  uuid NOT NULL REFERENCES campaign_import,
    row_no     integer NOT NULL,
    subject_id uuid NOT NULL REFERENCES campaign_subject,
    outcome    text NOT NULL CHECK (outcome IN ('inserted', 'unchanged')),
    PRIMARY KEY (import_id, row_no)
);
CREATE INDEX campaign_import_row_by_subject ON campaign_import_row (subject_id);

-- A hazard (隐患).
CREATE TABLE hazard (
    id              uuid PRIMARY KEY,
    -- The campaign; none of a single one.
    programme_id    uuid REFERENCES campaign,
    subject_id      uuid REFERENCES campaign_subject,
    enterprise_id   uuid NOT NULL REFERENCES enterprise,
    region          text NOT NULL REFERENCES region,
    -- The key product, and the kind of product.
    product         text NOT NULL CHECK (product <> ''),
    product_kind    text REFERENCES product_kind,
    item            text NOT NULL CHECK (item <> ''),
    description     text NOT NULL CHECK (description <> ''),
    source          text NOT NULL CHECK (source IN ('inspection', 'visit', 'officer')),
    inspection_id   uuid REFERENCES inspection,
    -- The visit. No foreign key: visits are kept by a domain of their own.
    engagement_id   uuid,
    found_on        date NOT NULL,
    found_by        uuid NOT NULL REFERENCES account,
    state           text NOT NULL CHECK (state IN ('found', 'ordered', 'corrected', 'verified', 'closed', 'annulled')),
    ordered_on      date,
    -- The last day for the correction.
    due_on          date,
    corrected_on    date,
    verified_on     date,
    verified_by     uuid REFERENCES account CHECK (verified_by <> found_by),
    closed_on       date,
    -- When its term was first missed, and when it was proposed for listing for that.
    overdue_since   date,
    listing_proposed_at timestamptz,
    version         integer NOT NULL DEFAULT 1 CHECK (version > 0),
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    search_text     text NOT NULL DEFAULT '',
    search_readings text NOT NULL DEFAULT '',
    CHECK ((source = 'inspection') = (inspection_id IS NOT NULL)),
    CHECK (source = 'visit' OR engagement_id IS NULL),
    CHECK (state IN ('found', 'annulled') OR (ordered_on IS NOT NULL AND due_on IS NOT NULL)),
    CHECK (state NOT IN ('verified', 'closed') OR (corrected_on IS NOT NULL AND verified_by IS NOT NULL AND verified_on IS NOT NULL)),
    CHECK ((state = 'closed') = (closed_on IS NOT NULL)),
    -- A visit helps: what it found is not proposed for listing.
    CHECK (listing_proposed_at IS NULL OR (overdue_since IS NOT NULL AND source <> 'visit'))
);
CREATE INDEX hazard_by_region ON hazard (region, id);
CREATE INDEX hazard_by_enterprise ON hazard (enterprise_id, id);
CREATE INDEX hazard_by_programme ON hazard (programme_id, state) WHERE programme_id IS NOT NULL;
CREATE INDEX hazard_due ON hazard (due_on) WHERE state = 'ordered';
CREATE UNIQUE INDEX hazard_of_inspection ON hazard (inspection_id, item) WHERE inspection_id IS NOT NULL AND state <> 'annulled';

-- Its steps.
CREATE TABLE hazard_event (
    hazard_id   uuid NOT NULL REFERENCES hazard,
    ordinal     integer NOT NULL CHECK (ordinal > 0),
    step        text NOT NULL CHECK (step IN ('find', 'order', 'correct', 'return', 'verify', 'close', 'extend', 'overdue', 'annul')),
    from_state  text CHECK (from_state IN ('found', 'ordered', 'corrected', 'verified', 'closed', 'annulled')),
    to_state    text NOT NULL CHECK (to_state IN ('found', 'ordered', 'corrected', 'verified', 'closed', 'annulled')),
    -- What was said: the reason, the measures that were taken.
    said        text,
    occurred_on date NOT NULL,
    due_on      date,
    -- Nobody where the term passed by itself.
    account_id  uuid REFERENCES account,
    at          timestamptz NOT NULL,
    PRIMARY KEY (hazard_id, ordinal)
);
CREATE INDEX hazard_event_by_time ON hazard_event (at, hazard_id);

-- The files of a step.
CREATE TABLE hazard_file (
    hazard_id     uuid NOT NULL REFERENCES hazard,
    ordinal       integer NOT NULL CHECK (ordinal > 0),
    place         integer NOT NULL CHECK (place > 0),
    attachment_id uuid NOT NULL REFERENCES attachment,
    PRIMARY KEY (hazard_id, ordinal, place),
    UNIQUE (hazard_id, attachment_id)
);
CREATE INDEX hazard_file_by_attachment ON hazard_file (attachment_id);
