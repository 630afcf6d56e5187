-- Functions and triggers of `credit_codes`.

-- Keeps what searches look for in the rows of credit_code: the product first, then the maker, the credit code, trademark and model.
-- Called by the trigger below. Takes no locks.
CREATE FUNCTION credit_code_set_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.search_text := search_name(NEW.product_name) || E'\n' || search_name(NEW.maker_name) || E'\n'
        || search_fold(concat_ws(E'\n', NEW.uscc, NEW.trademark, NEW.model)) || E'\n';
    NEW.search_readings := search_readings(search_name(NEW.product_name)) || ' ' || search_readings(search_name(NEW.maker_name));
    RETURN NEW;
END $$;
CREATE TRIGGER credit_code_set_search BEFORE INSERT OR UPDATE OF product_name, maker_name, trademark, model, search_text
    ON credit_code FOR EACH ROW EXECUTE FUNCTION credit_code_set_search();

-- Folds all rows anew when the table of characters has changed. Called by the trigger below, while a database is migrated. Locks all rows.
CREATE FUNCTION credit_code_fold_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE credit_code SET search_text = '';
    RETURN NULL;
END $$;
CREATE TRIGGER credit_code_fold_anew AFTER INSERT OR UPDATE ON search_table FOR EACH ROW EXECUTE FUNCTION credit_code_fold_anew();

-- The credit grade of an enterprise: that of its worst role, lines of products included; whether it is a trial grade, since the rules of credit are
-- provisional; when it was last graded. No row where it has none. A worse grade counts only after notice and the term of objection: that is in the grade.
-- Called by credit_code_facts. Takes no locks.
CREATE FUNCTION credit_code_grade(p_enterprise uuid) RETURNS TABLE (grade text, trial boolean, since timestamptz) LANGUAGE sql STABLE AS $$
    SELECT s.grade, s.trial, s.graded_at FROM published.credit_subject s WHERE s.enterprise_id = p_enterprise AND s.worst
$$;

