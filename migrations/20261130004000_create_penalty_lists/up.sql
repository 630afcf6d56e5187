-- Penalty lists: administrative penalties of authorities (SAMR Order No. 45, art. 4), their import, and the conduct that comes of them.

-- A list: a file that an officer sends in.
CREATE TABLE penalty_list (
    id               uuid PRIMARY KEY,
    requested_by     uuid REFERENCES account,
    -- The region of the officer who sent it in.
    region           text NOT NULL REFERENCES region,
    file_name        text NOT NULL,
    -- The file until it was read; of a check until `file_until`.
    file             bytea,
    sha256           bytea NOT NULL,
    dry_run          boolean NOT NULL,
    -- What holds for every row that does not say otherwise: {"authority"}.
    defaults         jsonb NOT NULL DEFAULT '{}',
    state            text NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'withdrawn')),
    attempts         integer NOT NULL DEFAULT 0,
    total            integer,
    processed        integer NOT NULL DEFAULT 0,
    rows             integer NOT NULL DEFAULT 0,
    inserted         integer NOT NULL DEFAULT 0,
    updated          integer NOT NULL DEFAULT 0,
    unchanged        integer NOT NULL DEFAULT 0,
    rejected         integer NOT NULL DEFAULT 0,
    -- Of the rejected rows, those that are no records.
    not_records      integer NOT NULL DEFAULT 0,
    -- The headings of its lists, what the importer should know, why it was refused.
    header           jsonb,
    warnings         jsonb,
    problem          jsonb,
    created_at       timestamptz NOT NULL,
    started_at       timestamptz,
    finished_at      timestamptz,
    file_until       timestamptz,
    -- Of an import from the record of a check: that check.
    check_id         uuid REFERENCES penalty_list,
    -- {"at", "by", "reason"} of its withdrawal.
    withdrawal       jsonb,
    CHECK (rows = inserted + updated + unchanged + rejected),
    CHECK (not_records <= rejected),
    CHECK ((state = 'withdrawn') = (withdrawal IS NOT NULL))
);
-- A file is read once and then cleared; compressing it would take longer than importing it.
ALTER TABLE penalty_list ALTER COLUMN file SET STORAGE EXTERNAL;
CREATE INDEX penalty_list_open ON penalty_list (id) WHERE state IN ('queued', 'running');
CREATE INDEX penalty_list_by_region ON penalty_list (region, id);
CREATE INDEX penalty_list_by_check ON penalty_list (check_id) WHERE check_id IS NOT NULL;
CREATE INDEX penalty_list_kept ON penalty_list (file_until) WHERE file_until IS NOT NULL AND file IS NOT NULL;

-- One reason for which one row was rejected; `cells` is the row as it was in the file, kept with the first of its reasons.
CREATE TABLE penalty_list_rejection (
    import_id  uuid NOT NULL REFERENCES penalty_list ON DELETE CASCADE,
    row_no     integer NOT NULL,
    ordinal    integer NOT NULL,
    field      text NOT NULL,
    value      text NOT NULL,
    code       text NOT NULL,
    reason_zh  text NOT NULL,
    reason_en  text NOT NULL,
    cells      jsonb,
    -- What some cells were beyond their texts.
    marks      text,
    CHECK ((ordinal = 0) = (cells IS NOT NULL)),
    PRIMARY KEY (import_id, row_no, ordinal)
);

