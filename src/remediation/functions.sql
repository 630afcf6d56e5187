-- Functions, triggers and views of `remediation`.
--
-- Who visited an enterprise to help is known to `engagements`, which remediation stands below. The clearance (src/remediation/clearance.rs) asks
-- one function of src/engagements/functions.sql:
--   case_helpers(enterprise)   the experts who were there

-- Published: a case with what lists, plans and reports use of it; its events, and what it was until a moment. A nonconformity has one at most:
-- one that was withdrawn with its import is not among them.
CREATE VIEW published.remediation_case AS
    SELECT id, nonconformity_id, enterprise_id, state, ordered_on, rectify_by, reinspect_by, cleared_at, created_at, updated_at, second_by,
           suspended_until, handled_in, region, version
    FROM remediation_case
    WHERE withdrawn_at IS NULL;

-- Published: the same with those that were withdrawn, for the deadlines of past days.
CREATE VIEW published.remediation_case_ever AS
    SELECT id, nonconformity_id, enterprise_id, state, version, created_at, rectify_by, reinspect_by, second_by, suspended_until, handled_in
    FROM remediation_case;
CREATE VIEW published.case_event AS
    SELECT case_id, seq, event, to_state, occurred_on, recorded_at
    FROM case_event;
CREATE VIEW published.case_past AS
    SELECT case_id, until, state, rectify_by, reinspect_by, second_by, suspended_until, handled_in
    FROM case_past;

-- Published: actions of cases and of advice, for `consultations`, `reports` and `rounds`, and for `engagements`, whose promises become actions.
CREATE VIEW published.case_action AS
    SELECT id, case_id, consultation_id, advised_by, created_at, state, decided_at, done_on
    FROM case_action;

-- Published: nonconformities that still need work: without a case, or with one that is not cleared. The dates are those that the law sets the
-- case; NULL where there is no case, or where a deadline does not run. For `plans`, which needs to know nothing else of cases: a plan is for these,
-- the sooner the next date, the more urgent.
CREATE VIEW published.open_nonconformity AS
    SELECT n.id, n.enterprise_id, n.product_kind, n.report_no, n.inspected_on, n.failed_items, n.laboratory, n.signed_by,
           c.id AS case_id, c.state AS case_state, c.rectify_by, c.reinspect_by
    FROM published.nonconformity n
    LEFT JOIN remediation_case c ON c.nonconformity_id = n.id AND c.withdrawn_at IS NULL
    WHERE c.cleared_at IS NULL;

-- Published: the next day by which the law wants something of a nonconformity's case, if the case is not cleared: the end of the rectification
-- while that is not over, then the re-inspection. No row, or NULL, where no deadline runs. What `consultations`, which stands below, asks of
-- cases: the sooner the day, the more urgent a consultation. One SELECT that is STABLE, so that PostgreSQL unfolds it where it is called.
-- Called by the queries in src/consultations/needs.rs and matcher.rs. Takes no locks.
CREATE FUNCTION consultation_deadline(p_nonconformity uuid, p_today date) RETURNS TABLE (due_on date) LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN c.rectify_by >= p_today THEN c.rectify_by ELSE c.reinspect_by END
    FROM remediation_case c
    WHERE c.nonconformity_id = p_nonconformity AND c.cleared_at IS NULL AND c.withdrawn_at IS NULL
$$;

-- Published: the statutory clocks that run in a state, with their last days in Asia/Shanghai. The conditions are those of the indexes
-- remediation_case_*_due. Called by the view below and, of past days, by src/reports/deadlines.rs. Takes no locks.
CREATE FUNCTION case_clocks(p_state text, p_rectify_by date, p_reinspect_by date, p_second_by date, p_suspended_until date)
RETURNS TABLE (clock text, due_on date) LANGUAGE sql IMMUTABLE AS $$
    SELECT d.clock, d.due_on FROM (VALUES
        ('rectification', CASE WHEN p_state IN ('ordered', 'correcting') THEN p_rectify_by END),
        ('reinspection', CASE WHEN p_state IN ('ordered', 'correcting', 'evidence_submitted') THEN p_reinspect_by END),
        ('second_reinspection', CASE WHEN p_state = 'announced' THEN p_second_by END),
        ('suspension', CASE WHEN p_state = 'suspended' THEN p_suspended_until END)
    ) AS d (clock, due_on)
$$;

-- Published: the statutory deadlines that run now, one row for each, with their last day in Asia/Shanghai. Read by the sweep
-- (src/remediation/deadlines) and by `reports`.
CREATE VIEW published.case_deadline AS
    SELECT c.id AS case_id, c.nonconformity_id, c.enterprise_id, coalesce(c.handled_in, e.region) AS region,
           d.clock, d.due_on
    FROM remediation_case c
    JOIN published.enterprise e ON e.id = c.enterprise_id
    CROSS JOIN LATERAL case_clocks(c.state, c.rectify_by, c.reinspect_by, c.second_by, c.suspended_until) d
    WHERE d.due_on IS NOT NULL;

