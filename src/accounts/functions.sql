-- Functions, triggers and views of `accounts`.
--
-- Enterprises are above `accounts`. Its queries (src/accounts/store.rs) ask one function of src/enterprises/functions.sql:
--   enterprise_own_words(enterprise)   the words that a password of its people must not be made of

-- Published: who an account is; never its password.
CREATE VIEW published.account AS
    SELECT id, username, role, name, email, language, region, enterprise_id, expert_id, active, created_at, mails_off,
           deactivated_at, deactivation_reason, invited_by, search_text, search_readings, erased_at, laboratory_id
    FROM account;

-- Published: whether the account is that of an officer who may see a region now: one that is deactivated, has another role or has moved
-- away may not. What an officer has set up for the region rests then.
-- Called by the functions and queries of `webhooks` and `api_keys`. Takes no locks.
CREATE FUNCTION officer_acts(p_account uuid, p_region text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM account a
        JOIN region_scope s ON s.scope = a.region AND s.region = p_region
        WHERE a.id = p_account AND a.active AND a.role = 'admin')
$$;

-- Published: whether a log-in is open at a moment, of an account that may log in.
-- Called by the queries of `web_push`. Takes no locks.
CREATE FUNCTION account_session_open(p_session uuid, p_now timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM login_session s
        JOIN account a ON a.id = s.account_id AND a.active
        WHERE s.id = p_session AND s.ended_at IS NULL AND (s.ends_at IS NULL OR s.ends_at > p_now))
$$;

-- Keeps what searches look for in the rows of account.
-- Called by the triggers below, where it is not there or what it is made of changes. Takes no locks.
CREATE FUNCTION account_set_search() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_name text := search_name(NEW.name);
BEGIN
    NEW.search_text := v_name || E'\n' || search_fold(NEW.username);
    NEW.search_readings := search_readings(v_name);
    RETURN NEW;
END $$;
CREATE TRIGGER account_set_search_inserted BEFORE INSERT ON account
    FOR EACH ROW WHEN (NEW.search_text = '') EXECUTE FUNCTION account_set_search();
CREATE TRIGGER account_set_search_updated BEFORE UPDATE OF name, username, search_text ON account
    FOR EACH ROW WHEN (NEW.search_text = '' OR (OLD.name, OLD.username) IS DISTINCT FROM (NEW.name, NEW.username)) EXECUTE FUNCTION account_set_search();

-- Folds all rows of account anew when the table of characters has changed.
-- Called by the trigger below, while a database is migrated. Locks all rows.
CREATE FUNCTION account_fold_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE account SET search_text = '';
    RETURN NULL;
END $$;
CREATE TRIGGER account_fold_anew AFTER INSERT OR UPDATE ON search_table
    FOR EACH ROW EXECUTE FUNCTION account_fold_anew();
