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

-- What failed according to a basis: each failed item of each nonconformity or failed inspection, once. An alert stands for the records that it counts;
-- a case for its nonconformity; an inspection for the items of its report that are not well.
-- Called by the facts of a letter. Takes no locks.
CREATE FUNCTION oversight_findings(p_alerts uuid[], p_inspections uuid[], p_cases uuid[])
RETURNS TABLE (finding uuid, enterprise uuid, product_kind text, item text, on_day date) LANGUAGE sql STABLE AS $$
    WITH records AS (
        SELECT n.id, n.enterprise_id, n.product_kind, btrim(i.item) AS item, n.inspected_on
        FROM published.quality_alert a
        JOIN published.nonconformity n ON n.product_kind = a.product_kind AND n.inspected_on BETWEEN a.first_on AND a.last_on
        JOIN published.enterprise e ON e.id = n.enterprise_id
        JOIN region_scope s ON s.scope = a.region AND s.region = e.region
        LEFT JOIN published.remediation_case c ON c.nonconformity_id = n.id
        CROSS JOIN LATERAL unnest(n.failed_items) AS i (item)
        WHERE a.id = ANY (p_alerts) AND (a.item IS NULL OR btrim(i.item) = a.item) AND c.state IS DISTINCT FROM 'overturned'
          AND n.created_at <= coalesce(a.closed_at, 'infinity')
        UNION
        SELECT n.id, n.enterprise_id, n.product_kind, btrim(i.item), n.inspected_on
        FROM published.remediation_case c
        JOIN published.nonconformity_ever n ON n.id = c.nonconformity_id
        CROSS JOIN LATERAL unnest(n.failed_items) AS i (item)
        WHERE c.id = ANY (p_cases) AND c.state <> 'overturned'
        UNION
        SELECT coalesce(i.nonconformity_id, i.id), coalesce(i.producer_id, i.operator_id), i.product_kind, btrim(t.item), i.sampled_on
        FROM published.inspection i
        JOIN published.inspection_item t ON t.inspection_id = i.id AND NOT t.ok
        WHERE i.id = ANY (p_inspections) AND i.outcome = 'nonconforming'
          AND t.round = (SELECT max(r.round) FROM published.inspection_item r WHERE r.inspection_id = i.id)
    )
    SELECT r.id, r.enterprise_id, r.product_kind, r.item, min(r.inspected_on)
    FROM records r
    GROUP BY r.id, r.enterprise_id, r.product_kind, r.item
$$;

-- Gives an authority's next number of a year. The counter's row stays locked until the transaction ends, so a number that is not used after all is given
-- to the next one, and none is given twice. Called by the steps by which a document goes out. Locks the counter.
CREATE FUNCTION oversight_next_number(p_region text, p_year integer) RETURNS integer LANGUAGE sql AS $$
    INSERT INTO oversight_number (region, year, last) VALUES (p_region, p_year, 1)
    ON CONFLICT (region, year) DO UPDATE SET last = oversight_number.last + 1
    RETURNING last
$$;

-- Published: which enterprises were interviewed, and on which day. What `rounds`, which stands below, counts. Called by circuit_interviews. Takes no
-- locks.
CREATE FUNCTION circuit_interviewed() RETURNS TABLE (enterprise_id uuid, on_day date) LANGUAGE sql STABLE AS $$
    SELECT o.enterprise_id, o.held_on FROM published.interviewed o
$$;

-- Published: the letters to a region and all under it, or by it, that are to be answered between two days. What `risk`, which stands below, tells in its
-- weekly digest. Called by src/risk/digest.rs. Takes no locks.
CREATE FUNCTION risk_letters_due(p_region text, p_from date, p_until date) RETURNS TABLE (title text, due_on date) LANGUAGE sql STABLE AS $$
    SELECT concat_ws(' ', o.document_no, o.title), o.due_on
    FROM oversight o
    WHERE o.kind = 'letter' AND o.state IN ('issued', 'received', 'returned') AND o.due_on BETWEEN p_from AND p_until
      AND (o.from_region = p_region OR o.to_region IN (SELECT r.region FROM region_scope r WHERE r.scope = p_region))
$$;
