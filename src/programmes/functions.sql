-- Functions and views of `programmes`.
--
-- What it asks of a higher domain, which defines it:
--   programme_risk_index(kinds)             the index of risk of product kinds by region, by which rows of a frame are weighted
--   programme_last_tests(usccs, programme)   which laboratory tested the last sample of an operator outside of a programme

-- Counts samples of a programme as they are taken and as their result becomes final, with the target that they belong to: of its role and of the
-- kind or else the class, in the narrowest region that holds the place where they were taken. Negative numbers take some back. Called by
-- triggers of higher domains, which know the samples. Locks the target.
CREATE FUNCTION programme_count_samples(p_programme uuid, p_region text, p_product_kind text, p_role text, p_taken integer, p_finished integer)
RETURNS void LANGUAGE sql AS $$
    UPDATE programme_target SET taken = taken + p_taken, finished = finished + p_finished
    WHERE id = (
        SELECT t.id
        FROM programme_target t
        JOIN region_scope s ON s.scope = t.region AND s.region = p_region
        JOIN product_kind k ON k.code = p_product_kind
        WHERE t.programme_id = p_programme AND t.role = p_role AND (t.product_kind = k.code OR t.product_class = k.class)
        ORDER BY (SELECT count(*) FROM region_scope w WHERE w.scope = t.region), t.product_kind IS NULL, t.id
        LIMIT 1)
$$;

-- Published: a programme, for the domains that carry it out.
CREATE VIEW published.programme AS
    SELECT id, kind, name, level, organiser_region, period_from, period_until, document_no, rules_version, state
    FROM programme;

-- Published: a target of a programme.
CREATE VIEW published.programme_target AS
    SELECT id, programme_id, region, product_kind, product_class, role, samples, operators, laboratory_id, sampler_id, due_on, taken, finished
    FROM programme_target;

-- Published: an operator that was drawn, by the draw of its target that is in force.
CREATE VIEW published.programme_drawn AS
    SELECT o.id, o.draw_id, d.programme_id, d.target_id, o.ordinal, o.enterprise_id, o.uscc, o.name, o.region, o.role, o.product_kind,
           o.laboratory_id
    FROM programme_drawn o
    JOIN programme_draw d ON d.id = o.draw_id
    WHERE NOT EXISTS (SELECT FROM programme_draw l WHERE l.target_id = d.target_id AND l.ordinal > d.ordinal);

-- Published: a laboratory, or a body that takes samples.
CREATE VIEW published.laboratory AS
    SELECT id, name, region, products, serves, takes_samples, excluded_usccs, active, hospital, hospital_since
    FROM laboratory;

-- Published: a production licence, with when it was entered and revoked.
CREATE VIEW published.production_licence AS
    SELECT id, uscc, region, product_kind, valid_from, valid_until, entered_at, revoked_on, revoked_at
    FROM production_licence;

-- Published: from which day a product kind is in another regime than the catalogue says.
CREATE VIEW published.kind_regime AS
    SELECT product_kind, in_force_from, regime
    FROM kind_regime;

-- Keeps the credit grades by which draws are weighted: writes the grade of each of these enterprises, and takes out those whose grade is NULL.
-- Called by the domain above that grades operators, with grades that may be known to others: once a programme is closed its frames can be read
-- with names. Locks the rows of these enterprises, in their order.
CREATE FUNCTION programme_keep_grades(p_enterprises uuid[], p_grades text[]) RETURNS void LANGUAGE sql AS $$
    DELETE FROM operator_grade o USING unnest(p_enterprises, p_grades) AS g (enterprise_id, grade)
    WHERE o.enterprise_id = g.enterprise_id AND g.grade IS NULL;
    INSERT INTO operator_grade AS o (enterprise_id, grade)
    SELECT g.enterprise_id, g.grade FROM unnest(p_enterprises, p_grades) AS g (enterprise_id, grade)
    WHERE g.grade IS NOT NULL ORDER BY g.enterprise_id
    ON CONFLICT (enterprise_id) DO UPDATE SET grade = excluded.grade WHERE o.grade <> excluded.grade
$$;
