-- Functions, triggers and views of `inspections`.

-- Published: what an inspection came to.
CREATE VIEW published.inspection AS
    SELECT id, number, organiser_region, programme_id, target_id, method, purpose, level, state, role, operator_id, place_region,
           producer_id, producer_region, confirmation, product_kind, laboratory_id, sampler_id, sample, sampled_on, received_on,
           reported_on, delivered_on, final_on, published_on, outcome, nonconformity_id, source, import_id, version, created_at,
           updated_at
    FROM inspection;

-- Published: whom and what an inspection is about, and what was taken.
CREATE VIEW published.inspection_subject AS
    SELECT inspection_id, operator_name, operator_uscc, operator_address, producer_name, producer_uscc, producer_address, client,
           contractor, product_name, trademark, model, standard, batch, produced_on, base_quantity, test_quantity, reserve_quantity,
           unit, channel, samplers, seals, report_no, signed_by, search_text, search_readings
    FROM inspection_subject;

-- Published: the history of inspections.
CREATE VIEW published.inspection_event AS
    SELECT inspection_id, ordinal, step, from_state, to_state, occurred_on, occurred_at, recorded_at, late, actor_id, actor_role,
           actor_region, actor_body, details, corrects
    FROM inspection_event;

-- Published: the items of the reports that stand.
CREATE VIEW published.inspection_item AS
    SELECT inspection_id, round, ordinal, item, method, requirement, measured, unit, ok, safety
    FROM inspection_item;

-- Published: the terms of inspections.
CREATE VIEW published.inspection_term AS
    SELECT inspection_id, term, party, begins_on, due_on, met_on, provisional, late_at
    FROM inspection_term;

-- Published: what inspections caused.
CREATE VIEW published.inspection_finding AS
    SELECT id, inspection_id, party, enterprise_id, nonconformity_id, case_id, opened_at, taken_back_at, reason
    FROM inspection_finding;

-- Published: which inspection follows which.
CREATE VIEW published.inspection_link AS
    SELECT inspection_id, follows_id, kind, linked_at, ended_at
    FROM inspection_link;

-- Published: which laboratory tested the last sample that was taken at each of these operators, and on which day, but for samples of a programme: what
-- `programmes`, which stands below, asks when the samples of that programme are shared out among the laboratories. An operator of the register is found by
-- its id, so that few inspections are read. Called by src/programmes/draw/assign.rs. Takes no locks.
CREATE FUNCTION programme_last_tests(p_usccs text[], p_programme uuid)
RETURNS TABLE (uscc text, laboratory_id uuid, sampled_on date) LANGUAGE sql STABLE AS $$
    SELECT DISTINCT ON (e.uscc) e.uscc, i.laboratory_id, i.sampled_on
    FROM published.enterprise e
    JOIN inspection i ON i.operator_id = e.id
    WHERE e.uscc = ANY (p_usccs) AND i.method = 'sampling' AND i.state NOT IN ('void', 'withdrawn') AND i.laboratory_id IS NOT NULL
      AND i.sampled_on IS NOT NULL AND i.programme_id IS DISTINCT FROM p_programme
    ORDER BY e.uscc, i.sampled_on DESC, i.id DESC
$$;

-- Published: what the challenges of results came to.
CREATE VIEW published.inspection_challenge AS
    SELECT inspection_id, contested_on, settled_on, laboratory_id, recording_decided
    FROM inspection_challenge;

-- Published: what an inspection was until a moment, for figures of past days.
CREATE VIEW published.inspection_past AS
    SELECT inspection_id, until, organiser_region, programme_id, method, purpose, level, state, role, operator_id, place_region,
           producer_id, producer_region, confirmation, product_kind, laboratory_id, sampled_on, received_on, reported_on,
           delivered_on, final_on, published_on, outcome, nonconformity_id
    FROM inspection_past;

-- Regions, kinds, accounts and inspections are never deleted, so a reference to one needs checking only when it is written. A foreign key does that row by
-- row and locks each row that is referred to: more than half of the time of a list's import. The checks here look once at all the rows of a statement.

-- Keeps every inspection in regions and of a product kind that exist. Called by the triggers below. Takes no locks.
CREATE FUNCTION inspection_check_references() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT w.organiser_region AS code FROM written w UNION SELECT w.place_region FROM written w
                     UNION SELECT w.producer_region FROM written w WHERE w.producer_region IS NOT NULL) n
        WHERE NOT EXISTS (SELECT FROM region r WHERE r.code = n.code)
    ) THEN
        RAISE foreign_key_violation USING MESSAGE = 'an inspection names a region that does not exist';
    END IF;
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT w.product_kind AS code FROM written w WHERE w.product_kind IS NOT NULL) n
        WHERE NOT EXISTS (SELECT FROM product_kind k WHERE k.code = n.code)
    ) THEN
        RAISE foreign_key_violation USING MESSAGE = 'an inspection is of a product kind that does not exist';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER inspection_check_inserted AFTER INSERT ON inspection
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION inspection_check_references();
CREATE TRIGGER inspection_check_updated AFTER UPDATE ON inspection
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION inspection_check_references();

