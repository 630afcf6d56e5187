-- Functions, triggers and views of `engagements`.
--
-- Who is in the cohort of a programme is known to a higher domain. The commands (src/engagements/visits/fitness.rs) ask one function:
--   engagement_in_cohort(programme, enterprise)   whether the enterprise is among those for whom the programme was made

-- Published: engagements, who is invited or came, and who helps, for rounds, campaigns and figures. Findings, minutes and photos are not
-- published: no other domain reads them.
CREATE VIEW published.engagement AS
    SELECT id, kind, programme_id, round_no, region, on_day, starts_at, ends_at, topic, state, created_at, held_at, closed_at
    FROM engagement;

-- Published: `held_on` is the day in Asia/Shanghai on which the platform learned that it was held, so that past days stay as they were counted.
CREATE VIEW published.engagement_enterprise AS
    SELECT x.engagement_id, x.enterprise_id, x.attended, x.attended_at, x.by_code, x.outside_cohort,
           (e.held_at AT TIME ZONE 'Asia/Shanghai')::date AS held_on
    FROM engagement_enterprise x JOIN engagement e ON e.id = x.engagement_id;

-- Published: between which moments the platform held these enterprises for ones that took part: the engagement was entered as held, and the enterprise
-- as one that came. `until_at` is empty while that stands; what was entered by mistake and taken back ends there, so that past days stay as they were
-- counted. Called by the domains above. Takes no locks.
CREATE FUNCTION engagement_presence(p_enterprises uuid[])
RETURNS TABLE (engagement_id uuid, enterprise_id uuid, from_at timestamptz, until_at timestamptz) LANGUAGE sql STABLE AS $$
    WITH came AS MATERIALIZED (
        SELECT x.engagement_id, x.enterprise_id, x.attended_at AS from_at, NULL::timestamptz AS until_at
        FROM engagement_enterprise x WHERE x.attended AND x.enterprise_id = ANY (p_enterprises)
        UNION ALL
        SELECT p.engagement_id, p.enterprise_id, p.from_at, p.until_at
        FROM engagement_attendance_past p WHERE p.enterprise_id = ANY (p_enterprises)
    )
    SELECT c.engagement_id, c.enterprise_id, greatest(c.from_at, e.held_at), c.until_at
    FROM came c
    JOIN engagement e ON e.id = c.engagement_id AND e.held_at IS NOT NULL
    WHERE c.until_at IS NULL OR greatest(c.from_at, e.held_at) < c.until_at
    UNION ALL
    SELECT c.engagement_id, c.enterprise_id, greatest(c.from_at, p.from_at), least(c.until_at, p.until_at)
    FROM came c
    JOIN engagement_held_past p ON p.engagement_id = c.engagement_id
    WHERE greatest(c.from_at, p.from_at) < least(c.until_at, p.until_at)
$$;

-- Published: the experts of engagements.
CREATE VIEW published.engagement_expert AS
    SELECT engagement_id, expert_id, lead
    FROM engagement_expert;

-- Published: the experts who were at an enterprise to help, from the beginning of the visit on. What `remediation`, which stands below, asks
-- before a case is cleared: who helped does not verify. Called by src/remediation/clearance.rs. Takes no locks.
CREATE FUNCTION case_helpers(p_enterprise uuid) RETURNS TABLE (expert_id uuid) LANGUAGE sql STABLE AS $$
    SELECT DISTINCT x.expert_id
    FROM engagement_enterprise i
    JOIN engagement e ON e.id = i.engagement_id
    JOIN engagement_expert x ON x.engagement_id = e.id
    WHERE i.enterprise_id = p_enterprise AND e.kind = 'visit' AND e.state IN ('started', 'held', 'minuted', 'closed')
$$;

-- The kinds of engagements besides visits: trainings, commitments, follow-ups, outreach.

-- Published: the commitments that were asked for, with what they came to.
CREATE VIEW published.commitment AS
    SELECT id, number, enterprise_id, region, programme_id, state, case_id, signed_on, due_on, overdue, settled_on, conduct_id, created_at
    FROM commitment;

-- Published: what was promised.
CREATE VIEW published.commitment_promise AS
    SELECT id, commitment_id, ordinal, due_on, counts_until, action_id, reported_on, overdue_at
    FROM commitment_promise;

-- Published: the trainings, without their secrets.
CREATE VIEW published.training AS
    SELECT id, region, programme_id, topic, state, on_day, product_kinds, invited, attended, created_at
    FROM training;

-- Published: who was invited to a training and who came, by enterprise.
CREATE VIEW published.training_attendee AS
    SELECT training_id, enterprise_id, invited, outside_cohort, attended_at, by_code, quiz
    FROM training_attendee;

-- Published: the check-ups after clearances.
CREATE VIEW published.follow_up AS
    SELECT id, enterprise_id, due_on, held_on, result, months, case_id, cleared_on, region, programme_id, state, created_at
    FROM follow_up;

