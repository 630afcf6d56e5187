-- Functions and triggers of `web_push`: what is unread is noted for who has a browser to be told by, and a browser ends with its log-in.

-- Notes for somebody with a browser that a consultation has unread messages, when `unread_mails` has taken them in.
-- Called by the triggers below. Locks nothing but the row that it writes.
CREATE FUNCTION push_note_unread() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO push_waiting (account_id, consultation_id, talk_after, talk_to, notes_after, notes_to)
    SELECT NEW.account_id, NEW.consultation_id,
        coalesce(OLD.talk_to, NEW.talk_after), NEW.talk_to, coalesce(OLD.notes_to, NEW.notes_after), NEW.notes_to
    WHERE EXISTS (SELECT FROM push_subscription s WHERE s.account_id = NEW.account_id)
    ON CONFLICT (account_id, consultation_id)
    DO UPDATE SET talk_to = excluded.talk_to, notes_to = excluded.notes_to, look_at = NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER unread_waiting_push_inserted AFTER INSERT ON unread_waiting
    FOR EACH ROW EXECUTE FUNCTION push_note_unread();
CREATE TRIGGER unread_waiting_push_grown AFTER UPDATE OF talk_to, notes_to ON unread_waiting
    FOR EACH ROW WHEN ((OLD.talk_to, OLD.notes_to) IS DISTINCT FROM (NEW.talk_to, NEW.notes_to))
    EXECUTE FUNCTION push_note_unread();

-- Notes for an officer with a browser that a note mentions them. Experts are told of notes by the function above.
-- Called by the trigger below, in the transaction that stores the note. Locks nothing but the row that it writes.
CREATE FUNCTION push_note_mention() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO push_waiting (account_id, consultation_id, talk_after, talk_to, notes_after, notes_to)
    SELECT NEW.account_id, NEW.consultation_id, 0, 0, NEW.seq - 1, NEW.seq
    FROM published.account a
    WHERE a.id = NEW.account_id AND a.role = 'admin'
      AND EXISTS (SELECT FROM push_subscription s WHERE s.account_id = NEW.account_id)
    ON CONFLICT (account_id, consultation_id)
    DO UPDATE SET notes_to = greatest(push_waiting.notes_to, excluded.notes_to), look_at = NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER consultation_mention_push AFTER INSERT ON consultation_mention
    FOR EACH ROW EXECUTE FUNCTION push_note_mention();

-- Ends the subscriptions of a log-in that has ended, with their messages.
-- Called by the trigger below. Locks these subscriptions.
CREATE FUNCTION push_end_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM push_subscription WHERE session_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER login_session_push_ended AFTER UPDATE OF ended_at ON login_session
    FOR EACH ROW WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL) EXECUTE FUNCTION push_end_session();

-- Ends the subscriptions of an account that was deactivated.
-- Called by the trigger below. Locks these subscriptions.
CREATE FUNCTION push_end_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM push_subscription WHERE account_id = NEW.id;
    DELETE FROM push_waiting WHERE account_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER account_push_ended AFTER UPDATE OF active ON account
    FOR EACH ROW WHEN (OLD.active AND NOT NEW.active) EXECUTE FUNCTION push_end_account();

-- What of a range of a consultation's messages an account may read and has not: how many, when the first was sent, and the last of them. What
-- the account wrote itself and what was taken back is left out. Of an officer only the notes that mention them count. One row always.
-- Called by src/web_push/decide.rs and src/web_push/queue.rs. Takes no locks.
CREATE FUNCTION push_unread(p_account uuid, p_consultation uuid, p_talk_after bigint, p_talk_to bigint, p_notes_after bigint, p_notes_to bigint)
RETURNS TABLE (unread bigint, first_at timestamptz, last_sender uuid, last_body text) LANGUAGE sql STABLE AS $$
    SELECT count(*), min(f.sent_at), (array_agg(f.sender_id ORDER BY f.sent_at DESC))[1], (array_agg(f.body ORDER BY f.sent_at DESC))[1]
    FROM (
        SELECT e.joined_at, e.reads_notes, false AS mentions FROM published.consultation_reader e
        WHERE e.consultation_id = p_consultation AND e.account_id = p_account
        UNION ALL
        SELECT '-infinity', true, true FROM consultation_note_readers(p_consultation) o
        WHERE o.account_id = p_account AND o.role = 'admin'
    ) AS r
    CROSS JOIN LATERAL (VALUES ('talk', p_talk_after, p_talk_to), ('notes', p_notes_after, p_notes_to)) AS s(stream, after, upto)
    CROSS JOIN LATERAL (
        SELECT m.sender_id, m.sent_at, m.body FROM published.chat_message m
        WHERE m.consultation_id = p_consultation AND m.stream = s.stream AND m.seq <= s.upto
          AND m.seq > greatest(s.after, (
              SELECT k.seq FROM published.chat_read k
              WHERE k.consultation_id = p_consultation AND k.stream = s.stream AND k.account_id = p_account))
          AND m.sender_id <> p_account AND m.sent_at >= r.joined_at AND NOT m.taken_back
          AND (NOT r.mentions OR EXISTS (
              SELECT FROM consultation_mentions_of(p_consultation, p_account) n WHERE n.seq = m.seq))
        ORDER BY m.seq LIMIT 100) AS f
    WHERE CASE s.stream WHEN 'talk' THEN NOT r.mentions ELSE r.reads_notes END
$$;
