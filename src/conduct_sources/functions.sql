-- Functions and triggers of `conduct_sources`: noting what is to be judged.

-- Whether conduct may come of an inspection in this state: it was refused, or its result is final. Called by the triggers below. Takes no locks.
CREATE FUNCTION conduct_may_come_of(p_state text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT p_state IN ('refused', 'final', 'published')
$$;

-- Notes inspections that are entered with a final result. Called by the trigger below. Takes no locks.
CREATE FUNCTION conduct_source_inspection_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO conduct_source_note (origin, origin_id)
    SELECT 'inspection', w.id FROM written w WHERE conduct_may_come_of(w.state);
    RETURN NULL;
END $$;
CREATE TRIGGER inspection_conduct_source_inserted AFTER INSERT ON inspection
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION conduct_source_inspection_inserted();

-- Notes inspections that come to a final result, leave it again, are corrected, or whose parties become known. A statement can change all rows of a
-- province, and PL/pgSQL keeps the plan of its first call: without nested loops it serves for one row and for all of them.
-- Called by the trigger below. Takes no locks.
CREATE FUNCTION conduct_source_inspection_updated() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
BEGIN
    INSERT INTO conduct_source_note (origin, origin_id)
    SELECT 'inspection', w.id
    FROM written w JOIN before b ON b.id = w.id
    WHERE (conduct_may_come_of(w.state) OR conduct_may_come_of(b.state))
      AND (w.version, w.state, w.operator_id, w.producer_id) IS DISTINCT FROM (b.version, b.state, b.operator_id, b.producer_id);
    RETURN NULL;
END $$;
CREATE TRIGGER inspection_conduct_source_updated AFTER UPDATE ON inspection
    REFERENCING OLD TABLE AS before NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION conduct_source_inspection_updated();

-- Notes cases of which a step was entered or corrected, or that were withdrawn. Called by the trigger below. Takes no locks.
CREATE FUNCTION conduct_source_case_updated() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
BEGIN
    INSERT INTO conduct_source_note (origin, origin_id)
    SELECT 'case', w.id
    FROM written w JOIN before b ON b.id = w.id
    WHERE (w.version, w.state, w.withdrawn_at) IS DISTINCT FROM (b.version, b.state, b.withdrawn_at);
    RETURN NULL;
END $$;
CREATE TRIGGER remediation_case_conduct_source_updated AFTER UPDATE ON remediation_case
    REFERENCING OLD TABLE AS before NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION conduct_source_case_updated();
