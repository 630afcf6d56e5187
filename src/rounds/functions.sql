-- Functions, triggers and views of `rounds`.
--
-- Ports, answered by higher domains:
--   circuit_interviewed()   which enterprises were interviewed (约谈), and on which day

-- What the port answers. In PL/pgSQL, since the higher domain's function is made after this one. Called by circuit_evidence. Takes no locks.
CREATE FUNCTION circuit_interviews() RETURNS TABLE (enterprise_id uuid, on_day date) LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY SELECT i.enterprise_id, i.on_day FROM circuit_interviewed() i;
END
$$;

-- Published: notes an enterprise of which a higher domain has learned something that counts as evidence; one that is in no cohort is not noted. Called by the
-- trigger of `oversight`, when an interview was held. Takes no locks.
CREATE FUNCTION circuit_note_enterprise(p_enterprise uuid) RETURNS void LANGUAGE sql AS $$
    INSERT INTO circuit_note (enterprise_id)
    SELECT p_enterprise WHERE EXISTS (SELECT FROM circuit_member m WHERE m.enterprise_id = p_enterprise)
$$;

-- Published: the cohorts as they are now, for `engagements` and campaigns. Who was removed is not among them.
CREATE VIEW published.circuit_member AS
    SELECT id, programme_id, enterprise_id, stage, expert_id
    FROM circuit_member
    WHERE state <> 'removed';

-- Published: the rounds.
CREATE VIEW published.circuit_round AS
    SELECT id, programme_id, no, region, starts_on, ends_on, state
    FROM circuit_round;

-- Published: whether an enterprise is in the cohort of a programme; true of a programme that has no cohort, and where there is no programme. What
-- `engagements`, which stands below, asks of cohorts. Called by the commands of engagements. Takes no locks.
CREATE FUNCTION engagement_in_cohort(p_programme uuid, p_enterprise uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM circuit_member m
                   WHERE m.programme_id = p_programme AND m.enterprise_id = p_enterprise AND m.state <> 'removed')
        OR NOT EXISTS (SELECT FROM circuit_member m WHERE m.programme_id = p_programme AND m.state <> 'removed')
$$;

