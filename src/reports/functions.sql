-- Functions and triggers of `reports`: the figures of the rate and of the funnel, counted as things change (enterprise_figure,
-- region_figure, figure_stale). Nothing but reports and the figures on pages depends on them or on the job that folds them.

-- 1. Which enterprises have changed. These triggers only add rows to figure_stale: they take no locks and wait for nobody. A statement can change
--    all rows of a province, and PL/pgSQL keeps the plan of its first call: without nested loops it serves for one row and for all of them.

-- Notes enterprises, a hundred in a row: as many rows as enterprises would take a list of a province longer than its check of references.
-- Called by the functions below. Takes no locks.
CREATE FUNCTION figure_note_stale(p_ids uuid[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO figure_stale (enterprise_ids)
    SELECT array_agg(s.id) FROM (SELECT u.id, (u.place - 1) / 100 AS part FROM unnest(p_ids) WITH ORDINALITY AS u (id, place)) s
    GROUP BY s.part
$$;

-- Notes the enterprises of new nonconformities, cases and consultations. Called by the triggers below. Takes no locks.
CREATE FUNCTION figure_stale_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM figure_note_stale(ARRAY(SELECT DISTINCT w.enterprise_id FROM written w));
    RETURN NULL;
END $$;
CREATE TRIGGER nonconformity_figure_stale_inserted AFTER INSERT ON nonconformity
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION figure_stale_inserted();
CREATE TRIGGER remediation_case_figure_stale_inserted AFTER INSERT ON remediation_case
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION figure_stale_inserted();
CREATE TRIGGER consultation_figure_stale_inserted AFTER INSERT ON consultation
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION figure_stale_inserted();

-- Notes the enterprises of new accounts: an enterprise with an account counts as contacted. Called by the trigger below. Takes no locks.
CREATE FUNCTION figure_stale_account_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM figure_note_stale(ARRAY(SELECT DISTINCT w.enterprise_id FROM written w WHERE w.enterprise_id IS NOT NULL));
    RETURN NULL;
END $$;
CREATE TRIGGER account_figure_stale_inserted AFTER INSERT ON account
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION figure_stale_account_inserted();

-- Notes the enterprises of cases whose state changes. Called by the trigger below. Takes no locks.
CREATE FUNCTION figure_stale_case_updated() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
BEGIN
    PERFORM figure_note_stale(ARRAY(
        SELECT DISTINCT w.enterprise_id FROM written w JOIN before b ON b.id = w.id WHERE b.state <> w.state));
    RETURN NULL;
END $$;
CREATE TRIGGER remediation_case_figure_stale_updated AFTER UPDATE ON remediation_case
    REFERENCING OLD TABLE AS before NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION figure_stale_case_updated();

-- Notes the enterprises of consultations whose status changes. Called by the trigger below. Takes no locks.
CREATE FUNCTION figure_stale_consultation_updated() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
BEGIN
    PERFORM figure_note_stale(ARRAY(
        SELECT DISTINCT w.enterprise_id FROM written w JOIN before b ON b.id = w.id WHERE b.status <> w.status));
    RETURN NULL;
END $$;
CREATE TRIGGER consultation_figure_stale_updated AFTER UPDATE ON consultation
    REFERENCING OLD TABLE AS before NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION figure_stale_consultation_updated();

-- Notes the enterprises of nonconformities that are withdrawn. Called by the trigger below. Takes no locks.
CREATE FUNCTION figure_stale_nonconformity_updated() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
BEGIN
    PERFORM figure_note_stale(ARRAY(
        SELECT DISTINCT w.enterprise_id FROM written w JOIN before b ON b.id = w.id WHERE b.withdrawn_at IS DISTINCT FROM w.withdrawn_at));
    RETURN NULL;
END $$;
CREATE TRIGGER nonconformity_figure_stale_updated AFTER UPDATE ON nonconformity
    REFERENCING OLD TABLE AS before NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION figure_stale_nonconformity_updated();

-- Notes enterprises whose region or status changes. Called by the trigger below. Takes no locks.
CREATE FUNCTION figure_stale_enterprise_updated() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
BEGIN
    PERFORM figure_note_stale(ARRAY(
        SELECT w.id FROM written w JOIN before b ON b.id = w.id
        WHERE (b.region, b.operating_status) IS DISTINCT FROM (w.region, w.operating_status)));
    RETURN NULL;
END $$;
CREATE TRIGGER enterprise_figure_stale_updated AFTER UPDATE ON enterprise
    REFERENCING OLD TABLE AS before NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION figure_stale_enterprise_updated();

-- 2. Counting and asking. The three functions with p_at are the one definition of every figure of enterprises, of now and of past days.
--    They look at the enterprises p_ids (all of them where it is NULL) that are in region p_scope or under it (everywhere where it is
--    NULL), as they were at moment p_at: what was entered before it. NULL is now; then the rows themselves say the present state, and
--    their histories need not be read. The two in SQL are inlined into what calls them, so that a condition on NULL costs nothing.

-- Enterprises, where they were and whether they were in operation.
-- Called by nonconformities_at, count_figures and src/reports/experts.rs. Takes no locks.
CREATE FUNCTION enterprises_at(p_ids uuid[], p_scope text, p_at timestamptz)
RETURNS TABLE (id uuid, region text, operating boolean)
LANGUAGE sql STABLE AS $$
    SELECT e.id, coalesce(p.region, e.region), coalesce(p.operating_status, e.operating_status) = 'operating'
    FROM published.enterprise e
    LEFT JOIN LATERAL (
        SELECT o.region, o.operating_status FROM published.enterprise_past o
        WHERE o.enterprise_id = e.id AND o.until >= p_at ORDER BY o.until LIMIT 1
    ) p ON p_at IS NOT NULL
    WHERE (p_ids IS NULL OR e.id = ANY (p_ids))
      AND (p_at IS NULL OR e.created_at < p_at)
      AND (p_scope IS NULL OR coalesce(p.region, e.region) IN (SELECT s.region FROM region_scope s WHERE s.scope = p_scope))
$$;

-- Their nonconformities: the class of the product, and whether it was settled (case_settles). One that was withdrawn counts until then.
-- Called by list_figures and src/reports/rate.rs. Takes no locks.
CREATE FUNCTION nonconformities_at(p_ids uuid[], p_scope text, p_at timestamptz)
RETURNS TABLE (enterprise_id uuid, region text, operating boolean, class text, settled boolean)
LANGUAGE sql STABLE AS $$
    WITH e AS MATERIALIZED (SELECT x.id, x.region, x.operating FROM enterprises_at(p_ids, p_scope, p_at) x)
    SELECT e.id, e.region, e.operating, k.class, case_settles(CASE WHEN p_at IS NULL THEN c.state ELSE (
               SELECT v.to_state FROM published.case_event v
               WHERE v.case_id = c.id AND v.recorded_at < p_at ORDER BY v.seq DESC LIMIT 1) END)
    FROM e
    JOIN published.nonconformity_ever n ON n.enterprise_id = e.id
    JOIN product_kind k ON k.code = n.product_kind
    LEFT JOIN published.remediation_case c ON c.nonconformity_id = n.id
    WHERE (p_ids IS NULL OR n.enterprise_id = ANY (p_ids)) AND (p_at IS NULL OR n.created_at < p_at)
      AND (n.withdrawn_at IS NULL OR n.withdrawn_at >= p_at)
$$;

-- What each of these enterprises adds to the figures of the list:
--   listed, nonconformities              on the list, and with how many nonconformities
--   operating, operating nonconformities the same of those in operation
--   cleared, cleared nonconformities     of those in operation: all settled, and how many settled
-- Called by count_figures and src/reports/rate.rs. Takes no locks.
CREATE FUNCTION list_figures(p_ids uuid[], p_scope text, p_at timestamptz)
RETURNS TABLE (enterprise_id uuid, figure text, region text, value bigint)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    RETURN QUERY
    WITH point AS (
        SELECT n.enterprise_id AS id, n.region, n.operating, count(*) AS many, count(*) FILTER (WHERE n.settled) AS settled
        FROM nonconformities_at(p_ids, p_scope, p_at) n
        GROUP BY n.enterprise_id, n.region, n.operating
    )
    SELECT p.id, v.figure, p.region, v.value FROM point p
    CROSS JOIN LATERAL (VALUES
        ('listed', 1::bigint),
        ('nonconformities', p.many),
        ('operating', p.operating::integer::bigint),
        ('operating nonconformities', p.operating::integer * p.many),
        ('cleared', (p.operating AND p.settled = p.many)::integer::bigint),
        ('cleared nonconformities', p.operating::integer * p.settled)
    ) AS v (figure, value)
    WHERE v.value <> 0;
END $$;

-- What each of these enterprises adds to all figures, those of list_figures and besides:
--   contacted, consulted, correcting     of those in operation: the stages of the funnel
--   enterprises_consulted                with a consultation under way or concluded; of now only
--   consultation <status>, case <state>  how many consultations, without those merged into others, and cases; of now only, for no report shows them of a past day
-- Called by the functions below, src/reports/kept_figures.rs and src/reports/funnel.rs. Takes no locks.
CREATE FUNCTION count_figures(p_ids uuid[], p_scope text, p_at timestamptz)
RETURNS TABLE (enterprise_id uuid, figure text, region text, value bigint)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    RETURN QUERY
    WITH e AS MATERIALIZED (
        SELECT x.id, x.region FROM enterprises_at(p_ids, p_scope, p_at) x
    ), list AS MATERIALIZED (
        SELECT l.enterprise_id AS id, l.figure, l.region, l.value FROM list_figures(p_ids, p_scope, p_at) l
    ), talk AS MATERIALIZED (
        SELECT c.enterprise_id AS id, CASE WHEN p_at IS NULL THEN c.status END AS status,
               count(*) FILTER (WHERE c.closed IS DISTINCT FROM 'merged') AS many,
               bool_or(p_at IS NULL AND c.status IN ('active', 'concluded') AND c.expert_id IS NOT NULL) AS held,
               bool_or(p_at IS NULL AND c.status IN ('active', 'concluded') AND c.expert_id IS NOT NULL OR EXISTS (
                   -- What an enterprise takes back, and what is merged into another one, was not taken.
                   SELECT 1 FROM published.consultation_event v
                   WHERE v.consultation_id = c.id AND v.to_status IN ('active', 'concluded') AND v.event NOT IN ('take_back', 'merge')
                     AND (p_at IS NULL OR v.at < p_at))) AS taken
        FROM published.consultation c
        WHERE (p_ids IS NULL OR c.enterprise_id = ANY (p_ids))
          AND (p_scope IS NULL OR c.enterprise_id IN (SELECT e.id FROM e))
          AND (p_at IS NULL OR c.opened_at < p_at)
        GROUP BY 1, 2
    ), course AS MATERIALIZED (
        SELECT c.enterprise_id AS id, CASE WHEN p_at IS NULL THEN c.state END AS state, count(*) AS many,
               bool_or(EXISTS (
                   SELECT 1 FROM published.case_event v
                   WHERE v.case_id = c.id AND (p_at IS NULL OR v.recorded_at < p_at)
                     AND (v.event = 'start_correction'
                       OR v.to_state IN ('correcting', 'evidence_submitted', 'cleared')))) AS corrected
        FROM published.remediation_case c
        WHERE (p_ids IS NULL OR c.enterprise_id = ANY (p_ids))
          AND (p_scope IS NULL OR c.enterprise_id IN (SELECT e.id FROM e))
          AND (p_at IS NULL OR c.created_at < p_at)
        GROUP BY 1, 2
    ), reached AS (
        SELECT t.id FROM talk t
        UNION SELECT a.enterprise_id FROM published.account a
        WHERE a.enterprise_id IS NOT NULL AND (p_ids IS NULL OR a.enterprise_id = ANY (p_ids))
          AND (p_at IS NULL OR a.created_at < p_at)
    )
    SELECT l.id, l.figure, l.region, l.value FROM list l
    UNION ALL
    SELECT e.id, f.figure, e.region, f.value
    FROM (
        SELECT DISTINCT t.id, 'enterprises_consulted' AS figure, 1::bigint AS value
        FROM talk t WHERE t.held
        UNION ALL
        SELECT t.id, 'consultation ' || t.status, t.many FROM talk t WHERE t.status IS NOT NULL AND t.many > 0
        UNION ALL
        SELECT k.id, 'case ' || k.state, k.many FROM course k WHERE k.state IS NOT NULL
        UNION ALL
        SELECT s.id, s.figure, 1::bigint
        FROM (SELECT r.id, 'contacted' AS figure FROM reached r
              UNION SELECT t.id, 'consulted' FROM talk t WHERE t.taken
              UNION SELECT k.id, 'correcting' FROM course k WHERE k.corrected) AS s
        JOIN list o ON o.id = s.id AND o.figure = 'operating'
    ) AS f
    JOIN e ON e.id = f.id;
END $$;

-- The figures of each place of a region and all under it; of every place where p_scope is NULL. Enterprises that are stale are counted again,
-- in the same snapshot, in the place of what they contributed before: the answer is exact at any moment.
-- Called by src/reports/kept_figures.rs and headline_figures. Takes no locks.
CREATE FUNCTION place_figures(p_scope text) RETURNS TABLE (region text, name text, value bigint)
LANGUAGE sql STABLE AS $$
    WITH stale AS MATERIALIZED (
        SELECT DISTINCT u.enterprise_id FROM figure_stale s CROSS JOIN LATERAL unnest(s.enterprise_ids) AS u (enterprise_id)
    ), part AS (
        SELECT r.region, r.figure, r.value FROM region_figure r
        UNION ALL
        SELECT f.region, f.figure, -f.value FROM enterprise_figure f JOIN stale s ON s.enterprise_id = f.enterprise_id
        UNION ALL
        SELECT c.region, c.figure, c.value
        FROM (SELECT array_agg(s.enterprise_id) AS ids FROM stale s HAVING count(*) > 0) a
        CROSS JOIN LATERAL count_figures(a.ids, NULL, NULL) c
    )
    SELECT p.region, p.figure, sum(p.value)::bigint FROM part p
    WHERE p_scope IS NULL OR p.region IN (SELECT s.region FROM region_scope s WHERE s.scope = p_scope)
    GROUP BY p.region, p.figure
$$;

-- The figures of a region and all under it together; of everything where p_scope is NULL.
-- Called by src/reports/kept_figures.rs. Takes no locks.
CREATE FUNCTION headline_figures(p_scope text) RETURNS TABLE (name text, value bigint)
LANGUAGE sql STABLE AS $$
    SELECT p.name, sum(p.value)::bigint FROM place_figures(p_scope) p GROUP BY p.name
$$;

-- 3. Keeping the sums.

-- Folds the oldest stale rows into the sums, until p_most enterprises or a few more are folded, and gives how many enterprises their rows named. It changes how fast an answer comes, and no answer.
-- Called by FoldFigures (src/reports/kept_figures.rs). Takes the advisory lock of the sums: one at a time, and who comes second does nothing.
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
        DELETE FROM figure_stale WHERE id IN (
            SELECT t.id
            FROM (SELECT s.id, sum(cardinality(s.enterprise_ids)) OVER (ORDER BY s.id) - cardinality(s.enterprise_ids) AS before
                  FROM (SELECT f.id, f.enterprise_ids FROM figure_stale f ORDER BY f.id LIMIT p_most) s) t
            WHERE t.before < p_most)
        RETURNING enterprise_ids
    )
    SELECT array_agg(DISTINCT u.id), count(*) INTO ids, taken
    FROM gone g CROSS JOIN LATERAL unnest(g.enterprise_ids) AS u (id);
    IF ids IS NULL THEN
        RETURN 0;
    END IF;
    -- One statement, so that what is taken off and what is put in its place come of one snapshot.
    WITH old AS MATERIALIZED (
        SELECT f.enterprise_id, f.figure, f.region, f.value FROM enterprise_figure f WHERE f.enterprise_id = ANY (ids)
    ), new AS MATERIALIZED (
        SELECT c.enterprise_id, c.figure, c.region, c.value FROM count_figures(ids, NULL, NULL) c
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

-- Counts all figures again from all enterprises, and deletes what was cached of past days.
-- Called by RebuildFigures (src/reports/kept_figures.rs). Takes the advisory lock of the sums, then the tables of the figures against
-- other writers; who reads meanwhile sees the figures as they were. Deletes by rows, since the service's role may not TRUNCATE.
CREATE FUNCTION rebuild_figures() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('region_figure'));
    LOCK TABLE enterprise_figure, region_figure, past_day IN EXCLUSIVE MODE;
    DELETE FROM figure_stale;
    DELETE FROM enterprise_figure;
    DELETE FROM region_figure;
    DELETE FROM past_day;
    INSERT INTO enterprise_figure (enterprise_id, figure, region, value)
    SELECT c.enterprise_id, c.figure, c.region, c.value FROM count_figures(NULL, NULL, NULL) c;
    INSERT INTO region_figure (region, figure, value)
    SELECT f.region, f.figure, sum(f.value) FROM enterprise_figure f GROUP BY f.region, f.figure;
END $$;

-- Keeps figures of other sources as they were entered: see refuse_change.
CREATE TRIGGER published_figure_refuse_change BEFORE UPDATE OR DELETE ON published_figure
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
