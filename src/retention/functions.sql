-- Functions of `retention`.

-- What keeps a consultation whose period has passed: 'hold', a legal hold on it, on one into which it was merged, on its case or on its
-- enterprise; 'case', a case on its nonconformity whose course has not ended; NULL for nothing. One SELECT that is STABLE, so that PostgreSQL
-- unfolds it where it is called.
-- Called by the statements of src/retention/due.rs, those that choose what is erased among them. Takes no locks: who erases holds the table
-- of holds until the end of its transaction, so that no hold is set meanwhile.
CREATE FUNCTION retention_keeps(p_consultation uuid, p_enterprise uuid, p_nonconformity uuid, p_today date) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN EXISTS (
            SELECT FROM retention_hold h
            WHERE h.enterprise_id = p_enterprise AND h.released_at IS NULL AND (h.until_day IS NULL OR h.until_day >= p_today)
              AND (h.target = 'enterprise' OR h.consultation_id = p_consultation OR h.nonconformity_id = p_nonconformity
                   OR h.consultation_id IN (
                       WITH RECURSIVE whole (id) AS (
                           SELECT m.into_id FROM published.consultation_merge m WHERE m.consultation_id = p_consultation
                           UNION
                           SELECT m.into_id FROM published.consultation_merge m JOIN whole w ON m.consultation_id = w.id
                       ) SELECT w.id FROM whole w))) THEN 'hold'
        WHEN EXISTS (SELECT FROM published.running_case c WHERE c.nonconformity_id = p_nonconformity) THEN 'case'
    END
$$;

-- Whether a legal hold keeps what is known of a person: one on the enterprise of the person or anything of it, or on a consultation in which the
-- person took part.
-- Called by src/personal_data/refusals.rs. Takes no locks.
CREATE FUNCTION retention_holds_account(p_account uuid, p_today date) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM retention_hold h
        WHERE h.released_at IS NULL AND (h.until_day IS NULL OR h.until_day >= p_today)
          AND (EXISTS (SELECT FROM published.account a WHERE a.id = p_account AND a.enterprise_id = h.enterprise_id)
               OR EXISTS (
                   SELECT FROM published.consultation_participant p
                   JOIN published.consultation c ON c.id = p.consultation_id
                   WHERE p.account_id = p_account AND c.enterprise_id = h.enterprise_id
                     AND (h.target = 'enterprise' OR h.consultation_id = c.id OR h.nonconformity_id = c.nonconformity_id))))
$$;

-- What keeps what is known of a person of an enterprise: 'hold', a legal hold on the enterprise or on anything of it; 'case', a case of the
-- enterprise whose course has not ended; NULL for nothing.
-- Called by the statements of src/retention/due.rs. Takes no locks, as above.
CREATE FUNCTION retention_keeps_person(p_enterprise uuid, p_today date) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN EXISTS (
            SELECT FROM retention_hold h
            WHERE h.enterprise_id = p_enterprise AND h.released_at IS NULL
              AND (h.until_day IS NULL OR h.until_day >= p_today)) THEN 'hold'
        WHEN EXISTS (SELECT FROM published.running_case c WHERE c.enterprise_id = p_enterprise) THEN 'case'
    END
$$;

-- What keeps the recordings of an inspection whose period has passed: 'hold', a legal hold on the operator, on the nominal producer or on a case
-- that the inspection opened; 'case', such a case whose course has not ended; NULL for nothing.
-- Called by the statements of src/retention/due.rs. Takes no locks, as above.
CREATE FUNCTION retention_keeps_inspection(p_inspection uuid, p_operator uuid, p_producer uuid, p_today date) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN EXISTS (
            SELECT FROM retention_hold h
            WHERE h.released_at IS NULL AND (h.until_day IS NULL OR h.until_day >= p_today)
              AND ((h.target = 'enterprise' AND h.enterprise_id IN (p_operator, p_producer))
                   OR h.nonconformity_id IN (
                       SELECT g.nonconformity_id FROM published.inspection_finding g WHERE g.inspection_id = p_inspection))) THEN 'hold'
        WHEN EXISTS (
            SELECT FROM published.running_case c
            JOIN published.inspection_finding g ON g.nonconformity_id = c.nonconformity_id
            WHERE g.inspection_id = p_inspection) THEN 'case'
    END
$$;

-- What keeps the texts and files of an entry of credit conduct whose period has passed: 'hold', a legal hold on its enterprise or on the case that it comes
-- from; 'case', such a case whose course has not ended; NULL for nothing.
-- Called by the statements of src/retention/due.rs. Takes no locks, as above.
CREATE FUNCTION retention_keeps_conduct(p_enterprise uuid, p_case uuid, p_today date) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN EXISTS (
            SELECT FROM retention_hold h
            WHERE h.released_at IS NULL AND (h.until_day IS NULL OR h.until_day >= p_today)
              AND ((h.target = 'enterprise' AND h.enterprise_id = p_enterprise)
                   OR h.nonconformity_id = (SELECT r.nonconformity_id FROM published.remediation_case r WHERE r.id = p_case))) THEN 'hold'
        WHEN EXISTS (SELECT FROM published.running_case c WHERE c.id = p_case) THEN 'case'
    END
$$;
