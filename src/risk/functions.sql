-- Functions, triggers and views of `risk`.
--
-- Letters are kept by `oversight`, which stands above. The weekly digest (src/risk/digest.rs) asks one function of src/oversight/functions.sql:
--   risk_letters_due(region, until)        the letters to a region and all under it, or by it, that are to be answered until a day or are late

-- Published: an alert and what became of it, for `withdrawals` and `oversight`.
CREATE VIEW published.quality_alert AS
    SELECT id, cause, product_kind, item, region, state, nonconformities, enterprises, first_on, last_on, assessment_id, opened_at, answered_at,
           closed_at, window_days
    FROM quality_alert;

-- Published: assessments, for `oversight` and figures.
CREATE VIEW published.assessment AS
    SELECT id, product_kind, region, hazard, state, severity, level, validated_at, superseded_at, withdrawn_at
    FROM assessment;

-- Published: what an assessment rests on, for the facts of `oversight`.
CREATE VIEW published.assessment_evidence AS
    SELECT assessment_id, place, kind, signal_id, inspection_id
    FROM assessment_evidence;

-- Published: the index of some product kinds by region, by the first window of the rules, on the last day for which it was counted: what draws are weighted
-- by. What `programmes`, which stands below, asks when a frame is made. Called by src/programmes/draw/risk_index.rs. Takes no locks.
CREATE FUNCTION programme_risk_index(p_kinds text[])
RETURNS TABLE (day date, rules_version text, product_kind text, region text, index_value integer) LANGUAGE sql STABLE AS $$
    SELECT d.day, d.rules_version, c.product_kind, c.region, c.index_value
    FROM (SELECT l.day, l.window_days, l.rules_version FROM risk_day l WHERE l.first_window ORDER BY l.day DESC, l.counted_at DESC LIMIT 1) d
    JOIN risk_cell c ON c.day = d.day AND c.window_days = d.window_days AND c.product_kind = ANY (p_kinds)
$$;

-- Published: the index of a product kind in a region on the days for which it is kept.
CREATE VIEW published.risk_cell AS
    SELECT day, window_days, product_kind, region, tested, failed, class_rate, rate, rate_low, rate_high, severity, signal_count, index_value
    FROM risk_cell;

-- 1. Noting that the index of today is to be counted again. One row for each statement, so nobody waits for a count.

-- Notes a change. Called by the triggers below. Takes no locks.
CREATE FUNCTION risk_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A statement that changed no row is none.
    IF EXISTS (SELECT FROM changed) THEN
        INSERT INTO risk_change DEFAULT VALUES;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER inspection_risk_entered AFTER INSERT ON inspection REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION risk_note_change();
CREATE TRIGGER inspection_risk_changed AFTER UPDATE ON inspection REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION risk_note_change();
CREATE TRIGGER signal_risk_entered AFTER INSERT ON signal REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION risk_note_change();
CREATE TRIGGER signal_risk_changed AFTER UPDATE ON signal REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION risk_note_change();
CREATE TRIGGER assessment_risk_changed AFTER UPDATE ON assessment REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION risk_note_change();

-- 2. Noting what is to become a signal.

-- Whether a signal may come of an inspection like this: a final failure, or a quick test that found something suspect. Of which methods and
-- purposes one comes the job decides. Called by the triggers below. Takes no locks.
CREATE FUNCTION risk_signal_may_come_of(p_state text, p_outcome text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(p_state IN ('final', 'published') AND p_outcome = 'nonconforming' OR p_state <> 'withdrawn' AND p_outcome = 'suspect', false)
$$;

-- Notes inspections that are entered as final failures. Called by the trigger below. Takes no locks.
CREATE FUNCTION risk_source_inspection_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO risk_source_note (origin, origin_id)
    SELECT 'inspection', w.id FROM written w WHERE risk_signal_may_come_of(w.state, w.outcome);
    RETURN NULL;
END $$;
CREATE TRIGGER inspection_risk_source_inserted AFTER INSERT ON inspection
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION risk_source_inspection_inserted();

-- Notes inspections that come to a final failure. A statement can change all rows of a province, and PL/pgSQL keeps the plan of its first call:
-- without nested loops it serves for one row and for all of them. Called by the trigger below. Takes no locks.
CREATE FUNCTION risk_source_inspection_updated() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
BEGIN
    INSERT INTO risk_source_note (origin, origin_id)
    SELECT 'inspection', w.id
    FROM written w JOIN before b ON b.id = w.id
    WHERE risk_signal_may_come_of(w.state, w.outcome) AND NOT risk_signal_may_come_of(b.state, b.outcome);
    RETURN NULL;
END $$;
CREATE TRIGGER inspection_risk_source_updated AFTER UPDATE ON inspection
    REFERENCING OLD TABLE AS before NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION risk_source_inspection_updated();

-- Notes penalties that are entered as conduct. Called by the trigger below. Takes no locks.
CREATE FUNCTION risk_source_conduct_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO risk_source_note (origin, origin_id) SELECT 'conduct', w.id FROM written w WHERE w.source = 'penalty';
    RETURN NULL;
END $$;
CREATE TRIGGER conduct_risk_source_inserted AFTER INSERT ON conduct
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION risk_source_conduct_inserted();
