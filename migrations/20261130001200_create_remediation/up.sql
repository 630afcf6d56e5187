-- The statutory course of one nonconformity. The row of a case is the fold of its events; its columns are there to be listed, filtered
-- and swept by. Deadlines are dates of the law in Asia/Shanghai, computed under `rule_version`, which the case keeps. A deadline that
-- does not run, or is suspended, is NULL. Nonconformity, enterprise and regions are checked by a trigger, for all rows of a statement at once.
CREATE TABLE remediation_case (
    id               uuid PRIMARY KEY,
    nonconformity_id uuid NOT NULL,
    enterprise_id    uuid NOT NULL,
    state            text NOT NULL CHECK (state IN (
        'stopped', 'retesting', 'ordered', 'retesting_order', 'correcting', 'evidence_submitted',
        'reinspection_passed', 'failed', 'reported_to_city', 'reported_to_province', 'announced',
        'failed_again', 'suspended', 'check_failed', 'cleared', 'overturned', 'licence_revoked', 'closed', 'withdrawn')),
    rule_version     text NOT NULL,
    ordered_on       date,
    rectify_by       date,
    reinspect_by     date,
    reinspected_on   date,
    reinspected_by   uuid REFERENCES account,
    cleared_at       timestamptz,
    cleared_by       uuid REFERENCES account,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    -- Number of its last event: what an officer has seen.
    version          integer NOT NULL DEFAULT 1,
    stopped_on       date,
    received_on      date,
    corrected_on     date,
    -- The region with which a failed re-inspection is on its way up to the province.
    held_by          text,
    announced_on     date,
    second_from      date,
    second_by        date,
    suspended_until  date,
    -- The region whose authority handles the case since a transfer; NULL: the enterprise's.
    handled_in       text,
    -- Those whose authorities had it before; they still see it.
    handed_over_by   text[] NOT NULL DEFAULT '{}',
    -- The enterprise's region, kept by triggers: see consultation.region.
    region           text NOT NULL DEFAULT '',
    -- Whether the first re-inspection was passed, as the effective history has it; NULL before it.
    first_passed     boolean,
    -- The experts to whose outcomes the first re-inspection counts: kept by case_count_outcomes.
    outcome_experts  uuid[] NOT NULL DEFAULT '{}',
    -- When it was withdrawn with the import of its record: see nonconformity.withdrawn_at.
    withdrawn_at     timestamptz,
    CHECK ((state = 'cleared') = (cleared_at IS NOT NULL)),
    CHECK (rectify_by > ordered_on AND reinspect_by >= rectify_by),
    CONSTRAINT remediation_case_ordered CHECK (
        ordered_on IS NOT NULL OR state IN ('stopped', 'retesting', 'overturned', 'closed', 'withdrawn')),
    CONSTRAINT remediation_case_window CHECK (
        (announced_on IS NULL) = (second_from IS NULL) AND (announced_on IS NULL) = (second_by IS NULL)),
    CONSTRAINT remediation_case_opened_once UNIQUE NULLS NOT DISTINCT (nonconformity_id, withdrawn_at),
    CONSTRAINT remediation_case_withdrawn CHECK ((state = 'withdrawn') = (withdrawn_at IS NOT NULL))
);
CREATE INDEX remediation_case_by_enterprise ON remediation_case (enterprise_id, id);
CREATE INDEX remediation_case_by_state ON remediation_case (state, id);
-- Lists of cases by a deadline that runs, each with the conditions of the view case_deadline.
CREATE INDEX remediation_case_rectify_due ON remediation_case (rectify_by)
    WHERE state IN ('ordered', 'correcting');
CREATE INDEX remediation_case_reinspect_due ON remediation_case (reinspect_by)
    WHERE state IN ('ordered', 'correcting', 'evidence_submitted');
