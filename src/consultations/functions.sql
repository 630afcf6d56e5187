-- Functions, triggers and views of `consultations`.
--
-- Statutory deadlines are decided by `remediation`, which consultations stands below. Its queries (src/consultations/needs.rs, matcher.rs) ask
-- one function of src/remediation/functions.sql:
--   consultation_deadline(nonconformity, today)   the next day by which the law wants something of its case
-- How soon an enterprise is to be answered is decided by `response_targets`, above as well. The views (src/consultations/views.rs) ask one
-- function of src/response_targets/functions.sql:
--   consultation_targets(consultations)           what their enterprises wait for, and until when
-- Tags are kept by `consultation_tags`, above. The views, lists and filters (src/consultations/tags.rs) ask three functions of
-- src/consultation_tags/functions.sql:
--   consultation_tags_of(consultations)           the tags that they have
--   consultations_tagged(tag)                     the consultations that have a tag
--   consultation_tags_known(scope, regions, hospital)   the tags of which an officer of a scope, or an expert in regions, may know

-- Published: a consultation, who takes part, its events and offers.
CREATE VIEW published.consultation AS
    SELECT id, enterprise_id, nonconformity_id, product_kind, status, expert_id, concluded_at, rating, rated_at, opened_by, opened_at,
           updated_at, on_site, tried_since, answer_due_at, region, information_asked_at, subject, closed
    FROM consultation;
-- Published: what a concluded consultation found to be the cause, by each conclusion that was given out.
CREATE VIEW published.consultation_conclusion AS
    SELECT year, number, consultation_id, concluded_at, document ->> 'cause' AS cause
    FROM consultation_conclusion;
CREATE VIEW published.consultation_participant AS
    SELECT consultation_id, account_id, role, joined_at, removed_at
    FROM consultation_participant;
-- Who takes part now and may read, since when, and whether the notes as well: the decision of `sees` and `reads_notes` in
-- src/consultations/policy.rs for those who take part. A test holds them against each other.
CREATE VIEW published.consultation_reader AS
    SELECT p.consultation_id, p.account_id, p.joined_at, p.role = 'expert' AS reads_notes
    FROM consultation_participant p
    JOIN consultation c ON c.id = p.consultation_id
    JOIN published.account a ON a.id = p.account_id AND a.active
    WHERE p.removed_at IS NULL AND (p.role = 'expert' OR a.enterprise_id = c.enterprise_id);
CREATE VIEW published.consultation_event AS
    SELECT consultation_id, seq, event, to_status, at
    FROM consultation_event;
CREATE VIEW published.consultation_offer AS
    SELECT consultation_id, ordinal, expert_id, offered_at, answer, answered_at
    FROM consultation_offer;
-- Published: into which one a consultation was merged, whose talk it is a part of since.
CREATE VIEW published.consultation_merge AS
    SELECT consultation_id, into_id, merged_at
    FROM consultation_merge;
CREATE VIEW published.consultation_rating_past AS
    SELECT consultation_id, until, rating, rated_at
    FROM consultation_rating_past;

-- 1. The region of a consultation is at any moment that of its enterprise.

-- Writes the enterprise's region into a new consultation. Locks the enterprise's row (FOR SHARE): a move of the enterprise that runs is
-- waited for and seen, and one that comes later waits until this transaction has ended and then sees the consultation.
-- Called by the trigger below, for all who do not name a region. Whoever names one must hold the enterprise's row.
CREATE FUNCTION consultation_set_region() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- An enterprise that does not exist is refused by the foreign key.
    NEW.region := coalesce((SELECT e.region FROM published.enterprise e WHERE e.id = NEW.enterprise_id FOR SHARE), '');
    RETURN NEW;
END $$;
CREATE TRIGGER consultation_set_region BEFORE INSERT ON consultation
    FOR EACH ROW WHEN (NEW.region = '') EXECUTE FUNCTION consultation_set_region();

-- Writes an enterprise's new region into its consultations. Called by the trigger below. The enterprise's row is locked by then; locks the
-- consultations by id. Before the row is changed, so that consultations are locked before their streams, as everywhere.
CREATE FUNCTION consultation_follow_enterprise() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM consultation c WHERE c.enterprise_id = NEW.id ORDER BY c.id FOR UPDATE;
    UPDATE consultation SET region = NEW.region WHERE enterprise_id = NEW.id;
    RETURN NEW;
