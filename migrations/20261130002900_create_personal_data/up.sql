-- What people ask for under the personal information law: a copy of their data, a correction, an erasure.
CREATE TABLE personal_request (
    id          uuid PRIMARY KEY,
    account_id  uuid NOT NULL REFERENCES account,
    kind        text NOT NULL CHECK (kind IN ('copy', 'correction', 'erasure')),
    state       text NOT NULL CHECK (state IN ('received', 'preparing', 'ready', 'expired', 'failed', 'granted', 'refused', 'withdrawn')),
    -- What is to be corrected, or why.
    text        text CHECK (text <> ''),
    -- The region whose officers decide.
    region      text NOT NULL REFERENCES region,
    created_at  timestamptz NOT NULL,
    -- The day, in Asia/Shanghai, by which it is to be decided.
    due_on      date NOT NULL,
    -- When the officers were reminded of the day.
    reminded_at timestamptz,
    decided_by  uuid REFERENCES account,
    decided_at  timestamptz,
    reason      text CHECK (reason <> ''),
    -- What was erased and what is kept, of an erasure that was granted.
    outcome     jsonb,
    -- How far a copy is, in parts.
    done        integer NOT NULL DEFAULT 0,
    total       integer NOT NULL DEFAULT 0,
    attempts    integer NOT NULL DEFAULT 0,
    -- Why a copy could not be made.
    problem     jsonb,
    size        bigint,
    expires_at  timestamptz,
    CHECK (kind <> 'correction' OR text IS NOT NULL),
    CHECK (CASE kind WHEN 'copy' THEN state NOT IN ('granted', 'refused')
                     ELSE state IN ('received', 'granted', 'refused', 'withdrawn') END),
    CHECK ((state IN ('granted', 'refused')) = (decided_by IS NOT NULL AND reason IS NOT NULL)),
    CHECK ((state IN ('received', 'preparing')) = (decided_at IS NULL))
);
CREATE INDEX personal_request_by_account ON personal_request (account_id, id);
CREATE INDEX personal_request_by_region ON personal_request (region, id);
CREATE INDEX personal_request_open ON personal_request (due_on, id) WHERE state IN ('received', 'preparing');
CREATE UNIQUE INDEX personal_request_one_open ON personal_request (account_id, kind) WHERE state IN ('received', 'preparing');

-- The file of a copy, until it expires.
CREATE TABLE personal_copy (
    request_id uuid PRIMARY KEY REFERENCES personal_request,
    bytes      bytea NOT NULL,
    created_at timestamptz NOT NULL
);
