-- An import is asked for (with its file), then run: a run that is killed is run again from the file.
CREATE TABLE zero_out_import (
    id               uuid PRIMARY KEY,
    requested_by     uuid REFERENCES account,
    region           text REFERENCES region,
    file_name        text NOT NULL,
    file             bytea,
    sha256           bytea NOT NULL,
    dry_run          boolean NOT NULL,
    state            text NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'withdrawn')),
    total            integer,
    processed        integer NOT NULL DEFAULT 0,
    attempts         integer NOT NULL DEFAULT 0,
    rows             integer NOT NULL DEFAULT 0,
    inserted         integer NOT NULL DEFAULT 0,
    updated          integer NOT NULL DEFAULT 0,
    unchanged        integer NOT NULL DEFAULT 0,
    rejected         integer NOT NULL DEFAULT 0,
    header           jsonb,
    warnings         jsonb,
    problem          jsonb,
    created_at       timestamptz NOT NULL,
    started_at       timestamptz,
    finished_at      timestamptz,
    -- The enterprises that the list named, so that they can be planned for by their list.
    enterprises      uuid[],
    -- A checked file is kept for a while, so that it is imported from the record of the check: see src/zero_out/import/checked.rs.
    -- `check_id` is the check whose file an import took, `file_until` says until when the file of a check is kept.
    check_id         uuid REFERENCES zero_out_import,
    file_until       timestamptz,
    -- The place of an import among those whose rows went in, and says that what it did is kept row by row; NULL for what wrote nothing.
    merge_no         bigint UNIQUE,
    withdrawn_at     timestamptz,
    withdrawn_by     uuid REFERENCES account,
    withdrawn_reason text,
    -- Of the rows that were not taken, how many are no records: totals, heads of groups, remarks, headings again. Nobody has to mend them.
    not_records      integer NOT NULL DEFAULT 0,
    CHECK (rows = inserted + updated + unchanged + rejected),
    CONSTRAINT zero_out_import_withdrawn
        CHECK ((state = 'withdrawn') = (withdrawn_at IS NOT NULL)
            AND (state = 'withdrawn') = (withdrawn_reason IS NOT NULL))
);
-- A file is read once and then cleared; compressing it would take longer than importing it.
ALTER TABLE zero_out_import ALTER COLUMN file SET STORAGE EXTERNAL;
-- Ids hardly shrink.
ALTER TABLE zero_out_import ALTER COLUMN enterprises SET STORAGE EXTERNAL;
CREATE INDEX zero_out_import_open ON zero_out_import (id) WHERE state IN ('queued', 'running');
CREATE INDEX zero_out_import_checked ON zero_out_import (requested_by, id) WHERE file_until IS NOT NULL AND file IS NOT NULL;
-- A check is imported once; one whose import failed or was withdrawn may be imported again.
CREATE UNIQUE INDEX zero_out_import_of_check ON zero_out_import (check_id)
    WHERE check_id IS NOT NULL AND state NOT IN ('failed', 'withdrawn');

-- One reason for which one row was rejected; `cells` is the row as it was in the file, kept with the first of its reasons.
CREATE TABLE zero_out_rejection (
    import_id uuid NOT NULL REFERENCES zero_out_import ON DELETE CASCADE,
    row_no    integer NOT NULL,
    ordinal   integer NOT NULL,
    field     text NOT NULL,
    value     text NOT NULL,
    code      text NOT NULL,
    reason_zh text NOT NULL,
    reason_en text NOT NULL,
    cells     jsonb,
    -- What the cells of a rejected row were beyond their texts; with the first of its reasons: see src/zero_out/import/origin.rs.
    marks     text,
    CHECK ((ordinal = 0) = (cells IS NOT NULL)),
    PRIMARY KEY (import_id, row_no, ordinal)
);

-- What an import did by each of its rows. `before` and `after` hold what it changed of a record that was there, by column; the case is the one
-- that it opened, or whose order it entered, with the number of its last event then. Rows are never removed, so the references need no keys. No index by record:
-- only a withdrawal asks what later imports did to the same ones, and it reads these imports as a whole. An index would cost every import
-- more than a withdrawal gains.
CREATE TABLE zero_out_row (
    import_id        uuid NOT NULL,
    row_no           integer NOT NULL,
    enterprise_id    uuid NOT NULL,
    nonconformity_id uuid NOT NULL,
    fresh            boolean NOT NULL,
    case_id          uuid,
    case_opened      boolean NOT NULL,
    case_version     integer,
    before           jsonb,
    after            jsonb,
    -- What became of the record: the lists of an import show it.
    outcome          text NOT NULL CHECK (outcome IN ('inserted', 'updated', 'unchanged')),
    PRIMARY KEY (import_id, row_no),
    CHECK ((case_id IS NULL) = (case_version IS NULL)),
    CHECK ((before IS NULL) = (after IS NULL))
);

-- The enterprises that an import named, and what it changed of those that were there.
CREATE TABLE zero_out_listed (
    import_id     uuid NOT NULL,
    enterprise_id uuid NOT NULL,
    fresh         boolean NOT NULL,
    before        jsonb,
    after         jsonb,
    PRIMARY KEY (import_id, enterprise_id),
    CHECK ((before IS NULL) = (after IS NULL))
);

-- The withdrawal of an import that runs as a job: the last one that was asked for. Nothing of the import has changed before it is done.
CREATE TABLE zero_out_withdrawal (
    import_id    uuid PRIMARY KEY REFERENCES zero_out_import,
    requested_by uuid REFERENCES account,
    reason       text NOT NULL,
    state        text NOT NULL CHECK (state IN ('queued', 'running', 'done', 'refused')),
    attempts     integer NOT NULL DEFAULT 0,
    phase        text,
    done         integer NOT NULL DEFAULT 0,
    total        integer NOT NULL DEFAULT 0,
    problem      jsonb,
    created_at   timestamptz NOT NULL,
    started_at   timestamptz,
    finished_at  timestamptz,
    CHECK ((state IN ('done', 'refused')) = (finished_at IS NOT NULL)),
    CHECK ((state = 'refused') = (problem IS NOT NULL))
);
CREATE INDEX zero_out_withdrawal_open ON zero_out_withdrawal (created_at) WHERE state IN ('queued', 'running');