-- Keeps what belongs to an inspection with one that exists. Called by the triggers below. Takes no locks.
CREATE FUNCTION inspection_part_check_references() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM written w WHERE NOT EXISTS (SELECT FROM inspection i WHERE i.id = w.inspection_id)) THEN
        RAISE foreign_key_violation USING MESSAGE = format('%s: of an inspection that does not exist', TG_TABLE_NAME);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER inspection_subject_check_inserted AFTER INSERT ON inspection_subject
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION inspection_part_check_references();
CREATE TRIGGER inspection_item_check_inserted AFTER INSERT ON inspection_item
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION inspection_part_check_references();
CREATE TRIGGER inspection_term_check_inserted AFTER INSERT ON inspection_term
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION inspection_part_check_references();
CREATE TRIGGER inspection_event_check_inserted AFTER INSERT ON inspection_event
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION inspection_part_check_references();

-- Keeps every event with an account that exists, where it names one. Called by the trigger below. Takes no locks.
CREATE FUNCTION inspection_event_check_actor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT w.actor_id AS id FROM written w WHERE w.actor_id IS NOT NULL) n
        WHERE NOT EXISTS (SELECT FROM published.account a WHERE a.id = n.id)
    ) THEN
        RAISE foreign_key_violation USING MESSAGE = 'an event of an inspection is of an account that does not exist';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER inspection_event_check_actor AFTER INSERT ON inspection_event
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION inspection_event_check_actor();

-- Keeps all inspections: see refuse_delete.
CREATE TRIGGER inspection_refuse_delete BEFORE DELETE ON inspection
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();

-- Published: what the inspections were that had been entered by a moment: figures of now and of a past day are counted over the same rows.
-- One SELECT that is STABLE, so that PostgreSQL unfolds it where it is called.
-- Called by the figures of sampling. Takes no locks.
CREATE FUNCTION inspections_as_of(p_moment timestamptz) RETURNS TABLE (
    id uuid, organiser_region text, programme_id uuid, method text, purpose text, level text, state text, role text,
    operator_id uuid, place_region text, producer_id uuid, producer_region text, confirmation text, product_kind text,
    laboratory_id uuid, sampled_on date, received_on date, reported_on date, delivered_on date, final_on date, published_on date,
    outcome text, nonconformity_id uuid, created_at timestamptz, source text
) LANGUAGE sql STABLE AS $$
    SELECT i.id, i.organiser_region, i.programme_id, i.method, i.purpose, i.level, i.state, i.role, i.operator_id, i.place_region,
           i.producer_id, i.producer_region, i.confirmation, i.product_kind, i.laboratory_id, i.sampled_on, i.received_on,
           i.reported_on, i.delivered_on, i.final_on, i.published_on, i.outcome, i.nonconformity_id, i.created_at, i.source
    FROM inspection i
    WHERE i.created_at <= p_moment AND i.updated_at <= p_moment
    UNION ALL
    SELECT i.id, p.organiser_region, p.programme_id, p.method, p.purpose, p.level, p.state, p.role, p.operator_id, p.place_region,
           p.producer_id, p.producer_region, p.confirmation, p.product_kind, p.laboratory_id, p.sampled_on, p.received_on,
           p.reported_on, p.delivered_on, p.final_on, p.published_on, p.outcome, p.nonconformity_id, i.created_at, i.source
    FROM inspection i
    CROSS JOIN LATERAL (
        SELECT o.* FROM inspection_past o WHERE o.inspection_id = i.id AND o.until > p_moment ORDER BY o.until LIMIT 1) p
    WHERE i.created_at <= p_moment AND i.updated_at > p_moment
$$;

-- Keeps in inspection_past what an inspection was before each change. Every change of a row sets `updated_at`.
-- A statement can change all rows of a province, and PL/pgSQL keeps the plan of its first call: without nested loops it serves for one row
-- and for all of them.
-- Called by the trigger below. Takes no locks but on the rows that it adds.
CREATE FUNCTION inspection_record_past() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
BEGIN
    -- Two changes at one moment: what was before the first of them counts. What is entered and changed at one moment never was otherwise.
    INSERT INTO inspection_past (inspection_id, until, organiser_region, programme_id, method, purpose, level, state, role, operator_id,
        place_region, producer_id, producer_region, confirmation, product_kind, laboratory_id, sampled_on, received_on, reported_on,
        delivered_on, final_on, published_on, outcome, nonconformity_id)
    SELECT b.id, w.updated_at, b.organiser_region, b.programme_id, b.method, b.purpose, b.level, b.state, b.role, b.operator_id,
        b.place_region, b.producer_id, b.producer_region, b.confirmation, b.product_kind, b.laboratory_id, b.sampled_on, b.received_on,
        b.reported_on, b.delivered_on, b.final_on, b.published_on, b.outcome, b.nonconformity_id
    FROM before b JOIN written w ON w.id = b.id
    WHERE w.updated_at > b.created_at
    ON CONFLICT (inspection_id, until) DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER inspection_record_past AFTER UPDATE ON inspection
    REFERENCING OLD TABLE AS before NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION inspection_record_past();