-- All that is known of these enterprises, each piece with the moment at which it was entered and that at which it was taken back (NULL while it
-- stands), so that what holds at a moment is the same whenever it is asked. Of engagements only those of the programme and those of none count; of
-- all programmes where none is named.
--   listed         a nonconformity is on the list              concluded      a consultation is concluded by an expert
--   cleared        nothing is open in its case                 visited        a visit was held
--   correcting     its correction is under way, or an agreed   trained        it took part in a training
--                  action is                                   committed      a commitment is signed and neither broken nor released
--   corrected      its correction was handed in                kept           a commitment was kept
--   passed_first,  how the first re-inspection of its case     sampled        a follow-up sample was taken
--   failed_first   ended                                       sample_passed  a follow-up sample passed, or a follow-up found it well
--                                                              interviewed    it was interviewed
-- `subject` is the nonconformity where there is one, else the thing itself. Called by src/rounds/evidence.rs. Takes no locks.
CREATE FUNCTION circuit_evidence(p_enterprises uuid[], p_programme uuid)
RETURNS TABLE (enterprise_id uuid, kind text, subject uuid, from_at timestamptz, until_at timestamptz) LANGUAGE sql STABLE AS $$
    WITH m AS MATERIALIZED (
        SELECT DISTINCT u.id FROM unnest(p_enterprises) AS u (id)
    ),
    course AS (
        SELECT c.enterprise_id, c.nonconformity_id, v.case_id, v.seq, v.to_state, v.recorded_at
        FROM m
        JOIN published.remediation_case_ever c ON c.enterprise_id = m.id
        JOIN published.case_event v ON v.case_id = c.id
    ),
    -- What a state of a case says, where it begins to say it or ceases to.
    turned AS (
        SELECT s.*, lag(s.says, 1, false) OVER (PARTITION BY s.case_id, s.kind ORDER BY s.seq) AS said
        FROM (
            SELECT c.*, k.kind, k.says
            FROM course c
            CROSS JOIN LATERAL (VALUES
                ('cleared', case_settles(c.to_state)),
                ('correcting', c.to_state IN ('correcting', 'evidence_submitted', 'reinspection_passed')),
                ('corrected', c.to_state IN ('evidence_submitted', 'reinspection_passed', 'cleared'))) AS k (kind, says)
        ) s
    ),
    talked AS (
        SELECT c.enterprise_id, c.id, v.seq, v.at, v.to_status = 'concluded' AS says,
               lag(v.to_status = 'concluded', 1, false) OVER (PARTITION BY c.id ORDER BY v.seq) AS said
        FROM m
        JOIN published.consultation c ON c.enterprise_id = m.id
        JOIN published.consultation_event v ON v.consultation_id = c.id
        WHERE c.closed IS NULL OR c.closed = 'answered'
    ),
    engaged AS (
        SELECT e.enterprise_id, g.id, g.kind, e.from_at, e.until_at
        FROM engagement_presence(ARRAY(SELECT m.id FROM m)) e
        JOIN published.engagement g ON g.id = e.engagement_id
        WHERE g.kind IN ('visit', 'training', 'follow_up') AND (g.programme_id IS NULL OR p_programme IS NULL OR g.programme_id = p_programme)
    ),
    promised AS (
        SELECT e.enterprise_id, g.id, g.state, g.held_at, g.closed_at
        FROM m
        JOIN published.engagement_enterprise e ON e.enterprise_id = m.id
        JOIN published.engagement g ON g.id = e.engagement_id
        WHERE g.kind = 'commitment' AND g.held_at IS NOT NULL
          AND (g.programme_id IS NULL OR p_programme IS NULL OR g.programme_id = p_programme)
    ),
    followed AS (
        SELECT m.id AS enterprise_id, i.id, i.purpose, i.state, i.outcome, i.sampled_on,
               coalesce((SELECT max(p.until) FROM published.inspection_past p WHERE p.inspection_id = i.id), i.created_at) AS from_at,
               NULL::timestamptz AS until_at
        FROM m
        JOIN published.inspection i ON i.operator_id = m.id
        UNION
        SELECT m.id, i.id, i.purpose, i.state, i.outcome, i.sampled_on,
               coalesce((SELECT max(p.until) FROM published.inspection_past p WHERE p.inspection_id = i.id), i.created_at), NULL::timestamptz
        FROM m
        JOIN published.inspection i ON i.producer_id = m.id
        UNION
        SELECT w.enterprise_id, w.id, p.purpose, p.state, p.outcome, p.sampled_on,
               lag(p.until, 1, w.created_at) OVER (PARTITION BY w.enterprise_id, w.id ORDER BY p.until), p.until
        FROM (
            SELECT m.id AS enterprise_id, i.id, i.created_at FROM m JOIN published.inspection i ON i.operator_id = m.id
            UNION
            SELECT m.id, i.id, i.created_at FROM m JOIN published.inspection i ON i.producer_id = m.id
        ) w
        JOIN published.inspection_past p ON p.inspection_id = w.id
    )
    SELECT n.enterprise_id, 'listed', n.id, n.created_at, n.withdrawn_at
    FROM m JOIN published.nonconformity_ever n ON n.enterprise_id = m.id
    UNION ALL
    SELECT t.enterprise_id, t.kind, t.nonconformity_id, t.recorded_at, t.until_at
    FROM (
        SELECT x.*, lead(x.recorded_at) OVER (PARTITION BY x.case_id, x.kind ORDER BY x.seq) AS until_at
        FROM turned x WHERE x.says <> x.said
    ) t
    WHERE t.says
    UNION ALL
    SELECT f.enterprise_id, CASE f.to_state WHEN 'failed' THEN 'failed_first' ELSE 'passed_first' END, f.nonconformity_id, f.recorded_at, NULL
    FROM (
        SELECT DISTINCT ON (c.case_id) c.* FROM course c
        WHERE c.to_state IN ('reinspection_passed', 'failed') ORDER BY c.case_id, c.seq
    ) f
    UNION ALL
    SELECT c.enterprise_id, 'correcting', c.nonconformity_id, a.decided_at, NULL
    FROM m
    JOIN published.remediation_case c ON c.enterprise_id = m.id
    JOIN published.case_action a ON a.case_id = c.id
    WHERE a.state IN ('accepted', 'done')
    UNION ALL
    SELECT c.enterprise_id, 'correcting', a.id, a.decided_at, NULL
    FROM m
    JOIN published.consultation c ON c.enterprise_id = m.id
    JOIN published.case_action a ON a.consultation_id = c.id AND a.case_id IS NULL
    WHERE a.state IN ('accepted', 'done')
    UNION ALL
    SELECT t.enterprise_id, 'concluded', t.id, t.at, t.until_at
    FROM (
        SELECT x.*, lead(x.at) OVER (PARTITION BY x.id ORDER BY x.seq) AS until_at FROM talked x WHERE x.says <> x.said
    ) t
    WHERE t.says
    UNION ALL
    SELECT e.enterprise_id, CASE e.kind WHEN 'visit' THEN 'visited' ELSE 'trained' END, e.id, e.from_at, e.until_at
    FROM engaged e
    WHERE e.kind IN ('visit', 'training')
    UNION ALL
    SELECT e.enterprise_id, 'sample_passed', e.id, greatest(e.from_at, r.from_at), least(e.until_at, r.until_at)
    FROM engaged e
    JOIN published.follow_up_result r ON r.id = e.id AND r.result = 'well'
    WHERE e.kind = 'follow_up'
      AND (least(e.until_at, r.until_at) IS NULL OR greatest(e.from_at, r.from_at) < least(e.until_at, r.until_at))
    UNION ALL
    SELECT p.enterprise_id, 'committed', p.id, p.held_at, CASE WHEN p.state IN ('broken', 'released') THEN p.closed_at END
    FROM promised p
    WHERE p.state IN ('signed', 'kept') OR p.state IN ('broken', 'released') AND p.closed_at IS NOT NULL
    UNION ALL
    SELECT p.enterprise_id, 'kept', p.id, coalesce(p.closed_at, p.held_at), NULL
    FROM promised p
    WHERE p.state = 'kept'
    UNION ALL
    SELECT f.enterprise_id, 'sampled', f.id, f.from_at, f.until_at
    FROM followed f
    WHERE f.purpose = 'follow_up' AND f.sampled_on IS NOT NULL AND f.state NOT IN ('void', 'withdrawn')
    UNION ALL
    SELECT f.enterprise_id, 'sample_passed', f.id, f.from_at, f.until_at
    FROM followed f
    WHERE f.purpose = 'follow_up' AND f.state IN ('final', 'published') AND f.outcome = 'conforming'
    UNION ALL
    SELECT m.id, 'interviewed', m.id, i.on_day::timestamp AT TIME ZONE 'Asia/Shanghai', NULL
    FROM circuit_interviews() i
    JOIN m ON m.id = i.enterprise_id