-- Published: the due dates of actions that an enterprise has agreed to, while their case runs. Read by the sweep.
CREATE VIEW published.action_deadline AS
    SELECT c.id AS case_id, c.nonconformity_id, c.enterprise_id, coalesce(c.handled_in, e.region) AS region,
           'action ' || a.id AS clock, a.description, a.due_on
    FROM case_action a
    JOIN remediation_case c ON c.id = a.case_id AND c.state NOT IN ('cleared', 'overturned', 'licence_revoked', 'closed', 'withdrawn')
    JOIN published.enterprise e ON e.id = c.enterprise_id
    WHERE a.state = 'accepted' AND a.due_on IS NOT NULL;

-- Published: the cases whose course has not ended, for `retention`.
CREATE VIEW published.running_case AS
    SELECT id, nonconformity_id, enterprise_id
    FROM remediation_case
    WHERE withdrawn_at IS NULL AND state NOT IN ('cleared', 'overturned', 'licence_revoked', 'closed', 'withdrawn');

-- Published: what was entered for these cases besides their events: actions, evidence, decisions on criteria.
-- Called by the query of src/withdrawals/standing.rs. Takes no locks.
CREATE FUNCTION case_materials(p_cases uuid[]) RETURNS TABLE (case_id uuid, kind text, id uuid) LANGUAGE sql STABLE AS $$
    SELECT a.case_id, 'action', a.id FROM case_action a WHERE a.case_id = ANY (p_cases)
    UNION ALL
    SELECT e.case_id, 'evidence', e.id FROM case_evidence e WHERE e.case_id = ANY (p_cases)
    UNION ALL
    SELECT DISTINCT k.case_id, 'criterion', NULL::uuid FROM case_criterion k WHERE k.case_id = ANY (p_cases)
$$;

-- Published: whether nothing is open against an enterprise in a case of this state any more; false where there is no case. The zero-out
-- figures follow from it, and from nothing else. CaseState::settles in Rust says the same; a test holds the two together.
-- Called by the queries of the zero-out list. Takes no locks.
CREATE FUNCTION case_settles(state text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN coalesce(state IN ('cleared', 'overturned'), false);

-- 1. Cases and their events refer to rows that exist, and stay.

-- Cases, like enterprises and nonconformities, are never deleted, and an import opens thousands of them in one statement: their references are
-- checked once for all its rows. Called by the triggers below. Takes no locks.
CREATE FUNCTION case_check_references() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM written w WHERE NOT EXISTS (
            SELECT FROM published.nonconformity_ever n WHERE n.id = w.nonconformity_id AND n.enterprise_id = w.enterprise_id)
    ) THEN
        RAISE foreign_key_violation
            USING MESSAGE = 'a case is of a nonconformity that does not exist or is not of its enterprise';
    END IF;
    IF EXISTS (
        SELECT FROM written w
        WHERE w.held_by IS NOT NULL AND NOT EXISTS (SELECT FROM region r WHERE r.code = w.held_by)
           OR w.handled_in IS NOT NULL AND NOT EXISTS (SELECT FROM region r WHERE r.code = w.handled_in)
    ) THEN
        RAISE foreign_key_violation USING MESSAGE = 'a case is held or handled by a region that does not exist';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER remediation_case_check_inserted AFTER INSERT ON remediation_case
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION case_check_references();
CREATE TRIGGER remediation_case_check_updated AFTER UPDATE ON remediation_case
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION case_check_references();
CREATE TRIGGER remediation_case_refuse_delete BEFORE DELETE ON remediation_case
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();

-- Keeps every event with a case that exists. Called by the trigger below. Takes no locks.
CREATE FUNCTION case_event_check_references() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM written w WHERE NOT EXISTS (SELECT FROM remediation_case c WHERE c.id = w.case_id)
    ) THEN
        RAISE foreign_key_violation USING MESSAGE = 'an event is of a case that does not exist';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER case_event_check_inserted AFTER INSERT ON case_event
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION case_event_check_references();

-- Keeps the history of a case, with its files, as it was written: see refuse_change.
CREATE TRIGGER case_event_refuse_change BEFORE UPDATE OR DELETE ON case_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER case_event_refuse_truncate BEFORE TRUNCATE ON case_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER case_event_file_refuse_change BEFORE UPDATE OR DELETE ON case_event_file
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER case_event_file_refuse_truncate BEFORE TRUNCATE ON case_event_file
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- 2. The region of a case is at any moment that of its enterprise.

-- Writes the enterprise's region into a new case. Locks the enterprise's row (FOR SHARE): a move of the enterprise that runs is waited for and
-- seen, and one that comes later waits until this transaction has ended and then sees the case.
-- Called by the trigger below, for all who do not name a region. The import of a list names it: only an import moves enterprises, and one
-- runs at a time, so what it has read or written stays true until it commits.
CREATE FUNCTION case_set_region() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- An enterprise that does not exist is refused by case_check_references.
    NEW.region := coalesce((SELECT e.region FROM published.enterprise e WHERE e.id = NEW.enterprise_id FOR SHARE), '');
    RETURN NEW;
END $$;
CREATE TRIGGER remediation_case_set_region BEFORE INSERT ON remediation_case
    FOR EACH ROW WHEN (NEW.region = '') EXECUTE FUNCTION case_set_region();