-- Whether an inspection counts as taken for its programme, and whether as finished. Called by the triggers below. Takes no locks.
CREATE FUNCTION inspection_is_taken(p_state text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT p_state IN ('sampled', 'sealed', 'received', 'tested', 'reported', 'delivered', 'contested', 'retesting', 'upheld',
                       'overturned', 'final', 'published', 'handed_over')
$$;
CREATE FUNCTION inspection_is_finished(p_state text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT p_state IN ('final', 'published', 'handed_over')
$$;

-- Whether the parties know the result: `InspectionState::is_known` in src/inspections/state.rs, for searches. A test holds them against each other.
-- Called by src/inspections/queries.rs. Takes no locks.
CREATE FUNCTION inspection_is_known(p_state text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT p_state IN ('delivered', 'contested', 'retesting', 'upheld', 'overturned', 'final', 'published')
$$;

-- Keeps how many samples of a programme were taken and finished. Service users are counted among the sellers.
-- Called by the triggers below. Locks the targets of the programmes, in their order.
CREATE FUNCTION inspection_count_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM programme_count_samples(c.programme_id, c.place_region, c.product_kind, c.role, c.taken::integer, c.finished::integer)
    FROM (SELECT w.programme_id, w.place_region, w.product_kind,
                 CASE w.role WHEN 'service_user' THEN 'seller' ELSE w.role END AS role,
                 count(*) FILTER (WHERE inspection_is_taken(w.state)) AS taken,
                 count(*) FILTER (WHERE inspection_is_finished(w.state)) AS finished
          FROM written w
          WHERE w.programme_id IS NOT NULL AND w.product_kind IS NOT NULL
          GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4) c
    WHERE c.taken > 0;
    RETURN NULL;
END $$;
CREATE TRIGGER inspection_count_inserted AFTER INSERT ON inspection
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION inspection_count_inserted();
CREATE FUNCTION inspection_count_updated() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
BEGIN
    PERFORM programme_count_samples(c.programme_id, c.place_region, c.product_kind, c.role, c.taken::integer, c.finished::integer)
    FROM (SELECT x.programme_id, x.place_region, x.product_kind,
                 CASE x.role WHEN 'service_user' THEN 'seller' ELSE x.role END AS role,
                 coalesce(sum(x.sign) FILTER (WHERE inspection_is_taken(x.state)), 0) AS taken,
                 coalesce(sum(x.sign) FILTER (WHERE inspection_is_finished(x.state)), 0) AS finished
          FROM (SELECT 1 AS sign, w.programme_id, w.place_region, w.product_kind, w.role, w.state FROM written w
                UNION ALL
                SELECT -1, b.programme_id, b.place_region, b.product_kind, b.role, b.state FROM before b) x
          WHERE x.programme_id IS NOT NULL AND x.product_kind IS NOT NULL
          GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4) c
    WHERE (c.taken, c.finished) <> (0, 0);
    RETURN NULL;
END $$;
CREATE TRIGGER inspection_count_updated AFTER UPDATE ON inspection
    REFERENCING OLD TABLE AS before NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION inspection_count_updated();

-- Keeps what searches look for: the names of operator, producer and product, the number of the form and that of the report.
-- Called by the triggers below, where it is not there, or what it is made of changes and it does not: a list brings it
-- (`inspections::rows::SubjectRow::bring_search_texts`). Takes no locks.
CREATE FUNCTION inspection_set_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.search_text := concat_ws(E'\n', search_name(NEW.operator_name), search_name(NEW.producer_name), search_name(NEW.product_name),
        search_name((SELECT i.number FROM inspection i WHERE i.id = NEW.inspection_id)), search_name(NEW.report_no));
    NEW.search_readings := concat_ws(E'\n', search_readings(search_name(NEW.operator_name)),
        search_readings(search_name(NEW.producer_name)));
    RETURN NEW;
END $$;
CREATE TRIGGER inspection_set_search_inserted BEFORE INSERT ON inspection_subject
    FOR EACH ROW WHEN (NEW.search_text = '') EXECUTE FUNCTION inspection_set_search();
CREATE TRIGGER inspection_set_search_updated BEFORE UPDATE ON inspection_subject
    FOR EACH ROW WHEN (NEW.search_text = '' OR (
        (OLD.operator_name, OLD.producer_name, OLD.product_name, OLD.report_no)
            IS DISTINCT FROM (NEW.operator_name, NEW.producer_name, NEW.product_name, NEW.report_no)
        AND OLD.search_text = NEW.search_text))
    EXECUTE FUNCTION inspection_set_search();

-- Folds all rows anew when the table of characters has changed.
-- Called by the trigger below, while a database is migrated. Locks all rows.
CREATE FUNCTION inspection_fold_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE inspection_subject SET search_text = '';
    RETURN NULL;
END $$;
CREATE TRIGGER inspection_fold_anew AFTER INSERT OR UPDATE ON search_table
    FOR EACH ROW EXECUTE FUNCTION inspection_fold_anew();
