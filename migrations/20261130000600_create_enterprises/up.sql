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
    updated_at       timestamptz NOT NULL,
    -- Kept by triggers: the folded texts with line feeds between, and how the name is read.
    search_text      text NOT NULL DEFAULT '',
    search_readings  text NOT NULL DEFAULT '',
    -- Since when nothing keeps it on the list, because the imports that named it were withdrawn.
    withdrawn_at     timestamptz,
    -- Whether its code was let in against the rule.
    uscc_admitted    boolean NOT NULL DEFAULT false
);
-- How many of a region are in operation: the index alone answers it.
CREATE INDEX enterprise_by_region ON enterprise (region, id) INCLUDE (operating_status);
CREATE INDEX enterprise_by_search_text ON enterprise (search_text text_pattern_ops);

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
    -- The report's number, folded, as searches find it.
    report_key       text NOT NULL DEFAULT '',
    -- A record that was withdrawn with its import keeps its row, so that figures of past days stay: it was on the list from `created_at`
    -- until then. The same report can be listed again.
    withdrawn_at     timestamptz,
    CONSTRAINT nonconformity_listed_once UNIQUE NULLS NOT DISTINCT (enterprise_id, product_kind, report_no, withdrawn_at)
);
CREATE INDEX nonconformity_by_day ON nonconformity (inspected_on);
-- The beginning of a report's number, typed into a search.
CREATE INDEX nonconformity_by_report_key ON nonconformity (report_key text_pattern_ops);

-- A claim of an enterprise's account, until its one-time link is used or an admin decides. It holds no name to log in with and no password:
-- they are chosen behind the link.
CREATE TABLE enterprise_registration (
    id            uuid PRIMARY KEY,
    enterprise_id uuid NOT NULL REFERENCES enterprise,
    contact_name  text NOT NULL,
    contact_email text,
    contact_phone text,
    language      text NOT NULL CHECK (language IN ('zh-CN', 'en')),
    state         text NOT NULL
        CHECK (state IN ('mailed', 'to_approve', 'confirmed', 'rejected', 'superseded', 'declined')),
    reason        text,
    token_hash    bytea UNIQUE,
    expires_at    timestamptz NOT NULL,
    created_at    timestamptz NOT NULL,
    decided_at    timestamptz,
    -- Where it came from, as the first bits of the address (203.0.113.0/24).
    network       text NOT NULL DEFAULT '',
    -- Where the link went, which whoever confirms has proved to read.
    mailed_to     text,
    repeated      integer NOT NULL DEFAULT 0,
    last_asked_at timestamptz,
    -- The mail with the one-time link, so that its state can be shown. The outbox belongs to another domain: no foreign key.
    mail_id       uuid
);
CREATE INDEX enterprise_registration_by_enterprise ON enterprise_registration (enterprise_id);
CREATE INDEX enterprise_registration_to_approve ON enterprise_registration (id) WHERE state = 'to_approve';

-- A unified social credit code that the national register has and a rule of GB 32100-2015 refuses, let in by an officer. One that was
-- withdrawn stays as it was; the code can be admitted again.
CREATE TABLE uscc_admission (
    id               uuid PRIMARY KEY,
    uscc             text NOT NULL CHECK (length(uscc) = 18),
    -- The rule that the code breaks.
    fault            text NOT NULL
        CHECK (fault IN ('authority', 'region', 'checksum', 'organisation')),
    -- The region for which it is admitted: whose officers, and those above, see it.
    region           text NOT NULL REFERENCES region,
    reason           text NOT NULL,
    -- Where the code was found, such as the national enterprise credit publicity system, with the day.
    checked_in       text NOT NULL,
    admitted_by      uuid NOT NULL REFERENCES account,
    admitted_at      timestamptz NOT NULL,
    withdrawn_at     timestamptz,
    withdrawn_by     uuid REFERENCES account,
    withdrawn_reason text,
    CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL)),
    CHECK ((withdrawn_at IS NULL) = (withdrawn_reason IS NULL))
);
CREATE UNIQUE INDEX uscc_admission_in_force ON uscc_admission (uscc) WHERE withdrawn_at IS NULL;
CREATE INDEX uscc_admission_by_region ON uscc_admission (region, id);

ALTER TABLE account ADD FOREIGN KEY (enterprise_id) REFERENCES enterprise;
