CREATE INDEX remediation_case_handed_over ON remediation_case USING gin (handed_over_by)
    WHERE handed_over_by <> '{}';
CREATE INDEX remediation_case_handled_in ON remediation_case (handled_in) WHERE handled_in IS NOT NULL;
DROP TRIGGER case_elsewhere_when_updated ON remediation_case;
DROP TRIGGER case_elsewhere_when_inserted ON remediation_case;
DROP FUNCTION case_is_known_elsewhere();
DROP TABLE case_elsewhere;
DROP INDEX audit_entry_by_action, remediation_case_open;
CREATE INDEX remediation_case_due ON remediation_case (reinspect_by) WHERE state <> 'cleared';
DROP TRIGGER enterprise_moves ON enterprise;
DROP TRIGGER consultation_region ON consultation;
DROP TRIGGER case_region ON remediation_case;
DROP FUNCTION region_goes_along(), region_is_looked_up();
ALTER TABLE remediation_case DROP COLUMN region CASCADE;
ALTER TABLE consultation DROP COLUMN region CASCADE;

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
    RETURN taken;
END $$;

DROP FUNCTION regions_are_healed(uuid[]);
