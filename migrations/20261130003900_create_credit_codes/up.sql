-- Quality credit codes (品质信用码): the public address of the record of one product of an enterprise.

-- A code from its application on. It belongs to one product: kind, name, trademark and model of one maker.
CREATE TABLE credit_code (
    id              uuid PRIMARY KEY,
    enterprise_id   uuid NOT NULL REFERENCES enterprise,
    -- The region whose officers decide: that of the enterprise when it last applied.
    region          text NOT NULL REFERENCES region,
    -- Name and region of the maker as they were when the code was last granted; before that, when it was applied for. A code is not in force for a maker
    -- that has another name or place since.
    maker_name      text NOT NULL CHECK (maker_name <> ''),
    maker_region    text NOT NULL REFERENCES region,
    uscc            text NOT NULL,
    product_kind    text NOT NULL REFERENCES product_kind,
    product_name    text NOT NULL CHECK (product_name <> ''),
    trademark       text CHECK (trademark <> ''),
    model           text NOT NULL CHECK (model <> ''),
    standard        text CHECK (standard <> ''),
    state           text NOT NULL
        CHECK (state IN ('applied', 'refused', 'withdrawn', 'granted', 'renewing', 'revoked', 'given_up', 'lapsed')),
    -- The version of the rules by which it is judged, and of the text of the public page that the enterprise accepted.
    rules_version   text NOT NULL,
    text_version    text NOT NULL,
    applied_by      uuid NOT NULL REFERENCES account,
    applied_at      timestamptz NOT NULL,
    granted_on      date,
    -- The last day on which it can be in force.
    valid_until     date,
    -- Since when it is known not to be in force, while it is granted; NULL while it is.
    suspended_at    timestamptz,
    -- The day on which it was revoked, given up or lapsed.
    ended_on        date,
    -- The day on which the enterprise was last reminded that it ends.
    reminded_on     date,
    -- Number of its last event.
    version         integer NOT NULL CHECK (version > 0),
    updated_at      timestamptz NOT NULL,
    -- What searches look for; kept by a trigger.
    search_text     text NOT NULL DEFAULT '',
    search_readings text NOT NULL DEFAULT '',
    CHECK ((state IN ('granted', 'renewing', 'revoked', 'given_up', 'lapsed')) = (granted_on IS NOT NULL)),
    CHECK ((granted_on IS NULL) = (valid_until IS NULL)),
    CHECK ((state IN ('revoked', 'given_up', 'lapsed')) = (ended_on IS NOT NULL)),
    CHECK (suspended_at IS NULL OR state IN ('granted', 'renewing'))
);
-- A product has one code at a time.
CREATE UNIQUE INDEX credit_code_once ON credit_code (enterprise_id, product_kind, product_name, coalesce(trademark, ''), model)
    WHERE state IN ('applied', 'granted', 'renewing');
CREATE INDEX credit_code_by_enterprise ON credit_code (enterprise_id, id);
CREATE INDEX credit_code_by_region ON credit_code (region, id);
CREATE INDEX credit_code_by_state ON credit_code (state, id);

-- What is printed: each print run has a token of its own, so that one run can be ended without the others. The token is the public address; it is kept as it
-- is, since the enterprise prints the label again and again and everybody can read the token off the product.
CREATE TABLE credit_code_version (
    code_id    uuid NOT NULL REFERENCES credit_code,
    number     integer NOT NULL CHECK (number > 0),
    -- 128 random bits in base 32 (the digits of Crockford).
    token      text NOT NULL UNIQUE CHECK (token ~ '^[0-7][0-9A-HJKMNP-TV-Z]{25}$'),
    -- The print run in the enterprise's words.
    batch      text NOT NULL CHECK (batch <> ''),
    created_by uuid REFERENCES account,
    created_at timestamptz NOT NULL,
    ended_at   timestamptz,
    end_reason text CHECK (end_reason <> ''),
    PRIMARY KEY (code_id, number),
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);

-- The history of a code. Rows are never changed or removed.
CREATE TABLE credit_code_event (
    code_id    uuid NOT NULL REFERENCES credit_code,
    ordinal    integer NOT NULL CHECK (ordinal > 0),
    step       text NOT NULL
        CHECK (step IN ('apply', 'withdraw', 'refuse', 'grant', 'apply_renewal', 'renew', 'refuse_renewal', 'suspend', 'resume', 'revoke',
                        'give_up', 'lapse', 'add_version', 'end_version')),
    from_state text,
    to_state   text NOT NULL,
    reason     text,
    -- Of a suspension: the conditions that were lost, and since when the first of them was.
    conditions text[] NOT NULL DEFAULT '{}',
    lost_at    timestamptz,
    -- Who took the step; NULL where the platform did.
    account_id uuid REFERENCES account,
    at         timestamptz NOT NULL,
    PRIMARY KEY (code_id, ordinal)
);

-- How often the page of a code was opened: in sums by day and city. Nothing of who opened it is kept.
CREATE TABLE credit_code_scan (
    code_id uuid NOT NULL REFERENCES credit_code,
    number  integer NOT NULL,
    -- In Asia/Shanghai.
    day     date NOT NULL,
    -- Code of the city or province, as a trusted proxy says it; empty where it is not known.
    region  text NOT NULL,
    -- What the page said.
    answer  text NOT NULL CHECK (answer IN ('in_force', 'suspended', 'ended')),
    scans   bigint NOT NULL CHECK (scans > 0),
    PRIMARY KEY (code_id, number, day, region, answer)
);
CREATE INDEX credit_code_scan_by_day ON credit_code_scan (day);
