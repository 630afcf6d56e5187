-- Functions and triggers of `sampling_figures`: what inspections add to the figures, and the sums that are kept of it.

-- 1. Noting what changed. A trigger adds one row for each inspection and no more, so nobody waits for a counter.

-- Notes inspections that are written. Called by the triggers below. Takes no locks.
CREATE FUNCTION sampling_stale_inspection() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO sampling_stale (inspection_id) SELECT w.id FROM written w;
    RETURN NULL;
END $$;
CREATE TRIGGER inspection_sampling_stale_inserted AFTER INSERT ON inspection
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION sampling_stale_inspection();
CREATE TRIGGER inspection_sampling_stale_updated AFTER UPDATE ON inspection
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION sampling_stale_inspection();

-- Notes inspections whose operator gets another name. Called by the trigger below. Takes no locks.
CREATE FUNCTION sampling_stale_subject() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO sampling_stale (inspection_id) VALUES (NEW.inspection_id);
    RETURN NULL;
END $$;
CREATE TRIGGER inspection_subject_sampling_stale AFTER UPDATE ON inspection_subject
    FOR EACH ROW WHEN (OLD.operator_name <> NEW.operator_name) EXECUTE FUNCTION sampling_stale_subject();

-- Notes inspections whose label check is written. Called by the trigger below. Takes no locks.
CREATE FUNCTION sampling_stale_label() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO sampling_stale (inspection_id) SELECT w.inspection_id FROM written w;
    RETURN NULL;
END $$;
CREATE TRIGGER label_check_sampling_stale AFTER INSERT ON label_check
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION sampling_stale_label();

-- Notes the formal samples that are linked to quick tests. Called by the trigger below. Takes no locks.
CREATE FUNCTION sampling_stale_link() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO sampling_stale (inspection_id) SELECT w.inspection_id FROM written w;
    RETURN NULL;
END $$;
CREATE TRIGGER inspection_link_sampling_stale AFTER INSERT ON inspection_link
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION sampling_stale_link();
CREATE TRIGGER inspection_link_ended_sampling_stale AFTER UPDATE ON inspection_link
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION sampling_stale_link();

-- 2. Counting: one definition for now and for past days.

-- Days from one day to another one: NULL where one of them is not known or they are in the wrong order; at most 1,000.
-- Called by sampling_facts_at. Takes no locks.
CREATE FUNCTION sampling_days(p_from date, p_until date) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN p_until >= p_from THEN least(p_until - p_from, 1000) END
$$;

-- The inspections p_ids (all of them where it is NULL) as they were at moment p_at; NULL is now: then the rows themselves say the present state, and
-- their histories need not be read. Without those that were withdrawn. Called by sampling_facts_at. Takes no locks.
CREATE FUNCTION sampling_inspections_at(p_ids uuid[], p_at timestamptz)
RETURNS TABLE (id uuid, state text, place_region text, counted_on date, drawn_on date, method text, level text, role text, product_kind text,
    laboratory_id uuid, programme_id uuid, operator_id uuid, outcome text, confirmation text, sampled_on date, reported_on date,
    delivered_on date, final_on date)
LANGUAGE sql STABLE AS $$
    SELECT n.id, n.state, n.place_region, coalesce(n.sampled_on, (n.created_at AT TIME ZONE 'Asia/Shanghai')::date),
           CASE WHEN n.source = 'draw' THEN (n.created_at AT TIME ZONE 'Asia/Shanghai')::date END,
           n.method, n.level, n.role, n.product_kind, n.laboratory_id, n.programme_id, n.operator_id, n.outcome, n.confirmation,
           n.sampled_on, n.reported_on, n.delivered_on, n.final_on
    FROM published.inspection n
    WHERE p_at IS NULL AND (p_ids IS NULL OR n.id = ANY (p_ids)) AND n.state <> 'withdrawn'
    UNION ALL
    SELECT o.id, o.state, o.place_region, coalesce(o.sampled_on, (o.created_at AT TIME ZONE 'Asia/Shanghai')::date),
           CASE WHEN o.source = 'draw' THEN (o.created_at AT TIME ZONE 'Asia/Shanghai')::date END,
           o.method, o.level, o.role, o.product_kind, o.laboratory_id, o.programme_id, o.operator_id, o.outcome, o.confirmation,
           o.sampled_on, o.reported_on, o.delivered_on, o.final_on
    FROM inspections_as_of(p_at - interval '1 microsecond') o
    WHERE p_at IS NOT NULL AND (p_ids IS NULL OR o.id = ANY (p_ids)) AND o.state <> 'withdrawn'
$$;

