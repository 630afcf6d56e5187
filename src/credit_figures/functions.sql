-- Functions of `credit_figures`.

-- How operators did at the next sampling after a grade of theirs began: for each of their worst grades that began by `p_day`, the first
-- sampling with a final result within so many months after it, as far as it had been entered by `p_moment`.
-- Called by src/credit_figures/recidivism.rs. Takes no locks.
CREATE FUNCTION credit_recidivism(p_scope text, p_day date, p_moment timestamptz, p_months integer)
RETURNS TABLE (grade text, sampled bigint, failed bigint)
LANGUAGE sql STABLE AS $$
    WITH final AS MATERIALIZED (
        SELECT f.enterprise_id, f.sampled_on, bool_or(f.failed) AS failed
        FROM (SELECT i.operator_id AS enterprise_id, i.sampled_on, i.outcome = 'nonconforming' AS failed
              FROM inspections_as_of(p_moment) i
              WHERE i.operator_id IS NOT NULL AND i.method = 'sampling' AND i.purpose <> 'risk_monitoring'
                AND i.state IN ('final', 'published') AND i.sampled_on <= p_day
              UNION ALL
              SELECT i.producer_id, i.sampled_on, i.outcome = 'nonconforming'
              FROM inspections_as_of(p_moment) i
              WHERE i.producer_id IS DISTINCT FROM i.operator_id AND i.producer_id IS NOT NULL
                AND i.confirmation IN ('confirmed', 'deemed', 'denial_rejected') AND i.method = 'sampling'
                AND i.purpose <> 'risk_monitoring' AND i.state IN ('final', 'published') AND i.sampled_on <= p_day) f
        GROUP BY 1, 2
    ), began AS (
        SELECT c.enterprise_id, c.day, c.grade,
               lead(c.day) OVER (PARTITION BY c.enterprise_id ORDER BY c.day) AS next_on
        FROM (SELECT d.*, lag(d.grade) OVER (PARTITION BY d.enterprise_id ORDER BY d.day) AS before
              FROM (SELECT DISTINCT ON (enterprise_id, day) * FROM published.credit_change
                    WHERE worst AND day <= p_day ORDER BY enterprise_id, day, role) d) c
        JOIN region_scope s ON s.region = c.region AND s.scope = p_scope
        WHERE c.grade IS NOT NULL AND c.grade IS DISTINCT FROM c.before
    )
    SELECT x.grade, count(*), count(*) FILTER (WHERE x.failed)
    FROM (SELECT DISTINCT ON (b.enterprise_id, b.day) b.grade, n.failed
          FROM began b
          JOIN final n ON n.enterprise_id = b.enterprise_id AND n.sampled_on > b.day
           AND n.sampled_on <= b.day + make_interval(months => p_months) AND (b.next_on IS NULL OR n.sampled_on <= b.next_on)
          ORDER BY b.enterprise_id, b.day, n.sampled_on) x
    GROUP BY x.grade
$$;
