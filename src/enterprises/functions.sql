-- Functions, triggers and views of `enterprises`.

-- Published: an enterprise. One with `withdrawn_at` is not on the list any more: nothing keeps it there since an import was withdrawn.
CREATE VIEW published.enterprise AS
    SELECT id, uscc, name, operating_status, region, address, contact_name, contact_phone, contact_email, created_at, updated_at,
           search_text, search_readings, withdrawn_at, uscc_admitted
    FROM enterprise;

-- Published: what an enterprise was until a moment, for figures of past days.
CREATE VIEW published.enterprise_past AS
    SELECT enterprise_id, until, region, operating_status
    FROM enterprise_past;

-- Published: a failed product report on the list.
CREATE VIEW published.nonconformity AS
    SELECT id, enterprise_id, product_kind, report_no, inspected_on, inspection_level, failed_items, order_issued_on, created_at,
           updated_at, laboratory, signed_by, report_key
    FROM nonconformity
    WHERE withdrawn_at IS NULL;

-- Published: the same with those that were withdrawn, for figures of past days and for the histories of their cases. It was on the list from
-- `created_at` until `withdrawn_at`.
CREATE VIEW published.nonconformity_ever AS
    SELECT id, enterprise_id, product_kind, report_no, inspected_on, failed_items, created_at, updated_at, inspection_level,
           order_issued_on, laboratory, signed_by, report_key, withdrawn_at
    FROM nonconformity;

-- Published: what a password of an enterprise's people must not be made of: its name and its unified social credit code. Empty where there is
-- no such enterprise. What `accounts`, which stands below, asks of enterprises. Called by src/accounts/store.rs. Takes no locks.
CREATE FUNCTION enterprise_own_words(p_enterprise uuid) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT ARRAY[name, uscc] FROM enterprise WHERE id = p_enterprise), '{}')
$$;

-- Regions, kinds and enterprises are never deleted, so a reference to one needs checking only when it is written. A foreign key does that
-- row by row and locks each row that is referred to: half of the time of a province's import. The checks here look once at all the rows
-- of a statement.

-- Keeps every enterprise in a region that exists. Called by the triggers below. Takes no locks.
CREATE FUNCTION enterprise_check_references() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM written w WHERE NOT EXISTS (SELECT FROM region r WHERE r.code = w.region)) THEN
        RAISE foreign_key_violation USING MESSAGE = 'an enterprise is in a region that does not exist';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER enterprise_check_inserted AFTER INSERT ON enterprise
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION enterprise_check_references();
CREATE TRIGGER enterprise_check_updated AFTER UPDATE ON enterprise
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION enterprise_check_references();

-- Keeps every nonconformity with an enterprise and a product kind that exist. Called by the triggers below. Takes no locks.
CREATE FUNCTION nonconformity_check_references() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM written w WHERE NOT EXISTS (SELECT FROM enterprise e WHERE e.id = w.enterprise_id)
    ) THEN
        RAISE foreign_key_violation USING MESSAGE = 'a nonconformity is of an enterprise that does not exist';
    END IF;
    IF EXISTS (
        SELECT FROM written w WHERE NOT EXISTS (SELECT FROM product_kind k WHERE k.code = w.product_kind)
    ) THEN
        RAISE foreign_key_violation USING MESSAGE = 'a nonconformity is of a product kind that does not exist';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER nonconformity_check_inserted AFTER INSERT ON nonconformity
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION nonconformity_check_references();
CREATE TRIGGER nonconformity_check_updated AFTER UPDATE ON nonconformity
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION nonconformity_check_references();

-- Keeps all enterprises and nonconformities: see refuse_delete.
CREATE TRIGGER enterprise_refuse_delete BEFORE DELETE ON enterprise
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER nonconformity_refuse_delete BEFORE DELETE ON nonconformity
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();

-- Keeps in enterprise_past what an enterprise was before each change of its region or status.
-- A statement can change all rows of a province, and PL/pgSQL keeps the plan of its first call: without nested loops it serves for one row
-- and for all of them.
-- Called by the trigger below. Takes no locks but on the rows that it adds.
CREATE FUNCTION enterprise_record_past() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
BEGIN
    -- Two changes at one moment: what was before the first of them counts.
    INSERT INTO enterprise_past (enterprise_id, until, region, operating_status)
    SELECT b.id, w.updated_at, b.region, b.operating_status
    FROM before b JOIN written w ON w.id = b.id
    WHERE (b.region, b.operating_status) IS DISTINCT FROM (w.region, w.operating_status)
    ON CONFLICT (enterprise_id, until) DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER enterprise_record_past AFTER UPDATE ON enterprise
    REFERENCING OLD TABLE AS before NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION enterprise_record_past();

