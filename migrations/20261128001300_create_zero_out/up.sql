-- An import is asked for (with its file), then run: a run that is killed is run again from the file.
CREATE TABLE zero_out_import (
    id           uuid PRIMARY KEY,
    requested_by uuid REFERENCES account,
    region       text REFERENCES region,
    file_name    text NOT NULL,
    file         bytea,
    sha256       bytea NOT NULL,
    dry_run      boolean NOT NULL,
    state        text NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
    total        integer,
    processed    integer NOT NULL DEFAULT 0,
    attempts     integer NOT NULL DEFAULT 0,
    rows         integer NOT NULL DEFAULT 0,
    inserted     integer NOT NULL DEFAULT 0,
    updated      integer NOT NULL DEFAULT 0,
    unchanged    integer NOT NULL DEFAULT 0,
    rejected     integer NOT NULL DEFAULT 0,
    header       jsonb,
    warnings     jsonb,
    problem      jsonb,
    created_at   timestamptz NOT NULL,
    started_at   timestamptz,
    finished_at  timestamptz,
    -- The enterprises that the list named, so that they can be planned for by their list.
    enterprises  uuid[],
    CHECK (rows = inserted + updated + unchanged + rejected)
);
-- A file is read once and then cleared; compressing it would take longer than importing it.
ALTER TABLE zero_out_import ALTER COLUMN file SET STORAGE EXTERNAL;
CREATE INDEX zero_out_import_open ON zero_out_import (id) WHERE state IN ('queued', 'running');

-- One reason for which one row was rejected; `cells` is the row as it was in the file, kept with the first of its reasons.
CREATE TABLE zero_out_rejection (
    import_id  uuid NOT NULL REFERENCES zero_out_import ON DELETE CASCADE,
    row_no     integer NOT NULL,
    ordinal    integer NOT NULL,
    field      text NOT NULL,
    value      text NOT NULL,
    code       text NOT NULL,
    reason_zh  text NOT NULL,
    reason_en  text NOT NULL,
    cells      jsonb,
    CHECK ((ordinal = 0) = (cells IS NOT NULL)),
    PRIMARY KEY (import_id, row_no, ordinal)
);

ALTER TABLE matching_plan ADD FOREIGN KEY (import_id) REFERENCES zero_out_import;