$$;

-- 1. The region of a member is at any moment that of its enterprise.

-- Writes an enterprise's new region into its memberships. Called by the trigger below. The enterprise's row is locked by then; locks the members by
-- id.
CREATE FUNCTION circuit_member_follow_enterprise() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM circuit_member m WHERE m.enterprise_id = NEW.id ORDER BY m.id FOR UPDATE;
    UPDATE circuit_member SET region = NEW.region WHERE enterprise_id = NEW.id;
    RETURN NEW;
END $$;
CREATE TRIGGER circuit_member_follow_enterprise BEFORE UPDATE ON enterprise
    FOR EACH ROW WHEN (OLD.region IS DISTINCT FROM NEW.region) EXECUTE FUNCTION circuit_member_follow_enterprise();

-- 2. Members of which something has changed are noted, and the job keeps their stage. All of these only add rows: they take no locks and wait for
--    nobody. Notes are made of members alone, so lists of others cost a look at an index.

-- Notes the enterprises of the written rows that are in a cohort. Called by the triggers below, of tables with a column `enterprise_id`.
CREATE FUNCTION circuit_note_enterprises() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO circuit_note (enterprise_id)
    SELECT DISTINCT w.enterprise_id FROM written w
    WHERE EXISTS (SELECT FROM circuit_member m WHERE m.enterprise_id = w.enterprise_id);
    RETURN NULL;
