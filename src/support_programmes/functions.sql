-- Functions and triggers of `support_programmes`.

-- Keeps what was frozen with the approval, and the evaluations, as they were written: see refuse_change.
CREATE TRIGGER support_baseline_refuse_change BEFORE UPDATE OR DELETE ON support_baseline
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER support_baseline_refuse_truncate BEFORE TRUNCATE ON support_baseline
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER support_evaluation_refuse_change BEFORE UPDATE OR DELETE ON support_evaluation
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER support_evaluation_refuse_truncate BEFORE TRUNCATE ON support_evaluation
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The failures in these regions and under them, of these kinds (all where p_kinds is empty), from day p_from to before day p_until, as they are known now: records
-- of enterprises there that stand, and final failed results of samplings there that made no record. An item of each; one that names none has an empty item.
-- Called by src/support_programmes/diagnosis.rs. Takes no locks.
CREATE FUNCTION support_failures(p_regions text[], p_kinds text[], p_from date, p_until date)
RETURNS TABLE (item text, on_day date, case_id uuid, inspection_id uuid, enterprise_id uuid)
LANGUAGE sql STABLE AS $$
    SELECT f.item, n.inspected_on, c.id, NULL::uuid, n.enterprise_id
    FROM published.nonconformity n
    JOIN published.enterprise e ON e.id = n.enterprise_id
    LEFT JOIN published.remediation_case c ON c.nonconformity_id = n.id
    CROSS JOIN LATERAL unnest(CASE WHEN cardinality(n.failed_items) = 0 THEN ARRAY[''] ELSE n.failed_items END) AS f (item)
    WHERE n.inspected_on >= p_from AND n.inspected_on < p_until AND (cardinality(p_kinds) = 0 OR n.product_kind = ANY (p_kinds))
      AND e.region IN (SELECT r.region FROM region_scope r WHERE r.scope = ANY (p_regions)) AND coalesce(c.state <> 'overturned', true)
    UNION ALL
    SELECT coalesce(t.item, ''), i.sampled_on, NULL, i.id, coalesce(i.producer_id, i.operator_id)
    FROM published.inspection i
    LEFT JOIN published.inspection_item t ON t.inspection_id = i.id AND t.ok = false
        AND t.round = (SELECT max(l.round) FROM published.inspection_item l WHERE l.inspection_id = i.id)
    WHERE i.method = 'sampling' AND i.state IN ('final', 'published') AND i.outcome = 'nonconforming' AND i.nonconformity_id IS NULL
      AND i.sampled_on >= p_from AND i.sampled_on < p_until AND (cardinality(p_kinds) = 0 OR i.product_kind = ANY (p_kinds))
      AND i.place_region IN (SELECT r.region FROM region_scope r WHERE r.scope = ANY (p_regions))
$$;

-- The causes that consultations of enterprises in these regions were concluded with, from p_from to before p_until, the last concluded first: of each
-- consultation its latest conclusion; without a text where it names no cause. Called by src/support_programmes/diagnosis.rs. Takes no locks.
CREATE FUNCTION support_causes(p_regions text[], p_kinds text[], p_from timestamptz, p_until timestamptz)
RETURNS TABLE (consultation_id uuid, region text, concluded_at timestamptz, cause text)
LANGUAGE sql STABLE AS $$
    SELECT c.id, c.region, c.concluded_at, x.cause
    FROM published.consultation c
    LEFT JOIN LATERAL (
        SELECT l.cause FROM published.consultation_conclusion l WHERE l.consultation_id = c.id ORDER BY l.year DESC, l.number DESC LIMIT 1
    ) x ON true
    WHERE c.status = 'concluded' AND c.concluded_at >= p_from AND c.concluded_at < p_until
      AND (cardinality(p_kinds) = 0 OR c.product_kind = ANY (p_kinds))
      AND c.region IN (SELECT r.region FROM region_scope r WHERE r.scope = ANY (p_regions))
    ORDER BY c.concluded_at DESC