-- What is known of an enterprise and the products of a kind that it makes: all that the conditions of a code (src/credit_codes/conditions.rs) are judged by, for
-- the application, for each scan and for the job. Samplings are those of the enterprise as the maker: at its own place, or elsewhere where it has not denied the
-- product; at most 200 of them, failures first, then the first of each method and purpose, then those of the kind, the newest first. Recalls are those that an
-- officer has found to be about it. Samplings, records on the zero-out list and recalls before p_since are left out, but for the first samplings: for how long
-- a maker has been sampled follows from them. One SELECT that is STABLE, so that PostgreSQL unfolds it where it is called.
-- Called by the function below and by src/credit_codes/facts.rs. Takes no locks.
CREATE FUNCTION credit_code_facts(p_enterprise uuid, p_kind text, p_since date) RETURNS TABLE (
    name text, uscc text, present_region text, operating boolean, changed_at timestamptz, open_cases bigint, case_since timestamptz,
    listed_on date, listed_since timestamptz, passed jsonb, failed jsonb, grade text, trial boolean, grade_since timestamptz,
    listings bigint, listing_since timestamptz, recalled_on date, recall_since timestamptz
) LANGUAGE sql STABLE AS $$
    SELECT e.name, e.uscc, e.region, e.operating_status = 'operating' AND e.withdrawn_at IS NULL, e.updated_at, o.cases, o.since, l.listed_on,
           l.since, s.passed, s.failed, g.grade, g.trial, g.since, d.listings, d.since, r.recalled_on, r.since
    FROM published.enterprise e
    CROSS JOIN LATERAL (
        SELECT count(*) AS cases, min(c.created_at) AS since
        FROM published.running_case r JOIN published.remediation_case c ON c.id = r.id
        WHERE r.enterprise_id = e.id
    ) o
    CROSS JOIN LATERAL (
        SELECT max(n.inspected_on) AS listed_on, max(n.created_at) AS since
        FROM published.nonconformity n
        WHERE n.enterprise_id = e.id AND n.inspected_on >= p_since
          AND NOT EXISTS (SELECT FROM published.remediation_case c WHERE c.nonconformity_id = n.id AND c.state IN ('overturned', 'withdrawn'))
    ) l
    CROSS JOIN LATERAL (
        SELECT coalesce(jsonb_agg(i.sampled) FILTER (WHERE i.outcome = 'conforming'), '[]') AS passed,
               coalesce(jsonb_agg(i.sampled) FILTER (WHERE i.outcome = 'nonconforming'), '[]') AS failed
        FROM (
            SELECT m.outcome, jsonb_build_object('day', m.sampled_on, 'level', m.level, 'method', m.method, 'purpose', m.purpose,
                                                 'of_kind', m.product_kind IS NOT DISTINCT FROM p_kind, 'at', m.updated_at) AS sampled
            FROM (
                SELECT u.*, row_number() OVER (PARTITION BY u.method, u.purpose ORDER BY u.sampled_on, u.id) = 1 AS first
                FROM (
                    SELECT a.id, a.outcome, a.state, a.sampled_on, a.level, a.method, a.purpose, a.product_kind, a.updated_at
                    FROM published.inspection a
                    WHERE a.operator_id = e.id AND a.role = 'producer'
                    UNION ALL
                    SELECT b.id, b.outcome, b.state, b.sampled_on, b.level, b.method, b.purpose, b.product_kind, b.updated_at
                    FROM published.inspection b
                    WHERE b.producer_id = e.id AND b.confirmation IN ('confirmed', 'deemed', 'denial_rejected')
                      AND (b.operator_id = e.id AND b.role = 'producer') IS NOT TRUE
                ) u
                WHERE u.sampled_on IS NOT NULL
                  AND (u.state IN ('final', 'published') AND u.outcome = 'conforming'
                       OR u.state IN ('delivered', 'contested', 'retesting', 'upheld', 'final', 'published') AND u.outcome = 'nonconforming')
            ) m
            WHERE m.sampled_on >= p_since OR m.first
            ORDER BY m.outcome = 'nonconforming' DESC, m.first DESC, m.product_kind IS NOT DISTINCT FROM p_kind DESC, m.sampled_on DESC, m.id
            LIMIT 200
        ) i
    ) s
    CROSS JOIN LATERAL (
        SELECT count(*) AS listings, min(v.issued_on::timestamp AT TIME ZONE 'Asia/Shanghai') AS since
        FROM published.oversight v
        WHERE v.enterprise_id = e.id AND v.kind = 'listing' AND v.state IN ('listed', 'applied', 'overdue', 'escalated')
    ) d
    CROSS JOIN LATERAL (
        SELECT max(n.published_on) AS recalled_on, max(n.created_at) AS since
        FROM published.signal n
        WHERE n.enterprise_id = e.id AND n.source = 'recall' AND n.state IN ('triaged', 'used') AND n.published_on >= p_since
    ) r
    LEFT JOIN LATERAL credit_code_grade(e.id) g ON true
    WHERE e.id = p_enterprise
$$;

-- What a scan reads: the code of a token with its print run, and the facts of its maker. No row for a token that nobody was given. A function so that its plan
-- is kept for the connection: it is called thousands of times in a second.
-- Called by src/credit_codes/public.rs. Takes no locks.
CREATE FUNCTION credit_code_scan_of(p_token text, p_since date) RETURNS TABLE (
    id uuid, number integer, version_ended_at timestamptz, state text, rules_version text, maker_name text, maker_region text,
    product_kind text, product_name text, trademark text, model text, standard text, granted_on date, valid_until date,
    suspended_at timestamptz, ended_on date,
    name text, uscc text, present_region text, operating boolean, changed_at timestamptz, open_cases bigint, case_since timestamptz,
    listed_on date, listed_since timestamptz, passed jsonb, failed jsonb, grade text, trial boolean, grade_since timestamptz,
    listings bigint, listing_since timestamptz, recalled_on date, recall_since timestamptz
) LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY
    SELECT c.id, v.number, v.ended_at, c.state, c.rules_version, c.maker_name, c.maker_region, c.product_kind, c.product_name,
           c.trademark, c.model, c.standard, c.granted_on, c.valid_until, c.suspended_at, c.ended_on, f.*
    FROM credit_code_version v
    JOIN credit_code c ON c.id = v.code_id
    CROSS JOIN LATERAL credit_code_facts(c.enterprise_id, c.product_kind, p_since) f
    WHERE v.token = p_token;
END $$;