END $$;
CREATE TRIGGER consultation_follow_enterprise BEFORE UPDATE ON enterprise
    FOR EACH ROW WHEN (OLD.region IS DISTINCT FROM NEW.region) EXECUTE FUNCTION consultation_follow_enterprise();

-- 2. `open_count` of an expert is the number of consultations offered to or held by the expert, seats in panels included.

-- Counts a consultation with the expert who is asked or holds it. Called by the trigger below. Locks: see expert_move_open_count.
CREATE FUNCTION consultation_count_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM expert_move_open_count(
        CASE WHEN TG_OP <> 'INSERT' AND OLD.status IN ('offered', 'active') THEN OLD.expert_id END,
        CASE WHEN TG_OP <> 'DELETE' AND NEW.status IN ('offered', 'active') THEN NEW.expert_id END);
    RETURN NULL;
END $$;
CREATE TRIGGER consultation_count_open AFTER INSERT OR DELETE OR UPDATE OF status, expert_id ON consultation
    FOR EACH ROW EXECUTE FUNCTION consultation_count_open();

-- Counts a seat in a panel with its expert. Called by the trigger below. Locks: see expert_move_open_count.
CREATE FUNCTION consultation_panel_count_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM expert_move_open_count(
        CASE WHEN TG_OP <> 'INSERT' AND OLD.seated THEN OLD.expert_id END,
        CASE WHEN TG_OP <> 'DELETE' AND NEW.seated THEN NEW.expert_id END);
    RETURN NULL;
END $$;
CREATE TRIGGER consultation_panel_count_open AFTER INSERT OR DELETE OR UPDATE OF seated ON consultation_panel
    FOR EACH ROW EXECUTE FUNCTION consultation_panel_count_open();

-- 3. The chat knows when who may see a consultation, or its state, has changed: see chat_audience_changed, which these triggers call
--    and which locks the consultation's streams.

-- Keeps the audience of a consultation whose participants change. Called by the trigger below, when somebody joins, leaves or comes
-- back. Locks the streams of the consultation, as chat_audience_changed does.
CREATE FUNCTION consultation_participant_change_audience() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM chat_audience_changed(OLD.consultation_id);
    ELSE
        PERFORM chat_audience_changed(NEW.consultation_id);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER consultation_participant_change_audience AFTER INSERT OR UPDATE OR DELETE ON consultation_participant
    FOR EACH ROW EXECUTE FUNCTION consultation_participant_change_audience();

