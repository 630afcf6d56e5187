-- Functions, triggers and views of `campaigns`.

-- Published: a hazard, for the domains that list what is overseen. `overdue_since` is the first day after the term that was first missed;
-- `listing_proposed_at` says since when it is proposed for listing. What a visit found is never proposed: help and enforcement are apart.
CREATE VIEW published.hazard AS
    SELECT id, programme_id, enterprise_id, region, product, product_kind, item, source, found_on, state, due_on, corrected_on, verified_on,
           closed_on, overdue_since, listing_proposed_at, created_at, updated_at
    FROM hazard;

-- Published: the steps of hazards, for figures of past days.
CREATE VIEW published.hazard_event AS
    SELECT hazard_id, ordinal, step, from_state, to_state, occurred_on, due_on, at
    FROM hazard_event;

-- What the outreach to consumers of a programme came to in a region and under it until a day, that included, as the platform knew it then: events,
-- people reached, leaflets, questions answered, signals collected. People and leaflets are numbers of their own and are never added up. Called by
-- src/campaigns/figures.rs. Takes no locks.
CREATE FUNCTION campaign_outreach(p_programme uuid, p_region text, p_day date)
RETURNS TABLE (events bigint, people bigint, leaflets bigint, questions bigint, signals bigint) LANGUAGE sql STABLE AS $$
    SELECT count(*), coalesce(sum(r.people), 0)::bigint, coalesce(sum(r.leaflets), 0)::bigint, coalesce(sum(r.questions), 0)::bigint,
           coalesce(sum(s.signals), 0)::bigint
    FROM (SELECT ((p_day + 1)::timestamp AT TIME ZONE 'Asia/Shanghai') AS at) d
    CROSS JOIN published.outreach o
    JOIN published.outreach_result r ON r.id = o.id AND r.from_at < d.at AND (r.until_at IS NULL OR r.until_at >= d.at)
    CROSS JOIN LATERAL (SELECT count(*) AS signals FROM published.outreach_signal g WHERE g.engagement_id = o.id AND g.created_at < d.at) s
    JOIN region_scope scope ON scope.region = o.region AND scope.scope = p_region
    WHERE o.programme_id = p_programme
$$;

-- Keeps what searches look for in the rows of campaign_subject: the name, then the credit code and the address.
-- Called by the trigger below. Takes no locks.
CREATE FUNCTION campaign_subject_set_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.search_text := search_name(NEW.name) || E'\n' || search_fold(concat_ws(E'\n', NEW.uscc, NEW.address)) || E'\n';
    NEW.search_readings := search_readings(search_name(NEW.name));
    RETURN NEW;
END $$;
CREATE TRIGGER campaign_subject_set_search BEFORE INSERT OR UPDATE OF name, uscc, address, search_text
    ON campaign_subject FOR EACH ROW EXECUTE FUNCTION campaign_subject_set_search();

-- Keeps what searches look for in the rows of hazard: the enterprise, then the item and the description, then the credit code.
-- Called by the trigger below. Takes no locks.
CREATE FUNCTION hazard_set_search() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_name text;
    v_uscc text;
BEGIN
    SELECT e.name, e.uscc INTO v_name, v_uscc FROM published.enterprise e WHERE e.id = NEW.enterprise_id;
    NEW.search_text := search_name(coalesce(v_name, '')) || E'\n' || search_name(NEW.item) || E'\n'
        || search_fold(concat_ws(E'\n', NEW.description, v_uscc)) || E'\n';
    NEW.search_readings := search_readings(search_name(coalesce(v_name, '')));
    RETURN NEW;
END $$;
CREATE TRIGGER hazard_set_search BEFORE INSERT OR UPDATE OF enterprise_id, item, description, search_text
    ON hazard FOR EACH ROW EXECUTE FUNCTION hazard_set_search();

-- Folds all rows anew when the table of characters has changed. Called by the trigger below, while a database is migrated. Locks all rows.
CREATE FUNCTION campaigns_fold_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE campaign_subject SET search_text = '';
    UPDATE hazard SET search_text = '';
    RETURN NULL;
END $$;
CREATE TRIGGER campaigns_fold_anew AFTER INSERT OR UPDATE ON search_table FOR EACH ROW EXECUTE FUNCTION campaigns_fold_anew();
