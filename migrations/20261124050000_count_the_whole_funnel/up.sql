-- Every figure of the rate and of the funnel, counted as things change, so that the reports as of now take the same time
-- however much there is. Reports of a past day are counted from history once: they never change.

-- The enterprises' own figures; all of them where p_ids is NULL. Besides those of before: of operating enterprises the
-- nonconformities, all and settled, and whether they were contacted, consulted, and have begun to correct.
CREATE OR REPLACE FUNCTION count_figures(p_ids uuid[])
RETURNS TABLE (enterprise_id uuid, figure text, region text, value bigint)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    RETURN QUERY
    WITH e AS MATERIALIZED (
        SELECT x.id, x.region, x.operating_status = 'operating' AS operating FROM enterprise x
        WHERE p_ids IS NULL OR x.id = ANY (p_ids)
    ), point AS MATERIALIZED (
        SELECT n.enterprise_id AS id, count(*) AS many,
               count(*) FILTER (WHERE c.state IN ('cleared', 'overturned')) AS settled
        FROM nonconformity n
        LEFT JOIN remediation_case c ON c.nonconformity_id = n.id
        WHERE p_ids IS NULL OR n.enterprise_id = ANY (p_ids)
        GROUP BY n.enterprise_id
    ), talk AS MATERIALIZED (
        SELECT c.enterprise_id AS id, c.status, count(*) AS many,
               bool_or(c.status IN ('active', 'concluded') OR EXISTS (
                   SELECT 1 FROM consultation_event v
                   WHERE v.consultation_id = c.id AND v.to_status IN ('active', 'concluded'))) AS taken
        FROM consultation c
        WHERE p_ids IS NULL OR c.enterprise_id = ANY (p_ids)
        GROUP BY c.enterprise_id, c.status
    ), course AS MATERIALIZED (
        SELECT c.enterprise_id AS id, c.state, count(*) AS many,
               bool_or(EXISTS (
                   SELECT 1 FROM case_event v
                   WHERE v.case_id = c.id AND (v.event = 'start_correction'
                       OR v.to_state IN ('correcting', 'evidence_submitted', 'cleared')))) AS corrected
        FROM remediation_case c
        WHERE p_ids IS NULL OR c.enterprise_id = ANY (p_ids)
        GROUP BY c.enterprise_id, c.state
    ), reached AS (
        SELECT t.id FROM talk t
        UNION SELECT a.enterprise_id FROM account a
        WHERE a.enterprise_id IS NOT NULL AND (p_ids IS NULL OR a.enterprise_id = ANY (p_ids))
    )
    SELECT e.id, f.figure, e.region, f.value
    FROM (
        SELECT p.id, v.figure, v.value FROM point p JOIN e ON e.id = p.id
        CROSS JOIN LATERAL (VALUES
            ('listed', 1::bigint),
            ('nonconformities', p.many),
            ('operating', e.operating::integer::bigint),
            ('operating nonconformities', e.operating::integer * p.many),
            ('cleared', (e.operating AND p.settled = p.many)::integer::bigint),
            ('cleared nonconformities', e.operating::integer * p.settled)
        ) AS v (figure, value)
        UNION ALL
        SELECT DISTINCT t.id, 'enterprises_consulted', 1::bigint FROM talk t WHERE t.status IN ('active', 'concluded')
        UNION ALL
        SELECT t.id, 'consultation ' || t.status, t.many FROM talk t
        UNION ALL
        SELECT k.id, 'case ' || k.state, k.many FROM course k
        UNION ALL
        SELECT s.id, s.figure, 1::bigint
        FROM (SELECT r.id, 'contacted' AS figure FROM reached r
              UNION SELECT t.id, 'consulted' FROM talk t WHERE t.taken
              UNION SELECT k.id, 'correcting' FROM course k WHERE k.corrected) AS s
        JOIN point p ON p.id = s.id
        JOIN e ON e.id = s.id AND e.operating
    ) AS f
    JOIN e ON e.id = f.id
    WHERE f.value <> 0;
END $$;

-- The figures of each place of a region and all under it; of every place where p_scope is NULL.
CREATE FUNCTION place_figures(p_scope text) RETURNS TABLE (region text, name text, value bigint)
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
    SELECT p.region, p.figure, sum(p.value)::bigint FROM part p
    WHERE p_scope IS NULL OR p.region IN (SELECT s.region FROM region_scope s WHERE s.scope = p_scope)
    GROUP BY p.region, p.figure
$$;
CREATE OR REPLACE FUNCTION headline_figures(p_scope text) RETURNS TABLE (name text, value bigint)
LANGUAGE sql STABLE AS $$
    SELECT p.name, sum(p.value)::bigint FROM place_figures(p_scope) p GROUP BY p.name
$$;

-- An account is a contact. What else the new figures hang on changes with a case's state or a consultation's status.
CREATE FUNCTION account_is_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO figure_stale (enterprise_id)
    SELECT DISTINCT w.enterprise_id FROM written w WHERE w.enterprise_id IS NOT NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER account_is_counted AFTER INSERT ON account
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION account_is_counted();

-- What was counted of a past day. Only a memory: what is not here is counted from history.
CREATE TABLE past_day (
    day    date NOT NULL,
    region text NOT NULL,
    what   text NOT NULL,
    said   jsonb NOT NULL,
    PRIMARY KEY (day, region, what)
);

-- Counts everything anew from the ground, and forgets what was counted of past days.
CREATE OR REPLACE FUNCTION rebuild_figures() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('region_figure'));
    DELETE FROM figure_stale;
    TRUNCATE enterprise_figure, region_figure, past_day;
    INSERT INTO enterprise_figure (enterprise_id, figure, region, value)
    SELECT c.enterprise_id, c.figure, c.region, c.value FROM count_figures(NULL) c;
    INSERT INTO region_figure (region, figure, value)
    SELECT f.region, f.figure, sum(f.value) FROM enterprise_figure f GROUP BY f.region, f.figure;
END $$;
SELECT rebuild_figures();
