-- Signals (风险信息): single pieces of information on danger, from wherever they come; the files and feeds that bring them.

-- A feed of news or opinion that is asked for by its address.
CREATE TABLE signal_feed (
    id              uuid PRIMARY KEY,
    -- Whose officers keep it: a province.
    region          text NOT NULL REFERENCES region,
    name            text NOT NULL CHECK (name <> ''),
    url             text NOT NULL CHECK (url <> ''),
    source          text NOT NULL CHECK (source IN ('opinion', 'media')),
    reliability     text NOT NULL CHECK (reliability IN ('official', 'attributed', 'rumour')),
    paused          boolean NOT NULL DEFAULT false,
    -- By which the server of the feed says that nothing is new.
    etag            text,
    last_modified   text,
    -- What came of the last call.
    last_at         timestamptz,
    last_status     integer,
    last_error      text,
    last_items      integer,
    last_new        integer,
    -- Calls in a row that failed, and when the next is due.
    failures        integer NOT NULL DEFAULT 0,
    next_at         timestamptz NOT NULL,
    created_by      uuid REFERENCES account,
    created_at      timestamptz NOT NULL,
    UNIQUE (region, url)
);
CREATE INDEX signal_feed_due ON signal_feed (next_at) WHERE NOT paused;

-- A file of signals that an officer sends in.
CREATE TABLE signal_import (
    id               uuid PRIMARY KEY,
    requested_by     uuid REFERENCES account,
    -- The region of the officer who sent it in.
    region           text NOT NULL REFERENCES region,
    file_name        text NOT NULL,
    -- The file until it was read; of a check until `file_until`.
    file             bytea,
    sha256           bytea NOT NULL,
    dry_run          boolean NOT NULL,
    -- {"feed": what kind of file it is}.
    defaults         jsonb NOT NULL DEFAULT '{}',
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
    check_id         uuid REFERENCES signal_import,
    -- {"at", "by", "reason"} of its withdrawal.
    withdrawal       jsonb,
    CHECK (rows = inserted + updated + unchanged + rejected),
    CHECK (not_records <= rejected),
    CHECK ((state = 'withdrawn') = (withdrawal IS NOT NULL))
);
-- A file is read once and then cleared; compressing it would take longer than importing it.
ALTER TABLE signal_import ALTER COLUMN file SET STORAGE EXTERNAL;
CREATE INDEX signal_import_open ON signal_import (id) WHERE state IN ('queued', 'running');
CREATE INDEX signal_import_by_region ON signal_import (region, id);
CREATE INDEX signal_import_by_check ON signal_import (check_id) WHERE check_id IS NOT NULL;
CREATE INDEX signal_import_kept ON signal_import (file_until) WHERE file_until IS NOT NULL AND file IS NOT NULL;

