-- Oversight (督促): letters (产品质量风险提醒函), interviews (约谈) and listings (挂牌督办), by which an authority moves a region under it, an enterprise
-- or a laboratory.

-- One of them: what it came to by its history.
CREATE TABLE oversight (
    id               uuid PRIMARY KEY,
    kind             text NOT NULL CHECK (kind IN ('letter', 'interview', 'listing')),
    state            text NOT NULL CHECK (state IN (
        'draft', 'issued', 'received', 'replied', 'returned', 'accepted',
        'planned', 'notified', 'held', 'not_attended', 'minuted', 'signed', 'rectifying', 'verified',
        'proposed', 'approved', 'declined', 'listed', 'applied', 'overdue', 'escalated',
        'closed', 'withdrawn')),
    subject          text NOT NULL CHECK (subject IN ('regional', 'industry', 'key_hazard', 'major_violation')),
    title            text NOT NULL CHECK (title <> ''),
    -- The authority that issues it, with its level.
    from_region      text NOT NULL REFERENCES region,
    level            text NOT NULL CHECK (level IN ('province', 'city', 'district')),
    -- To whom it goes: the authority or the government of a region under it, an enterprise or a laboratory within it.
    to_kind          text NOT NULL CHECK (to_kind IN ('authority', 'government', 'enterprise', 'laboratory')),
    to_region        text NOT NULL REFERENCES region,
    enterprise_id    uuid REFERENCES enterprise,
    laboratory_id    uuid REFERENCES laboratory,
    to_name          text NOT NULL CHECK (to_name <> ''),
    -- The product kinds of the basis.
    product_kinds    text[] NOT NULL DEFAULT '{}',
    rules_version    text NOT NULL,
    -- What runs now: until when who was addressed has to act.
    due_on           date,
    -- Of a listing: the end of its term, and the day of the next monthly report.
    term_on          date,
    report_due_on    date,
    extensions       integer NOT NULL DEFAULT 0,
    -- Of an interview: the day on which it was held.
    held_on          date,
    -- The number of the document, given when it goes out.
    document_no      text UNIQUE,
    document_year    integer,
    document_ordinal integer CHECK (document_ordinal > 0),
    issued_on        date,
    answered_on      date,
    answered_in_time boolean,
    returns          integer NOT NULL DEFAULT 0,
    accepted_on      date,
    ended_on         date,
    created_by       uuid REFERENCES account,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    version          integer NOT NULL DEFAULT 1,
    UNIQUE (from_region, document_year, document_ordinal),
    CHECK ((to_kind = 'enterprise') = (enterprise_id IS NOT NULL)),
    CHECK ((to_kind = 'laboratory') = (laboratory_id IS NOT NULL)),
    CHECK ((document_no IS NULL) = (document_year IS NULL) AND (document_no IS NULL) = (document_ordinal IS NULL)),
    CHECK ((issued_on IS NULL) = (document_no IS NULL)),
    CHECK (state NOT IN ('issued', 'received', 'replied', 'returned', 'accepted', 'notified', 'held', 'not_attended', 'minuted', 'signed',
                         'rectifying', 'verified', 'listed', 'applied', 'overdue', 'escalated') OR issued_on IS NOT NULL)
);
CREATE INDEX oversight_by_from ON oversight (from_region, id);
CREATE INDEX oversight_by_to ON oversight (to_region, id) WHERE issued_on IS NOT NULL;
CREATE INDEX oversight_by_enterprise ON oversight (enterprise_id, id) WHERE enterprise_id IS NOT NULL;
CREATE INDEX oversight_by_laboratory ON oversight (laboratory_id, id) WHERE laboratory_id IS NOT NULL;
CREATE INDEX oversight_due ON oversight (due_on, id) WHERE due_on IS NOT NULL;
CREATE INDEX oversight_report_due ON oversight (report_due_on, id) WHERE report_due_on IS NOT NULL;
CREATE INDEX oversight_public ON oversight (id) WHERE kind = 'listing' AND issued_on IS NOT NULL;

