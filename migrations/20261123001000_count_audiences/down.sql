DROP TRIGGER chat_audience ON enterprise;
DROP TRIGGER chat_audience ON consultation;
DROP TRIGGER chat_audience ON consultation_participant;
DROP FUNCTION chat_region_changed();
DROP FUNCTION chat_consultation_changed();
DROP FUNCTION chat_participant_changed();
DROP FUNCTION chat_audience_changed(uuid);
DROP FUNCTION chat_append(uuid[], text[], uuid[], uuid[], text[], text[], timestamptz);
ALTER TABLE chat_stream DROP COLUMN audience;

-- Stores a batch of messages of any consultations at once and says what became of each.
--
-- The counters are locked first, in one order for all writers, so batches of several servers
-- wait for each other and never deadlock. The second statement has a snapshot that is younger
-- than the locks: it sees every earlier message, so a repeated (sender, client_id) is told from
-- a new one, and the numbers it gives out have no gap.
--
-- Outcomes: 'stored', 'duplicate' (seq of the first), 'reused' (the client_id stands in another
-- stream), 'concluded', 'forbidden', 'hidden'.
CREATE FUNCTION chat_append(
    p_consultation uuid[], p_stream text[], p_sender uuid[], p_client uuid[],
    p_kind text[], p_body text[], p_sent_at timestamptz
) RETURNS TABLE (ord integer, outcome text, seq bigint)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM chat_stream s
    JOIN (SELECT DISTINCT u.c, u.s FROM unnest(p_consultation, p_stream) AS u(c, s)) AS wanted
        ON s.consultation_id = wanted.c AND s.stream = wanted.s
    ORDER BY s.consultation_id, s.stream
    FOR UPDATE OF s;

    RETURN QUERY
    WITH input AS MATERIALIZED (
        SELECT u.consultation_id, u.stream, u.sender_id, u.client_id, u.kind, u.body,
               u.ord::integer AS ord,
               first_value(u.ord::integer) OVER (PARTITION BY u.sender_id, u.client_id ORDER BY u.ord) AS first_ord
        FROM unnest(p_consultation, p_stream, p_sender, p_client, p_kind, p_body)
            WITH ORDINALITY AS u(consultation_id, stream, sender_id, client_id, kind, body, ord)
    ), rights AS MATERIALIZED (
        SELECT r.consultation_id, r.stream, r.sender_id,
               chat_right(r.consultation_id, r.stream, r.sender_id) AS answer
        FROM (SELECT DISTINCT i.consultation_id, i.stream, i.sender_id FROM input i) AS r
    ), judged AS MATERIALIZED (
        SELECT i.*, m.seq AS known_seq,
               CASE WHEN m.seq IS NOT NULL AND m.consultation_id = i.consultation_id AND m.stream = i.stream THEN 'duplicate'
                    WHEN m.seq IS NOT NULL THEN 'reused'
                    WHEN r.answer <> 'allowed' THEN r.answer
                    ELSE 'stored' END AS verdict
        FROM input i
        LEFT JOIN chat_message m ON m.sender_id = i.sender_id AND m.client_id = i.client_id
        JOIN rights r ON r.consultation_id = i.consultation_id AND r.stream = i.stream AND r.sender_id = i.sender_id
    ), numbered AS MATERIALIZED (
        SELECT j.ord, j.consultation_id, j.stream, j.sender_id, j.client_id, j.kind, j.body,
               s.last_seq + row_number() OVER (PARTITION BY j.consultation_id, j.stream ORDER BY j.ord) AS seq
        FROM judged j
        JOIN chat_stream s ON s.consultation_id = j.consultation_id AND s.stream = j.stream
        WHERE j.verdict = 'stored' AND j.ord = j.first_ord
    ), stored AS (
        INSERT INTO chat_message (consultation_id, stream, seq, sender_id, client_id, kind, body, sent_at)
        SELECT n.consultation_id, n.stream, n.seq, n.sender_id, n.client_id, n.kind, n.body, p_sent_at
        FROM numbered n
    ), counted AS (
        UPDATE chat_stream s SET last_seq = t.top
        FROM (SELECT n.consultation_id, n.stream, max(n.seq) AS top FROM numbered n GROUP BY 1, 2) AS t
        WHERE s.consultation_id = t.consultation_id AND s.stream = t.stream
    )
    SELECT j.ord,
           CASE WHEN j.verdict <> 'stored' OR j.ord = j.first_ord THEN j.verdict
                WHEN f.consultation_id = j.consultation_id AND f.stream = j.stream THEN 'duplicate'
                ELSE 'reused' END,
           CASE WHEN j.verdict = 'duplicate' THEN j.known_seq
                WHEN j.verdict = 'stored' AND f.consultation_id = j.consultation_id AND f.stream = j.stream THEN f.seq END
    FROM judged j
    LEFT JOIN numbered f ON f.ord = j.first_ord
    ORDER BY j.ord;
END
$$;