$$;

-- The enterprises that a programme of these regions and kinds is for: those in the regions and under them with a record of the kinds that stands.
-- Called by the function below. Takes no locks.
CREATE FUNCTION support_firms(p_regions text[], p_kinds text[]) RETURNS TABLE (enterprise_id uuid) LANGUAGE sql STABLE AS $$
    SELECT DISTINCT n.enterprise_id
    FROM published.nonconformity n
    JOIN published.enterprise e ON e.id = n.enterprise_id
    WHERE (cardinality(p_kinds) = 0 OR n.product_kind = ANY (p_kinds))
      AND e.region IN (SELECT r.region FROM region_scope r WHERE r.scope = ANY (p_regions))
$$;

-- The other programmes that were handed in, approved or are carried out, in a period that meets this one's, and whose scope meets its: a region of one
-- holds a region of the other, and they have a kind in common, where a programme without kinds has them all. `firms`: the enterprises that both claim.
-- Called by src/support_programmes/overlap.rs. Takes no locks.
CREATE FUNCTION support_overlaps(p_programme uuid) RETURNS TABLE (programme_id uuid, name text, state text, organiser_region text, firms bigint)
LANGUAGE sql STABLE AS $$
    WITH scope AS (
        SELECT s.programme_id AS id, p.name, p.state, p.organiser_region, p.period_from, p.period_until,
               ARRAY(SELECT r.region FROM support_region r WHERE r.programme_id = s.programme_id ORDER BY r.region) AS regions,
               ARRAY(SELECT k.product_kind FROM support_kind k WHERE k.programme_id = s.programme_id ORDER BY k.product_kind) AS kinds
        FROM support_programme s
        JOIN published.programme p ON p.id = s.programme_id
    )
    SELECT o.id, o.name, o.state, o.organiser_region,
           (SELECT count(*) FROM support_firms(m.regions, m.kinds) a JOIN support_firms(o.regions, o.kinds) b ON b.enterprise_id = a.enterprise_id)
    FROM scope m
    JOIN scope o ON o.id <> m.id AND o.state IN ('submitted', 'approved', 'running')
                AND o.period_from <= m.period_until AND o.period_until >= m.period_from
                AND (cardinality(o.kinds) = 0 OR cardinality(m.kinds) = 0 OR o.kinds && m.kinds)
                AND EXISTS (SELECT FROM region_scope a WHERE a.scope = ANY (m.regions) AND a.region = ANY (o.regions)
                            UNION ALL SELECT FROM region_scope a WHERE a.scope = ANY (o.regions) AND a.region = ANY (m.regions))
    WHERE m.id = p_programme
    ORDER BY o.id
$$;

-- How many enterprises in these regions recovered of an item of these kinds from day p_since on, by the end of day p_day, and have relapsed in none; and how
-- many relapsed from day p_since on: see recovery_items. Called by src/support_programmes/effects.rs. Takes no locks.
CREATE FUNCTION support_recovered(p_regions text[], p_kinds text[], p_since date, p_day date, p_at timestamptz, p_months integer)
RETURNS TABLE (recovered bigint, relapsed bigint) LANGUAGE sql STABLE AS $$
    SELECT count(*) FILTER (WHERE x.recovered AND NOT x.ever_relapsed), count(*) FILTER (WHERE x.relapsed)
    FROM (
        SELECT r.enterprise_id, bool_or(r.state = 'recovered' AND r.until_on >= p_since) AS recovered,
               bool_or(r.state = 'relapsed' AND r.relapsed_on >= p_since) AS relapsed, bool_or(r.state = 'relapsed') AS ever_relapsed
        FROM recovery_items(p_regions, NULL, p_day, p_at, p_months) r
        WHERE cardinality(p_kinds) = 0 OR r.product_kind = ANY (p_kinds)
        GROUP BY r.enterprise_id
    ) x
$$;