-- Keeps the contact of an enterprise that is the person of its account: where the record has the name, mail address or phone that the
-- account had, it gets the new one. What the record says otherwise stays the regulator's.
-- Called by the trigger below. Locks the row of the enterprise after that of the account.
CREATE FUNCTION account_keep_contact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE enterprise SET
        contact_name = CASE WHEN contact_name = OLD.name THEN NEW.name ELSE contact_name END,
        contact_email = CASE WHEN lower(contact_email) = lower(OLD.email) AND NEW.email IS NOT NULL THEN NEW.email ELSE contact_email END,
        contact_phone = CASE WHEN contact_phone = OLD.phone THEN NEW.phone ELSE contact_phone END
    WHERE id = NEW.enterprise_id
      AND (contact_name = OLD.name OR lower(contact_email) = lower(OLD.email) OR contact_phone = OLD.phone);
    RETURN NULL;
END $$;
CREATE TRIGGER account_keep_contact AFTER UPDATE OF name, email, phone ON account
    FOR EACH ROW WHEN (NEW.enterprise_id IS NOT NULL
                       AND (OLD.name, OLD.email, OLD.phone) IS DISTINCT FROM (NEW.name, NEW.email, NEW.phone))
    EXECUTE FUNCTION account_keep_contact();

-- Keeps what searches look for in the rows of enterprise.
-- Called by the triggers below, where it is not there, or what it is made of changes and it does not: an import brings it
-- (`enterprises::searched`). Takes no locks.
CREATE FUNCTION enterprise_set_search() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_name text := search_name(NEW.name);
BEGIN
    NEW.search_text := v_name || E'\n' || search_fold(NEW.uscc);
    NEW.search_readings := search_readings(v_name);
    RETURN NEW;
END $$;
CREATE TRIGGER enterprise_set_search_inserted BEFORE INSERT ON enterprise
    FOR EACH ROW WHEN (NEW.search_text = '') EXECUTE FUNCTION enterprise_set_search();
CREATE TRIGGER enterprise_set_search_updated BEFORE UPDATE OF name, uscc, search_text ON enterprise
    FOR EACH ROW WHEN (NEW.search_text = '' OR ((OLD.name, OLD.uscc) IS DISTINCT FROM (NEW.name, NEW.uscc) AND OLD.search_text = NEW.search_text))
    EXECUTE FUNCTION enterprise_set_search();

-- Folds all rows of enterprise anew when the table of characters has changed.
-- Called by the trigger below, while a database is migrated. Locks all rows.
CREATE FUNCTION enterprise_fold_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE enterprise SET search_text = '';
    RETURN NULL;
END $$;
CREATE TRIGGER enterprise_fold_anew AFTER INSERT OR UPDATE ON search_table
    FOR EACH ROW EXECUTE FUNCTION enterprise_fold_anew();

-- Keeps what searches look for in the rows of nonconformity.
-- Called by the triggers below, where it is not there, or what it is made of changes and it does not. Takes no locks.
CREATE FUNCTION nonconformity_set_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.report_key := search_name(NEW.report_no) || E'\n';
    RETURN NEW;
END $$;
CREATE TRIGGER nonconformity_set_search_inserted BEFORE INSERT ON nonconformity
    FOR EACH ROW WHEN (NEW.report_key = '') EXECUTE FUNCTION nonconformity_set_search();
CREATE TRIGGER nonconformity_set_search_updated BEFORE UPDATE OF report_no, report_key ON nonconformity
    FOR EACH ROW WHEN (NEW.report_key = '' OR (OLD.report_no IS DISTINCT FROM NEW.report_no AND OLD.report_key = NEW.report_key))
    EXECUTE FUNCTION nonconformity_set_search();

-- Folds all rows of nonconformity anew when the table of characters has changed.
-- Called by the trigger below, while a database is migrated. Locks all rows.
CREATE FUNCTION nonconformity_fold_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE nonconformity SET report_key = '';
    RETURN NULL;
END $$;
CREATE TRIGGER nonconformity_fold_anew AFTER INSERT OR UPDATE ON search_table
    FOR EACH ROW EXECUTE FUNCTION nonconformity_fold_anew();
