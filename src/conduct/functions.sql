-- Functions, triggers and views of `conduct`.

-- Published: the entries, as they are now.
CREATE VIEW published.conduct AS
    SELECT id, fact_id, enterprise_id, role, line_id, behaviour, intent, happened_on, decided_on, document_no, authority,
           authority_region, source, inspection_id, case_id, import_id, rules_version, state, notified_on, counts_from, counts_until,
           pending_since, due_on, repaired_on, annulled_on, erased_at, created_at, updated_at
    FROM conduct;

-- Published: the facts.
CREATE VIEW published.conduct_fact AS
    SELECT id, happened_on, created_at
    FROM conduct_fact;

-- Published: the product lines that entries are about.
CREATE VIEW published.conduct_line AS
    SELECT id, enterprise_id, product_kind, product_name, standard, trademark, model, created_at
    FROM conduct_line;

-- Published: the history of entries.
CREATE VIEW published.conduct_event AS
    SELECT conduct_id, ordinal, step, from_state, to_state, occurred_on, recorded_at, actor_id, actor_role, actor_region, details
    FROM conduct_event;

-- Published: what the entries were that had been entered by a moment: scores of now and of a past day are made of the same rows.
-- One SELECT that is STABLE, so that PostgreSQL unfolds it where it is called.
-- Called by the reading of entries. Takes no locks.
CREATE FUNCTION conduct_as_of(p_moment timestamptz) RETURNS TABLE (
    id uuid, fact_id uuid, enterprise_id uuid, role text, line_id uuid, behaviour text, intent text, happened_on date, decided_on date,
    rules_version text, state text, counts_from date, counts_until date, repaired_on date, annulled_on date, created_at timestamptz,
    document_no text
) LANGUAGE sql STABLE AS $$
    SELECT c.id, c.fact_id, c.enterprise_id, c.role, c.line_id, c.behaviour, c.intent, c.happened_on, c.decided_on, c.rules_version,
           c.state, c.counts_from, c.counts_until, c.repaired_on, c.annulled_on, c.created_at, c.document_no
    FROM conduct c
    WHERE c.created_at <= p_moment AND c.updated_at <= p_moment
    UNION ALL
    SELECT c.id, p.fact_id, c.enterprise_id, p.role, p.line_id, p.behaviour, p.intent, p.happened_on, p.decided_on, p.rules_version,
           p.state, p.counts_from, p.counts_until, p.repaired_on, p.annulled_on, c.created_at, p.document_no
    FROM conduct c
    CROSS JOIN LATERAL (
        SELECT o.* FROM conduct_past o WHERE o.conduct_id = c.id AND o.until > p_moment ORDER BY o.until LIMIT 1) p
    WHERE c.created_at <= p_moment AND c.updated_at > p_moment
$$;

-- Keeps in conduct_past what an entry was before each change. Every change of a row sets `updated_at`.
-- A statement can change all rows of an import, and PL/pgSQL keeps the plan of its first call: without nested loops it serves for one row
-- and for all of them.
-- Called by the trigger below. Takes no locks but on the rows that it adds.
CREATE FUNCTION conduct_record_past() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
BEGIN
    -- Two changes at one moment: what was before the first of them counts. What is entered and changed at one moment never was otherwise.
    INSERT INTO conduct_past (conduct_id, until, fact_id, role, line_id, behaviour, intent, happened_on, decided_on, document_no, rules_version,
        state, counts_from, counts_until, repaired_on, annulled_on)
    SELECT b.id, w.updated_at, b.fact_id, b.role, b.line_id, b.behaviour, b.intent, b.happened_on, b.decided_on, b.document_no, b.rules_version, b.state,
        b.counts_from, b.counts_until, b.repaired_on, b.annulled_on
    FROM before b JOIN written w ON w.id = b.id
    WHERE w.updated_at > b.created_at
    ON CONFLICT (conduct_id, until) DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER conduct_record_past AFTER UPDATE ON conduct
    REFERENCING OLD TABLE AS before NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION conduct_record_past();

-- Erases the texts of entries that count no more: their descriptions, and the reasons in their histories. What grades are made of stays (behaviours,
-- days, intent, numbers of decisions), so that every grade of every day can still be made again. `updated_at` stays too: what an entry was on past days
-- is the same. The service itself can't change a history (src/conduct/room.rs): this works with the rights of the owner, and writes nothing else.
-- Called by src/conduct/erasure.rs. Locks the entries.
CREATE FUNCTION conduct_erase_texts(p_entries uuid[], p_at timestamptz) RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY
    WITH gone AS (
        UPDATE conduct c
        SET erased_at = p_at, description = CASE WHEN c.description IS NOT NULL THEN '已按保存期限清除' END
        WHERE c.id = ANY (p_entries) AND c.erased_at IS NULL AND c.state NOT IN ('contested', 'repair_pending')
          AND (c.state IN ('annulled', 'repaired') OR c.counts_until < (p_at AT TIME ZONE 'Asia/Shanghai')::date)
        RETURNING c.id
    ), reasons AS (
        UPDATE conduct_event e SET details = jsonb_set(e.details, '{reason}', to_jsonb('已按保存期限清除'::text))
        FROM gone g
        WHERE e.conduct_id = g.id AND e.details -> 'reason' IS NOT NULL
    )
    SELECT g.id FROM gone g;
END
$$;
