-- Credit conduct (信用行为): facts that count for or against a product or an operator, and the due process of each entry.

-- What happened once. Several entries (the failed sample, the penalty for it, the failed re-inspection) can be about one fact, which counts once.
CREATE TABLE conduct_fact (
    id          uuid PRIMARY KEY,
    happened_on date NOT NULL,
    created_at  timestamptz NOT NULL
);

-- By what a fact is known again: an inspection, a nonconformity, a case, a document about an enterprise.
CREATE TABLE conduct_fact_key (
    key     text PRIMARY KEY CHECK (key ~ '^(inspection|nonconformity|case|document):.'),
    fact_id uuid NOT NULL REFERENCES conduct_fact
);
CREATE INDEX conduct_fact_key_by_fact ON conduct_fact_key (fact_id);

-- A product line of an enterprise: the same product in the sense of the rules of sampling (standard, trademark, model).
CREATE TABLE conduct_line (
    id            uuid PRIMARY KEY,
    enterprise_id uuid NOT NULL REFERENCES enterprise,
    product_kind  text REFERENCES product_kind,
    product_name  text NOT NULL CHECK (product_name <> ''),
    standard      text,
    trademark     text,
    model         text,
    created_at    timestamptz NOT NULL,
    UNIQUE NULLS NOT DISTINCT (enterprise_id, product_kind, product_name, standard, trademark, model)
);

-- An entry about a fact: what it came to by its history.
CREATE TABLE conduct (
    id               uuid PRIMARY KEY,
    fact_id          uuid NOT NULL REFERENCES conduct_fact,
    enterprise_id    uuid NOT NULL REFERENCES enterprise,
    role             text NOT NULL CHECK (role IN ('producer', 'seller', 'service_user', 'online')),
    -- The product line that it is about; none where it is about the operator itself.
    line_id          uuid REFERENCES conduct_line,
    -- Code of the behaviour in the rules of its version. Points are never stored: they follow from the rules.
    behaviour        text NOT NULL CHECK (behaviour <> ''),
    intent           text NOT NULL CHECK (intent IN ('not_stated', 'negligent', 'intentional')),
    happened_on      date NOT NULL,
    decided_on       date NOT NULL,
    document_no      text,
    -- The number without blanks and with one kind of brackets, to know it again.
    document_key     text,
    -- The name of the authority that decided, and the region of the office that keeps the entry.
    authority        text NOT NULL CHECK (authority <> ''),
    authority_region text NOT NULL REFERENCES region,
    source           text NOT NULL CHECK (source IN ('inspection', 'case', 'penalty', 'import', 'commitment', 'officer')),
    inspection_id    uuid REFERENCES inspection,
    case_id          uuid REFERENCES remediation_case,
    -- The list with which it came; the domain that reads such lists knows it.
    import_id        uuid,
    description      text,
    entered_by       uuid REFERENCES account,
    -- The version of the rules that was in force on the day of the decision.
    rules_version    text NOT NULL,
    state            text NOT NULL CHECK (state IN ('entered', 'notified', 'contested', 'repair_pending', 'repaired', 'annulled')),
    notified_on      date,
    -- The first day on which it counts; none while an objection keeps it from counting.
    counts_from      date,
    -- The last day on which it counts.
    counts_until     date NOT NULL,
    -- Since when an objection or an application for repair waits, and the last day to decide it.
    pending_since    date,
    due_on           date,
    -- From this day it no longer counts.
    repaired_on      date,
    annulled_on      date,
    -- When its texts and files went, their period being over.
    erased_at        timestamptz,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    CHECK (happened_on <= decided_on),
    CHECK (decided_on <= counts_until),
    CHECK ((document_no IS NULL) = (document_key IS NULL)),
    CHECK ((state IN ('contested', 'repair_pending')) = (pending_since IS NOT NULL)),
    CHECK ((pending_since IS NULL) = (due_on IS NULL)),
    CHECK ((state = 'annulled') = (annulled_on IS NOT NULL)),
    CHECK (state <> 'repaired' OR repaired_on IS NOT NULL),
    CHECK (counts_from IS NOT NULL OR state IN ('contested', 'annulled'))
);
-- The same document of the same authority about the same behaviour of the same enterprise is one entry.
CREATE UNIQUE INDEX conduct_of_document ON conduct
    (enterprise_id, document_key, authority, behaviour, coalesce(line_id, '00000000-0000-0000-0000-000000000000'))
    WHERE document_key IS NOT NULL AND state <> 'annulled';