-- Writes an enterprise's new region into its cases. Called by the trigger below, after consultation_follow_enterprise (triggers run in the order
-- of their names). The enterprise's row and its consultations are locked by then; locks its cases.
CREATE FUNCTION case_follow_enterprise() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE remediation_case SET region = NEW.region WHERE enterprise_id = NEW.id;
    RETURN NEW;
END $$;
CREATE TRIGGER remediation_case_follow_enterprise BEFORE UPDATE ON enterprise
    FOR EACH ROW WHEN (OLD.region IS DISTINCT FROM NEW.region) EXECUTE FUNCTION case_follow_enterprise();

-- 3. What else follows from a case.

-- Keeps case_elsewhere: the regions, besides the enterprise's, whose authorities see a case because it was transferred.
-- Called by the triggers below. Takes no locks but on the rows that it writes; the case is locked by whoever changes it.
CREATE FUNCTION case_set_elsewhere() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM case_elsewhere w WHERE w.case_id = NEW.id;
    END IF;
    IF NEW.handled_in IS NOT NULL THEN
        INSERT INTO case_elsewhere (region, case_id)
        SELECT DISTINCT r, NEW.id FROM unnest(NEW.handed_over_by || NEW.handled_in) AS r;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER remediation_case_set_elsewhere_inserted AFTER INSERT ON remediation_case
    FOR EACH ROW WHEN (NEW.handled_in IS NOT NULL) EXECUTE FUNCTION case_set_elsewhere();
CREATE TRIGGER remediation_case_set_elsewhere_updated AFTER UPDATE ON remediation_case
    FOR EACH ROW WHEN ((OLD.handled_in, OLD.handed_over_by) IS DISTINCT FROM (NEW.handled_in, NEW.handed_over_by))
    EXECUTE FUNCTION case_set_elsewhere();

-- Keeps in case_past what a case was before each change of what its deadlines follow from.
-- A statement can change all rows of a province, and PL/pgSQL keeps the plan of its first call: without nested loops it serves for one row
-- and for all of them.
-- Called by the trigger below. Takes no locks but on the rows that it adds.
CREATE FUNCTION case_record_past() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
BEGIN
    -- Two changes at one moment: what was before the first of them counts.
    INSERT INTO case_past (case_id, until, state, rectify_by, reinspect_by, second_by, suspended_until, handled_in)
    SELECT b.id, w.updated_at, b.state, b.rectify_by, b.reinspect_by, b.second_by, b.suspended_until, b.handled_in
    FROM before b JOIN written w ON w.id = b.id
    WHERE (b.state, b.rectify_by, b.reinspect_by, b.second_by, b.suspended_until, b.handled_in)
        IS DISTINCT FROM (w.state, w.rectify_by, w.reinspect_by, w.second_by, w.suspended_until, w.handled_in)
    ON CONFLICT (case_id, until) DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER remediation_case_record_past AFTER UPDATE ON remediation_case
    REFERENCING OLD TABLE AS before NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION case_record_past();

-- Puts the actions that were advised in consultations about a nonconformity before there was a case onto its case, when it is opened.
-- Called by the trigger below. Locks the actions.
CREATE FUNCTION case_take_earlier_actions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM case_action WHERE case_id IS NULL) THEN
        UPDATE case_action a SET case_id = w.id
        FROM published.consultation c, written w
        WHERE a.case_id IS NULL AND c.id = a.consultation_id AND w.nonconformity_id = c.nonconformity_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER remediation_case_take_earlier_actions AFTER INSERT ON remediation_case
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION case_take_earlier_actions();

-- Counts the first re-inspection of a case for or against the experts who consulted on it: see expert_add_outcomes. It counts for those whose
-- consultation about the nonconformity is under way or concluded when the result is entered. Where a correction turns the result or annuls it,
-- it is counted again for the same experts: first_passed is the result of the effective history, whatever was entered before.
-- Called by the trigger below. The case is locked by whoever writes it; locks the experts' rows, by id.
CREATE FUNCTION case_count_outcomes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.first_passed IS NULL THEN
        NEW.outcome_experts := ARRAY(
            SELECT DISTINCT c.expert_id FROM published.consultation c
            WHERE c.nonconformity_id = NEW.nonconformity_id AND c.status IN ('active', 'concluded') AND c.expert_id IS NOT NULL
            ORDER BY c.expert_id);
    END IF;
    PERFORM expert_add_outcomes(x.id,
        (NEW.first_passed IS NOT NULL)::integer - (OLD.first_passed IS NOT NULL)::integer,
        coalesce(NEW.first_passed, false)::integer - coalesce(OLD.first_passed, false)::integer)
    FROM unnest(NEW.outcome_experts) AS x (id);
    IF NEW.first_passed IS NULL THEN
        NEW.outcome_experts := '{}';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER remediation_case_count_outcomes BEFORE UPDATE ON remediation_case
    FOR EACH ROW WHEN (OLD.first_passed IS DISTINCT FROM NEW.first_passed) EXECUTE FUNCTION case_count_outcomes();
