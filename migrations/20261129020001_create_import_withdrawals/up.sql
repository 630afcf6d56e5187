-- Of the rows that were not taken, how many are no records: totals, heads of groups, remarks, headings again. Nobody has to mend them.
ALTER TABLE zero_out_import ADD COLUMN not_records integer NOT NULL DEFAULT 0;
UPDATE zero_out_import i SET not_records = r.count
FROM (SELECT import_id, count(*) AS count FROM zero_out_rejection WHERE code = 'not_a_record' GROUP BY import_id) r
WHERE r.import_id = i.id;

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