-- Keeps the audience of a consultation whose status or expert changes. Called by the trigger below. Locks the streams of the
-- consultation, as chat_audience_changed does.
CREATE FUNCTION consultation_change_audience() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM chat_audience_changed(NEW.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER consultation_change_audience AFTER UPDATE ON consultation
    FOR EACH ROW WHEN (OLD.status <> NEW.status OR OLD.expert_id IS DISTINCT FROM NEW.expert_id)
    EXECUTE FUNCTION consultation_change_audience();

-- Keeps the audience of the consultations of an enterprise that moves: the officers of another region see them then. Called by the
-- trigger below. Locks the streams in the order of the consultations' ids, which consultation_follow_enterprise has locked.
CREATE FUNCTION enterprise_change_audience() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM chat_audience_changed(c.id)
    FROM (SELECT k.id FROM consultation k WHERE k.enterprise_id = NEW.id ORDER BY k.id OFFSET 0) c;
    RETURN NULL;
END
$$;
CREATE TRIGGER enterprise_change_audience AFTER UPDATE ON enterprise
    FOR EACH ROW WHEN (OLD.region IS DISTINCT FROM NEW.region) EXECUTE FUNCTION enterprise_change_audience();

-- Whether an expert works with an enterprise of a region or under it: is offered, holds or has concluded a consultation of it, sits on a
-- panel of one, or is assigned to it for the rounds. Then officers of the region see how to reach the expert.
-- Called by src/experts/queries.rs. Takes no locks.
CREATE FUNCTION expert_works_in(p_expert uuid, p_scope text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM consultation c JOIN region_scope s ON s.region = c.region AND s.scope = p_scope
        WHERE c.expert_id = p_expert
    ) OR EXISTS (
        SELECT FROM consultation_panel p
        JOIN consultation c ON c.id = p.consultation_id
        JOIN region_scope s ON s.region = c.region AND s.scope = p_scope
        WHERE p.expert_id = p_expert AND p.seated
    ) OR EXISTS (
        SELECT FROM published.matching_assignment m
        JOIN published.enterprise e ON e.id = m.enterprise_id
        JOIN region_scope s ON s.region = e.region AND s.scope = p_scope
        WHERE m.expert_id = p_expert
    )
$$;

-- How many consultations of a kind of products, or of a class, an expert is offered, holds or sits on.
-- Called by src/experts/specialty_store.rs. Takes no locks.
CREATE FUNCTION expert_open_for(p_expert uuid, p_kind text, p_class text) RETURNS integer LANGUAGE sql STABLE AS $$
    SELECT count(*)::integer FROM consultation c
    WHERE c.status IN ('offered', 'active')
      AND (c.expert_id = p_expert OR EXISTS (
          SELECT FROM consultation_panel p WHERE p.consultation_id = c.id AND p.expert_id = p_expert AND p.seated))
      AND (c.product_kind = p_kind
           OR EXISTS (SELECT FROM product_kind k WHERE k.code = c.product_kind AND k.class = p_class))
$$;

-- 4. Everyone who works for an enterprise takes part in all of its consultations: those that are opened, and those that were open or
--    concluded when the person came. So the chat's lists of writers hold all colleagues, and a message costs no more with several.

-- Adds the active people of the enterprise to a new consultation. Called by the trigger below. The enterprise's row is locked by then
-- (consultation_set_region), against accounts that come or go; adds participants, whose trigger finds no streams yet.
CREATE FUNCTION consultation_join_colleagues() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO consultation_participant (consultation_id, account_id, role, joined_at)
    SELECT NEW.id, a.id, 'enterprise', NEW.opened_at FROM published.account a
    WHERE a.enterprise_id = NEW.enterprise_id AND a.active ORDER BY a.id
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER consultation_join_colleagues AFTER INSERT ON consultation
    FOR EACH ROW EXECUTE FUNCTION consultation_join_colleagues();

-- Lets a person of an enterprise take part in its consultations, or ends that, when the account is made, deactivated or reactivated.
-- Called by the triggers below. Locks the row of the enterprise, so that none is opened meanwhile, then the participants and streams by
-- the consultations' ids.
CREATE FUNCTION consultation_follow_colleague() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_consultation uuid;
BEGIN
    PERFORM 1 FROM published.enterprise e WHERE e.id = NEW.enterprise_id FOR NO KEY UPDATE;
    IF NEW.active THEN
        INSERT INTO consultation_participant (consultation_id, account_id, role, joined_at)
        SELECT c.id, NEW.id, 'enterprise', greatest(c.opened_at, NEW.created_at) FROM consultation c
        WHERE c.enterprise_id = NEW.enterprise_id ORDER BY c.id
        ON CONFLICT (consultation_id, account_id) DO UPDATE SET removed_at = NULL;
    ELSE
        -- One after the other, since each locks streams.
        FOR v_consultation IN
            SELECT p.consultation_id FROM consultation_participant p
            WHERE p.account_id = NEW.id AND p.removed_at IS NULL ORDER BY p.consultation_id
        LOOP
            UPDATE consultation_participant SET removed_at = coalesce(NEW.deactivated_at, now())
            WHERE consultation_id = v_consultation AND account_id = NEW.id;
        END LOOP;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER account_join_consultations AFTER INSERT ON account
    FOR EACH ROW WHEN (NEW.enterprise_id IS NOT NULL AND NEW.active) EXECUTE FUNCTION consultation_follow_colleague();
CREATE TRIGGER account_follow_consultations AFTER UPDATE OF active ON account
    FOR EACH ROW WHEN (NEW.enterprise_id IS NOT NULL AND OLD.active IS DISTINCT FROM NEW.active)
    EXECUTE FUNCTION consultation_follow_colleague();

-- Who sees the notes of a consultation: experts who take part or are asked, and the officers of the enterprise's region; the decision of `sees`
-- and `reads_notes` in src/consultations/policy.rs. Called by the trigger below and by src/consultations/mentions.rs. Takes no locks.
CREATE FUNCTION consultation_note_readers(p_consultation uuid) RETURNS TABLE (account_id uuid, name text, role text)
LANGUAGE sql STABLE AS $$
    SELECT a.id, a.name, a.role FROM consultation_participant p
    JOIN published.account a ON a.id = p.account_id AND a.active
    WHERE p.consultation_id = p_consultation AND p.removed_at IS NULL AND p.role = 'expert'
    UNION
    SELECT a.id, a.name, a.role FROM consultation c
    JOIN published.account a ON a.expert_id = c.expert_id AND a.active
    WHERE c.id = p_consultation AND c.status = 'offered'
    UNION
    SELECT a.id, a.name, a.role FROM consultation c
    JOIN published.enterprise e ON e.id = c.enterprise_id
    JOIN region_scope s ON s.region = e.region
    JOIN published.account a ON a.region = s.scope AND a.role = 'admin' AND a.active
    WHERE c.id = p_consultation
$$;

-- The numbers of the notes of a consultation that mention an account. Called by src/web_push/functions.sql. Takes no locks.
CREATE FUNCTION consultation_mentions_of(p_consultation uuid, p_account uuid) RETURNS TABLE (seq bigint) LANGUAGE sql STABLE AS $$
    SELECT n.seq FROM consultation_mention n WHERE n.consultation_id = p_consultation AND n.account_id = p_account
$$;

-- Notes who is mentioned in a note, by `@` and the name; of two names of which one begins with the other, the longer one. Called by the trigger
-- below, in the transaction that stores the note. Takes no locks but those of the rows it adds.
CREATE FUNCTION consultation_note_mentions() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_text text := translate(NEW.body, '＠', '@');
    v_reader record;
BEGIN
    FOR v_reader IN
        SELECT r.account_id, r.name FROM consultation_note_readers(NEW.consultation_id) r
        WHERE r.name <> '' ORDER BY length(r.name) DESC, r.name, r.account_id
    LOOP
        IF position('@' || v_reader.name IN v_text) > 0 THEN
            INSERT INTO consultation_mention (consultation_id, seq, account_id, sender_id, sent_at)
            SELECT NEW.consultation_id, NEW.seq, r.account_id, NEW.sender_id, NEW.sent_at
            FROM consultation_note_readers(NEW.consultation_id) r
            WHERE r.name = v_reader.name AND r.account_id <> NEW.sender_id
            ON CONFLICT DO NOTHING;
            v_text := replace(v_text, '@' || v_reader.name, ' ');
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER chat_message_note_mentions AFTER INSERT ON chat_message
    FOR EACH ROW WHEN (NEW.stream = 'notes' AND NEW.body ~ '[@＠]') EXECUTE FUNCTION consultation_note_mentions();

-- 5. Who may write in a stream: what the chat asks of consultations.

-- The rule, for one account and one stream. Only an expression, so that PostgreSQL unfolds it where it is called. `p_takes_part`: is a
-- participant and was not removed; `p_is_asked`: is the expert of the consultation; `p_in_scope`: the enterprise is in the admin's region.
-- Answers: 'allowed', 'concluded', 'forbidden' (may see, not write), 'hidden' (may not know).
-- Called by the functions below. Takes no locks.
CREATE FUNCTION chat_verdict(
    p_role text, p_notes boolean, p_takes_part boolean, p_same_enterprise boolean, p_is_asked boolean, p_in_scope boolean,
    p_status text
) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE p_role
        WHEN 'enterprise' THEN CASE
            WHEN p_notes OR NOT p_takes_part OR NOT p_same_enterprise THEN 'hidden'
            WHEN p_status = 'concluded' THEN 'concluded'
            ELSE 'allowed' END
        WHEN 'expert' THEN CASE
            WHEN p_takes_part THEN CASE WHEN p_status = 'concluded' THEN 'concluded' ELSE 'allowed' END
            WHEN p_status = 'offered' AND p_is_asked THEN 'forbidden'
            ELSE 'hidden' END
        WHEN 'admin' THEN CASE
            WHEN NOT p_in_scope THEN 'hidden'
            WHEN p_notes THEN 'allowed'
            ELSE 'forbidden' END
        ELSE 'hidden' END
$$;

-- The right of each of several senders in its stream, as chat_verdict answers, in the order of the senders. The streams are given by
-- consultation and whether they are the notes; a sender by the stream's position and the account.
-- Called by chat_append_checked, in whose settings every table is looked up by its key, row by row (OFFSET 0). Takes no
-- locks: the caller has locked the streams, and whoever changes a right changes the streams as well (chat_audience_changed).
CREATE FUNCTION chat_rights(p_consultation uuid[], p_notes boolean[], p_sender_stream integer[], p_sender uuid[]) RETURNS text[]
LANGUAGE plpgsql AS $$
DECLARE
    v_right text[];
BEGIN
    SELECT array_agg(coalesce(chat_verdict(
        a.role, p_notes[v.stream], p.account_id IS NOT NULL AND p.removed_at IS NULL,
        coalesce(a.enterprise_id = c.enterprise_id, false), coalesce(a.expert_id = c.expert_id, false),
        s.scope IS NOT NULL, c.status), 'hidden') ORDER BY v.place)
    INTO v_right
    FROM unnest(p_sender_stream, p_sender) WITH ORDINALITY AS v(stream, sender_id, place)
    LEFT JOIN LATERAL (SELECT * FROM consultation WHERE id = p_consultation[v.stream] OFFSET 0) AS c ON true
    LEFT JOIN LATERAL (
        SELECT * FROM published.account WHERE id = v.sender_id AND active OFFSET 0) AS a ON c.id IS NOT NULL
    LEFT JOIN LATERAL (
        SELECT * FROM consultation_participant
        WHERE consultation_id = p_consultation[v.stream] AND account_id = v.sender_id OFFSET 0) AS p ON true
    -- Looked up for admins alone.
    LEFT JOIN LATERAL (
        SELECT region FROM published.enterprise
        WHERE id = CASE WHEN a.role = 'admin' THEN c.enterprise_id END OFFSET 0) AS e ON true
    LEFT JOIN LATERAL (
        SELECT scope FROM region_scope WHERE scope = a.region AND region = e.region OFFSET 0) AS s ON true;
    RETURN v_right;
END
$$;

-- Who may write in a stream of a consultation because they take part: participants alone, an admin's right is asked for each message.
-- Whether an account is active is asked when storing. The rest of what the verdict is based on changes only with participants and the
-- consultation's status, and whoever changes these calls chat_audience_changed.
-- Called by chat_stream_set_writers and chat_audience_changed. Takes no locks.
CREATE FUNCTION chat_writers(p_consultation uuid, p_notes boolean) RETURNS uuid[] LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(p.account_id ORDER BY p.account_id), '{}')
    FROM consultation c
    JOIN consultation_participant p ON p.consultation_id = c.id
    JOIN published.account a ON a.id = p.account_id AND a.role <> 'admin'
    WHERE c.id = p_consultation AND chat_verdict(
        a.role, p_notes, p.removed_at IS NULL, coalesce(a.enterprise_id = c.enterprise_id, false), false, false, c.status
    ) = 'allowed'
