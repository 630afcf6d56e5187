-- The files that a step of a case stands on, in order. The single column that was meant for one was never written. Lines of a
-- history are never removed, so the reference to theirs needs no key.
ALTER TABLE case_event DROP COLUMN attachment_id;
CREATE TABLE case_event_file (
    case_id       uuid NOT NULL,
    seq           integer NOT NULL,
    ordinal       integer NOT NULL,
    attachment_id uuid NOT NULL REFERENCES attachment,
    PRIMARY KEY (case_id, seq, ordinal),
    UNIQUE (case_id, seq, attachment_id)
);
CREATE INDEX case_event_file_by_attachment ON case_event_file (attachment_id);
CREATE TRIGGER case_event_file_when_changed BEFORE UPDATE OR DELETE ON case_event_file
    FOR EACH ROW EXECUTE FUNCTION history_is_kept();
CREATE TRIGGER case_event_file_when_truncated BEFORE TRUNCATE ON case_event_file
    FOR EACH STATEMENT EXECUTE FUNCTION history_is_kept();

-- Advice that was given before there was a case stands on the case from its opening on. Few actions ever wait, so an import
-- that opens thousands of cases finds them by their own index.
CREATE INDEX case_action_waiting ON case_action (consultation_id) WHERE case_id IS NULL;
CREATE FUNCTION case_takes_earlier_advice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM case_action WHERE case_id IS NULL) THEN
        UPDATE case_action a SET case_id = w.id
        FROM consultation c, written w
        WHERE a.case_id IS NULL AND c.id = a.consultation_id AND w.nonconformity_id = c.nonconformity_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER case_when_opened AFTER INSERT ON remediation_case
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION case_takes_earlier_advice();
UPDATE case_action a SET case_id = k.id
FROM consultation c, remediation_case k
WHERE a.case_id IS NULL AND c.id = a.consultation_id AND k.nonconformity_id = c.nonconformity_id;
