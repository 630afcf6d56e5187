-- Functions of `response_targets`.

-- What the enterprises of some consultations wait for, and until when: the first answer, the latest next one and the latest conclusion, as
-- they were last computed. The answer to a port of `consultations`, which shows them. Called by src/consultations/views.rs. Takes no locks.
CREATE FUNCTION consultation_targets(p_consultations uuid[]) RETURNS TABLE (
    consultation_id uuid, kind text, cycle integer, state text, urgency text, started_at timestamptz, due_at timestamptz, hours text,
    allowed_minutes bigint, counted_minutes bigint, warned_at timestamptz, breached_at timestamptz, met_at timestamptz
) LANGUAGE sql STABLE AS $$
    SELECT l.consultation_id, l.kind, l.cycle, l.state, l.urgency, l.started_at, l.due_at, l.hours, l.allowed_seconds / 60,
           l.counted_seconds / 60, l.warned_at, l.breached_at, l.met_at
    FROM (
        SELECT DISTINCT ON (t.consultation_id, t.kind) t.*
        FROM response_target t WHERE t.consultation_id = ANY (p_consultations)
        ORDER BY t.consultation_id, t.kind, t.cycle DESC
    ) AS l
    ORDER BY l.consultation_id, array_position(ARRAY['first_answer', 'next_answer', 'conclusion'], l.kind)
$$;
