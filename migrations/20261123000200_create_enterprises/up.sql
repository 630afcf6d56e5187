CREATE TABLE enterprise (
    id               uuid PRIMARY KEY,
    uscc             text NOT NULL UNIQUE CHECK (length(uscc) = 18),
    name             text NOT NULL,
    operating_status text NOT NULL
        CHECK (operating_status IN ('operating', 'suspended', 'deregistered', 'revoked', 'moved_out')),
    region           text NOT NULL REFERENCES region,
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
    enterprise_id    uuid NOT NULL REFERENCES enterprise,
    product_kind     text NOT NULL REFERENCES product_kind,
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