-- Whether no correction by a moment says that a step never happened. Called by sampling_facts_at. Takes no locks.
CREATE FUNCTION sampling_stands(p_inspection uuid, p_ordinal integer, p_at timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT NOT EXISTS (
        SELECT FROM published.inspection_event c
        WHERE c.inspection_id = p_inspection AND c.corrects = p_ordinal AND c.details ->> 'annulled' = 'true'
          AND (p_at IS NULL OR c.recorded_at < p_at))
$$;

-- What these inspections add to the figures, as it was at a moment (see sampling_inspections_at): of a year and a method where they are named.
-- A label that failed is `label_nonconforming` unless its check says `three_noes`; one of an import has no check. Called by sampling_facts. Takes no locks.
CREATE FUNCTION sampling_facts_at(p_ids uuid[], p_year integer, p_method text, p_at timestamptz) RETURNS SETOF sampling_fact
LANGUAGE sql STABLE AS $$
    WITH i AS MATERIALIZED (
        SELECT n.* FROM sampling_inspections_at(p_ids, p_at) n
        WHERE (p_year IS NULL OR extract(year FROM n.counted_on) = p_year) AND (p_method IS NULL OR n.method = p_method)
    ), taken AS (
        SELECT e.inspection_id, count(*)::integer AS steps, count(*) FILTER (WHERE e.late)::integer AS late_steps,
               bool_or(e.to_state = 'contested' AND sampling_stands(e.inspection_id, e.ordinal, p_at)) AS contested,
               bool_or(e.to_state = 'overturned' AND sampling_stands(e.inspection_id, e.ordinal, p_at)) AS overturned,
               max((e.details -> 'quick' ->> 'minutes')::integer) FILTER (WHERE e.step = 'quick_test') AS minutes
        FROM published.inspection_event e
        WHERE (p_ids IS NULL OR e.inspection_id = ANY (p_ids)) AND (p_at IS NULL OR e.recorded_at < p_at)
          AND e.inspection_id IN (SELECT w.id FROM i w)
        GROUP BY e.inspection_id
    ), quick AS (
        SELECT DISTINCT ON (l.inspection_id) l.inspection_id, CASE WHEN p.found THEN p.outcome ELSE q.outcome END AS outcome
        FROM published.inspection_link l
        JOIN published.inspection q ON q.id = l.follows_id
        LEFT JOIN LATERAL (
            SELECT o.outcome, true AS found FROM published.inspection_past o
            WHERE o.inspection_id = q.id AND o.until >= p_at ORDER BY o.until LIMIT 1
        ) p ON p_at IS NOT NULL
        WHERE (p_ids IS NULL OR l.inspection_id = ANY (p_ids)) AND l.kind = 'formal' AND q.method = 'quick'
          AND (p_at IS NULL OR l.linked_at < p_at) AND (l.ended_at IS NULL OR l.ended_at >= p_at)
        ORDER BY l.inspection_id, l.linked_at DESC
    ), checked AS (
        -- The check that was entered last: an earlier one was annulled.
        SELECT DISTINCT ON (l.inspection_id) l.inspection_id, l.outcome
        FROM published.label_check l
        WHERE (p_ids IS NULL OR l.inspection_id = ANY (p_ids)) AND (p_at IS NULL OR l.checked_at < p_at)
        ORDER BY l.inspection_id, l.event DESC
    )
    SELECT i.id, i.place_region, extract(year FROM i.counted_on)::integer, to_char(i.counted_on, 'YYYY-MM'), i.method, i.level, i.role,
           k.class, i.product_kind, i.laboratory_id, i.programme_id, coalesce(i.operator_id::text, s.operator_uscc, s.operator_name),
           CASE WHEN i.state IN ('refused', 'not_found', 'barred', 'void', 'handed_over') THEN i.state ELSE i.outcome END,
           i.sampled_on IS NOT NULL, i.state IN ('final', 'published'), i.confirmation, coalesce(t.contested, false),
           coalesce(t.overturned, false) AND i.outcome = 'conforming',
           CASE WHEN i.method = 'label' AND i.outcome = 'nonconforming' THEN
               CASE WHEN c.outcome = 'three_noes' THEN 'three_noes' ELSE 'label_nonconforming' END END,
           q.outcome, coalesce(t.steps, 0), coalesce(t.late_steps, 0),
           sampling_days(i.drawn_on, i.sampled_on), sampling_days(i.sampled_on, i.reported_on),
           sampling_days(i.reported_on, i.delivered_on), sampling_days(i.delivered_on, i.final_on),
           CASE WHEN t.minutes >= 0 THEN least(t.minutes, 1000) END
    FROM i
    -- An operator that is not in the register is known by what the form says of it.
    LEFT JOIN published.inspection_subject s ON s.inspection_id = i.id AND i.operator_id IS NULL
    LEFT JOIN product_kind k ON k.code = i.product_kind
    LEFT JOIN taken t ON t.inspection_id = i.id
    LEFT JOIN quick q ON q.inspection_id = i.id
    LEFT JOIN checked c ON c.inspection_id = i.id
$$;

-- These inspections, and the formal samples that follow the quick tests among them: what they add depends on the test.
-- Called by sampling_stale_ids and sampling_fold. Takes no locks.
CREATE FUNCTION sampling_with_formal(p_ids uuid[]) RETURNS uuid[] LANGUAGE sql STABLE AS $$
    SELECT array_agg(DISTINCT x.id)
    FROM (SELECT u.id FROM unnest(p_ids) AS u (id)
          UNION ALL SELECT l.inspection_id FROM published.inspection_link l WHERE l.follows_id = ANY (p_ids)) AS x
$$;

-- The inspections that are not folded into the sums as they are; NULL where there is none. Called by sampling_figures_now. Takes no locks.
CREATE FUNCTION sampling_stale_ids() RETURNS uuid[] LANGUAGE sql STABLE AS $$
    SELECT sampling_with_formal(array_agg(DISTINCT s.inspection_id)) FROM sampling_stale s HAVING count(*) > 0
$$;

-- The facts that are counted, each with its sign. Of inspections that are named: what the sums have of them is taken off (-1), and what they
-- add at present is put in its place (1). Where none are named: all, as they were at a
-- moment. Called by sampling_figures_of. Takes no locks.
CREATE FUNCTION sampling_facts(p_ids uuid[], p_year integer, p_method text, p_at timestamptz)
RETURNS TABLE (sign integer, fact sampling_fact)
LANGUAGE sql STABLE AS $$
    SELECT -1, f FROM sampling_fact f
    WHERE p_ids IS NOT NULL AND f.inspection_id = ANY (p_ids)
      AND (p_year IS NULL OR f.year = p_year) AND (p_method IS NULL OR f.method = p_method)
    UNION ALL
    SELECT 1, f FROM sampling_facts_at(p_ids, p_year, p_method, p_at) f
$$;

-- How the query of the calling function is to be planned: of all inspections without nested loops. Where the planner knows nothing of the rows yet, it
-- takes them for few, and joins each with each. The caller sets `enable_nestloop` itself, so that it is as before once it ends.
-- Called by the two functions below. Takes no locks.
CREATE FUNCTION sampling_plan_for(p_ids uuid[]) RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF p_ids IS NULL THEN
        PERFORM set_config('enable_nestloop', 'off', true);
    END IF;
END $$;

-- The figures of some facts (see sampling_facts): of these scopes (all of them where p_scopes is NULL), by year, method, the dimension of the lines
-- and the key of a line. The lines have the figures down to `final`; the dimension `all` has all of them, and the days as `days <span> <number>`; of the span
-- `minutes` the number is in minutes. With p_operators the dimension `all` also has how many different operators there are (`operators`), and of how many
-- something was tested (`operators_tested`): of all facts, where no inspections are named.
--   drawn                                   all that were drawn or registered
--   sampled                                 a sample was taken
--   refused, not_found, barred, void, handed_over    these have no result and leave the denominator
--   tested, nonconforming                   with a result that stands, and those that failed
--   final                                   of the tested those whose result is final
--   asked, confirmed, denied                what the nominal producer said
--   contested, overturned                   challenged, and overturned by the re-test
--   three_noes, label_nonconforming         of labels
--   clear, suspect, invalid                 of quick tests
--   suspect_tested, suspect_failed, clear_tested, clear_failed    formal samples that followed a quick test
--   steps, late_steps                       steps taken, and those that were late
-- Called by the functions below and src/sampling_figures/counting.rs. Takes no locks.
CREATE FUNCTION sampling_figures_of(p_ids uuid[], p_scopes text[], p_year integer, p_method text, p_at timestamptz, p_operators boolean DEFAULT false)
RETURNS TABLE (scope text, year integer, method text, dimension text, key text, figure text, value bigint)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_custom_plan SET enable_nestloop = on SET work_mem = '64MB' AS $$
BEGIN
    PERFORM sampling_plan_for(p_ids);
    RETURN QUERY
    WITH f AS MATERIALIZED (
        SELECT c.sign, (c.fact).*
        FROM sampling_facts(p_ids, p_year, p_method, p_at) c
        WHERE p_scopes IS NULL OR (c.fact).region IN (SELECT r.region FROM region_scope r WHERE r.scope = ANY (p_scopes))
    ), local AS (
        -- Of each region by itself; below of each with all under it.
        SELECT f.region, f.year, f.method,
               CASE WHEN grouping(f.product_class) = 0 THEN 'class' WHEN grouping(f.product_kind) = 0 THEN 'kind'
                    WHEN grouping(f.level) = 0 THEN 'level' WHEN grouping(f.role) = 0 THEN 'role'
                    WHEN grouping(f.laboratory_id) = 0 THEN 'laboratory' WHEN grouping(f.programme_id) = 0 THEN 'programme'
                    WHEN grouping(f.month) = 0 THEN 'month' ELSE 'all' END AS dimension,
               coalesce(f.product_class, f.product_kind, f.level, f.role, f.laboratory_id::text, f.programme_id::text, f.month, '') AS key,
               sum(f.sign) AS drawn,
               sum(f.sign) FILTER (WHERE f.sampled) AS sampled,
               sum(f.sign) FILTER (WHERE f.result = 'refused') AS refused,
               sum(f.sign) FILTER (WHERE f.result = 'not_found') AS not_found,
               sum(f.sign) FILTER (WHERE f.result = 'barred') AS barred,
               sum(f.sign) FILTER (WHERE f.result = 'void') AS void,
               sum(f.sign) FILTER (WHERE f.result = 'handed_over') AS handed_over,
               sum(f.sign) FILTER (WHERE f.result IN ('conforming', 'nonconforming')) AS tested,
               sum(f.sign) FILTER (WHERE f.result = 'nonconforming') AS nonconforming,
               sum(f.sign) FILTER (WHERE f.is_final) AS final,
               sum(f.sign) FILTER (WHERE f.confirmation IS NOT NULL) AS asked,
               sum(f.sign) FILTER (WHERE f.confirmation IN ('confirmed', 'deemed', 'denial_rejected')) AS confirmed,
               sum(f.sign) FILTER (WHERE f.confirmation = 'denied') AS denied,
               sum(f.sign) FILTER (WHERE f.contested) AS contested,
               sum(f.sign) FILTER (WHERE f.overturned) AS overturned,
               sum(f.sign) FILTER (WHERE f.label = 'three_noes') AS three_noes,
               sum(f.sign) FILTER (WHERE f.label = 'label_nonconforming') AS label_nonconforming,
               sum(f.sign) FILTER (WHERE f.result = 'clear') AS clear,
               sum(f.sign) FILTER (WHERE f.result = 'suspect') AS suspect,
               sum(f.sign) FILTER (WHERE f.result = 'invalid') AS invalid,
               sum(f.sign) FILTER (WHERE f.after_quick = 'suspect' AND f.result IN ('conforming', 'nonconforming')) AS suspect_tested,
               sum(f.sign) FILTER (WHERE f.after_quick = 'suspect' AND f.result = 'nonconforming') AS suspect_failed,
               sum(f.sign) FILTER (WHERE f.after_quick = 'clear' AND f.result IN ('conforming', 'nonconforming')) AS clear_tested,
               sum(f.sign) FILTER (WHERE f.after_quick = 'clear' AND f.result = 'nonconforming') AS clear_failed,
               sum(f.sign * f.steps) AS steps,
               sum(f.sign * f.late_steps) AS late_steps
        FROM f
        GROUP BY f.region, f.year, f.method, GROUPING SETS (
            (), (f.product_class), (f.product_kind), (f.level), (f.role), (f.laboratory_id), (f.programme_id), (f.month))
    ), wide AS (
        SELECT r.scope, l.year, l.method, l.dimension, l.key,
               sum(l.drawn) AS drawn, sum(l.sampled) AS sampled, sum(l.refused) AS refused, sum(l.not_found) AS not_found,
               sum(l.barred) AS barred, sum(l.void) AS void, sum(l.handed_over) AS handed_over, sum(l.tested) AS tested,
               sum(l.nonconforming) AS nonconforming, sum(l.final) AS final, sum(l.asked) AS asked, sum(l.confirmed) AS confirmed,
               sum(l.denied) AS denied, sum(l.contested) AS contested, sum(l.overturned) AS overturned, sum(l.three_noes) AS three_noes,
               sum(l.label_nonconforming) AS label_nonconforming, sum(l.clear) AS clear, sum(l.suspect) AS suspect,
               sum(l.invalid) AS invalid, sum(l.suspect_tested) AS suspect_tested, sum(l.suspect_failed) AS suspect_failed,
               sum(l.clear_tested) AS clear_tested, sum(l.clear_failed) AS clear_failed, sum(l.steps) AS steps,
               sum(l.late_steps) AS late_steps
        FROM local l
        JOIN region_scope r ON r.region = l.region
        WHERE p_scopes IS NULL OR r.scope = ANY (p_scopes)
        GROUP BY r.scope, l.year, l.method, l.dimension, l.key
    )
    SELECT w.scope, w.year, w.method, w.dimension, w.key, v.figure, v.value::bigint
    FROM wide w
    CROSS JOIN LATERAL (VALUES
        ('drawn', w.drawn), ('sampled', w.sampled), ('refused', w.refused), ('not_found', w.not_found), ('barred', w.barred),
        ('void', w.void), ('handed_over', w.handed_over), ('tested', w.tested), ('nonconforming', w.nonconforming), ('final', w.final),
        ('asked', w.asked), ('confirmed', w.confirmed), ('denied', w.denied), ('contested', w.contested), ('overturned', w.overturned),
        ('three_noes', w.three_noes), ('label_nonconforming', w.label_nonconforming), ('clear', w.clear), ('suspect', w.suspect),
        ('invalid', w.invalid), ('suspect_tested', w.suspect_tested), ('suspect_failed', w.suspect_failed),
        ('clear_tested', w.clear_tested), ('clear_failed', w.clear_failed), ('steps', w.steps), ('late_steps', w.late_steps)
    ) AS v (figure, value)
    WHERE v.value <> 0 AND (w.dimension = 'all' OR v.figure IN (
        'drawn', 'sampled', 'refused', 'not_found', 'barred', 'void', 'handed_over', 'tested', 'nonconforming', 'final'))
    UNION ALL
    SELECT r.scope, n.year, n.method, 'all', '', 'days ' || n.span || ' ' || n.days, sum(n.many)::bigint
    FROM (
        SELECT f.region, f.year, f.method, d.span, d.days, sum(f.sign) AS many
        FROM f
        CROSS JOIN LATERAL (VALUES
            ('sample', f.days_sample), ('report', f.days_report), ('delivery', f.days_delivery), ('final', f.days_final), ('minutes', f.minutes)
        ) AS d (span, days)
        WHERE d.days IS NOT NULL
        GROUP BY f.region, f.year, f.method, d.span, d.days
    ) n
    JOIN region_scope r ON r.region = n.region
    WHERE p_scopes IS NULL OR r.scope = ANY (p_scopes)
    GROUP BY r.scope, n.year, n.method, n.span, n.days
    HAVING sum(n.many) <> 0
    UNION ALL
    SELECT o.scope, o.year, o.method, 'all', '', v.figure, count(*)
    FROM (
        SELECT r.scope, f.year, f.method, f.operator, sum(f.sign) AS drawn,
               sum(f.sign) FILTER (WHERE f.result IN ('conforming', 'nonconforming')) AS tested
        FROM f
        JOIN region_scope r ON r.region = f.region
        WHERE p_operators AND (p_scopes IS NULL OR r.scope = ANY (p_scopes))
        GROUP BY r.scope, f.year, f.method, f.operator
    ) o
    CROSS JOIN LATERAL (VALUES ('operators', o.drawn), ('operators_tested', o.tested)) AS v (figure, many)
    WHERE v.many > 0
    GROUP BY o.scope, o.year, o.method, v.figure;
END $$;

-- How many products of each operator some facts add (see sampling_facts). Called by the functions below. Takes no locks.
CREATE FUNCTION sampling_operators_of(p_ids uuid[], p_scopes text[], p_year integer, p_method text, p_at timestamptz)
RETURNS TABLE (scope text, year integer, method text, operator text, drawn bigint, tested bigint)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_custom_plan SET enable_nestloop = on AS $$
BEGIN
    PERFORM sampling_plan_for(p_ids);
    RETURN QUERY
    SELECT r.scope, (c.fact).year, (c.fact).method, (c.fact).operator, sum(c.sign),
           coalesce(sum(c.sign) FILTER (WHERE (c.fact).result IN ('conforming', 'nonconforming')), 0)
    FROM sampling_facts(p_ids, p_year, p_method, p_at) c
    JOIN region_scope r ON r.region = (c.fact).region
    WHERE p_scopes IS NULL OR r.scope = ANY (p_scopes)
    GROUP BY 1, 2, 3, 4;
END $$;

-- By how much the numbers of distinct operators change when some facts are added to those of sampling_operator.
-- Called by the functions below. Takes no locks.
CREATE FUNCTION sampling_operator_changes(p_ids uuid[], p_scopes text[], p_year integer, p_method text)
RETURNS TABLE (scope text, year integer, method text, figure text, value bigint)
LANGUAGE sql STABLE AS $$
    SELECT n.scope, n.year, n.method, v.figure, sum(v.value)::bigint
    FROM sampling_operators_of(p_ids, p_scopes, p_year, p_method, NULL) n
    LEFT JOIN sampling_operator o ON o.scope = n.scope AND o.year = n.year AND o.method = n.method AND o.operator = n.operator
    CROSS JOIN LATERAL (VALUES
        ('operators', (coalesce(o.drawn, 0) + n.drawn > 0)::integer - (coalesce(o.drawn, 0) > 0)::integer),
        ('operators_tested', (coalesce(o.tested, 0) + n.tested > 0)::integer - (coalesce(o.tested, 0) > 0)::integer)
    ) AS v (figure, value)
    WHERE v.value <> 0
    GROUP BY n.scope, n.year, n.method, v.figure
$$;

-- The figures of now of these scopes in a year, by one method: the sums, and what is not folded in yet, in one snapshot. `operators` and
-- `operators_tested` are figures of the dimension `all`. Called by src/sampling_figures/counting.rs. Takes no locks.
CREATE FUNCTION sampling_figures_now(p_scopes text[], p_dimensions text[], p_year integer, p_method text)
RETURNS TABLE (scope text, dimension text, key text, figure text, value bigint)
LANGUAGE sql STABLE AS $$
    WITH waiting AS MATERIALIZED (
        SELECT sampling_stale_ids() AS ids
    ), part AS (
        SELECT s.scope, s.dimension, s.key, s.figure, s.value FROM sampling_sum s
        WHERE s.scope = ANY (p_scopes) AND s.dimension = ANY (p_dimensions) AND s.year = p_year AND s.method = p_method
        UNION ALL
        SELECT n.scope, n.dimension, n.key, n.figure, n.value
        FROM (SELECT x.ids FROM waiting x WHERE x.ids IS NOT NULL) w CROSS JOIN LATERAL sampling_figures_of(w.ids, p_scopes, p_year, p_method, NULL) n
        WHERE n.dimension = ANY (p_dimensions)
        UNION ALL
        SELECT n.scope, 'all', '', n.figure, n.value
        FROM (SELECT x.ids FROM waiting x WHERE x.ids IS NOT NULL) w CROSS JOIN LATERAL sampling_operator_changes(w.ids, p_scopes, p_year, p_method) n
    )
    SELECT p.scope, p.dimension, p.key, p.figure, sum(p.value)::bigint
    FROM part p GROUP BY p.scope, p.dimension, p.key, p.figure HAVING sum(p.value) <> 0
$$;

-- The same as it was at a moment, or as it is now where p_at is NULL, counted from the facts instead of the sums.
-- Called by src/sampling_figures/counting.rs. Takes no locks.
CREATE FUNCTION sampling_figures_counted(p_scopes text[], p_dimensions text[], p_year integer, p_method text, p_at timestamptz)
RETURNS TABLE (scope text, dimension text, key text, figure text, value bigint)
LANGUAGE sql STABLE AS $$
    -- The facts are worked out once, for the figures and for the operators.
    SELECT n.scope, n.dimension, n.key, n.figure, n.value
    FROM sampling_figures_of(NULL, p_scopes, p_year, p_method, p_at, true) n
    WHERE n.dimension = ANY (p_dimensions) OR n.figure IN ('operators', 'operators_tested')
$$;

-- What a fact is in a dimension: its region, or a code, word or id; empty where that is not known. Called by sampling_cross. Takes no locks.
CREATE FUNCTION sampling_key(p_fact sampling_fact, p_dimension text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(CASE p_dimension
        WHEN 'region' THEN (p_fact).region WHEN 'class' THEN (p_fact).product_class WHEN 'kind' THEN (p_fact).product_kind
        WHEN 'level' THEN (p_fact).level WHEN 'role' THEN (p_fact).role WHEN 'laboratory' THEN (p_fact).laboratory_id::text
        WHEN 'programme' THEN (p_fact).programme_id::text WHEN 'method' THEN (p_fact).method WHEN 'month' THEN (p_fact).month END, '')
$$;

-- The facts of a year, each with its sign, as they were at a moment, or are now where p_at is NULL; of one method, or of all where it is NULL.
-- Now: the facts as they were folded, and what is not folded in yet, in one snapshot. Called by the two functions below. Takes no locks.
CREATE FUNCTION sampling_facts_of_year(p_year integer, p_method text, p_at timestamptz)
RETURNS TABLE (sign integer, fact sampling_fact)
LANGUAGE sql STABLE AS $$
    WITH waiting AS MATERIALIZED (
        SELECT sampling_stale_ids() AS ids WHERE p_at IS NULL
    )
    SELECT 1, k FROM sampling_fact k
    WHERE p_at IS NULL AND k.year = p_year AND (p_method IS NULL OR k.method = p_method)
    UNION ALL
    SELECT c.sign, c.fact
    FROM (SELECT x.ids FROM waiting x WHERE x.ids IS NOT NULL) w CROSS JOIN LATERAL sampling_facts(w.ids, p_year, p_method, NULL) c
    UNION ALL
    SELECT c.sign, c.fact
    FROM (SELECT p_at AS at WHERE p_at IS NOT NULL) m CROSS JOIN LATERAL sampling_facts(NULL, p_year, p_method, m.at) c
$$;

-- The inspections of a scope in a year by two dimensions (see sampling_facts_of_year). Called by src/sampling_figures/cross.rs. Takes no locks.
CREATE FUNCTION sampling_cross(p_scope text, p_rows text, p_columns text, p_year integer, p_method text, p_at timestamptz)
RETURNS TABLE (row_key text, column_key text, drawn bigint, tested bigint, nonconforming bigint)
LANGUAGE sql STABLE AS $$
    SELECT sampling_key(p.fact, p_rows), sampling_key(p.fact, p_columns), sum(p.sign),
           coalesce(sum(p.sign) FILTER (WHERE (p.fact).result IN ('conforming', 'nonconforming')), 0),
           coalesce(sum(p.sign) FILTER (WHERE (p.fact).result = 'nonconforming'), 0)
    FROM sampling_facts_of_year(p_year, p_method, p_at) p
    JOIN region_scope r ON r.region = (p.fact).region AND r.scope = p_scope
    GROUP BY 1, 2
    HAVING sum(p.sign) <> 0
$$;

-- How many producers of a scope hold a licence on a day, as far as was entered by a moment (now where p_at is NULL), and how many of them had a
-- product of a licensed kind tested in the year, wherever it was sampled. Called by src/sampling_figures/coverage.rs. Takes no locks.
CREATE FUNCTION sampling_licensed(p_scope text, p_year integer, p_method text, p_day date, p_at timestamptz)
RETURNS TABLE (sampled bigint, licensed bigint)
LANGUAGE sql STABLE AS $$
    WITH held AS MATERIALIZED (
        SELECT DISTINCT l.uscc, l.product_kind
        FROM published.production_licence l
        JOIN region_scope r ON r.region = l.region AND r.scope = p_scope
        WHERE (p_at IS NULL OR l.entered_at < p_at) AND l.valid_from <= p_day AND (l.valid_until IS NULL OR p_day <= l.valid_until)
          AND NOT coalesce((p_at IS NULL OR l.revoked_at < p_at) AND l.revoked_on <= p_day, false)
    ), tested AS (
        SELECT s.producer_uscc AS uscc, (p.fact).product_kind AS product_kind
        FROM sampling_facts_of_year(p_year, p_method, p_at) p
        JOIN published.inspection_subject s ON s.inspection_id = (p.fact).inspection_id
        WHERE EXISTS (SELECT FROM held) AND (p.fact).result IN ('conforming', 'nonconforming') AND s.producer_uscc IS NOT NULL
        GROUP BY 1, 2
        HAVING sum(p.sign) > 0
    )
    SELECT count(DISTINCT h.uscc) FILTER (WHERE t.uscc IS NOT NULL), count(DISTINCT h.uscc)
    FROM held h
    LEFT JOIN tested t ON t.uscc = h.uscc AND t.product_kind = h.product_kind
$$;

-- 3. Keeping the sums.

-- Folds what was noted into the sums, at most p_most notes, and gives how many it took. It changes how fast an answer comes, and no answer.
-- Called by FoldSamplingFigures (src/sampling_figures/sums.rs). Takes the advisory lock of the sums: one at a time, and who comes second does nothing.
CREATE FUNCTION sampling_fold(p_most integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    v_ids uuid[];
    v_taken integer;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('sampling_sum')) THEN
        RETURN 0;
    END IF;
    -- What changes after this statement has a note of its own, which stays.
    WITH gone AS (
        DELETE FROM sampling_stale WHERE id IN (SELECT s.id FROM sampling_stale s ORDER BY s.id LIMIT p_most)
        RETURNING inspection_id
    )
    SELECT array_agg(DISTINCT g.inspection_id), count(*) INTO v_ids, v_taken FROM gone g;
    IF v_ids IS NULL THEN
        RETURN 0;
    END IF;
    v_ids := sampling_with_formal(v_ids);
    -- One statement, so that what is taken off and what is put in its place come of one snapshot.
    WITH change AS MATERIALIZED (
        SELECT n.scope, n.year, n.method, n.dimension, n.key, n.figure, n.value
        FROM sampling_figures_of(v_ids, NULL, NULL, NULL, NULL) n
        UNION ALL
        SELECT n.scope, n.year, n.method, 'all', '', n.figure, n.value FROM sampling_operator_changes(v_ids, NULL, NULL, NULL) n
    ), operators AS MATERIALIZED (
        SELECT n.scope, n.year, n.method, n.operator, n.drawn, n.tested FROM sampling_operators_of(v_ids, NULL, NULL, NULL, NULL) n
    ), fresh AS MATERIALIZED (
        SELECT * FROM sampling_facts_at(v_ids, NULL, NULL, NULL)
    ), ended AS (
        DELETE FROM sampling_fact f
        WHERE f.inspection_id = ANY (v_ids) AND NOT EXISTS (SELECT FROM fresh n WHERE n.inspection_id = f.inspection_id)
    ), kept AS (
        INSERT INTO sampling_fact SELECT * FROM fresh
        ON CONFLICT (inspection_id) DO UPDATE SET
            (region, year, month, method, level, role, product_class, product_kind, laboratory_id, programme_id, operator, result, sampled,
             is_final, confirmation, contested, overturned, label, after_quick, steps, late_steps, days_sample, days_report, days_delivery,
             days_final, minutes)
          = (excluded.region, excluded.year, excluded.month, excluded.method, excluded.level, excluded.role, excluded.product_class,
             excluded.product_kind, excluded.laboratory_id, excluded.programme_id, excluded.operator, excluded.result, excluded.sampled,
             excluded.is_final, excluded.confirmation, excluded.contested, excluded.overturned, excluded.label, excluded.after_quick,
             excluded.steps, excluded.late_steps, excluded.days_sample, excluded.days_report, excluded.days_delivery, excluded.days_final,
             excluded.minutes)
    ), counted AS (
        INSERT INTO sampling_operator AS o (scope, year, method, operator, drawn, tested)
        SELECT n.scope, n.year, n.method, n.operator, n.drawn, n.tested FROM operators n
        ON CONFLICT (scope, year, method, operator) DO UPDATE SET drawn = o.drawn + excluded.drawn, tested = o.tested + excluded.tested
    )
    INSERT INTO sampling_sum AS s (scope, year, method, dimension, key, figure, value)
    SELECT c.scope, c.year, c.method, c.dimension, c.key, c.figure, c.value FROM change c
    ON CONFLICT (scope, year, method, dimension, key, figure) DO UPDATE SET value = s.value + excluded.value;
    RETURN v_taken;
END $$;

-- Counts all sums again from all inspections. Called by RebuildSamplingFigures (src/sampling_figures/sums.rs). Takes the advisory lock of the sums,
-- then the tables of the sums against other writers; who reads meanwhile sees the figures as they were. Deletes by rows, since the service's role may
-- not TRUNCATE. Without nested loops: see sampling_plan_for. With memory for all groups at once, which else are sorted on disk.
CREATE FUNCTION sampling_rebuild() RETURNS void LANGUAGE plpgsql SET enable_nestloop = off SET work_mem = '64MB' AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('sampling_sum'));
    LOCK TABLE sampling_fact, sampling_sum, sampling_operator IN EXCLUSIVE MODE;
    DELETE FROM sampling_stale;
    DELETE FROM sampling_fact;
    DELETE FROM sampling_sum;
    DELETE FROM sampling_operator;
    WITH kept AS (
        INSERT INTO sampling_fact SELECT * FROM sampling_facts_at(NULL, NULL, NULL, NULL)
    ), counted AS (
        INSERT INTO sampling_operator (scope, year, method, operator, drawn, tested)
        SELECT n.scope, n.year, n.method, n.operator, n.drawn, n.tested FROM sampling_operators_of(NULL, NULL, NULL, NULL, NULL) n
        RETURNING *
    )
    INSERT INTO sampling_sum (scope, year, method, dimension, key, figure, value)
    SELECT n.scope, n.year, n.method, n.dimension, n.key, n.figure, n.value
    FROM sampling_figures_of(NULL, NULL, NULL, NULL, NULL) n
    UNION ALL
    SELECT o.scope, o.year, o.method, 'all', '', v.figure, count(*)
    FROM counted o
    CROSS JOIN LATERAL (VALUES ('operators', o.drawn), ('operators_tested', o.tested)) AS v (figure, many)
    WHERE v.many > 0
    GROUP BY o.scope, o.year, o.method, v.figure;
END $$;

-- 4. Shares before and after.

-- The final results of supervision samplings by day of the sampling, from p_from to before p_until, by what had been entered before p_at (NULL:
-- now). `within`: of the kinds p_kinds (empty: all) in the regions p_regions (empty: the whole province) and under them. Not within: the same
-- kinds elsewhere in the province; where p_regions is empty, the other kinds in it. A sampling that followed a failure, or watched a risk, says
-- nothing of the share of a market and is left out. So are the results of the laboratories p_without. Called by src/sampling_figures/effect.rs. Takes
-- no locks.
CREATE FUNCTION sampling_results_by_day(p_kinds text[], p_regions text[], p_province text, p_from date, p_until date, p_at timestamptz, p_without uuid[])
RETURNS TABLE (within boolean, on_day date, tested bigint, failed bigint)
LANGUAGE sql STABLE AS $$
    WITH taken AS (
        SELECT n.place_region, n.product_kind, n.laboratory_id, n.outcome,
               coalesce(n.sampled_on, (n.created_at AT TIME ZONE 'Asia/Shanghai')::date) AS on_day
        FROM published.inspection n
        WHERE p_at IS NULL AND n.method = 'sampling' AND n.purpose NOT IN ('follow_up', 'reinspection', 'risk_monitoring')
          AND n.state IN ('final', 'published') AND n.outcome IN ('conforming', 'nonconforming')
        UNION ALL
        SELECT o.place_region, o.product_kind, o.laboratory_id, o.outcome,
               coalesce(o.sampled_on, (o.created_at AT TIME ZONE 'Asia/Shanghai')::date)
        FROM inspections_as_of(p_at - interval '1 microsecond') o
        WHERE p_at IS NOT NULL AND o.method = 'sampling' AND o.purpose NOT IN ('follow_up', 'reinspection', 'risk_monitoring')
          AND o.state IN ('final', 'published') AND o.outcome IN ('conforming', 'nonconforming')
    ), sided AS (
        SELECT (cardinality(p_regions) = 0 OR t.place_region IN (SELECT r.region FROM region_scope r WHERE r.scope = ANY (p_regions)))
                   AND (cardinality(p_kinds) = 0 OR coalesce(t.product_kind = ANY (p_kinds), false)) AS within,
               t.on_day, t.outcome
        FROM taken t
        WHERE t.on_day >= p_from AND t.on_day < p_until AND coalesce(t.laboratory_id <> ALL (p_without), true)
          AND t.place_region IN (SELECT r.region FROM region_scope r WHERE r.scope = p_province)
          AND (cardinality(p_regions) = 0 OR cardinality(p_kinds) = 0 OR t.product_kind = ANY (p_kinds))
    )
    SELECT s.within, s.on_day, count(*), count(*) FILTER (WHERE s.outcome = 'nonconforming')
    FROM sided s GROUP BY s.within, s.on_day
$$;
