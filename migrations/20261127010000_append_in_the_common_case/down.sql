DROP FUNCTION chat_append(
    uuid[], boolean[], integer[], integer[], integer[], uuid[], integer[], integer[], uuid[], text[], text[], text[], timestamptz);
ALTER FUNCTION chat_judge(uuid[], boolean[], integer[], uuid[], integer[], uuid[], text[], text[], text[], timestamptz)
    RENAME TO chat_append;

CREATE OR REPLACE FUNCTION chat_audience_changed(p_consultation uuid) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    -- In the order in which storing locks them.
    PERFORM 1 FROM chat_stream s WHERE s.consultation_id = p_consultation ORDER BY s.stream FOR UPDATE;
    UPDATE chat_stream s SET audience = s.audience + 1 WHERE s.consultation_id = p_consultation;
END
$$;

DROP TRIGGER chat_writers ON chat_stream;
DROP FUNCTION chat_stream_opened();
ALTER TABLE chat_stream DROP COLUMN writers;
DROP FUNCTION chat_writers(uuid, boolean);
