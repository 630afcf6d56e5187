-- Functions of `recovery`.
--
-- What follows from clearances is decided from histories alone, as they were known at a moment. Check-ups are kept by the domain of engagements; they
-- are read in one place, recovery_check_ups.

-- The check-ups after clearance (康复回访) of enterprises that had been planned by a moment: when each was planned, for which day, and when it was held with
-- which result, as far as that was known by then. Called by recovery_items. Takes no locks.
CREATE FUNCTION recovery_check_ups(p_at timestamptz)
RETURNS TABLE (enterprise_id uuid, planned_at timestamptz, due_on date, held_on date, result text) LANGUAGE sql STABLE AS $$
    SELECT f.enterprise_id, f.created_at, f.due_on, r.held_on, r.result
    FROM published.follow_up f
    JOIN published.engagement e ON e.id = f.id
    LEFT JOIN published.follow_up_result r ON r.id = f.id AND r.from_at < p_at AND (r.until_at IS NULL OR r.until_at >= p_at)
    WHERE f.created_at < p_at AND NOT (e.state = 'cancelled' AND e.closed_at < p_at)
$$;

-- What became of each failed item of an enterprise after its case was cleared, as of the end of day p_day, by what had been entered before p_at (the
-- end of that day): of the enterprises in the regions p_scopes and under them, as they were then; of one enterprise where p_enterprise names it.
--   cleared      cleared, and no check-up is planned yet
--   under_care   a check-up is planned or was held
--   recovered    p_months have passed without a new failure of the item
--   relapsed     the enterprise failed the same item again within p_months: in a report about a sample of a later day
-- A record that was withdrawn, or whose result was overturned, is no failure. Items are the same where they differ by width, letter case or blanks
-- around them alone. A record that names no item counts as one with an empty item. The ids grow with the day of clearance.
-- Called by src/recovery/queries.rs and src/recovery/figures.rs, and by the domains above. Takes no locks.
CREATE FUNCTION recovery_items(p_scopes text[], p_enterprise uuid, p_day date, p_at timestamptz, p_months integer)
RETURNS TABLE (id uuid, enterprise_id uuid, region text, case_id uuid, nonconformity_id uuid, product_kind text, item text, cleared_on date,
    until_on date, state text, relapsed_on date, relapse_id uuid, check_ups bigint, last_check_up date, last_result text, next_check_up date)
