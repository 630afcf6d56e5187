-- Functions and views of `attachments`.

-- Published: the files that only a conversation uses and whose bytes are kept, for `retention`.
CREATE VIEW published.conversation_file AS
    SELECT id, consultation_id, size
    FROM attachment
    WHERE consultation_id IS NOT NULL AND case_id IS NULL AND state = 'uploaded';

-- Published: to which applications files belong, for `experts`.
CREATE VIEW published.application_file AS
    SELECT id, application_id
    FROM attachment
    WHERE application_id IS NOT NULL AND scan <> 'infected';

-- Puts uploaded files of one owner into a stream of a consultation, and says whether the owner can use all of them there: each is whole,
-- nothing was found in it, and it is in no other stream. Changes nothing where not. Repeating it for the same stream changes nothing and is true.
-- Called by chat_append and chat_append_checked. Locks the files, by id.
CREATE FUNCTION attachment_use_in_chat(p_ids uuid[], p_owner uuid, p_consultation uuid, p_stream text) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    v_usable integer;
BEGIN
    SELECT count(*) INTO v_usable FROM (
        SELECT 1 FROM attachment f
        WHERE f.id = ANY (p_ids) AND f.owner_id = p_owner AND f.state = 'uploaded' AND f.scan <> 'infected'
            AND f.recording_id IS NULL AND f.used_for IS NULL
            AND (f.consultation_id IS NULL OR (f.consultation_id = p_consultation AND f.stream = p_stream))
        ORDER BY f.id FOR UPDATE) AS usable;
    IF v_usable <> cardinality(p_ids) THEN
        RETURN false;
    END IF;
    UPDATE attachment f SET consultation_id = p_consultation, stream = p_stream
    WHERE f.id = ANY (p_ids) AND f.consultation_id IS NULL;
    RETURN true;
END
$$;