-- One reason for which one row was rejected; `cells` is the row as it was in the file, kept with the first of its reasons.
CREATE TABLE signal_import_rejection (
    import_id  uuid NOT NULL REFERENCES signal_import ON DELETE CASCADE,
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

-- A signal. The row holds what its history came to.
CREATE TABLE signal (
    id               uuid PRIMARY KEY,
    source           text NOT NULL CHECK (source IN ('opinion', 'sampling', 'penalty', 'recall', 'foreign_recall', 'comparative_test', 'complaint', 'injury', 'media', 'officer')),
    -- What its source calls it.
    external_id      text NOT NULL CHECK (external_id <> ''),
    url              text,
    published_on     date NOT NULL,
    observed_on      date NOT NULL,
    -- What it is about, where that is known: by a rule or by a person.
    region           text REFERENCES region,
    product_kind     text REFERENCES product_kind,
    enterprise_id    uuid REFERENCES enterprise,
    -- The region whose officers work on it: that which it is about, else that of the office that brought it.
    scope            text NOT NULL REFERENCES region,
    -- The region of the office that brought it.
    home             text NOT NULL REFERENCES region,
    -- What its text names: product, maker, brand, model, barcode, and what else the source tells.
    named            jsonb NOT NULL DEFAULT '{}',
    barcode          text,
    hazard           text,
    severity         integer CHECK (severity BETWEEN 1 AND 4),
    title            text NOT NULL,
    text             text NOT NULL,
    reliability      text NOT NULL CHECK (reliability IN ('official', 'attributed', 'rumour')),
    -- How sure the match is, from 0 (none) to 100 (a person said so), who made it, and why it is believed.
    match_confidence integer NOT NULL DEFAULT 0 CHECK (match_confidence BETWEEN 0 AND 100),
    matched_by       text CHECK (matched_by IN ('rule', 'person')),
    match_reasons    jsonb NOT NULL DEFAULT '[]',
    state            text NOT NULL CHECK (state IN ('new', 'matched', 'triaged', 'used', 'dismissed', 'merged', 'withdrawn')),
    -- The signal that tells the same, where it was merged into one; how many were merged into this one.
    merged_into      uuid REFERENCES signal CHECK (merged_into <> id),
    doubles          integer NOT NULL DEFAULT 0 CHECK (doubles >= 0),
    -- Digests of the text by which near-doubles are looked for; none of what has no text of its own. Whether that was done behind its storing.
    bands            bigint[],
    doubles_checked  boolean NOT NULL DEFAULT false,
    triaged_at       timestamptz,
    erased_at        timestamptz,
    -- The number of its last event.
    version          integer NOT NULL,
    created_at       timestamptz NOT NULL,
    search_text      text NOT NULL DEFAULT '',
    -- Digests of its pieces of two and of four characters, by which those that have a word in them are found.
    search_pieces    integer[] NOT NULL DEFAULT '{}',
    UNIQUE (source, external_id),
    CHECK ((state = 'merged') = (merged_into IS NOT NULL)),
    CHECK ((matched_by IS NULL) = (match_confidence = 0))
);
CREATE INDEX signal_by_state ON signal (state, id);
CREATE INDEX signal_by_scope ON signal (scope, id);
CREATE INDEX signal_by_source ON signal (source, id);
CREATE INDEX signal_by_reliability ON signal (reliability, id);
CREATE INDEX signal_by_kind ON signal (product_kind, id) WHERE product_kind IS NOT NULL;
CREATE INDEX signal_by_kind_and_day ON signal (product_kind, published_on) WHERE product_kind IS NOT NULL;
CREATE INDEX signal_by_enterprise ON signal (enterprise_id, id) WHERE enterprise_id IS NOT NULL;
CREATE INDEX signal_by_barcode ON signal (barcode) WHERE barcode IS NOT NULL AND matched_by = 'person';
CREATE INDEX signal_by_root ON signal (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX signal_by_published ON signal (published_on, id);
CREATE INDEX signal_by_search_text ON signal (search_text text_pattern_ops);
-- What is yet to be sorted in is looked through by every search, so it is little.
CREATE INDEX signal_by_search_pieces ON signal USING gin (search_pieces) WITH (gin_pending_list_limit = 256);
CREATE INDEX signal_unchecked ON signal (id) WHERE NOT doubles_checked;
CREATE INDEX signal_to_erase ON signal (id) WHERE state = 'dismissed' AND reliability = 'rumour' AND erased_at IS NULL;
-- Its entries are spread evenly: a list of those that are yet to be sorted in would be searched through by every look-up.
CREATE INDEX signal_by_band ON signal USING gin (bands) WITH (fastupdate = off) WHERE bands IS NOT NULL AND merged_into IS NULL;

-- The history of a signal.
CREATE TABLE signal_event (
    signal_id   uuid NOT NULL REFERENCES signal,
    ordinal     integer NOT NULL,
    step        text NOT NULL CHECK (step IN ('enter', 'update', 'match', 'triage', 'dismiss', 'merge', 'unmerge', 'use', 'release', 'reopen', 'withdraw', 'erase')),
    from_state  text CHECK (from_state IN ('new', 'matched', 'triaged', 'used', 'dismissed', 'merged', 'withdrawn')),
    to_state    text NOT NULL CHECK (to_state IN ('new', 'matched', 'triaged', 'used', 'dismissed', 'merged', 'withdrawn')),
    at          timestamptz NOT NULL,
    actor_id    uuid REFERENCES account,
    actor_role  text NOT NULL,
    reason      text,
    details     jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (signal_id, ordinal),
    CHECK ((ordinal = 1) = (from_state IS NULL))
);

-- What a signal was used in: an assessment, an alert.
CREATE TABLE signal_use (
    signal_id uuid NOT NULL REFERENCES signal,
    used_in   uuid NOT NULL,
    at        timestamptz NOT NULL,
    PRIMARY KEY (signal_id, used_in)
);
CREATE INDEX signal_use_by_user ON signal_use (used_in);

-- What became of a row that was taken: its signal, and what the signal was after it.
CREATE TABLE signal_import_row (
    import_id  uuid NOT NULL REFERENCES signal_import,
    row_no     integer NOT NULL,
    signal_id  uuid NOT NULL REFERENCES signal,
    outcome    text NOT NULL CHECK (outcome IN ('inserted', 'updated', 'unchanged')),
    -- The number of the signal's last event after the row.
    version    integer NOT NULL,
    -- What stood before the row changed it.
    before     jsonb,
    PRIMARY KEY (import_id, row_no)
);
CREATE INDEX signal_import_row_by_signal ON signal_import_row (signal_id);