CREATE INDEX remediation_case_second_due ON remediation_case (second_by) WHERE state = 'announced';
CREATE INDEX remediation_case_suspended_due ON remediation_case (suspended_until) WHERE state = 'suspended';
CREATE INDEX remediation_case_by_region ON remediation_case (region, id);
CREATE INDEX remediation_case_by_city ON remediation_case (left(region, 4), id);
-- Most rows are of the province; without these statistics the planner assumes that hardly any are.
CREATE STATISTICS remediation_case_province ON (left(region, 2)) FROM remediation_case;
-- What has not ended, in the order of the list, with all that it is narrowed by: where hardly any of the newest is due yet, the index
-- alone is gone through.
CREATE INDEX remediation_case_open ON remediation_case (id) INCLUDE (state, reinspect_by, region)
    WHERE state NOT IN ('cleared', 'overturned', 'licence_revoked', 'closed', 'withdrawn');

-- The history of a case. Rows are never changed or removed. The case is checked by a trigger, for all rows of a statement at once.
CREATE TABLE case_event (
    case_id      uuid NOT NULL,
    seq          integer NOT NULL,
    event        text NOT NULL,
    from_state   text,
    to_state     text NOT NULL,
    actor_id     uuid,
    actor_role   text NOT NULL,
    occurred_on  date NOT NULL,
    note         text,
    recorded_at  timestamptz NOT NULL,
    actor_region text,
    document     text,
    details      jsonb NOT NULL DEFAULT '{}',
    -- The event that this one corrects.
    corrects     integer,
    late         boolean NOT NULL DEFAULT false,
    PRIMARY KEY (case_id, seq),
    CONSTRAINT case_event_corrects CHECK ((event = 'correct') = (corrects IS NOT NULL) AND corrects < seq)
);
-- A correction is corrected itself, not the event under it once more.
CREATE UNIQUE INDEX case_event_corrected_once ON case_event (case_id, corrects) WHERE corrects IS NOT NULL;

-- The files that an event of a case is based on, in order. Events are never removed, so the reference to them needs no key.
CREATE TABLE case_event_file (
    case_id       uuid NOT NULL,
    seq           integer NOT NULL,
    ordinal       integer NOT NULL,
    attachment_id uuid NOT NULL REFERENCES attachment,
    PRIMARY KEY (case_id, seq, ordinal),
    UNIQUE (case_id, seq, attachment_id)
);
CREATE INDEX case_event_file_by_attachment ON case_event_file (attachment_id);

-- Corrective actions, as advised in a consultation or entered on the case: proposed, accepted or declined by the enterprise, and done
-- with evidence. The kinds are the steps of 8D.
CREATE TABLE case_action (
    id              uuid PRIMARY KEY,
    case_id         uuid REFERENCES remediation_case,
    consultation_id uuid REFERENCES consultation,
    message_seq     bigint,
    kind            text NOT NULL CHECK (kind IN (
        'problem', 'containment', 'cause', 'correction', 'prevention', 'verification', 'effectiveness')),
    description     text NOT NULL,
    due_on          date,
    advised_by      uuid REFERENCES expert,
    created_by      uuid NOT NULL REFERENCES account,
    created_at      timestamptz NOT NULL,
    state           text NOT NULL DEFAULT 'proposed'
        CHECK (state IN ('proposed', 'accepted', 'declined', 'done')),
    -- Who sees to it, in the enterprise's words.
    owner           text,
    reason          text,
    decided_by      uuid REFERENCES account,
    decided_at      timestamptz,
    done_on         date,
    -- The standard that it rests on, and its clause, in the expert's words.
    standard        text,
    clause          text,
    CHECK (case_id IS NOT NULL OR consultation_id IS NOT NULL),
    CONSTRAINT case_action_decided CHECK ((state = 'proposed') = (decided_at IS NULL)),
    CONSTRAINT case_action_declined CHECK (state <> 'declined' OR reason IS NOT NULL),
    CONSTRAINT case_action_done CHECK ((state = 'done') = (done_on IS NOT NULL)),
    CONSTRAINT case_action_clause CHECK (clause IS NULL OR standard IS NOT NULL)
);
CREATE INDEX case_action_by_case ON case_action (case_id, id);
CREATE INDEX case_action_by_consultation ON case_action (consultation_id, id);
-- Advice that was given before there was a case. Few actions ever wait, so an import that opens thousands of cases finds them by this.
CREATE INDEX case_action_waiting ON case_action (consultation_id) WHERE case_id IS NULL;
-- The due dates of actions that an enterprise has agreed to, as the sweep looks for them (action_deadline).
CREATE INDEX case_action_by_due ON case_action (due_on) WHERE state = 'accepted' AND case_id IS NOT NULL;

