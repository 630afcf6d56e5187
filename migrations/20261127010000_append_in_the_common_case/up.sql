-- Storing a batch costs half where every sender may write and every message is new, which is nearly always: each stream holds
-- who may write in it, so that one look-up both locks its counter and decides. Whatever is not so common is judged one by one,
-- as before.

-- Who may write in a stream of a consultation because they take part: participants alone, an admin's right is judged.
CREATE FUNCTION chat_writers(p_consultation uuid, p_notes boolean) RETURNS uuid[] LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(p.account_id ORDER BY p.account_id), '{}')
    FROM consultation c
    JOIN consultation_participant p ON p.consultation_id = c.id
    JOIN account a ON a.id = p.account_id AND a.role <> 'admin'
    WHERE c.id = p_consultation AND chat_verdict(
        a.role, p_notes, p.removed_at IS NULL, coalesce(a.enterprise_id = c.enterprise_id, false), false, false, c.status
    ) = 'allowed'
$$;

-- Accounts are not looked at for whether they are active: that is asked when storing. The rest of what the verdict stands on
-- changes only with participants and the consultation's status, and whoever changes these also changes the audience.
ALTER TABLE chat_stream ADD COLUMN writers uuid[] NOT NULL DEFAULT '{}';
UPDATE chat_stream SET writers = chat_writers(consultation_id, stream = 'notes');

CREATE FUNCTION chat_stream_opened() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.writers := chat_writers(NEW.consultation_id, NEW.stream = 'notes');
    RETURN NEW;
END
$$;

CREATE TRIGGER chat_writers BEFORE INSERT ON chat_stream FOR EACH ROW EXECUTE FUNCTION chat_stream_opened();

CREATE OR REPLACE FUNCTION chat_audience_changed(p_consultation uuid) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    -- In the order in which storing locks them: the talk, then the notes.
    PERFORM 1 FROM chat_stream s WHERE s.consultation_id = p_consultation ORDER BY s.stream = 'notes' FOR UPDATE;
    -- Looks anew now that they are locked: whoever changed them before has committed.
    UPDATE chat_stream s SET audience = s.audience + 1, writers = chat_writers(p_consultation, s.stream = 'notes')
    WHERE s.consultation_id = p_consultation;
END
$$;

-- What was all of storing judges a batch one by one, as it did; from now on only where the common case is not given.
ALTER FUNCTION chat_append(uuid[], boolean[], integer[], uuid[], integer[], uuid[], text[], text[], text[], timestamptz)
    RENAME TO chat_judge;

-- Stores a batch of messages of any consultations at once and says what became of each, in the order given.
--
-- Streams are given once each, in the order in which all writers lock them; voices are pairs of a stream (by its place) and
-- a sender, once each, in the order of the streams; a message names its voice (by its place). `p_voices`: how many voices there
-- are up to each stream; `p_messages`: how many messages each stream gets; `p_nth`: which of its stream's messages each one is,
-- from 1. No (sender, client_id) may stand in a batch twice.
--
-- `p_attachments` holds an array of ids for each message as its literal, or is empty where no message has any. They must be
-- uploaded files of the sender that stand in no other stream; from then on they stand in this one.
--
-- First all of them are stored as if every sender may write and every message is new. Where that is not so, it is undone
-- and the batch is judged one by one. The counters are locked before all else, in one order for all writers, so batches of
-- several servers wait for each other and never deadlock. What a locked row says of its number, its audience and its writers is
-- the latest, whoever else waited for it.
--
-- Where all messages were stored, `last` is the last number of each stream before them, `audience` that of each stream, and
-- `outcome` and `seq` are null. Otherwise `last` is null, and `outcome`, `seq` and `audience` are those that chat_judge gives of
-- each message.
CREATE FUNCTION chat_append(
    p_consultation uuid[], p_notes boolean[], p_voices integer[], p_messages integer[],
    p_voice_stream integer[], p_voice_sender uuid[],
    p_voice integer[], p_nth integer[], p_client uuid[], p_kind text[], p_body text[], p_attachments text[],
    p_sent_at timestamptz,
    OUT last bigint[], OUT audience bigint[], OUT outcome text[], OUT seq bigint[]
) LANGUAGE plpgsql
-- Tables are looked up by their keys; see chat_judge.
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_material = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    v_row tid[];
    v_may boolean;
    v_active boolean;
    v_message record;
