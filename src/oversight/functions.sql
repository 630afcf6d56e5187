-- Functions and views of `oversight`.

-- Published: letters, interviews and listings, as they are now.
CREATE VIEW published.oversight AS
    SELECT id, kind, from_region, to_region, state, due_on, to_kind, enterprise_id, document_no, issued_on, product_kinds
    FROM oversight;

-- Published: enterprises that were interviewed, and when. An interview that nobody attended, or that was withdrawn, is none.
CREATE VIEW published.interviewed AS
    SELECT id AS oversight_id, enterprise_id, held_on
    FROM oversight
    WHERE kind = 'interview' AND enterprise_id IS NOT NULL AND held_on IS NOT NULL AND state <> 'withdrawn';

-- What letters, interviews and listings can rest on: each thing with a region in which it lies, and when it is known to be about one, its product kind
-- and its enterprise. A thing that lies in several regions has a row for each.
-- Called by the check of a basis. Takes no locks.
CREATE FUNCTION oversight_basis_known(p_kind text, p_ids uuid[])
RETURNS TABLE (id uuid, region text, product_kind text, enterprise_id uuid, named text) LANGUAGE sql STABLE AS $$
    SELECT a.id, a.region, a.product_kind, NULL::uuid, a.item
    FROM published.quality_alert a
    WHERE p_kind = 'alert' AND a.id = ANY (p_ids)
    UNION ALL
    SELECT i.id, r.region, i.product_kind, i.operator_id, i.number
    FROM published.inspection i
    CROSS JOIN LATERAL (VALUES (i.organiser_region), (i.place_region), (i.producer_region)) AS r (region)
    WHERE p_kind = 'inspection' AND i.id = ANY (p_ids) AND r.region IS NOT NULL
    UNION ALL
    SELECT c.id, coalesce(c.handled_in, e.region), n.product_kind, c.enterprise_id, n.report_no
    FROM published.remediation_case c
    JOIN published.nonconformity_ever n ON n.id = c.nonconformity_id
    JOIN published.enterprise e ON e.id = c.enterprise_id
    WHERE p_kind = 'case' AND c.id = ANY (p_ids)
    UNION ALL
    SELECT s.id, s.region, s.product_kind, s.enterprise_id, s.title
    FROM published.signal s
    WHERE p_kind = 'signal' AND s.id = ANY (p_ids)
    UNION ALL
    SELECT h.id, h.region, h.product_kind, h.enterprise_id, h.item
    FROM published.hazard h
    WHERE p_kind = 'hazard' AND h.id = ANY (p_ids)
    UNION ALL
    SELECT o.id, o.to_region, o.product_kinds[1], o.enterprise_id, coalesce(o.document_no, o.title)
    FROM oversight o
    WHERE p_kind = 'oversight' AND o.id = ANY (p_ids)
$$;

