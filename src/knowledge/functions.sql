-- Functions and triggers of `knowledge`.

-- The words of a text: each two characters of the folded text that follow each other, one of them at least no letter or digit, and each
-- four letters or digits. So Chinese is compared without a dictionary, as in the index of messages (src/search/tokens.rs).
-- Called by the trigger below and by src/knowledge/similar.rs. Takes no locks.
CREATE FUNCTION knowledge_words(p_text text) RETURNS text[] LANGUAGE sql STABLE AS $$
    WITH folded AS (SELECT string_to_array(search_fold(p_text), NULL) AS c),
    part AS (
        SELECT c[n] || c[n + 1] AS two, c[n] || c[n + 1] || c[n + 2] || c[n + 3] AS four
        FROM folded, generate_series(1, coalesce(array_length(c, 1), 0) - 1) AS n
    ),
    word AS (
        SELECT two AS word FROM part WHERE two ~ '[^\x01-\x7f]'
        UNION
        SELECT four FROM part WHERE four IS NOT NULL AND four !~ '[^\x01-\x7f]'
    )
    SELECT coalesce(array_agg(word), '{}') FROM word
$$;

-- Keeps what searches look for in the rows of knowledge_article.
-- Called by the triggers below, where it is not there or what it is made of changes. Takes no locks.
CREATE FUNCTION knowledge_article_set_search() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_title text := search_name(NEW.title);
BEGIN
    NEW.search_text := v_title || E'\n' || search_fold(concat_ws(E'\n', array_to_string(NEW.failed_items, E'\n'),
        array_to_string(NEW.standards, E'\n'), NEW.question, NEW.cause, NEW.actions, NEW.result)) || E'\n';
    NEW.search_readings := search_readings(v_title);
    RETURN NEW;
END $$;
CREATE TRIGGER knowledge_article_set_search_inserted BEFORE INSERT ON knowledge_article
    FOR EACH ROW WHEN (NEW.search_text = '') EXECUTE FUNCTION knowledge_article_set_search();
CREATE TRIGGER knowledge_article_set_search_updated
    BEFORE UPDATE OF title, failed_items, standards, question, cause, actions, result, search_text ON knowledge_article
    FOR EACH ROW EXECUTE FUNCTION knowledge_article_set_search();

-- Keeps the words of an article while it is published, and no others.
-- Called by the trigger below. The article's row is locked by then; locks its words.
CREATE FUNCTION knowledge_article_keep_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM knowledge_word WHERE article_id = NEW.id;
    IF NEW.state = 'published' THEN
        INSERT INTO knowledge_word (word, article_id)
        SELECT w, NEW.id
        FROM unnest(knowledge_words(concat_ws(E'\n', NEW.title, array_to_string(NEW.failed_items, E'\n'), NEW.question, NEW.cause))) AS w;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER knowledge_article_keep_words AFTER UPDATE OF state, search_text ON knowledge_article
    FOR EACH ROW WHEN (OLD.state = 'published' OR NEW.state = 'published') EXECUTE FUNCTION knowledge_article_keep_words();

-- Folds all rows of knowledge_article anew when the table of characters has changed.
-- Called by the trigger below, while a database is migrated. Locks all rows.
CREATE FUNCTION knowledge_article_fold_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE knowledge_article SET search_text = '';
    RETURN NULL;
END $$;
CREATE TRIGGER knowledge_article_fold_anew AFTER INSERT OR UPDATE ON search_table
    FOR EACH ROW EXECUTE FUNCTION knowledge_article_fold_anew();