LANGUAGE sql STABLE AS $$
    WITH placed AS (
        SELECT e.id, coalesce(w.region, e.region) AS region
        FROM published.enterprise e
        LEFT JOIN LATERAL (
            SELECT x.region FROM published.enterprise_past x WHERE x.enterprise_id = e.id AND x.until >= p_at ORDER BY x.until LIMIT 1
        ) w ON true
        WHERE e.created_at < p_at AND (p_enterprise IS NULL OR e.id = p_enterprise)
    ), course AS MATERIALIZED (
        -- The state of each case just before p_at.
        SELECT c.id, c.nonconformity_id, c.enterprise_id, coalesce(w.state, c.state) AS state
        FROM published.remediation_case_ever c
        LEFT JOIN LATERAL (
            SELECT x.state FROM published.case_past x WHERE x.case_id = c.id AND x.until >= p_at ORDER BY x.until LIMIT 1
        ) w ON true
        WHERE c.created_at < p_at AND (p_enterprise IS NULL OR c.enterprise_id = p_enterprise)
    ), failed AS MATERIALIZED (
        SELECT n.id, n.enterprise_id, n.product_kind, n.inspected_on, min(f.item) AS item, lower(normalize(btrim(f.item), NFKC)) AS folded
        FROM published.nonconformity_ever n
        CROSS JOIN LATERAL unnest(CASE WHEN cardinality(n.failed_items) = 0 THEN ARRAY[''] ELSE n.failed_items END) AS f (item)
        WHERE n.created_at < p_at AND (n.withdrawn_at IS NULL OR n.withdrawn_at >= p_at) AND n.inspected_on <= p_day
          AND (p_enterprise IS NULL OR n.enterprise_id = p_enterprise)
          AND NOT EXISTS (SELECT FROM course c WHERE c.nonconformity_id = n.id AND c.state IN ('overturned', 'withdrawn'))
        GROUP BY n.id, n.enterprise_id, n.product_kind, n.inspected_on, lower(normalize(btrim(f.item), NFKC))
    ), cleared_on AS (
        -- The last clearance of each case: of one enterprise by its cases, else of all at once.
        SELECT c.id, v.occurred_on AS day
        FROM course c
        CROSS JOIN LATERAL (
            SELECT e.occurred_on FROM published.case_event e
            WHERE e.case_id = c.id AND e.event = 'clear' AND e.recorded_at < p_at ORDER BY e.seq DESC LIMIT 1
        ) v
        WHERE p_enterprise IS NOT NULL
        UNION ALL
        (SELECT DISTINCT ON (e.case_id) e.case_id, e.occurred_on
         FROM published.case_event e
         WHERE p_enterprise IS NULL AND e.event = 'clear' AND e.recorded_at < p_at
         ORDER BY e.case_id, e.seq DESC)
    ), cleared AS MATERIALIZED (
        SELECT c.id, c.nonconformity_id, c.enterprise_id, p.region, v.day AS cleared_on, (v.day + make_interval(months => p_months))::date AS until_on
        FROM course c
        JOIN placed p ON p.id = c.enterprise_id
        JOIN cleared_on v ON v.id = c.id
        WHERE c.state = 'cleared' AND p.region IN (SELECT r.region FROM region_scope r WHERE r.scope = ANY (p_scopes))
    ), relapses AS (
        SELECT DISTINCT ON (c.id, f.folded) c.id, f.folded, a.inspected_on, a.id AS relapse_id
        FROM cleared c
        JOIN failed f ON f.id = c.nonconformity_id
        JOIN failed a ON a.enterprise_id = f.enterprise_id AND a.folded = f.folded AND a.id <> f.id
        WHERE a.inspected_on > c.cleared_on AND a.inspected_on < c.until_on
        ORDER BY c.id, f.folded, a.inspected_on, a.id
    ), care AS MATERIALIZED (
        SELECT u.enterprise_id, u.planned_at, u.due_on, u.held_on, u.result FROM recovery_check_ups(p_at) u WHERE u.planned_at < p_at
    ), cared AS (
        SELECT c.id, count(*) AS planned, count(u.held_on) AS held, max(u.held_on) AS last_check_up,
               (array_agg(u.result ORDER BY u.held_on DESC) FILTER (WHERE u.held_on IS NOT NULL))[1] AS last_result,
               min(u.due_on) FILTER (WHERE u.held_on IS NULL) AS next_check_up
        FROM cleared c
        JOIN care u ON u.enterprise_id = c.enterprise_id AND u.due_on > c.cleared_on AND (u.held_on IS NULL OR u.held_on > c.cleared_on)
        GROUP BY c.id
    )
    SELECT (lpad(to_hex(greatest(c.cleared_on - date '1970-01-01', 0)), 8, '0') || substr(md5(c.id::text || f.folded), 1, 24))::uuid,
           c.enterprise_id, c.region, c.id, c.nonconformity_id, f.product_kind, f.item, c.cleared_on, c.until_on,
           CASE WHEN r.id IS NOT NULL THEN 'relapsed' WHEN p_day >= c.until_on THEN 'recovered' WHEN k.planned > 0 THEN 'under_care'
                ELSE 'cleared' END,
           r.inspected_on, r.relapse_id, coalesce(k.held, 0), k.last_check_up, k.last_result, k.next_check_up
    FROM cleared c
    JOIN failed f ON f.id = c.nonconformity_id
    LEFT JOIN relapses r ON r.id = c.id AND r.folded = f.folded
    LEFT JOIN cared k ON k.id = c.id
$$;