-- Published: what check-ups found, with the moments between which the platform knew it so; `until_at` is empty of what stands, `from_at` and the rest of
-- those of which nothing is known.
CREATE VIEW published.follow_up_result AS
    SELECT id, result, held_on, known_at AS from_at, NULL::timestamptz AS until_at FROM follow_up
    UNION ALL
    SELECT follow_up_id, result, held_on, from_at, until_at FROM follow_up_past;

-- Published: what events came to, with the moments between which the platform knew it so; `until_at` is empty of what stands, `from_at` and the rest of
-- those of which nothing is known.
CREATE VIEW published.outreach_result AS
    SELECT id, people, leaflets, questions, known_at AS from_at, NULL::timestamptz AS until_at FROM outreach
    UNION ALL
    SELECT outreach_id, people, leaflets, questions, from_at, until_at FROM outreach_past;

-- Published: the events for the public.
CREATE VIEW published.outreach AS
    SELECT id, region, programme_id, topic, state, on_day, place_kind, people, leaflets, questions, asked, satisfied, signals, created_at
    FROM outreach;

-- Published: what people said of dangers at these events.
CREATE VIEW published.outreach_signal AS
    SELECT id, engagement_id, text, product_kind, region, observed_on, handed_over, created_at
    FROM outreach_signal;

-- Keeps region, topic, state and day of a kind's own row those of its engagement. Every change of an engagement sets them in one statement.
-- Called by the trigger below, when the engagement is locked. Locks the row of the kind.
CREATE FUNCTION engagement_kind_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    CASE NEW.kind
        WHEN 'training' THEN
            UPDATE training SET region = NEW.region, topic = NEW.topic, state = NEW.state, on_day = coalesce(NEW.on_day, on_day),
                updated_at = NEW.updated_at WHERE id = NEW.id;
        WHEN 'follow_up' THEN
            UPDATE follow_up SET region = NEW.region, topic = NEW.topic, state = NEW.state, updated_at = NEW.updated_at WHERE id = NEW.id;
        WHEN 'outreach' THEN
            UPDATE outreach SET region = NEW.region, topic = NEW.topic, state = NEW.state, on_day = coalesce(NEW.on_day, on_day),
                updated_at = NEW.updated_at WHERE id = NEW.id;
        WHEN 'commitment' THEN
            -- What a signed or settled commitment has beside its state is written with the state, by the command.
            UPDATE commitment SET region = NEW.region, topic = NEW.topic, updated_at = NEW.updated_at,
                state = CASE WHEN NEW.state = 'cancelled' THEN NEW.state ELSE state END
            WHERE id = NEW.id;
        ELSE NULL;
    END CASE;
    RETURN NULL;
END $$;
CREATE TRIGGER engagement_kind_follow AFTER UPDATE ON engagement
    FOR EACH ROW WHEN (NEW.kind <> 'visit'
        AND (OLD.region, OLD.topic, OLD.state, OLD.on_day) IS DISTINCT FROM (NEW.region, NEW.topic, NEW.state, NEW.on_day))
    EXECUTE FUNCTION engagement_kind_follow();

-- Keeps how many enterprises were invited to a training and how many came. Called by the trigger below. Locks the training's row, which
-- every command
-- that writes attendees has locked before.
CREATE FUNCTION training_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE training t SET invited = n.invited, attended = n.attended
    FROM (SELECT a.training_id, count(*) FILTER (WHERE a.invited)::integer AS invited,
                 count(*) FILTER (WHERE a.attended_at IS NOT NULL)::integer AS attended
          FROM training_attendee a
          WHERE a.training_id IN (SELECT w.training_id FROM written w)
          GROUP BY a.training_id) n
    WHERE t.id = n.training_id;
    RETURN NULL;
END $$;
CREATE TRIGGER training_count_inserted AFTER INSERT ON training_attendee
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION training_count();
CREATE TRIGGER training_count_updated AFTER UPDATE ON training_attendee
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION training_count();

-- Keeps how many signals an event collected. Called by the trigger below. Locks the event's row.
CREATE FUNCTION outreach_count_signals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE outreach o SET signals = (SELECT count(*) FROM outreach_signal s WHERE s.engagement_id = o.id)
    WHERE o.id IN (SELECT w.engagement_id FROM written w);
    RETURN NULL;
END $$;
CREATE TRIGGER outreach_count_signals AFTER INSERT ON outreach_signal
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION outreach_count_signals();

-- Keep what searches look for: of what concerns one enterprise its name first, then its credit code and the topic; of the others the
-- topic first, then the place.
-- Called by the triggers below. Take no locks.
CREATE FUNCTION commitment_set_search() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_name text; v_uscc text;
BEGIN
    SELECT e.name, e.uscc INTO v_name, v_uscc FROM published.enterprise e WHERE e.id = NEW.enterprise_id;
    NEW.search_text := search_name(coalesce(v_name, '')) || E'\n' || search_fold(concat_ws(E'\n', v_uscc, NEW.topic, NEW.number)) || E'\n';
    NEW.search_readings := search_readings(search_name(coalesce(v_name, '')));
    RETURN NEW;
END $$;
CREATE TRIGGER commitment_set_search BEFORE INSERT OR UPDATE OF topic, search_text ON commitment
    FOR EACH ROW EXECUTE FUNCTION commitment_set_search();