-- A penalty against one party for one act, as the list told it, and what came of it.
CREATE TABLE penalty (
    id               uuid PRIMARY KEY,
    -- The list that brought it.
    import_id        uuid NOT NULL REFERENCES penalty_list,
    -- The region of that list: its officers, and those of the regions above, decide.
    scope            text NOT NULL REFERENCES region,
    -- The number of the decision as the authority writes it, and as two are compared.
    document_no      text NOT NULL,
    document_key     text NOT NULL,
    party_name       text NOT NULL,
    -- The name as two are compared.
    party_key        text NOT NULL,
    party_uscc       text,
    party_region     text REFERENCES region,
    act              text NOT NULL,
    act_key          text NOT NULL,
    facts            text,
    product          text,
    law              text,
    penalty_kind     text,
    content          text,
    fine_fen         bigint CHECK (fine_fen >= 0),
    authority        text NOT NULL,
    authority_region text REFERENCES region,
    decided_on       date NOT NULL,
    happened_on      date CHECK (happened_on <= decided_on),
    fault            text CHECK (fault IN ('intentional', 'negligent')),
    -- The inspection on which it rests, where the list names its form or report.
    inspection_id    uuid REFERENCES inspection,
    -- Whom it is against, and as what it counts: known, or said by an officer.
    enterprise_id    uuid REFERENCES enterprise,
    behaviour        text,
    state            text NOT NULL CHECK (state IN ('open', 'entered', 'dismissed', 'annulled', 'withdrawn')),
    -- The entry of conduct that came of it.
    conduct_id       uuid REFERENCES conduct,
    -- {"on", "document_no", "reason", "import"} of its annulment.
    annulment        jsonb,
    -- The number of its last event.
    version          integer NOT NULL,
    created_at       timestamptz NOT NULL,
    CHECK (state <> 'entered' OR (conduct_id IS NOT NULL AND enterprise_id IS NOT NULL AND behaviour IS NOT NULL)),
    CHECK (state <> 'annulled' OR annulment IS NOT NULL)
);
CREATE UNIQUE INDEX penalty_known ON penalty (document_key, party_key, act_key) WHERE state <> 'withdrawn';
CREATE INDEX penalty_by_scope ON penalty (scope, id);
CREATE INDEX penalty_by_import ON penalty (import_id, id);
CREATE INDEX penalty_by_enterprise ON penalty (enterprise_id, id) WHERE enterprise_id IS NOT NULL;
CREATE INDEX penalty_by_inspection ON penalty (inspection_id) WHERE inspection_id IS NOT NULL;
CREATE INDEX penalty_by_conduct ON penalty (conduct_id) WHERE conduct_id IS NOT NULL;
-- Those whose party was not in the register: looked for again, by the credit code.
CREATE INDEX penalty_unknown_code ON penalty (party_uscc) WHERE state = 'open' AND enterprise_id IS NULL AND party_uscc IS NOT NULL;

-- The history of a penalty.
CREATE TABLE penalty_event (
    penalty_id  uuid NOT NULL REFERENCES penalty,
    ordinal     integer NOT NULL,
    step        text NOT NULL CHECK (step IN ('list', 'enter', 'dismiss', 'annul', 'reinstate', 'reopen', 'withdraw')),
    from_state  text CHECK (from_state IN ('open', 'entered', 'dismissed', 'annulled', 'withdrawn')),
    to_state    text NOT NULL CHECK (to_state IN ('open', 'entered', 'dismissed', 'annulled', 'withdrawn')),
    recorded_at timestamptz NOT NULL,
    actor_id    uuid REFERENCES account,
    actor_role  text NOT NULL,
    details     jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (penalty_id, ordinal),
    CHECK ((ordinal = 1) = (from_state IS NULL))
);

-- What became of a row that was taken: its penalty, and what the penalty was after it.
CREATE TABLE penalty_list_row (
    import_id  uuid NOT NULL REFERENCES penalty_list,
    row_no     integer NOT NULL,
    penalty_id uuid NOT NULL REFERENCES penalty,
    outcome    text NOT NULL CHECK (outcome IN ('inserted', 'updated', 'unchanged')),
    -- The number of the penalty's last event after the import; where it is greater now, something stands on the row.
    version    integer NOT NULL,
    PRIMARY KEY (import_id, row_no)
);
CREATE INDEX penalty_list_row_by_penalty ON penalty_list_row (penalty_id);

-- What an officer has to decide of a penalty: whom it is against, or as what it counts. Nothing is decided by itself.
CREATE TABLE penalty_question (
    id            uuid PRIMARY KEY,
    penalty_id    uuid NOT NULL REFERENCES penalty,
    scope         text NOT NULL REFERENCES region,
    kind          text NOT NULL CHECK (kind IN ('party', 'behaviour')),
    -- Why it is asked.
    reason        text NOT NULL CHECK (reason IN ('no_code', 'two_codes', 'not_in_register', 'unknown_act')),
    -- The enterprise that is proposed, where one is found by its name.
    enterprise_id uuid REFERENCES enterprise,
    -- By what it was found; none where it is the one of the credit code.
    likeness      text CHECK (likeness IN ('same_name_and_region', 'same_name', 'alike')),
    state         text NOT NULL CHECK (state IN ('open', 'accepted', 'other', 'refused', 'void')),
    -- What an officer said.
    chosen_id     uuid REFERENCES enterprise,
    behaviour     text,
    decided_by    uuid REFERENCES account,
    decided_at    timestamptz,
    note          text,
    created_at    timestamptz NOT NULL,
    CHECK (likeness IS NULL OR enterprise_id IS NOT NULL),
    CHECK ((state = 'open') = (decided_at IS NULL)),
    CHECK (state NOT IN ('accepted', 'other') OR (kind = 'party') = (chosen_id IS NOT NULL)),
    CHECK (state NOT IN ('accepted', 'other') OR (kind = 'behaviour') = (behaviour IS NOT NULL)),
    UNIQUE (penalty_id, kind)
);
CREATE INDEX penalty_question_open ON penalty_question (scope, id) WHERE state = 'open';
CREATE INDEX penalty_question_by_enterprise ON penalty_question (enterprise_id) WHERE enterprise_id IS NOT NULL;
