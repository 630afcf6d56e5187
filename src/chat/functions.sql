-- Functions, triggers and views of `chat`.
--
-- Who may write and see is decided by `consultations`, which chat is below. It asks two functions of src/consultations/functions.sql:
--   chat_writers(consultation, notes)                              who may write in a stream because they take part
--   chat_rights(consultations, notes, senders' streams, senders)   the right of each of several senders in its stream

-- Published: the log and the last number of each stream, for `search` and `response_targets`. What was taken back has no text.
CREATE VIEW published.chat_message AS
    SELECT m.consultation_id, m.stream, m.seq, m.sender_id,
           CASE WHEN EXISTS (
               SELECT FROM chat_retraction r WHERE r.consultation_id = m.consultation_id AND r.stream = m.stream AND r.seq = m.seq
           ) THEN '' ELSE m.body END AS body,
           m.sent_at, m.reply_to,
           EXISTS (
               SELECT FROM chat_retraction r WHERE r.consultation_id = m.consultation_id AND r.stream = m.stream AND r.seq = m.seq
           ) AS taken_back
    FROM chat_message m;
CREATE VIEW published.chat_stream AS
    SELECT consultation_id, stream, last_seq
    FROM chat_stream;

-- Published: the messages of each stream that are not erased, for `retention`.
CREATE VIEW published.chat_kept AS
    SELECT s.consultation_id, s.stream, s.last_seq - coalesce(e.seq, 0) AS messages
    FROM chat_stream s
    LEFT JOIN chat_erased e ON e.consultation_id = s.consultation_id AND e.stream = s.stream
    WHERE s.last_seq > coalesce(e.seq, 0);

-- Published: how far each account has read, for `unread_mails`.
CREATE VIEW published.chat_read AS
    SELECT consultation_id, stream, account_id, seq
    FROM chat_read;

-- Keeps `writers` of a new stream. Called by the trigger below. Takes no locks.
CREATE FUNCTION chat_stream_set_writers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.writers := chat_writers(NEW.consultation_id, NEW.stream = 'notes');
    RETURN NEW;
END
$$;
CREATE TRIGGER chat_stream_set_writers BEFORE INSERT ON chat_stream
    FOR EACH ROW EXECUTE FUNCTION chat_stream_set_writers();

-- Keeps `audience` and `writers` of a consultation's streams when who may see it, or its state, has changed. To be called in the
-- transaction of that change, after it.
-- Called by the triggers of consultation_participant, consultation and enterprise in src/consultations/functions.sql. Locks the streams in
-- the order in which storing locks them: the talk, then the notes.
CREATE FUNCTION chat_audience_changed(p_consultation uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM chat_stream s WHERE s.consultation_id = p_consultation ORDER BY s.stream = 'notes' FOR UPDATE;
    -- Looks again now that they are locked: whoever changed them before has committed.
    UPDATE chat_stream s SET audience = s.audience + 1, writers = chat_writers(p_consultation, s.stream = 'notes')
    WHERE s.consultation_id = p_consultation;
END
$$;

-- Stores a batch of messages of any consultations at once and says what became of each, in the order given. It is made for the common
-- case: every sender takes part and every message is new. It costs half of what chat_append_checked costs, which it calls otherwise.
--
-- What is given:
--   p_consultation, p_notes      the streams, once each, in the order in which all writers lock them
--   p_sender_stream, p_sender    pairs of a stream (by its position) and a sender, once each, in the order of the streams
--   p_sender_offset              how many senders there are up to and including each stream
--   p_message_count              how many messages each stream gets
--   p_message_sender             of each message, its sender (by position)
--   p_seq_offset                 of each message, which of its stream's messages it is, from 1
--   p_client, p_kind, p_body     of each message; no (sender, client) may be in a batch twice
--   p_attachments                of each message the literal of an array of ids; empty where no message has any. They must be uploaded
--                                files of the sender that are in no other stream; from then on they are in this one
--   p_reply_to                   of each message the number of the one that it quotes, or NULL; empty where no message quotes one. It must
--                                be in the same stream, stored before this batch
--
-- What comes back: where all messages were stored, `last` is the last number of each stream before them, `audience` that of each stream,
-- and `outcome` and `seq` are NULL. Otherwise `last` is NULL, and `outcome`, `seq` and `audience` are those that chat_append_checked gives
-- of each message.
--
-- Where the batch may succeed when it is tried again, it fails by 40001: so does a statement that took too long or was cancelled (57014),
-- and a deadlock (40P01), since diesel does not report the codes of these two.
--
-- First all of them are stored as if every sender may write and every message is new. Where that is not so (a unique index objects, or the
-- list of writers, or an account is not active), it is undone and chat_append_checked takes the batch.
-- Called by src/chat/append.rs. Locks the streams before all else, in one order for all writers, so batches of several servers wait for each
-- other and never deadlock; then the attachments. What a locked row says of its number, its audience and its writers is the latest, whoever
-- else waited for it.
CREATE FUNCTION chat_append(
    p_consultation uuid[], p_notes boolean[], p_sender_offset integer[], p_message_count integer[],
    p_sender_stream integer[], p_sender uuid[],
    p_message_sender integer[], p_seq_offset integer[], p_client uuid[], p_kind text[], p_body text[], p_attachments text[],
    p_reply_to bigint[], p_sent_at timestamptz,
    OUT last bigint[], OUT audience bigint[], OUT outcome text[], OUT seq bigint[]
) LANGUAGE plpgsql
-- Tables are looked up by their keys; see chat_append_checked.
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
        FROM unnest(p_consultation, p_notes, p_sender_offset) WITH ORDINALITY AS w(consultation_id, notes, senders, at)
        CROSS JOIN LATERAL (
            SELECT c.last_seq, c.audience, c.ctid AS place,
                   c.writers @> p_sender[coalesce(p_sender_offset[w.at - 1], 0) + 1:w.senders] AS may
            FROM chat_stream c
            WHERE c.consultation_id = w.consultation_id AND c.stream = CASE WHEN w.notes THEN 'notes' ELSE 'talk' END
            OFFSET 0 FOR UPDATE) AS s
        OFFSET 0) AS s;
    IF NOT coalesce(v_may, false) OR cardinality(last) <> cardinality(p_consultation) THEN
        RAISE SQLSTATE 'ZD001';
    END IF;

    IF cardinality(p_attachments) > 0 THEN
        FOR v_message IN
            SELECT p_sender[u.sender] AS sender_id, u.ids::uuid[] AS ids,
                   p_consultation[p_sender_stream[u.sender]] AS consultation_id,
                   CASE WHEN p_notes[p_sender_stream[u.sender]] THEN 'notes' ELSE 'talk' END AS stream
            FROM unnest(p_message_sender, p_attachments) WITH ORDINALITY AS u(sender, ids, place)
            WHERE u.ids <> '{}' ORDER BY u.place
        LOOP
            IF NOT attachment_use_in_chat(v_message.ids, v_message.sender_id, v_message.consultation_id, v_message.stream) THEN
                RAISE SQLSTATE 'ZD001';
            END IF;
        END LOOP;
    END IF;

    -- The numbers of a stream have no gap, so those up to its last one are there.
    IF cardinality(p_reply_to) > 0 AND EXISTS (
        SELECT FROM unnest(p_message_sender, p_reply_to) AS u(sender, reply_to)
        WHERE u.reply_to NOT BETWEEN 1 AND last[p_sender_stream[u.sender]]
    ) THEN
        RAISE SQLSTATE 'ZD001';
    END IF;

    WITH stored AS (
        INSERT INTO chat_message (consultation_id, stream, seq, sender_id, client_id, kind, body, attachments, sent_at, reply_to)
        SELECT p_consultation[p_sender_stream[u.sender]],
               CASE WHEN p_notes[p_sender_stream[u.sender]] THEN 'notes' ELSE 'talk' END,
               last[p_sender_stream[u.sender]] + u.seq_offset,
               p_sender[u.sender], u.client_id, u.kind, u.body, coalesce(u.ids::uuid[], '{}'), p_sent_at, u.reply_to
        FROM unnest(p_message_sender, p_seq_offset, p_client, p_kind, p_body, p_attachments, p_reply_to)
            AS u(sender, seq_offset, client_id, kind, body, ids, reply_to)
    ), counted AS (
        UPDATE chat_stream s SET last_seq = t.last + t.messages
        FROM unnest(v_row, last, p_message_count) AS t(place, last, messages)
        -- The row is locked: it stays in its place.
        WHERE s.ctid = t.place
    )
    SELECT bool_and(a.active) INTO v_active FROM published.account a WHERE a.id = ANY (p_sender);
    IF NOT coalesce(v_active, false) THEN
        RAISE SQLSTATE 'ZD001';
    END IF;
EXCEPTION
    WHEN query_canceled OR deadlock_detected THEN
        RAISE EXCEPTION USING ERRCODE = 'serialization_failure', MESSAGE = SQLERRM;
    WHEN unique_violation OR SQLSTATE 'ZD001' THEN
        last := NULL;
        BEGIN
            SELECT j.outcome, j.seq, j.audience INTO outcome, seq, audience
            FROM chat_append_checked(p_consultation, p_notes, p_sender_stream, p_sender, p_message_sender, p_client, p_kind, p_body,
                                     p_attachments, p_reply_to, p_sent_at) AS j;
        EXCEPTION WHEN query_canceled OR deadlock_detected THEN
            RAISE EXCEPTION USING ERRCODE = 'serialization_failure', MESSAGE = SQLERRM;
        END;
END
$$;

-- Stores a batch as chat_append does, but checks each message by itself: its sender's right, whether it was stored before, and its files.
-- It takes every batch in which not all is common: an officer's note, a repeated message, a sender who was removed.
--
-- What is given: as of chat_append. What comes back, of each message: the outcome, its number where it was stored or is a duplicate, and the
-- audience of its stream. Outcomes: 'stored', 'duplicate' (seq of the first), 'reused' (the client_id is another message's),
-- 'attachment' (one that the sender can't use here), 'reply' (the quoted message is not there), and the rights that forbid it: 'concluded', 'forbidden', 'hidden' (chat_verdict).
--
-- Every table is looked up by its keys, row by row, and the batch's own parts by their positions in arrays. That is right for any size of
-- table, so the planner is not asked: a sub-select with OFFSET 0 can't be joined in another way, and a plan that was made while the log
-- was empty is still the right one when it is long.
-- Called by chat_append. Locks the streams first, in the order given, which is the same for all writers; the statements after that have
-- snapshots that are younger than the locks: they see every earlier message, so a repeated (sender, client_id) is distinguished from a new one, and
-- the numbers given out have no gap. Then locks the attachments.
CREATE FUNCTION chat_append_checked(
    p_consultation uuid[], p_notes boolean[],
    p_sender_stream integer[], p_sender uuid[],
    p_message_sender integer[], p_client uuid[], p_kind text[], p_body text[], p_attachments text[],
    p_reply_to bigint[], p_sent_at timestamptz,
    OUT outcome text[], OUT seq bigint[], OUT audience bigint[]
) LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_material = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    v_last bigint[] := array_fill(NULL::bigint, ARRAY[cardinality(p_consultation)]);
    v_audience bigint[] := v_last;
    v_right text[];
    v_stream record;
    v_message record;
    v_unusable integer[] := '{}';
BEGIN
    FOR v_stream IN
        SELECT w.place::integer AS place, s.last_seq, s.audience
        FROM unnest(p_consultation, p_notes) WITH ORDINALITY AS w(consultation_id, notes, place)
        CROSS JOIN LATERAL (
            SELECT c.last_seq, c.audience FROM chat_stream c
            WHERE c.consultation_id = w.consultation_id AND c.stream = CASE WHEN w.notes THEN 'notes' ELSE 'talk' END
            OFFSET 0 FOR UPDATE) AS s
    LOOP
        v_last[v_stream.place] := v_stream.last_seq;
        v_audience[v_stream.place] := v_stream.audience;
    END LOOP;

    v_right := chat_rights(p_consultation, p_notes, p_sender_stream, p_sender);

    IF cardinality(p_attachments) > 0 THEN
        FOR v_message IN
            SELECT u.place::integer AS place, p_sender[u.sender] AS sender_id, u.ids::uuid[] AS ids,
                   p_consultation[p_sender_stream[u.sender]] AS consultation_id,
                   CASE WHEN p_notes[p_sender_stream[u.sender]] THEN 'notes' ELSE 'talk' END AS stream
            FROM unnest(p_message_sender, p_client, p_attachments, p_reply_to) WITH ORDINALITY
                AS u(sender, client_id, ids, reply_to, place)
            WHERE u.ids <> '{}' AND v_right[u.sender] = 'allowed'
            AND (u.reply_to BETWEEN 1 AND v_last[p_sender_stream[u.sender]]) IS NOT FALSE
            AND NOT EXISTS (
                SELECT 1 FROM chat_message m
                WHERE m.sender_id = p_sender[u.sender] AND m.client_id = u.client_id OFFSET 0)
            ORDER BY u.place
        LOOP
            IF NOT attachment_use_in_chat(v_message.ids, v_message.sender_id, v_message.consultation_id, v_message.stream) THEN
                v_unusable := v_unusable || v_message.place;
            END IF;
        END LOOP;
    END IF;

    WITH checked AS MATERIALIZED (
        SELECT u.place, p_sender_stream[u.sender] AS stream, p_sender[u.sender] AS sender_id,
               u.client_id, u.kind, u.body, coalesce(u.ids::uuid[], '{}') AS attachments, u.reply_to, m.seq AS known,
               CASE WHEN m.seq IS NULL AND u.place = ANY (v_unusable) THEN 'attachment'
                    WHEN m.seq IS NULL AND v_right[u.sender] = 'allowed'
                         AND u.reply_to NOT BETWEEN 1 AND v_last[p_sender_stream[u.sender]] THEN 'reply'
                    WHEN m.seq IS NULL THEN CASE v_right[u.sender] WHEN 'allowed' THEN 'stored' ELSE v_right[u.sender] END
                    WHEN m.consultation_id = p_consultation[p_sender_stream[u.sender]]
                         AND (m.stream = 'notes') = p_notes[p_sender_stream[u.sender]]
                         AND (m.kind, m.body, m.attachments) = (u.kind, u.body, coalesce(u.ids::uuid[], '{}'))
                         AND m.reply_to IS NOT DISTINCT FROM u.reply_to THEN 'duplicate'
                    ELSE 'reused' END AS verdict
        FROM unnest(p_message_sender, p_client, p_kind, p_body, p_attachments, p_reply_to) WITH ORDINALITY
            AS u(sender, client_id, kind, body, ids, reply_to, place)
        LEFT JOIN LATERAL (
            SELECT k.consultation_id, k.stream, k.seq, k.kind, k.body, k.attachments, k.reply_to FROM chat_message k
            WHERE k.sender_id = p_sender[u.sender] AND k.client_id = u.client_id OFFSET 0) AS m ON true
    ), numbered AS MATERIALIZED (
        SELECT j.*, CASE j.verdict
            WHEN 'stored' THEN v_last[j.stream] + count(*) FILTER (WHERE j.verdict = 'stored')
                OVER (PARTITION BY j.stream ORDER BY j.place ROWS UNBOUNDED PRECEDING)
            WHEN 'duplicate' THEN j.known END AS number
        FROM checked j
    ), stored AS (
        INSERT INTO chat_message (consultation_id, stream, seq, sender_id, client_id, kind, body, attachments, sent_at, reply_to)
        SELECT p_consultation[n.stream], CASE WHEN p_notes[n.stream] THEN 'notes' ELSE 'talk' END, n.number,
               n.sender_id, n.client_id, n.kind, n.body, n.attachments, p_sent_at, n.reply_to
        FROM numbered n WHERE n.verdict = 'stored'
    ), counted AS (
        UPDATE chat_stream s SET last_seq = t.top
        FROM (SELECT n.stream, max(n.number) AS top FROM numbered n WHERE n.verdict = 'stored' GROUP BY n.stream) AS t
        WHERE s.consultation_id = p_consultation[t.stream]
            AND s.stream = CASE WHEN p_notes[t.stream] THEN 'notes' ELSE 'talk' END
    )
    SELECT array_agg(n.verdict ORDER BY n.place), array_agg(n.number ORDER BY n.place),
           array_agg(v_audience[n.stream] ORDER BY n.place)
    INTO outcome, seq, audience
    FROM numbered n;
END
$$;

-- Erases the first messages of a consultation that are not erased yet, the talk before the notes, at most so many, and gives them with what
-- they said. A message keeps its number, its sender and its time; it says that it was erased, and is of the kind `erased`. The service itself can't
-- change a message (src/chat/room.rs): this works with the rights of the owner, and writes nothing else than that.
-- Called by src/chat/erasure.rs. Locks the streams in the order in which storing locks them: the talk, then the notes.
CREATE FUNCTION chat_erase(p_consultation uuid, p_most bigint, p_at timestamptz)
RETURNS TABLE (stream text, seq bigint, body text) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM chat_stream s WHERE s.consultation_id = p_consultation ORDER BY s.stream = 'notes' FOR UPDATE;
    RETURN QUERY
    WITH due AS MATERIALIZED (
        SELECT m.stream, m.seq, m.body
        FROM chat_message m
        LEFT JOIN chat_erased e ON e.consultation_id = m.consultation_id AND e.stream = m.stream
        WHERE m.consultation_id = p_consultation AND m.seq > coalesce(e.seq, 0)
        ORDER BY m.stream = 'notes', m.seq LIMIT p_most
    ), gone AS (
        UPDATE chat_message m SET kind = 'erased', body = '已按保存期限清除'
        FROM due d
        WHERE m.consultation_id = p_consultation AND m.stream = d.stream AND m.seq = d.seq
    ), noted AS (
        INSERT INTO chat_erased (consultation_id, stream, seq, erased_at)
        SELECT p_consultation, d.stream, max(d.seq), p_at FROM due d GROUP BY d.stream
        ON CONFLICT ON CONSTRAINT chat_erased_pkey DO UPDATE SET seq = excluded.seq, erased_at = excluded.erased_at
    )
    SELECT d.stream, d.seq, d.body FROM due d;
END
$$;
