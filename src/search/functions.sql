-- Functions and triggers of `search`.

-- Empties the index of messages when the table of characters has changed, by which its tokens are folded. The job of the index fills it
-- again.
-- Called by the trigger below, while a database is migrated. Locks the index.
CREATE FUNCTION search_begin_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM search_progress;
    DELETE FROM search_run;
    DELETE FROM search_posting;
    DELETE FROM search_recent;
    RETURN NULL;
END $$;
CREATE TRIGGER search_begin_anew AFTER INSERT OR UPDATE ON search_table
    FOR EACH ROW EXECUTE FUNCTION search_begin_anew();
