-- What an enterprise was until a moment, written when it changes, so that a figure as of a past day can be
-- worked out at any time and never changes: its region and status then are those of the first row that
-- ended after that day, else the present ones. (Rows for the past cost an import of new enterprises nothing.)
-- Nonconformities are only ever added, and cases have their events.
CREATE TABLE enterprise_past (
    enterprise_id    uuid NOT NULL REFERENCES enterprise,
    until            timestamptz NOT NULL,
    region           text NOT NULL,
    operating_status text NOT NULL,
    PRIMARY KEY (enterprise_id, until)
);

CREATE FUNCTION enterprise_keep_past() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Two changes at one moment: what was before the first of them counts.
    INSERT INTO enterprise_past (enterprise_id, until, region, operating_status)
    SELECT b.id, w.updated_at, b.region, b.operating_status
    FROM before b JOIN written w ON w.id = b.id
    WHERE (b.region, b.operating_status) IS DISTINCT FROM (w.region, w.operating_status)
    ON CONFLICT (enterprise_id, until) DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER enterprise_when_changed AFTER UPDATE ON enterprise
    REFERENCING OLD TABLE AS before NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION enterprise_keep_past();