CREATE FUNCTION follow_up_set_search() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_name text; v_uscc text;
BEGIN
    SELECT e.name, e.uscc INTO v_name, v_uscc FROM published.enterprise e WHERE e.id = NEW.enterprise_id;
    NEW.search_text := search_name(coalesce(v_name, '')) || E'\n' || search_fold(concat_ws(E'\n', v_uscc, NEW.topic)) || E'\n';
    NEW.search_readings := search_readings(search_name(coalesce(v_name, '')));
    RETURN NEW;
END $$;
CREATE TRIGGER follow_up_set_search BEFORE INSERT OR UPDATE OF topic, search_text ON follow_up
    FOR EACH ROW EXECUTE FUNCTION follow_up_set_search();
CREATE FUNCTION training_set_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.search_text := search_name(NEW.topic) || E'\n' || search_fold(coalesce(NEW.place, '')) || E'\n';
    NEW.search_readings := search_readings(search_name(NEW.topic));
    RETURN NEW;
END $$;
CREATE TRIGGER training_set_search BEFORE INSERT OR UPDATE OF topic, place, search_text ON training
    FOR EACH ROW EXECUTE FUNCTION training_set_search();
CREATE FUNCTION outreach_set_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.search_text := search_name(NEW.topic) || E'\n' || search_fold(NEW.place) || E'\n';
    NEW.search_readings := search_readings(search_name(NEW.topic));
    RETURN NEW;
END $$;
CREATE TRIGGER outreach_set_search BEFORE INSERT OR UPDATE OF topic, place, search_text ON outreach
    FOR EACH ROW EXECUTE FUNCTION outreach_set_search();

-- Folds the rows of an enterprise anew when it gets another name. Called by the trigger below, after all that lower domains do. Locks
-- these rows.
CREATE FUNCTION engagement_kinds_follow_enterprise() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE commitment SET search_text = '' WHERE enterprise_id = NEW.id;
    UPDATE follow_up SET search_text = '' WHERE enterprise_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER zz_engagement_kinds_follow_enterprise AFTER UPDATE ON enterprise
    FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION engagement_kinds_follow_enterprise();

-- Folds all rows anew when the table of characters has changed. Called by the trigger below, while a database is migrated. Locks all rows.
CREATE FUNCTION engagement_kinds_fold_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE commitment SET search_text = '';
    UPDATE follow_up SET search_text = '';
    UPDATE training SET search_text = '';
    UPDATE outreach SET search_text = '';
    RETURN NULL;
END $$;
CREATE TRIGGER engagement_kinds_fold_anew AFTER INSERT OR UPDATE ON search_table
    FOR EACH ROW EXECUTE FUNCTION engagement_kinds_fold_anew();

-- A signed commitment stays as it was signed. Called by the trigger below. Takes no locks.
CREATE FUNCTION commitment_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE restrict_violation USING MESSAGE = 'what was signed of a commitment is never changed';
END $$;
CREATE TRIGGER commitment_refuse_change BEFORE UPDATE ON commitment
    FOR EACH ROW WHEN (OLD.signed_on IS NOT NULL
        AND (OLD.enterprise_id, OLD.text_version, OLD.text, OLD.text_sha256, OLD.told_at, OLD.signer_name, OLD.signer_post,
             OLD.signed_by, OLD.signed_on)
            IS DISTINCT FROM (NEW.enterprise_id, NEW.text_version, NEW.text, NEW.text_sha256, NEW.told_at, NEW.signer_name,
             NEW.signer_post, NEW.signed_by, NEW.signed_on))
    EXECUTE FUNCTION commitment_refuse_change();

-- Published: the enterprises that a training can be meant for: operating, in a region or under it, with a failed product of one of these
-- kinds where any are named,
-- on the list as it is said: 'open' (something of it is not cleared), 'cleared' (all of it is), 'listed' (either), 'any'. At most so
-- many, in the order of their ids.
-- Called by src/engagements/training/invite.rs. Takes no locks.
CREATE FUNCTION training_meant_for(p_region text, p_kinds text[], p_status text, p_most bigint) RETURNS TABLE (enterprise_id uuid)
LANGUAGE sql STABLE AS $$
    SELECT e.id
    FROM published.enterprise e
    JOIN region_scope s ON s.scope = p_region AND s.region = e.region
    WHERE e.operating_status = 'operating' AND e.withdrawn_at IS NULL
      AND (p_status = 'any' AND cardinality(p_kinds) = 0 OR EXISTS (
            SELECT FROM published.nonconformity n
            WHERE n.enterprise_id = e.id AND (cardinality(p_kinds) = 0 OR n.product_kind = ANY (p_kinds))
              AND (p_status <> 'open' OR EXISTS (SELECT FROM published.open_nonconformity o WHERE o.id = n.id))))
      AND (p_status <> 'cleared' OR NOT EXISTS (SELECT FROM published.open_nonconformity o WHERE o.enterprise_id = e.id))
    ORDER BY e.id LIMIT p_most
$$;
