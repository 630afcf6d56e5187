-- Retention: what is erased after its period, and what a legal hold keeps.

-- A legal hold: nothing of an enterprise, of a case or of a consultation is erased while it is in force.
CREATE TABLE retention_hold (
    id               uuid PRIMARY KEY,
    target           text NOT NULL CHECK (target IN ('enterprise', 'case', 'consultation')),
    enterprise_id    uuid NOT NULL REFERENCES enterprise,
    -- The nonconformity of the case, by which its consultations are found.
    case_id          uuid REFERENCES remediation_case,
    nonconformity_id uuid REFERENCES nonconformity,
    consultation_id  uuid REFERENCES consultation,
    reason           text NOT NULL CHECK (reason <> ''),
    -- The last day on which it is in force; none: until it is released.
    until_day        date,
    set_by           uuid NOT NULL REFERENCES account,
    set_at           timestamptz NOT NULL,
    released_by      uuid REFERENCES account,
    released_at      timestamptz,
    release_reason   text,
    CHECK ((target = 'case') = (case_id IS NOT NULL)),
    CHECK ((target = 'case') = (nonconformity_id IS NOT NULL)),
    CHECK ((target = 'consultation') = (consultation_id IS NOT NULL)),
    CHECK ((released_at IS NULL) = (released_by IS NULL) AND (released_at IS NULL) = (release_reason IS NULL))
);
CREATE INDEX retention_hold_of_enterprise ON retention_hold (enterprise_id) WHERE released_at IS NULL;

-- What was erased on a day, of each kind.
CREATE TABLE retention_run (
    id       uuid PRIMARY KEY,
    day      date NOT NULL,
    kind     text NOT NULL CHECK (kind IN ('messages', 'files', 'accounts', 'sessions', 'mails')),
    -- The period by which it went, in months or days as the kind has it.
    period   integer NOT NULL CHECK (period > 0),
    rows     bigint NOT NULL,
    bytes    bigint NOT NULL,
    began_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    UNIQUE (day, kind)
);
