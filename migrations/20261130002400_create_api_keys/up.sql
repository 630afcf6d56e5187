-- Keys by which programs of other systems act in place of the officer who made them.
CREATE TABLE api_key (
    id           uuid PRIMARY KEY,
    account_id   uuid NOT NULL REFERENCES account,
    -- The name of the system that has it.
    name         text NOT NULL CHECK (name <> ''),
    -- The beginning of the key, by which people tell keys apart.
    hint         text NOT NULL,
    -- SHA-256 of 256 random bits: nothing to guess, so no slow hash.
    hash         bytea NOT NULL UNIQUE,
    scopes       text[] NOT NULL CHECK (cardinality(scopes) > 0),
    -- It acts in this region and all under it.
    region       text NOT NULL REFERENCES region,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    -- To the hour.
    last_used_at timestamptz,
    revoked_at   timestamptz,
    revoked_by   uuid REFERENCES account,
    CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))
);
CREATE INDEX api_key_by_account ON api_key (account_id);

-- The consultations that other systems have opened, each under the system's own reference. A system is the name of its keys in a region.
CREATE TABLE incoming_consultation (
    region          text NOT NULL REFERENCES region,
    system          text NOT NULL,
    reference       text NOT NULL CHECK (reference <> ''),
    consultation_id uuid NOT NULL UNIQUE REFERENCES consultation,
    api_key_id      uuid NOT NULL REFERENCES api_key,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (region, system, reference)
);