CREATE INDEX conduct_by_enterprise ON conduct (enterprise_id, id);
CREATE INDEX conduct_by_fact ON conduct (fact_id, id);
CREATE INDEX conduct_by_region ON conduct (authority_region, id);
CREATE INDEX conduct_by_line ON conduct (line_id) WHERE line_id IS NOT NULL;
CREATE INDEX conduct_by_inspection ON conduct (inspection_id) WHERE inspection_id IS NOT NULL;
CREATE INDEX conduct_by_case ON conduct (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX conduct_by_import ON conduct (import_id) WHERE import_id IS NOT NULL;
CREATE INDEX conduct_waiting ON conduct (due_on, id) WHERE due_on IS NOT NULL;
CREATE INDEX conduct_changed ON conduct (updated_at);

-- The history of an entry, which is folded to what stands above. Nothing of it is changed.
CREATE TABLE conduct_event (
    conduct_id   uuid NOT NULL REFERENCES conduct,
    ordinal      integer NOT NULL CHECK (ordinal > 0),
    step         text NOT NULL CHECK (step IN
        ('enter', 'notify', 'object', 'uphold', 'correct', 'annul', 'apply_repair', 'grant_repair', 'refuse_repair')),
    from_state   text,
    to_state     text NOT NULL,
    -- The day on which it happened, in Asia/Shanghai.
    occurred_on  date NOT NULL,
    recorded_at  timestamptz NOT NULL,
    actor_id     uuid REFERENCES account,
    actor_role   text NOT NULL,
    actor_region text REFERENCES region,
    -- Reason, article, ground, document, declared conditions, what was corrected.
    details      jsonb NOT NULL,
    PRIMARY KEY (conduct_id, ordinal),
    CHECK ((ordinal = 1) = (step = 'enter')),
    CHECK ((from_state IS NULL) = (step = 'enter'))
);

-- What an entry was until a moment, for the scores of past days.
CREATE TABLE conduct_past (
    conduct_id    uuid NOT NULL REFERENCES conduct,
    until         timestamptz NOT NULL,
    fact_id       uuid NOT NULL,
    role          text NOT NULL,
    line_id       uuid,
    behaviour     text NOT NULL,
    intent        text NOT NULL,
    happened_on   date NOT NULL,
    decided_on    date NOT NULL,
    document_no   text,
    rules_version text NOT NULL,
    state         text NOT NULL,
    counts_from   date,
    counts_until  date NOT NULL,
    repaired_on   date,
    annulled_on   date,
    PRIMARY KEY (conduct_id, until)
);

-- Who was reminded of an objection or an application that is overdue: once for each.
CREATE TABLE conduct_reminder (
    conduct_id  uuid NOT NULL REFERENCES conduct,
    ordinal     integer NOT NULL,
    reminded_at timestamptz NOT NULL,
    PRIMARY KEY (conduct_id, ordinal)
);

-- With which step of its history each came, in the order in which they were given.
CREATE TABLE conduct_file (
    conduct_id    uuid NOT NULL REFERENCES conduct,
    ordinal       integer NOT NULL CHECK (ordinal > 0),
    place         integer NOT NULL CHECK (place > 0),
    attachment_id uuid NOT NULL REFERENCES attachment,
    PRIMARY KEY (conduct_id, ordinal, place),
    UNIQUE (conduct_id, ordinal, attachment_id)
);
CREATE INDEX conduct_file_by_attachment ON conduct_file (attachment_id);

-- Texts and files of entries have a period of their own.
ALTER TABLE retention_run
    DROP CONSTRAINT retention_run_kind_check,
    ADD CONSTRAINT retention_run_kind_check CHECK (
        kind IN ('messages', 'files', 'accounts', 'sessions', 'mails', 'recordings_passed', 'recordings_failed', 'conduct'));
