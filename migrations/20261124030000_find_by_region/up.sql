-- A page of a list is the newest rows of a region. Cases and consultations carry the region of their enterprise, so that
-- an index has them in that order: of a district by its code, of a city by the four digits that its districts' codes
-- share (GB/T 2260). It is there to be found by; who may see a row is decided by the enterprise's region itself.
ALTER TABLE remediation_case ADD COLUMN region text NOT NULL DEFAULT '';
ALTER TABLE consultation ADD COLUMN region text NOT NULL DEFAULT '';
UPDATE remediation_case c SET region = e.region FROM enterprise e WHERE e.id = c.enterprise_id;
UPDATE consultation c SET region = e.region FROM enterprise e WHERE e.id = c.enterprise_id;

-- Who knows it (the import of a list) writes it; for all others it is looked up. An enterprise that is not known is
-- refused elsewhere.
CREATE FUNCTION region_is_looked_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.region := coalesce((SELECT e.region FROM enterprise e WHERE e.id = NEW.enterprise_id), '');
    RETURN NEW;
END $$;
CREATE TRIGGER case_region BEFORE INSERT ON remediation_case
    FOR EACH ROW WHEN (NEW.region = '') EXECUTE FUNCTION region_is_looked_up();
CREATE TRIGGER consultation_region BEFORE INSERT ON consultation
    FOR EACH ROW WHEN (NEW.region = '') EXECUTE FUNCTION region_is_looked_up();

-- Before the row, so that consultations are locked before their streams (chat_region_changed), as everywhere.
CREATE FUNCTION region_goes_along() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM consultation c WHERE c.enterprise_id = NEW.id ORDER BY c.id FOR UPDATE;
    UPDATE consultation SET region = NEW.region WHERE enterprise_id = NEW.id;
    UPDATE remediation_case SET region = NEW.region WHERE enterprise_id = NEW.id;
    RETURN NEW;
END $$;
CREATE TRIGGER enterprise_moves BEFORE UPDATE ON enterprise
    FOR EACH ROW WHEN (OLD.region IS DISTINCT FROM NEW.region) EXECUTE FUNCTION region_goes_along();

