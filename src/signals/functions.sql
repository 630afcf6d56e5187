-- Functions, triggers and views of `signals`.

-- Published: a signal and what became of it, for whoever counts or uses signals. One that was merged counts with the signal that it was merged
-- into; one whose file was withdrawn counts nowhere.
CREATE VIEW published.signal AS
    SELECT id, source, region, product_kind, enterprise_id, hazard, severity, published_on, observed_on, state, merged_into, reliability, created_at,
           match_confidence, title, external_id
    FROM signal;

-- The digests of the pieces of two and of four characters of a folded text, within its lines. A text that has a word in it has all pieces of that
-- word. Called by the triggers below and by searches. Takes no locks.
CREATE FUNCTION signal_pieces(told text) RETURNS integer[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT hashtext(p.piece)), '{}')
    FROM unnest(string_to_array(told, E'\n')) AS l (line),
         LATERAL (SELECT array_agg(c.letter ORDER BY c.n) AS letters
                  FROM unnest(string_to_array(l.line, NULL)) WITH ORDINALITY AS c (letter, n)) AS w,
         LATERAL (SELECT array_to_string(w.letters[i:i + 1], '') AS piece FROM generate_series(1, cardinality(w.letters) - 1) AS i
                  UNION ALL
                  SELECT array_to_string(w.letters[i:i + 3], '') FROM generate_series(1, cardinality(w.letters) - 3) AS i) AS p
$$;

-- Keeps what searches look for in the rows of signal: title first, then what the source calls it, then what its text names.
-- Called by the triggers below, where it is not there, or what it is made of changes. Takes no locks.
CREATE FUNCTION signal_set_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.search_text := search_name(NEW.title) || E'\n' || left(search_fold(NEW.external_id), 100) || E'\n'
        || left(search_fold(concat_ws(' ', NEW.named ->> 'product', NEW.named ->> 'maker', NEW.named ->> 'brand', NEW.named ->> 'model', NEW.barcode)), 200);
    NEW.search_pieces := signal_pieces(NEW.search_text);
    RETURN NEW;
END $$;
CREATE TRIGGER signal_set_search_inserted BEFORE INSERT ON signal
    FOR EACH ROW WHEN (NEW.search_text = '') EXECUTE FUNCTION signal_set_search();
CREATE TRIGGER signal_set_search_updated BEFORE UPDATE OF title, named, barcode, search_text ON signal
    FOR EACH ROW WHEN (NEW.search_text = '' OR (OLD.title, OLD.named, OLD.barcode) IS DISTINCT FROM (NEW.title, NEW.named, NEW.barcode))
    EXECUTE FUNCTION signal_set_search();

-- Folds all rows of signal anew when the table of characters has changed.
-- Called by the trigger below, while a database is migrated. Locks all rows.
CREATE FUNCTION signal_fold_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE signal SET search_text = '';
    RETURN NULL;
END $$;
CREATE TRIGGER signal_fold_anew AFTER INSERT OR UPDATE ON search_table
    FOR EACH ROW EXECUTE FUNCTION signal_fold_anew();

-- Keeps all signals: see refuse_delete.
CREATE TRIGGER signal_refuse_delete BEFORE DELETE ON signal
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();