$$;

-- Keeps what searches look for in the rows of consultation.
-- Called by the triggers below, where it is not there or what it is made of changes. Takes no locks.
CREATE FUNCTION consultation_set_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.search_text := search_fold(NEW.subject) || E'\n' || search_fold(NEW.question);
    RETURN NEW;
END $$;
CREATE TRIGGER consultation_set_search_inserted BEFORE INSERT ON consultation
    FOR EACH ROW WHEN (NEW.search_text = '') EXECUTE FUNCTION consultation_set_search();
CREATE TRIGGER consultation_set_search_updated BEFORE UPDATE OF subject, question, search_text ON consultation
    FOR EACH ROW WHEN (NEW.search_text = '' OR (OLD.subject, OLD.question) IS DISTINCT FROM (NEW.subject, NEW.question)) EXECUTE FUNCTION consultation_set_search();

-- Folds all rows of consultation anew when the table of characters has changed.
-- Called by the trigger below, while a database is migrated. Locks all rows.
CREATE FUNCTION consultation_fold_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE consultation SET search_text = '';
    RETURN NULL;
END $$;
CREATE TRIGGER consultation_fold_anew AFTER INSERT OR UPDATE ON search_table
    FOR EACH ROW EXECUTE FUNCTION consultation_fold_anew();
