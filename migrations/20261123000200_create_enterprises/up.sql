CREATE TABLE enterprise (
    id               uuid PRIMARY KEY,
    uscc             text NOT NULL UNIQUE CHECK (length(uscc) = 18),
    name             text NOT NULL,
    operating_status text NOT NULL
        CHECK (operating_status IN ('operating', 'suspended', 'deregistered', 'revoked', 'moved_out')),
    region           text NOT NULL,
    address          text,
    contact_name     text,
    contact_phone    text,
    contact_email    text,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL
);
CREATE INDEX enterprise_by_region ON enterprise (region, id);

-- One failed product report. With the enterprise and the kind, the report number identifies it.
CREATE TABLE nonconformity (
    id               uuid PRIMARY KEY,
    enterprise_id    uuid NOT NULL,
    product_kind     text NOT NULL,
    report_no        text NOT NULL,
    inspected_on     date NOT NULL,
    inspection_level text
        CHECK (inspection_level IN ('national', 'provincial', 'municipal', 'county')),
    failed_items     text[] NOT NULL,
    order_issued_on  date,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    UNIQUE (enterprise_id, product_kind, report_no)
);

-- Regions, kinds and enterprises are never deleted, so a reference to one needs checking only when
-- it is written. A foreign key does that row by row and locks each row that is referred to: half of
-- the time of a province's import. These look once at all the rows of a statement.
CREATE FUNCTION enterprise_refers_to_known() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM written w WHERE NOT EXISTS (SELECT FROM region r WHERE r.code = w.region)) THEN
        RAISE foreign_key_violation USING MESSAGE = 'an enterprise is in a region that is not known';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER enterprise_when_inserted AFTER INSERT ON enterprise
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION enterprise_refers_to_known();
CREATE TRIGGER enterprise_when_updated AFTER UPDATE ON enterprise
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION enterprise_refers_to_known();

CREATE FUNCTION enterprise_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE restrict_violation USING MESSAGE = 'enterprises are never deleted';
END $$;
CREATE TRIGGER enterprise_when_deleted BEFORE DELETE ON enterprise
    FOR EACH ROW EXECUTE FUNCTION enterprise_is_kept();

CREATE FUNCTION nonconformity_refers_to_known() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM written w WHERE NOT EXISTS (SELECT FROM enterprise e WHERE e.id = w.enterprise_id)
    ) THEN
        RAISE foreign_key_violation USING MESSAGE = 'a nonconformity is of an enterprise that is not known';
    END IF;
    IF EXISTS (
        SELECT FROM written w WHERE NOT EXISTS (SELECT FROM product_kind k WHERE k.code = w.product_kind)
    ) THEN
        RAISE foreign_key_violation USING MESSAGE = 'a nonconformity is of a product kind that is not known';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER nonconformity_when_inserted AFTER INSERT ON nonconformity
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION nonconformity_refers_to_known();
CREATE TRIGGER nonconformity_when_updated AFTER UPDATE ON nonconformity
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION nonconformity_refers_to_known();
