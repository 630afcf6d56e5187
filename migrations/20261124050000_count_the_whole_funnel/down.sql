DROP TABLE past_day;
DROP TRIGGER account_is_counted ON account;
DROP FUNCTION account_is_counted();

CREATE OR REPLACE FUNCTION count_figures(p_ids uuid[]) RETURNS TABLE (enterprise_id uuid, figure text, region text, value bigint)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    RETURN QUERY
    WITH e AS MATERIALIZED (
        SELECT x.id, x.region, x.operating_status = 'operating' AS operating FROM enterprise x
        WHERE p_ids IS NULL OR x.id = ANY (p_ids)
    ), point AS MATERIALIZED (
        SELECT n.enterprise_id AS id, count(*) AS many,
               bool_and(coalesce(c.state IN ('cleared', 'overturned'), false)) AS settled
        FROM nonconformity n
        LEFT JOIN remediation_case c ON c.nonconformity_id = n.id
        WHERE p_ids IS NULL OR n.enterprise_id = ANY (p_ids)
        GROUP BY n.enterprise_id
    ), talk AS MATERIALIZED (
        SELECT c.enterprise_id AS id, c.status, count(*) AS many FROM consultation c
        WHERE p_ids IS NULL OR c.enterprise_id = ANY (p_ids)
        GROUP BY c.enterprise_id, c.status
    ), course AS MATERIALIZED (
        SELECT c.enterprise_id AS id, c.state, count(*) AS many FROM remediation_case c
        WHERE p_ids IS NULL OR c.enterprise_id = ANY (p_ids)
        GROUP BY c.enterprise_id, c.state
    )
    SELECT e.id, f.figure, e.region, f.value
    FROM (
        SELECT p.id, v.figure, v.value FROM point p JOIN e ON e.id = p.id
        CROSS JOIN LATERAL (VALUES
            ('listed', 1::bigint),
            ('nonconformities', p.many),
            ('operating', e.operating::integer::bigint),
            ('cleared', (e.operating AND p.settled)::integer::bigint)
        ) AS v (figure, value)
        UNION ALL
        SELECT DISTINCT t.id, 'enterprises_consulted', 1::bigint FROM talk t WHERE t.status IN ('active', 'concluded')
        UNION ALL
        SELECT t.id, 'consultation ' || t.status, t.many FROM talk t
        UNION ALL
        SELECT k.id, 'case ' || k.state, k.many FROM course k
    ) AS f
    JOIN e ON e.id = f.id
    WHERE f.value <> 0;
END $$;

CREATE OR REPLACE FUNCTION headline_figures(p_scope text) RETURNS TABLE (name text, value bigint)
LANGUAGE sql STABLE AS $$
    WITH stale AS MATERIALIZED (
        SELECT DISTINCT s.enterprise_id FROM figure_stale s
    ), part AS (
        SELECT r.region, r.figure, r.value FROM region_figure r
        UNION ALL
        SELECT f.region, f.figure, -f.value FROM enterprise_figure f JOIN stale s ON s.enterprise_id = f.enterprise_id
        UNION ALL
        SELECT c.region, c.figure, c.value
        FROM (SELECT array_agg(s.enterprise_id) AS ids FROM stale s HAVING count(*) > 0) a
        CROSS JOIN LATERAL count_figures(a.ids) c
    )
    SELECT p.figure, sum(p.value)::bigint FROM part p
    WHERE p_scope IS NULL OR p.region IN (SELECT s.region FROM region_scope s WHERE s.scope = p_scope)
    GROUP BY p.figure
$$;

DROP FUNCTION place_figures(text);

CREATE OR REPLACE FUNCTION rebuild_figures() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('region_figure'));
    DELETE FROM figure_stale;
    TRUNCATE enterprise_figure, region_figure;
    INSERT INTO enterprise_figure (enterprise_id, figure, region, value)
    SELECT c.enterprise_id, c.figure, c.region, c.value FROM count_figures(NULL) c;
    INSERT INTO region_figure (region, figure, value)
    SELECT f.region, f.figure, sum(f.value) FROM enterprise_figure f GROUP BY f.region, f.figure;
END $$;
SELECT rebuild_figures();