END $$;
CREATE TRIGGER nonconformity_circuit_inserted AFTER INSERT ON nonconformity
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION circuit_note_enterprises();
CREATE TRIGGER nonconformity_circuit_updated AFTER UPDATE ON nonconformity
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION circuit_note_enterprises();
CREATE TRIGGER remediation_case_circuit_inserted AFTER INSERT ON remediation_case
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION circuit_note_enterprises();
CREATE TRIGGER remediation_case_circuit_updated AFTER UPDATE ON remediation_case
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION circuit_note_enterprises();
CREATE TRIGGER engagement_enterprise_circuit_inserted AFTER INSERT ON engagement_enterprise
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION circuit_note_enterprises();
CREATE TRIGGER engagement_enterprise_circuit_updated AFTER UPDATE ON engagement_enterprise
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION circuit_note_enterprises();

-- Notes the enterprise of a consultation that is concluded or opened again. Called by the trigger below.
CREATE FUNCTION circuit_note_consultation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO circuit_note (enterprise_id)
    SELECT NEW.enterprise_id
    WHERE EXISTS (SELECT FROM circuit_member m WHERE m.enterprise_id = NEW.enterprise_id);
    RETURN NULL;
END $$;
CREATE TRIGGER consultation_circuit_updated AFTER UPDATE OF status, closed ON consultation
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status OR OLD.closed IS DISTINCT FROM NEW.closed)
    EXECUTE FUNCTION circuit_note_consultation();

-- Notes the enterprises of actions that were agreed to, carried out or given another case. Called by the trigger below.
CREATE FUNCTION circuit_note_actions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO circuit_note (enterprise_id)
    SELECT DISTINCT m.enterprise_id
    FROM written w
    LEFT JOIN published.remediation_case c ON c.id = w.case_id
    LEFT JOIN published.consultation t ON t.id = w.consultation_id
    JOIN circuit_member m ON m.enterprise_id = coalesce(c.enterprise_id, t.enterprise_id);
    RETURN NULL;
END $$;
CREATE TRIGGER case_action_circuit_updated AFTER UPDATE ON case_action
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION circuit_note_actions();

-- Notes the parties of inspections that were entered or changed. Called by the triggers below.
CREATE FUNCTION circuit_note_inspections() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO circuit_note (enterprise_id)
    SELECT DISTINCT p.id
    FROM written w
    CROSS JOIN LATERAL (VALUES (w.operator_id), (w.producer_id)) AS p (id)
    WHERE w.purpose = 'follow_up' AND EXISTS (SELECT FROM circuit_member m WHERE m.enterprise_id = p.id);
    RETURN NULL;
END $$;
CREATE TRIGGER inspection_circuit_inserted AFTER INSERT ON inspection
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION circuit_note_inspections();
CREATE TRIGGER inspection_circuit_updated AFTER UPDATE ON inspection
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION circuit_note_inspections();

-- Notes the enterprises of engagements that were changed. Called by the trigger below.
CREATE FUNCTION circuit_note_engagements() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO circuit_note (enterprise_id)
    SELECT DISTINCT m.enterprise_id
    FROM written w
    JOIN published.engagement_enterprise e ON e.engagement_id = w.id
    JOIN circuit_member m ON m.enterprise_id = e.enterprise_id;
    RETURN NULL;
END $$;
CREATE TRIGGER engagement_circuit_updated AFTER UPDATE ON engagement
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION circuit_note_engagements();