-- What failed according to a basis on a day: each failed item of each nonconformity or failed inspection, and each hazard, once. An alert of a
-- cluster stands for the records that it counts, without those that an earlier alert was dealt with for; one of the index for the failed samplings of
-- its window that no earlier alert was dealt with for; one of an assessment for the inspections that the assessment names. A case stands for its
-- nonconformity; an inspection for the items of its report that are not well; a hazard for itself. What failed without naming an item has a line of
-- its own.
-- Called by the facts of a letter. Takes no locks.
CREATE FUNCTION oversight_findings(p_alerts uuid[], p_inspections uuid[], p_cases uuid[], p_hazards uuid[], p_day date)
RETURNS TABLE (finding uuid, enterprise uuid, product_kind text, item text, on_day date) LANGUAGE sql STABLE AS $$
    WITH alert AS MATERIALIZED (
        SELECT a.id, a.cause, a.product_kind, a.item, a.region, a.first_on, a.last_on, a.window_days, a.assessment_id,
               coalesce(a.answered_at, a.closed_at) AS answered_at,
               least(p_day, (a.closed_at AT TIME ZONE 'Asia/Shanghai')::date) AS until,
               (SELECT max(coalesce(e.answered_at, e.closed_at)) FROM published.quality_alert e
                WHERE e.cause = a.cause AND e.product_kind = a.product_kind AND e.region = a.region
                  AND e.item IS NOT DISTINCT FROM a.item
                  AND e.state IN ('meeting', 'measure', 'closed', 'dismissed')
                  AND coalesce(e.answered_at, e.closed_at) <= a.opened_at AND e.id <> a.id) AS since
        FROM published.quality_alert a
        WHERE a.id = ANY (p_alerts)
    ), inspected AS (
        SELECT unnest(p_inspections) AS id
        UNION
        SELECT e.inspection_id
        FROM alert a
        JOIN published.assessment_evidence e ON e.assessment_id = a.assessment_id
        WHERE e.inspection_id IS NOT NULL
        UNION
        SELECT i.id
        FROM alert a
        JOIN published.inspection i ON i.product_kind = a.product_kind
        JOIN region_scope s ON s.scope = a.region AND s.region = i.place_region
        WHERE a.cause = 'index' AND i.method = 'sampling' AND i.purpose <> 'reinspection' AND i.state IN ('final', 'published')
          AND i.outcome = 'nonconforming' AND i.sampled_on > a.until - a.window_days AND i.sampled_on <= a.until
          AND (a.since IS NULL OR i.created_at > a.since OR NOT EXISTS (
              SELECT FROM published.inspection_event e
              WHERE e.inspection_id = i.id AND e.to_state = 'final' AND e.recorded_at <= a.since))
    ), records AS (
        SELECT n.id, n.enterprise_id, n.product_kind, btrim(i.item) AS item, n.inspected_on
        FROM alert a
        JOIN published.nonconformity n ON n.product_kind = a.product_kind AND n.inspected_on BETWEEN a.first_on AND a.last_on
        JOIN published.enterprise e ON e.id = n.enterprise_id
        JOIN region_scope s ON s.scope = a.region AND s.region = e.region
        LEFT JOIN published.remediation_case c ON c.nonconformity_id = n.id
        CROSS JOIN LATERAL unnest(n.failed_items) AS i (item)
        WHERE a.cause = 'cluster' AND btrim(i.item) = a.item AND c.state IS DISTINCT FROM 'overturned'
          AND n.created_at <= coalesce(a.answered_at, 'infinity') AND n.created_at > coalesce(a.since, '-infinity')
        UNION
        SELECT n.id, n.enterprise_id, n.product_kind, btrim(i.item), n.inspected_on
        FROM published.remediation_case c
        JOIN published.nonconformity_ever n ON n.id = c.nonconformity_id
        CROSS JOIN LATERAL unnest(n.failed_items) AS i (item)
        WHERE c.id = ANY (p_cases) AND c.state <> 'overturned'
        UNION
        SELECT coalesce(i.nonconformity_id, i.id), coalesce(i.producer_id, i.operator_id), i.product_kind, coalesce(btrim(t.item), '未列明项目'),
               i.sampled_on
        FROM inspected x
        JOIN published.inspection i ON i.id = x.id
        LEFT JOIN published.inspection_item t ON t.inspection_id = i.id AND NOT t.ok
            AND t.round = (SELECT max(r.round) FROM published.inspection_item r WHERE r.inspection_id = i.id)
        WHERE i.outcome = 'nonconforming' AND i.state <> 'withdrawn'
        UNION
        SELECT h.id, h.enterprise_id, h.product_kind, btrim(h.item), h.found_on
        FROM published.hazard h
        WHERE h.id = ANY (p_hazards) AND h.state <> 'annulled'
    )
    SELECT r.id, (array_agg(r.enterprise_id ORDER BY r.enterprise_id))[1], r.product_kind, r.item, min(r.inspected_on)
    FROM records r
    GROUP BY r.id, r.product_kind, r.item
$$;

-- Gives an authority's next number of a year. The counter's row stays locked until the transaction ends, so a number that is not used after all is given
-- to the next one, and none is given twice. Called by the steps by which a document goes out. Locks the counter.
CREATE FUNCTION oversight_next_number(p_region text, p_year integer) RETURNS integer LANGUAGE sql AS $$
    INSERT INTO oversight_number (region, year, last) VALUES (p_region, p_year, 1)
    ON CONFLICT (region, year) DO UPDATE SET last = oversight_number.last + 1
    RETURNING last
$$;

-- Published: which enterprises were interviewed, and on which day that was entered, so that what is said of a past day never changes. What `rounds`, which
-- stands below, counts. Called by circuit_interviews. Takes no locks.
CREATE FUNCTION circuit_interviewed() RETURNS TABLE (enterprise_id uuid, on_day date) LANGUAGE sql STABLE AS $$
    SELECT o.enterprise_id, greatest(o.held_on, (
        SELECT max((e.recorded_at AT TIME ZONE 'Asia/Shanghai')::date) FROM oversight_event e
        WHERE e.oversight_id = o.oversight_id AND e.step = 'hold'))
    FROM published.interviewed o
$$;

-- Notes for the rounds that an enterprise was interviewed, so that it counts as reached at once. Called by the trigger below. Takes no locks.
CREATE FUNCTION oversight_note_interview() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM circuit_note_enterprise(NEW.enterprise_id);
    RETURN NULL;
END $$;
CREATE TRIGGER oversight_note_interview AFTER UPDATE OF held_on ON oversight
    FOR EACH ROW WHEN (NEW.enterprise_id IS NOT NULL AND OLD.held_on IS DISTINCT FROM NEW.held_on)
    EXECUTE FUNCTION oversight_note_interview();

-- Published: the letters to a region and all under it, or by it, that are to be answered until a day: those whose term has passed, too. What `risk`, which stands below, tells in its
-- weekly digest. Called by src/risk/digest.rs. Takes no locks.
CREATE FUNCTION risk_letters_due(p_region text, p_until date) RETURNS TABLE (title text, due_on date) LANGUAGE sql STABLE AS $$
    SELECT concat_ws(' ', o.document_no, o.title), o.due_on
    FROM oversight o
    WHERE o.kind = 'letter' AND o.state IN ('issued', 'received', 'returned') AND o.due_on <= p_until
      AND (o.from_region = p_region OR o.to_region IN (SELECT r.region FROM region_scope r WHERE r.scope = p_region))
$$;
