CREATE TABLE enterprise (
    id               uuid PRIMARY KEY,
    uscc             text NOT NULL UNIQUE CHECK (length(uscc) = 18),
    name             text NOT NULL,
    operating_status text NOT NULL
        CHECK (operating_status IN ('operating', 'suspended', 'deregistered', 'revoked', 'moved_out')),
    -- A code of region; checked by a trigger, for all rows of a statement at once.
    region           text NOT NULL,
    address          text,
    contact_name     text,
    contact_phone    text,
    contact_email    text,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL
);
CREATE INDEX enterprise_by_region ON enterprise (region, id);

-- What an enterprise was until a moment, written when it changes, so that a figure as of a past day can be worked out at any time and
-- never changes: its region and status then are those of the first row that ended after that day, else the present ones. (Rows for
-- the past cost an import of new enterprises nothing.) Nonconformities are only ever added, and cases have their events.
CREATE TABLE enterprise_past (
    enterprise_id    uuid NOT NULL REFERENCES enterprise,
    until            timestamptz NOT NULL,
    region           text NOT NULL,
    operating_status text NOT NULL,
    PRIMARY KEY (enterprise_id, until)
);

-- One failed product report. With the enterprise and the kind, the report number identifies it. The enterprise and the kind are checked
-- by a trigger, for all rows of a statement at once.
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
    -- The laboratory that made the report, and who signed it.
    laboratory       text,
    signed_by        text,
    UNIQUE (enterprise_id, product_kind, report_no)
);
CREATE INDEX nonconformity_by_day ON nonconformity (inspected_on);
-- The beginning of a report's number, typed into a search.
CREATE INDEX nonconformity_by_report ON nonconformity (report_no text_pattern_ops);

-- A claim of an enterprise's account, until its one-time link is used or an admin decides.
CREATE TABLE enterprise_registration (
    id            uuid PRIMARY KEY,
    enterprise_id uuid NOT NULL REFERENCES enterprise,
    username      text NOT NULL,
    password_hash text NOT NULL,
    contact_name  text NOT NULL,
    contact_email text,
    contact_phone text,
    language      text NOT NULL CHECK (language IN ('zh-CN', 'en')),
    state         text NOT NULL CHECK (state IN ('mailed', 'to_approve', 'confirmed', 'rejected', 'superseded')),
    reason        text,
    token_hash    bytea UNIQUE,
    expires_at    timestamptz NOT NULL,
    created_at    timestamptz NOT NULL,
    decided_at    timestamptz
);
CREATE INDEX enterprise_registration_by_enterprise ON enterprise_registration (enterprise_id);
CREATE INDEX enterprise_registration_to_approve ON enterprise_registration (id) WHERE state = 'to_approve';

ALTER TABLE account ADD FOREIGN KEY (enterprise_id) REFERENCES enterprise;
