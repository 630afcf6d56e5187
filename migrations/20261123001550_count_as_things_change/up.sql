-- The headline figures, counted as things change, so that asking for them takes the same time however many
-- consultations and cases there are.
--
--   enterprise_figure  what each enterprise contributes, as last counted;
--   region_figure      the sums of it by the enterprises' regions;
--   figure_stale       enterprises that have changed since. Triggers only ever add rows, so nobody waits.
--
-- Whoever asks (headline_figures) counts the stale enterprises anew, in the same snapshot, in the place of what
-- they contributed before: the answer is exact at any moment. A worker folds them in (fold_figures) and keeps
-- them few. Everything can be counted anew from the ground (rebuild_figures).
CREATE TABLE enterprise_figure (
    enterprise_id uuid NOT NULL,
    figure        text NOT NULL,
    region        text NOT NULL,
    value         bigint NOT NULL,
    PRIMARY KEY (enterprise_id, figure)
);
CREATE TABLE region_figure (
    region text NOT NULL,
    figure text NOT NULL,
    value  bigint NOT NULL,
    PRIMARY KEY (region, figure)
);
CREATE TABLE figure_stale (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enterprise_id uuid NOT NULL
);

-- What enterprises contribute, counted from the ground; all of them where p_ids is NULL.
CREATE FUNCTION count_figures(p_ids uuid[]) RETURNS TABLE (enterprise_id uuid, figure text, region text, value bigint)
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

-- The figures of a region and all under it; of everything where p_scope is NULL.
CREATE FUNCTION headline_figures(p_scope text) RETURNS TABLE (name text, value bigint)
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

-- Folds at most p_most stale rows in. One at a time; who comes second does nothing. Gives how many rows it took.
CREATE FUNCTION fold_figures(p_most integer) RETURNS integer LANGUAGE plpgsql AS $$
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

-- Counts everything anew from the ground.
CREATE FUNCTION rebuild_figures() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('region_figure'));
    DELETE FROM figure_stale;
    TRUNCATE enterprise_figure, region_figure;
    INSERT INTO enterprise_figure (enterprise_id, figure, region, value)
    SELECT c.enterprise_id, c.figure, c.region, c.value FROM count_figures(NULL) c;
    INSERT INTO region_figure (region, figure, value)
    SELECT f.region, f.figure, sum(f.value) FROM enterprise_figure f GROUP BY f.region, f.figure;
END $$;

CREATE FUNCTION figures_are_stale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO figure_stale (enterprise_id) SELECT DISTINCT w.enterprise_id FROM written w;
    RETURN NULL;
END $$;
CREATE TRIGGER nonconformity_is_counted AFTER INSERT ON nonconformity
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION figures_are_stale();
CREATE TRIGGER case_is_counted AFTER INSERT ON remediation_case
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION figures_are_stale();
CREATE TRIGGER consultation_is_counted AFTER INSERT ON consultation
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION figures_are_stale();

CREATE FUNCTION case_figures_are_stale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO figure_stale (enterprise_id)
    SELECT DISTINCT w.enterprise_id FROM written w JOIN before b ON b.id = w.id WHERE b.state <> w.state;
    RETURN NULL;
END $$;
CREATE TRIGGER case_is_counted_again AFTER UPDATE ON remediation_case
    REFERENCING OLD TABLE AS before NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION case_figures_are_stale();

CREATE FUNCTION consultation_figures_are_stale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO figure_stale (enterprise_id)
    SELECT DISTINCT w.enterprise_id FROM written w JOIN before b ON b.id = w.id WHERE b.status <> w.status;
    RETURN NULL;
END $$;
CREATE TRIGGER consultation_is_counted_again AFTER UPDATE ON consultation
    REFERENCING OLD TABLE AS before NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION consultation_figures_are_stale();

CREATE FUNCTION enterprise_figures_are_stale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO figure_stale (enterprise_id)
    SELECT w.id FROM written w JOIN before b ON b.id = w.id
    WHERE (b.region, b.operating_status) IS DISTINCT FROM (w.region, w.operating_status);
    RETURN NULL;
END $$;
CREATE TRIGGER enterprise_is_counted_again AFTER UPDATE ON enterprise
    REFERENCING OLD TABLE AS before NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION enterprise_figures_are_stale();

SELECT rebuild_figures();