-- What else was written.
CREATE TABLE oversight_matter (
    oversight_id uuid PRIMARY KEY REFERENCES oversight,
    -- Of an interview: who is invited.
    invitee      text,
    invitee_post text,
    -- What was counted from the basis; as it stood on the day on which the document went out.
    facts        jsonb NOT NULL,
    facts_note   text,
    requirements text NOT NULL CHECK (requirements <> ''),
    -- The term that was set when it was written; none where the rules set it when it goes out.
    term_wish    date,
    -- The listing that this one was escalated from.
    escalates_id uuid REFERENCES oversight,
    CHECK ((invitee IS NULL) = (invitee_post IS NULL))
);

-- What it rests on.
CREATE TABLE oversight_basis (
    oversight_id uuid NOT NULL REFERENCES oversight,
    place        integer NOT NULL CHECK (place > 0),
    kind         text NOT NULL CHECK (kind IN ('alert', 'inspection', 'case', 'signal', 'hazard', 'oversight')),
    ref_id       uuid NOT NULL,
    PRIMARY KEY (oversight_id, kind, ref_id)
);
CREATE INDEX oversight_basis_by_ref ON oversight_basis (kind, ref_id);

-- Its history. Nothing of it is changed.
CREATE TABLE oversight_event (
    oversight_id uuid NOT NULL REFERENCES oversight,
    ordinal      integer NOT NULL CHECK (ordinal > 0),
    step         text NOT NULL,
    from_state   text,
    to_state     text NOT NULL,
    -- The day on which it happened, in Asia/Shanghai.
    occurred_on  date NOT NULL,
    recorded_at  timestamptz NOT NULL,
    actor_id     uuid REFERENCES account,
    actor_role   text NOT NULL,
    actor_region text REFERENCES region,
    -- Reason, text, days, place, number of the document, responsibility.
    details      jsonb NOT NULL,
    PRIMARY KEY (oversight_id, ordinal),
    CHECK ((from_state IS NULL) = (ordinal = 1))
);
CREATE INDEX oversight_event_by_moment ON oversight_event (recorded_at);

-- A responsibility (领导责任, 属地责任, 监管责任, 企业主体责任): who answers for what until when.
CREATE TABLE oversight_responsibility (
    oversight_id uuid NOT NULL REFERENCES oversight,
    kind         text NOT NULL CHECK (kind IN ('leadership', 'territorial', 'supervisory', 'enterprise')),
    holder       text NOT NULL CHECK (holder <> ''),
    post         text NOT NULL CHECK (post <> ''),
    task         text NOT NULL CHECK (task <> ''),
    due_on       date NOT NULL,
    state        text NOT NULL CHECK (state IN ('open', 'done')),
    done_on      date,
    evidence     text,
    -- The event whose files show it.
    done_ordinal integer,
    PRIMARY KEY (oversight_id, kind),
    CHECK ((state = 'done') = (done_on IS NOT NULL)),
    CHECK ((state = 'done') = (evidence IS NOT NULL))
);

-- The last number of an authority's documents in a year.
CREATE TABLE oversight_number (
    region text NOT NULL REFERENCES region,
    year   integer NOT NULL,
    last   integer NOT NULL CHECK (last > 0),
    PRIMARY KEY (region, year)
);

-- Who was reminded of which day: once for each.
CREATE TABLE oversight_reminder (
    oversight_id uuid NOT NULL REFERENCES oversight,
    kind         text NOT NULL CHECK (kind IN ('soon', 'overdue', 'report', 'report_overdue', 'task', 'task_overdue')),
    day          date NOT NULL,
    reminded_at  timestamptz NOT NULL,
    PRIMARY KEY (oversight_id, kind, day)
);

-- Files of a step.
CREATE TABLE oversight_file (
    oversight_id  uuid NOT NULL REFERENCES oversight,
    ordinal       integer NOT NULL,
    place         integer NOT NULL CHECK (place > 0),
    attachment_id uuid NOT NULL REFERENCES attachment,
    PRIMARY KEY (oversight_id, ordinal, place)
);
CREATE INDEX oversight_file_by_attachment ON oversight_file (attachment_id);