BEGIN
    SELECT array_agg(s.last_seq), array_agg(s.audience), array_agg(s.place), bool_and(s.may)
    INTO last, audience, v_row, v_may
    FROM (
        SELECT s.*
        FROM unnest(p_consultation, p_notes, p_voices) WITH ORDINALITY AS w(consultation_id, notes, voices, at)
        CROSS JOIN LATERAL (
            SELECT c.last_seq, c.audience, c.ctid AS place,
                   c.writers @> p_voice_sender[coalesce(p_voices[w.at - 1], 0) + 1:w.voices] AS may
            FROM chat_stream c
            WHERE c.consultation_id = w.consultation_id AND c.stream = CASE WHEN w.notes THEN 'notes' ELSE 'talk' END
            OFFSET 0 FOR UPDATE) AS s
        OFFSET 0) AS s;
    IF NOT coalesce(v_may, false) OR cardinality(last) <> cardinality(p_consultation) THEN
        RAISE SQLSTATE 'ZD001';
    END IF;

    IF cardinality(p_attachments) > 0 THEN
        FOR v_message IN
            SELECT p_voice_sender[u.voice] AS sender_id, u.ids::uuid[] AS ids,
                   p_consultation[p_voice_stream[u.voice]] AS consultation_id,
                   CASE WHEN p_notes[p_voice_stream[u.voice]] THEN 'notes' ELSE 'talk' END AS stream
            FROM unnest(p_voice, p_attachments) WITH ORDINALITY AS u(voice, ids, place)
            WHERE u.ids <> '{}' ORDER BY u.place
        LOOP
            IF NOT chat_attach(v_message.ids, v_message.sender_id, v_message.consultation_id, v_message.stream) THEN
                RAISE SQLSTATE 'ZD001';
            END IF;
        END LOOP;
    END IF;

    WITH stored AS (
        INSERT INTO chat_message (consultation_id, stream, seq, sender_id, client_id, kind, body, attachments, sent_at)
        SELECT p_consultation[p_voice_stream[u.voice]],
               CASE WHEN p_notes[p_voice_stream[u.voice]] THEN 'notes' ELSE 'talk' END,
               last[p_voice_stream[u.voice]] + u.nth,
               p_voice_sender[u.voice], u.client_id, u.kind, u.body, coalesce(u.ids::uuid[], '{}'), p_sent_at
        FROM unnest(p_voice, p_nth, p_client, p_kind, p_body, p_attachments) AS u(voice, nth, client_id, kind, body, ids)
    ), counted AS (
        UPDATE chat_stream s SET last_seq = t.last + t.messages
        FROM unnest(v_row, last, p_messages) AS t(place, last, messages)
        -- The row is locked: it stays in its place.
        WHERE s.ctid = t.place
    )
    SELECT bool_and(a.active) INTO v_active FROM account a WHERE a.id = ANY (p_voice_sender);
    IF NOT coalesce(v_active, false) THEN
        RAISE SQLSTATE 'ZD001';
    END IF;
EXCEPTION WHEN unique_violation OR SQLSTATE 'ZD001' THEN
    last := NULL;
    SELECT j.outcome, j.seq, j.audience INTO outcome, seq, audience
    FROM chat_judge(p_consultation, p_notes, p_voice_stream, p_voice_sender, p_voice, p_client, p_kind, p_body,
                    p_attachments, p_sent_at) AS j;
END
$$;