-- A case or consultation that was opened while its enterprise moved did not see the move, nor the move it. Both have left
-- the enterprise in figure_stale, so whoever folds that in after the later of the two sets it right.
CREATE FUNCTION regions_are_healed(ids uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE consultation c SET region = e.region FROM enterprise e
    WHERE c.enterprise_id = ANY (ids) AND e.id = c.enterprise_id AND c.region <> e.region;
    UPDATE remediation_case c SET region = e.region FROM enterprise e
    WHERE c.enterprise_id = ANY (ids) AND e.id = c.enterprise_id AND c.region <> e.region;
END $$;

-- Folds at most p_most stale rows in. One at a time; who comes second does nothing. Gives how many rows it took.
CREATE OR REPLACE FUNCTION fold_figures(p_most integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    ids uuid[];
    taken integer;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('region_figure')) THEN
        RETURN 0;
    END IF;
    -- What changes after this statement has a stale row of its own, which stays.
    WITH gone AS (
        DELETE FROM figure_stale WHERE id IN (SELECT s.id FROM figure_stale s ORDER BY s.id LIMIT p_most)
        RETURNING enterprise_id
    )
    SELECT array_agg(DISTINCT g.enterprise_id), count(*) INTO ids, taken FROM gone g;
    IF ids IS NULL THEN
        RETURN 0;
    END IF;
    -- One statement, so that what is taken off and what is put in its place come of one snapshot.
    WITH old AS MATERIALIZED (
        SELECT f.enterprise_id, f.figure, f.region, f.value FROM enterprise_figure f WHERE f.enterprise_id = ANY (ids)
    ), new AS MATERIALIZED (
        SELECT c.enterprise_id, c.figure, c.region, c.value FROM count_figures(ids) c
    ), ended AS (
        DELETE FROM enterprise_figure f USING old o
        WHERE f.enterprise_id = o.enterprise_id AND f.figure = o.figure AND NOT EXISTS (
            SELECT FROM new n WHERE n.enterprise_id = o.enterprise_id AND n.figure = o.figure)
    ), kept AS (
        INSERT INTO enterprise_figure (enterprise_id, figure, region, value)
        SELECT n.enterprise_id, n.figure, n.region, n.value FROM new n
        ON CONFLICT (enterprise_id, figure) DO UPDATE SET region = excluded.region, value = excluded.value
    ), change AS (
        SELECT c.region, c.figure, sum(c.value)::bigint AS value
        FROM (SELECT o.region, o.figure, -o.value AS value FROM old o
              UNION ALL SELECT n.region, n.figure, n.value FROM new n) c
        GROUP BY c.region, c.figure
    )
    INSERT INTO region_figure AS r (region, figure, value)
    SELECT c.region, c.figure, c.value FROM change c WHERE c.value <> 0
    ON CONFLICT (region, figure) DO UPDATE SET value = r.value + excluded.value;
    PERFORM regions_are_healed(ids);
    RETURN taken;
END $$;

CREATE INDEX remediation_case_by_region ON remediation_case (region, id);
CREATE INDEX remediation_case_by_city ON remediation_case (left(region, 4), id);
CREATE INDEX consultation_by_region ON consultation (region, id);
CREATE INDEX consultation_by_city ON consultation (left(region, 4), id);
-- Most rows are of the province; without being told, the planner believes that hardly any are.
CREATE STATISTICS remediation_case_province ON (left(region, 2)) FROM remediation_case;
CREATE STATISTICS consultation_province ON (left(region, 2)) FROM consultation;

-- What has not ended, in the order of the list, with all that it is narrowed by: where hardly any of the newest is due yet,
-- the index alone is gone through.
DROP INDEX remediation_case_due;
CREATE INDEX remediation_case_open ON remediation_case (id) INCLUDE (state, reinspect_by, region)
    WHERE state NOT IN ('cleared', 'overturned', 'licence_revoked', 'closed');

-- The audit of a rare action.
CREATE INDEX audit_entry_by_action ON audit_entry (action, id);

-- Where, besides the enterprise's region, a case is known: with the authority that it was handed to, and with those that
-- handed it over.
CREATE TABLE case_elsewhere (
    region  text NOT NULL,
    case_id uuid NOT NULL,
    PRIMARY KEY (region, case_id)
);
CREATE INDEX case_elsewhere_by_case ON case_elsewhere (case_id);
CREATE FUNCTION case_is_known_elsewhere() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM case_elsewhere w WHERE w.case_id = NEW.id;
    END IF;
    IF NEW.handled_in IS NOT NULL THEN
        INSERT INTO case_elsewhere (region, case_id)
        SELECT DISTINCT r, NEW.id FROM unnest(NEW.handed_over_by || NEW.handled_in) AS r;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER case_elsewhere_when_inserted AFTER INSERT ON remediation_case
    FOR EACH ROW WHEN (NEW.handled_in IS NOT NULL) EXECUTE FUNCTION case_is_known_elsewhere();
CREATE TRIGGER case_elsewhere_when_updated AFTER UPDATE ON remediation_case
    FOR EACH ROW WHEN ((OLD.handled_in, OLD.handed_over_by) IS DISTINCT FROM (NEW.handled_in, NEW.handed_over_by))
    EXECUTE FUNCTION case_is_known_elsewhere();
INSERT INTO case_elsewhere (region, case_id)
SELECT DISTINCT r, c.id FROM remediation_case c, unnest(c.handed_over_by || c.handled_in) AS r
WHERE c.handled_in IS NOT NULL;
-- It was looked for by these until now.
DROP INDEX remediation_case_handed_over, remediation_case_handled_in;
