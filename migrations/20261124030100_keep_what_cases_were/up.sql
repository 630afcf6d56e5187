-- What a case was until a moment, as far as its deadlines go, written when it changes (as enterprise_past is): so the
-- deadlines that ran on a past day can be told, and what was told of it never changes, whatever is corrected later and
-- whatever a later calendar says. Of what changed before this table was there, only what it changed to is known.
CREATE TABLE case_past (
    case_id         uuid NOT NULL REFERENCES remediation_case,
    until           timestamptz NOT NULL,
    state           text NOT NULL,
    rectify_by      date,
    reinspect_by    date,
    second_by       date,
    suspended_until date,
    handled_in      text,
    PRIMARY KEY (case_id, until)
);

CREATE FUNCTION case_keeps_past() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Two changes at one moment: what was before the first of them counts.
    INSERT INTO case_past (case_id, until, state, rectify_by, reinspect_by, second_by, suspended_until, handled_in)
    SELECT b.id, w.updated_at, b.state, b.rectify_by, b.reinspect_by, b.second_by, b.suspended_until, b.handled_in
    FROM before b JOIN written w ON w.id = b.id
    WHERE (b.state, b.rectify_by, b.reinspect_by, b.second_by, b.suspended_until, b.handled_in)
        IS DISTINCT FROM (w.state, w.rectify_by, w.reinspect_by, w.second_by, w.suspended_until, w.handled_in)
    ON CONFLICT (case_id, until) DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER case_when_changed AFTER UPDATE ON remediation_case
    REFERENCING OLD TABLE AS before NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION case_keeps_past();

-- A rating that was taken back, for figures of the days on which it stood.
CREATE TABLE consultation_rating_past (
    consultation_id uuid NOT NULL REFERENCES consultation,
    until           timestamptz NOT NULL,
    rating          integer NOT NULL,
    rated_at        timestamptz NOT NULL,
    PRIMARY KEY (consultation_id, until)
);
