-- Sampling lists that offices send in and laboratories' systems hand over: their import into inspections.

-- A list: a file, or forms that a system handed over.
CREATE TABLE sampling_list (
    id               uuid PRIMARY KEY,
    requested_by     uuid REFERENCES account,
    -- The region under which it was asked for: that of the officer, whose authority organises the inspections of the list.
    region           text NOT NULL REFERENCES region,
    -- Whether it is a file or came from a system.
    source           text NOT NULL CHECK (source IN ('file', 'system')),
    file_name        text NOT NULL,
    -- The file until it was read; of a check until `file_until`.
    file             bytea,
    sha256           bytea NOT NULL,
    dry_run          boolean NOT NULL,
    -- What holds for every row that does not say otherwise: {"sampled_on", "level", "purpose"}.
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
    -- The samples that its rows make.
    samples          integer NOT NULL DEFAULT 0,
    -- The headings of its lists, what the importer should know, why it was refused.
    header           jsonb,
    warnings         jsonb,
    problem          jsonb,
    created_at       timestamptz NOT NULL,
    started_at       timestamptz,
    finished_at      timestamptz,
    file_until       timestamptz,
    -- Of an import from the record of a check: that check.
    check_id         uuid REFERENCES sampling_list,
    -- {"at", "by", "reason"} of its withdrawal.
    withdrawal       jsonb,
    CHECK (rows = inserted + updated + unchanged + rejected),
    CHECK (not_records <= rejected),
    CHECK ((state = 'withdrawn') = (withdrawal IS NOT NULL))
);
-- A file is read once and then cleared; compressing it would take longer than importing it.
ALTER TABLE sampling_list ALTER COLUMN file SET STORAGE EXTERNAL;
CREATE INDEX sampling_list_open ON sampling_list (id) WHERE state IN ('queued', 'running');
CREATE INDEX sampling_list_by_region ON sampling_list (region, id);
CREATE INDEX sampling_list_by_check ON sampling_list (check_id) WHERE check_id IS NOT NULL;
CREATE INDEX sampling_list_kept ON sampling_list (file_until) WHERE file_until IS NOT NULL AND file IS NOT NULL;

-- One reason for which one row was rejected; `cells` is the row as it was in the file, kept with the first of its reasons.
CREATE TABLE sampling_list_rejection (
    import_id  uuid NOT NULL REFERENCES sampling_list ON DELETE CASCADE,
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

-- What became of a row that was taken: its inspection, and what the inspection was after it. Lists and inspections are never removed, so the references
-- need no keys.
CREATE TABLE sampling_list_row (
    import_id     uuid NOT NULL,
    row_no        integer NOT NULL,
    inspection_id uuid NOT NULL,
    outcome       text NOT NULL CHECK (outcome IN ('inserted', 'updated', 'unchanged')),
    -- The number of the inspection's last event after the import; where it is greater now, something stands on the row.
    version       integer NOT NULL,
    -- SHA-256 of what the list says of the sample: the same again changes nothing.
    digest        bytea NOT NULL,
    PRIMARY KEY (import_id, row_no)
);
CREATE INDEX sampling_list_row_by_inspection ON sampling_list_row (inspection_id);

-- An enterprise that a row names without its credit code, and which of the register it may be. An officer decides; nothing is decided by itself.
CREATE TABLE sampling_list_proposal (
    id            uuid PRIMARY KEY,
    import_id     uuid NOT NULL REFERENCES sampling_list,
    row_no        integer NOT NULL,
    inspection_id uuid NOT NULL REFERENCES inspection,
    -- As what the row names it.
    party         text NOT NULL CHECK (party IN ('operator', 'producer')),
    name          text NOT NULL,
    -- Code of its region as far as the list tells it.
    region        text REFERENCES region,
    -- The region of the import: officers of it and of those above decide.
    scope         text NOT NULL REFERENCES region,
    -- The enterprise that is proposed.
    enterprise_id uuid NOT NULL REFERENCES enterprise,
    -- Why: the name is the same in the same region, or the same elsewhere, or alike in the same region.
    likeness      text NOT NULL CHECK (likeness IN ('same_name_and_region', 'same_name', 'alike')),
    state         text NOT NULL CHECK (state IN ('open', 'accepted', 'refused', 'other', 'void')),
    -- The enterprise that an officer named: the proposed or another one.
    chosen_id     uuid REFERENCES enterprise,
    decided_by    uuid REFERENCES account,
    decided_at    timestamptz,
    reason        text,
    created_at    timestamptz NOT NULL,
    CHECK ((state IN ('accepted', 'other')) = (chosen_id IS NOT NULL)),
    CHECK ((state = 'open') = (decided_at IS NULL)),
    UNIQUE (inspection_id, party)
);
CREATE INDEX sampling_list_proposal_open ON sampling_list_proposal (scope, id) WHERE state = 'open';
CREATE INDEX sampling_list_proposal_by_import ON sampling_list_proposal (import_id, id);
CREATE INDEX sampling_list_proposal_by_enterprise ON sampling_list_proposal (enterprise_id);