-- Evidence is made of words and files, and may prove an action, a recovery criterion, or both.
CREATE TABLE case_evidence (
    id           uuid PRIMARY KEY,
    case_id      uuid NOT NULL REFERENCES remediation_case,
    action_id    uuid REFERENCES case_action,
    description  text NOT NULL,
    submitted_by uuid NOT NULL REFERENCES account,
    submitted_at timestamptz NOT NULL,
    criterion    text CHECK (length(criterion) BETWEEN 1 AND 64)
);
CREATE INDEX case_evidence_by_case ON case_evidence (case_id, id);

CREATE TABLE case_evidence_file (
    evidence_id   uuid NOT NULL REFERENCES case_evidence,
    ordinal       integer NOT NULL,
    attachment_id uuid NOT NULL REFERENCES attachment,
    PRIMARY KEY (evidence_id, ordinal),
    UNIQUE (evidence_id, attachment_id)
);
CREATE INDEX case_evidence_file_by_attachment ON case_evidence_file (attachment_id);

-- What an officer has decided of a recovery criterion; the criteria themselves are settings.
CREATE TABLE case_criterion (
    case_id     uuid NOT NULL REFERENCES remediation_case,
    key         text NOT NULL,
    met         boolean NOT NULL,
    evidence_id uuid REFERENCES case_evidence,
    note        text,
    decided_by  uuid NOT NULL REFERENCES account,
    decided_at  timestamptz NOT NULL,
    PRIMARY KEY (case_id, key)
);

-- Where, besides the enterprise's region, a case is seen: by the authority that it was transferred to, and by those that transferred it.
-- Kept by triggers from handled_in and handed_over_by.
CREATE TABLE case_elsewhere (
    region  text NOT NULL,
    case_id uuid NOT NULL,
    PRIMARY KEY (region, case_id)
);
CREATE INDEX case_elsewhere_by_case ON case_elsewhere (case_id);

-- What a case was until a moment, as far as its deadlines go, written when it changes (as enterprise_past is): so the deadlines that ran
-- on a past day can be determined, and what was reported of it never changes, whatever is corrected later and whatever a later calendar says.
CREATE TABLE case_past (
    case_id         uuid NOT NULL REFERENCES remediation_case,
    until           timestamptz NOT NULL,
    state           text NOT NULL,
    rectify_by      date,
    reinspect_by    date,
    second_by       date,
    suspended_until date,
    handled_in      text,
    PRIMARY KEY (case_id, until)
);

-- Reminders of deadlines that were sent. A deadline that moves is another one.
CREATE TABLE deadline_notice (
    case_id   uuid NOT NULL REFERENCES remediation_case,
    clock     text NOT NULL,
    due_on    date NOT NULL,
    -- near_15, near_7 … or missed.
    kind      text NOT NULL,
    -- An account, or the address on record of an enterprise that has none.
    recipient text NOT NULL,
    told_at   timestamptz NOT NULL,
    PRIMARY KEY (case_id, clock, due_on, kind, recipient)
);

-- The days on which the deadlines were swept. One sweep makes up for all the days missed before it.
CREATE TABLE deadline_sweep (
    day      date PRIMARY KEY,
    swept_at timestamptz NOT NULL,
    notices  integer NOT NULL,
    mails    integer NOT NULL
);

-- The calendar of working days by which the stored deadlines were counted last, year by year: see src/remediation/deadlines/recount.rs.
CREATE TABLE counted_calendar (
    year       integer PRIMARY KEY,
    -- SHA-256 of what was announced for the year, in hexadecimal.
    digest     text NOT NULL,
    -- Number of the notice.
    source     text NOT NULL,
    counted_at timestamptz NOT NULL
);

-- A piece of advice besides its actions. Its message stands in the talk.
CREATE TABLE case_advice (
    consultation_id uuid NOT NULL REFERENCES consultation,
    message_seq     bigint NOT NULL,
    summary         text,
    cause           text,
    given_at        timestamptz NOT NULL,
    PRIMARY KEY (consultation_id, message_seq)
);

ALTER TABLE attachment ADD FOREIGN KEY (case_id) REFERENCES remediation_case;
