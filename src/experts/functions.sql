-- Functions and views of `experts`.
--
-- With whom an expert works is known to `consultations` and `online_sessions`, which experts stands below. Its queries (src/experts/queries.rs) ask
-- functions of src/consultations/functions.sql and src/online_sessions/functions.sql:
--   expert_works_in(expert, scope)   whether the expert works with an enterprise of a region or under it
--   expert_helps_in(expert, scope)   whether the expert visits, teaches or looks after enterprises of a region or under it
--   expert_open_for(expert, kind, class)   how many consultations of a kind or class of products the expert has (specialty_store.rs)

-- Published: an expert as matching, consultations and reports know one.
CREATE VIEW published.expert AS
    SELECT id, name, title, hospital, email, languages, capacity, vetting, available, last_assigned_at, employer, leave_from, leave_to,
           open_count, reinspected, passed_first, rating_count, rating_sum, search_text, search_readings,
           EXISTS (SELECT FROM expert_suspension s WHERE s.expert_id = expert.id AND s.ended_at IS NULL) AS suspended
    FROM expert;

-- Published: what matching knows of experts besides.
CREATE VIEW published.expert_specialty AS
    SELECT expert_id, ordinal, product_kind, product_class, level, items
    FROM expert_specialty;
CREATE VIEW published.expert_region AS
    SELECT expert_id, region
    FROM expert_region;
CREATE VIEW published.expert_conflict AS
    SELECT expert_id, uscc
    FROM expert_conflict;
CREATE VIEW published.expert_signed_report AS
    SELECT expert_id, report_no
    FROM expert_signed_report;
CREATE VIEW published.expert_refusal AS
    SELECT enterprise_id, expert_id, reason, created_by, created_at
    FROM expert_refusal;
CREATE VIEW published.expert_shift AS
    SELECT expert_id, ordinal, weekday, starts, ends, holidays
    FROM expert_shift;

-- Moves one open consultation or seat in a panel from one expert to another in `open_count`; NULL: nobody. With the check
-- expert_within_capacity this keeps an expert from holding more than the capacity, whatever a command forgets.
-- Called by the triggers of consultation and consultation_panel in src/consultations/functions.sql. Locks the row of the expert who loses it,
-- then of the one who gets it; does nothing where both are the same.
CREATE FUNCTION expert_move_open_count(p_from uuid, p_to uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF p_from IS DISTINCT FROM p_to THEN
        UPDATE expert SET open_count = open_count - 1 WHERE id = p_from;
        UPDATE expert SET open_count = open_count + 1 WHERE id = p_to;
    END IF;
END $$;

-- Adds first re-inspections to an expert's outcomes, and how many of them passed; negative numbers take back what a correction undid.
-- Called by case_count_outcomes in src/remediation/functions.sql, by the expert's id. Locks the expert's row.
CREATE FUNCTION expert_add_outcomes(p_expert uuid, p_reinspected integer, p_passed integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE expert SET reinspected = reinspected + p_reinspected, passed_first = passed_first + p_passed WHERE id = p_expert;
END $$;

-- Keeps an expert's name, mail address and phone those of the expert's account, which is where people change them.
-- Called by the trigger below. Locks the row of the expert after that of the account.
CREATE FUNCTION account_keep_expert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE expert SET name = NEW.name, email = coalesce(NEW.email, email),
        phone = CASE WHEN NEW.phone IS DISTINCT FROM OLD.phone THEN NEW.phone ELSE phone END
    WHERE id = NEW.expert_id;
    RETURN NULL;
END $$;
CREATE TRIGGER account_keep_expert AFTER UPDATE OF name, email, phone ON account
    FOR EACH ROW WHEN (NEW.expert_id IS NOT NULL
                       AND (OLD.name, OLD.email, OLD.phone) IS DISTINCT FROM (NEW.name, NEW.email, NEW.phone))
    EXECUTE FUNCTION account_keep_expert();

-- Keeps what searches look for in the rows of expert.
-- Called by the triggers below, where it is not there or what it is made of changes. Takes no locks.
CREATE FUNCTION expert_set_search() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_name text := search_name(NEW.name);
BEGIN
    NEW.search_text := v_name || E'\n' || search_fold(NEW.title);
    NEW.search_readings := search_readings(v_name);
    RETURN NEW;
END $$;
CREATE TRIGGER expert_set_search_inserted BEFORE INSERT ON expert
    FOR EACH ROW WHEN (NEW.search_text = '') EXECUTE FUNCTION expert_set_search();
CREATE TRIGGER expert_set_search_updated BEFORE UPDATE OF name, title, search_text ON expert
    FOR EACH ROW WHEN (NEW.search_text = '' OR (OLD.name, OLD.title) IS DISTINCT FROM (NEW.name, NEW.title)) EXECUTE FUNCTION expert_set_search();

-- Folds all rows of expert anew when the table of characters has changed.
-- Called by the trigger below, while a database is migrated. Locks all rows.
CREATE FUNCTION expert_fold_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE expert SET search_text = '';
    RETURN NULL;
END $$;
CREATE TRIGGER expert_fold_anew AFTER INSERT OR UPDATE ON search_table
    FOR EACH ROW EXECUTE FUNCTION expert_fold_anew();
