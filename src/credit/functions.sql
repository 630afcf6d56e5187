-- Functions, triggers and views of `credit`.

-- Published: the credit of an operator in a role, as of its last grading.
CREATE VIEW published.credit_subject AS
    SELECT enterprise_id, role, region, operating, class, score, grade, worst, lines, under_objection, repair_pending, next_grade,
           next_grade_on, rules_version, trial, graded_on, graded_at
    FROM credit_subject;

-- Published: what a subject was from the end of a day on, until its next row.
CREATE VIEW published.credit_change AS
    SELECT enterprise_id, role, day, region, operating, class, score_before, score, grade_before, grade, worst, rules_version, trial
    FROM credit_change;

-- 1. Noting whose credit is to be graded anew. A row for each enterprise and statement, so nobody waits for a grading.

-- Notes the enterprises of conduct that is written. Called by the triggers below. Takes no locks.
CREATE FUNCTION credit_note_conduct() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO credit_stale (enterprise_id, from_day)
    SELECT w.enterprise_id, min((w.updated_at AT TIME ZONE 'Asia/Shanghai')::date) FROM written w GROUP BY w.enterprise_id;
    RETURN NULL;
END $$;
CREATE TRIGGER conduct_credit_inserted AFTER INSERT ON conduct
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION credit_note_conduct();
CREATE TRIGGER conduct_credit_updated AFTER UPDATE ON conduct
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION credit_note_conduct();

-- Notes graded enterprises that move to another region, or begin or cease to operate. Called by the trigger below. Takes no locks.
CREATE FUNCTION credit_note_enterprise() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
BEGIN
    INSERT INTO credit_stale (enterprise_id, from_day)
    SELECT w.id, (w.updated_at AT TIME ZONE 'Asia/Shanghai')::date
    FROM written w JOIN before b ON b.id = w.id
    WHERE (b.region, b.operating_status) IS DISTINCT FROM (w.region, w.operating_status)
      AND EXISTS (SELECT FROM credit_subject s WHERE s.enterprise_id = w.id);
    RETURN NULL;
END $$;
CREATE TRIGGER enterprise_credit_updated AFTER UPDATE ON enterprise
    REFERENCING OLD TABLE AS before NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION credit_note_enterprise();

-- Notes the enterprises with lines of a product kind that is put into another regime, for the day on which it is.
-- Called by the trigger below. Takes no locks.
CREATE FUNCTION credit_note_regime() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO credit_stale (enterprise_id, from_day)
    SELECT DISTINCT l.enterprise_id, NEW.in_force_from FROM published.conduct_line l WHERE l.product_kind = NEW.product_kind;
    RETURN NULL;
END $$;
CREATE TRIGGER kind_regime_credit_inserted AFTER INSERT ON kind_regime
    FOR EACH ROW EXECUTE FUNCTION credit_note_regime();

-- 2. Reading.

-- What the subjects were at the end of a day. Called by src/credit_figures/counts.rs. Takes no locks.
CREATE FUNCTION credit_as_of(p_day date) RETURNS SETOF credit_change LANGUAGE sql STABLE AS $$
    SELECT DISTINCT ON (c.enterprise_id, c.role) c.*
    FROM credit_change c
    WHERE c.day <= p_day
    ORDER BY c.enterprise_id, c.role, c.day DESC
$$;

-- The honour lists: operators without a failed sampling for so many years and with so many samplings in that time, each with the longest of
-- `p_years` that it fulfils. What counts are samplings with a final result that had been entered by `p_moment`, the end of `p_day`: at the
-- operator, and at others of what it is the producer of; and failures on the zero-out list, whose samplings may not be on record. With
-- `p_as_long` the first sampling must be as old as the list is long. Of one enterprise alone where one is named.
-- Called by src/credit/honours.rs. Takes no locks.
CREATE FUNCTION credit_honours(
    p_day date, p_moment timestamptz, p_years integer[], p_samplings integer, p_as_long boolean, p_enterprise uuid
) RETURNS TABLE (enterprise_id uuid, region text, years integer, samplings integer, first_on date, last_on date, failed_on date)
LANGUAGE sql STABLE AS $$
    WITH final AS (
        SELECT i.operator_id, i.producer_id, i.confirmation, i.sampled_on, i.outcome = 'nonconforming' AS failed
        FROM inspections_as_of(p_moment) i
        WHERE i.method = 'sampling' AND i.purpose <> 'risk_monitoring' AND i.state IN ('final', 'published')
          AND i.sampled_on <= p_day
          AND (p_enterprise IS NULL OR i.operator_id = p_enterprise OR i.producer_id = p_enterprise)
    ), sampled AS (
        SELECT f.operator_id AS enterprise_id, f.sampled_on, f.failed FROM final f WHERE f.operator_id IS NOT NULL
        UNION ALL
        SELECT f.producer_id, f.sampled_on, f.failed FROM final f
        WHERE f.producer_id IS DISTINCT FROM f.operator_id AND f.producer_id IS NOT NULL
          AND f.confirmation IN ('confirmed', 'deemed', 'denial_rejected')
        UNION ALL
        SELECT n.enterprise_id, n.inspected_on, true FROM published.nonconformity_ever n
        WHERE n.created_at <= p_moment AND (n.withdrawn_at IS NULL OR n.withdrawn_at > p_moment) AND n.inspected_on <= p_day
          AND (p_enterprise IS NULL OR n.enterprise_id = p_enterprise)
    ), record AS (
        SELECT s.enterprise_id, y.years,
               count(*) FILTER (WHERE s.sampled_on > p_day - make_interval(years => y.years)) AS samplings,
               bool_or(s.failed AND s.sampled_on > p_day - make_interval(years => y.years)) AS failed,
               min(s.sampled_on) AS first_on, max(s.sampled_on) AS last_on, max(s.sampled_on) FILTER (WHERE s.failed) AS failed_on
        FROM sampled s CROSS JOIN unnest(p_years) AS y (years)
        WHERE p_enterprise IS NULL OR s.enterprise_id = p_enterprise
        GROUP BY s.enterprise_id, y.years
    ), longest AS (
        SELECT DISTINCT ON (r.enterprise_id) r.*
        FROM record r
        WHERE NOT r.failed AND r.samplings >= p_samplings
          AND (NOT p_as_long OR r.first_on <= p_day - make_interval(years => r.years))
        ORDER BY r.enterprise_id, r.years DESC
    )
    SELECT l.enterprise_id, coalesce(p.region, e.region), l.years, l.samplings::integer, l.first_on, l.last_on, l.failed_on
    FROM longest l
    JOIN published.enterprise e ON e.id = l.enterprise_id
    LEFT JOIN LATERAL (
        SELECT o.region, o.operating_status FROM published.enterprise_past o
        WHERE o.enterprise_id = e.id AND o.until > p_moment ORDER BY o.until LIMIT 1) p ON true
    WHERE e.created_at <= p_moment AND coalesce(p.operating_status, e.operating_status) = 'operating'
      AND (e.withdrawn_at IS NULL OR e.withdrawn_at > p_moment)
$$;
