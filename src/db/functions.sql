-- Functions, triggers and views of `db`. This file and those of the domains hold each of them once, in its present form; `migrate`
-- drops and makes all of them again, in one transaction, when any of these files has changed (src/db/migrate.rs). Tables and indexes are
-- in migrations/. No index, check, default or generated column may use a function of these files: it could not be dropped then.
--
-- Conventions: a function is named after the table or domain that it belongs to; a trigger after its table and what it does. The schema
-- `published` holds what a domain lets others read of its tables: views named as the table, with the columns that others use, and views
-- made for others. A domain reads another's tables through these alone; those of `catalogue` are read by all.
--
-- Locks that triggers take, in order: the row of enterprise, then rows of consultation (by id), then of remediation_case, then of
-- chat_stream (the talk, then the notes), then of expert. Triggers that only note that something changed (figure_stale, expert_change)
-- add rows and wait for nobody. A transaction that PostgreSQL ends because of a deadlock is run again (src/db/tx.rs).

CREATE SCHEMA published;

-- Published: the audit, for `audit`.
CREATE VIEW published.audit_entry AS
    SELECT id, at, actor_id, actor_role, action, subject_type, subject_id, region, request_id, data, lane, seq, hash, seal
    FROM audit_entry;

-- Keeps a history as it was written: refuses every change and removal.
-- Called by the triggers of tables that are histories: case_event, case_event_file, published_figure. Takes no locks.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE restrict_violation USING MESSAGE = format('%s: what is written is neither changed nor removed', TG_TABLE_NAME);
END $$;

-- Keeps rows that others refer to without a foreign key: refuses to delete them.
-- Called by the triggers of enterprise, nonconformity, remediation_case and inspection. Takes no locks.
CREATE FUNCTION refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE restrict_violation USING MESSAGE = format('%s: rows are never deleted', TG_TABLE_NAME);
END $$;

-- Keeps the audit as it was written. The one change that is allowed: a row without a place in a chain gets one, once, and says the same
-- as before.
-- Called by the triggers below. Takes no locks.
CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_LEVEL = 'ROW' AND OLD.lane IS NULL
       AND (to_jsonb(OLD) - '{lane,seq,hash,seal}'::text[]) = (to_jsonb(NEW) - '{lane,seq,hash,seal}'::text[]) THEN
        RETURN NEW;
    END IF;
    RAISE restrict_violation USING MESSAGE = 'the audit is neither changed nor removed';
END $$;
CREATE TRIGGER audit_entry_refuse_change BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_entry_refuse_truncate BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_head_refuse_removal BEFORE DELETE OR TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();

-- Searches. The folding and the readings are those of core::search in Rust; a test holds the two together.

-- Each character is looked up by a subquery and not by a join: an import forbids loops, and a join by hash would read the whole table for
-- each row.

-- Folds a text, character by character, by search_character. What has characters of ASCII only needs no table.
-- Called by the triggers of tables that are searched, and by searches in columns that are not stored folded. Takes no locks.
CREATE FUNCTION search_fold(p_text text) RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    IF octet_length(p_text) = length(p_text) THEN
        RETURN lower(regexp_replace(p_text, '[^A-Za-z0-9$+=]', '', 'g') COLLATE "C");
    END IF;
    RETURN (
        SELECT coalesce(string_agg(x.folded, ''), '')
        FROM (SELECT coalesce((SELECT c.folded FROM search_character c WHERE c.ch = t.ch), t.ch) AS folded
              FROM unnest(string_to_array(p_text, NULL)) WITH ORDINALITY t(ch, n)
              ORDER BY t.n) x);
END $$;

-- A name as it is searched: folded, not longer than what an index takes.
-- Called by the triggers of tables that are searched. Takes no locks.
CREATE FUNCTION search_name(p_name text) RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN left(search_fold(left(p_name, 400)), 400);
END $$;

-- How a folded name is read: the first letters of all ways to read it, at most 16, then each character's readings behind a blank.
-- Called by the triggers of tables that name enterprises or people. Takes no locks.
CREATE FUNCTION search_readings(p_folded text) RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    v_ways text[];
    v_whole text;
    v_places integer[];
    v_firsts text[];
BEGIN
    SELECT ARRAY[string_agg(coalesce(nullif(left(x.firsts, 1), ''), x.ch), '')],
           string_agg(' ' || coalesce(nullif(x.readings, ''), x.ch), ''),
           array_agg(x.n) FILTER (WHERE length(x.firsts) > 1),
           array_agg(x.firsts) FILTER (WHERE length(x.firsts) > 1)
    INTO v_ways, v_whole, v_places, v_firsts
    FROM (SELECT t.n::integer AS n, t.ch,
                 (SELECT c.firsts FROM search_character c WHERE c.ch = t.ch) AS firsts,
                 (SELECT c.readings FROM search_character c WHERE c.ch = t.ch) AS readings
          FROM unnest(string_to_array(p_folded, NULL)) WITH ORDINALITY t(ch, n)
          ORDER BY t.n) x;
    FOR v_i IN 1 .. coalesce(cardinality(v_places), 0) LOOP
        IF cardinality(v_ways) * length(v_firsts[v_i]) <= 16 THEN
            v_ways := ARRAY(
                SELECT overlay(way.text PLACING substr(v_firsts[v_i], k, 1) FROM v_places[v_i] FOR 1)
                FROM generate_series(1, length(v_firsts[v_i])) k, unnest(v_ways) WITH ORDINALITY way(text, n)
                ORDER BY k, way.n);
        END IF;
    END LOOP;
    RETURN coalesce(array_to_string(v_ways, '|') || v_whole, '');
END $$;
