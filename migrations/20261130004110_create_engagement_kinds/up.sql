-- Kinds of engagements: trainings, commitments, follow-ups, outreach. Each has a row of its own beside that of engagement, by the same
-- id; region, topic, state and
-- day are those of the engagement, kept by a trigger (kinds_functions.sql), so that a list of one kind reads one table.

-- Texts of the commitment (承诺书) that the province enacted, beside those of the settings. A text is never changed; one that was withdrawn
-- is signed no more.
CREATE TABLE commitment_text (
    version          text PRIMARY KEY CHECK (version <> ''),
    text             text NOT NULL CHECK (text <> ''),
    -- The first day on which it is signed, in Asia/Shanghai.
    in_force_from    date NOT NULL,
    source           text NOT NULL CHECK (source <> ''),
    provisional      boolean NOT NULL,
    enacted_by       uuid NOT NULL REFERENCES account,
    enacted_at       timestamptz NOT NULL,
    withdrawn_by     uuid REFERENCES account,
    withdrawn_at     timestamptz,
    withdrawn_reason text CHECK (withdrawn_reason <> ''),
    CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL) AND (withdrawn_at IS NULL) = (withdrawn_reason IS NULL))
);

-- A commitment of an enterprise. What was signed is kept as it was signed, with its digest.
CREATE TABLE commitment (
    id              uuid PRIMARY KEY REFERENCES engagement,
    -- Its number (编号), which everybody may know.
    number          text NOT NULL UNIQUE CHECK (number <> ''),
    enterprise_id   uuid NOT NULL REFERENCES enterprise,
    region          text NOT NULL REFERENCES region,
    programme_id    uuid REFERENCES programme,
    topic           text NOT NULL CHECK (topic <> ''),
    state           text NOT NULL CHECK (state IN ('drafted', 'cancelled', 'signed', 'kept', 'broken', 'released')),
    -- What it is about, as the rules of credit name it; what they do not cover becomes no conduct.
    matter          text NOT NULL CHECK (matter <> ''),
    product_kind    text REFERENCES product_kind,
    -- The case whose actions its promises became.
    case_id         uuid REFERENCES remediation_case,
    text_version    text,
    text            text,
    text_sha256     text CHECK (text_sha256 ~ '^[0-9a-f]{64}$'),
    -- When the signer confirmed to have been told that it is public and counts for credit.
    told_at         timestamptz,
    signer_name     text CHECK (signer_name <> ''),
    signer_post     text CHECK (signer_post <> ''),
    signed_by       uuid REFERENCES account,
    signed_on       date,
    -- The last day of its last promise.
    due_on          date,
    -- Whether a promise is past due and not reported as carried out.
    overdue         boolean NOT NULL DEFAULT false,
    -- What it came to, and what the officer gave as evidence or reason.
    settled_on      date,
    settled_by      uuid REFERENCES account,
    settled_reason  text CHECK (settled_reason <> ''),
    -- The entry of credit conduct that came of it; where there is none although it is settled, why.
    conduct_id      uuid REFERENCES conduct,
    conduct_note    text CHECK (conduct_note <> ''),
    created_by      uuid REFERENCES account,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    search_text     text NOT NULL DEFAULT '',
    search_readings text NOT NULL DEFAULT '',
    CHECK ((state IN ('signed', 'kept', 'broken', 'released')) = (signed_on IS NOT NULL)),
    CHECK ((signed_on IS NULL) = (text IS NULL) AND (signed_on IS NULL) = (text_version IS NULL)
        AND (signed_on IS NULL) = (text_sha256 IS NULL) AND (signed_on IS NULL) = (told_at IS NULL)
        AND (signed_on IS NULL) = (signer_name IS NULL) AND (signed_on IS NULL) = (signer_post IS NULL)
        AND (signed_on IS NULL) = (signed_by IS NULL) AND (signed_on IS NULL) = (due_on IS NULL)),
    CHECK ((state IN ('kept', 'broken', 'released')) = (settled_on IS NOT NULL)),
    CHECK ((settled_on IS NULL) = (settled_by IS NULL) AND (settled_on IS NULL) = (settled_reason IS NULL)),
    CHECK (conduct_id IS NULL OR state IN ('kept', 'broken'))
);
CREATE INDEX commitment_by_region ON commitment (region, id);
CREATE INDEX commitment_by_enterprise ON commitment (enterprise_id, id);
CREATE INDEX commitment_by_state ON commitment (state, id);
CREATE INDEX commitment_running ON commitment (id) WHERE state = 'signed';

-- What an enterprise promised. Before the commitment is signed: what the officer proposes.
CREATE TABLE commitment_promise (
    id            uuid PRIMARY KEY,
    commitment_id uuid NOT NULL REFERENCES commitment,
    ordinal       integer NOT NULL CHECK (ordinal > 0),
    text          text NOT NULL CHECK (text <> ''),
    -- Until when, as it was promised, and the last day that counts: the working day on or after it. Both in Asia/Shanghai.
    due_on        date NOT NULL,
    counts_until  date NOT NULL CHECK (counts_until >= due_on),
    -- The action of a case that it became.
    action_id     uuid REFERENCES case_action,
    -- When it was carried out, as the enterprise reports it.
    reported_on   date,
    report        text CHECK (report <> ''),
    reported_at   timestamptz,
    reminded_at   timestamptz,
    overdue_at    timestamptz,
    UNIQUE (commitment_id, ordinal),
    CHECK ((reported_on IS NULL) = (report IS NULL) AND (reported_on IS NULL) = (reported_at IS NULL))
);
CREATE INDEX commitment_promise_open ON commitment_promise (counts_until, commitment_id) WHERE reported_on IS NULL;
CREATE INDEX commitment_promise_by_action ON commitment_promise (action_id) WHERE action_id IS NOT NULL;

-- A training (培训).
CREATE TABLE training (
    id              uuid PRIMARY KEY REFERENCES engagement,
    region          text NOT NULL REFERENCES region,
    programme_id    uuid REFERENCES programme,
    topic           text NOT NULL CHECK (topic <> ''),
    state           text NOT NULL CHECK (state IN ('planned', 'held', 'closed', 'cancelled')),
    on_day          date NOT NULL,
    starts_at       timestamptz NOT NULL,
    ends_at         timestamptz NOT NULL CHECK (ends_at > starts_at),
    place           text CHECK (place <> ''),
    online_url      text CHECK (online_url <> ''),
    -- Codes of the product kinds that it is about; none: all.
    product_kinds   text[] NOT NULL,
    -- Whether those who come take a quiz.
    quiz            boolean NOT NULL,
    -- From which the codes for attendance are made. It never leaves the server.
    code_secret     bytea NOT NULL CHECK (octet_length(code_secret) = 32),
    -- Counted by enterprise, by a trigger.
    invited         integer NOT NULL DEFAULT 0 CHECK (invited >= 0),
    attended        integer NOT NULL DEFAULT 0 CHECK (attended >= 0),
    -- Why it was last changed or called off, as those who are invited are told.
    news_reason     text CHECK (news_reason <> ''),
    created_by      uuid REFERENCES account,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    search_text     text NOT NULL DEFAULT '',
    search_readings text NOT NULL DEFAULT '',
    CHECK (place IS NOT NULL OR online_url IS NOT NULL)
);
CREATE INDEX training_by_region ON training (region, id);
CREATE INDEX training_by_state ON training (state, id);

-- An enterprise that was invited to a training or came to it: one row, however many of its people came.
CREATE TABLE training_attendee (
    training_id    uuid NOT NULL REFERENCES training,
    enterprise_id  uuid NOT NULL REFERENCES enterprise,
    -- Of one that came without an invitation: false.
    invited        boolean NOT NULL,
    -- Whether it is none of the programme's cohort.
    outside_cohort boolean NOT NULL DEFAULT false,
    attended_at    timestamptz,
    by_code        boolean NOT NULL DEFAULT false,
    -- Who marked its attendance; of a mark by hand why.
    marked_by      uuid REFERENCES account,
    reason         text CHECK (reason <> ''),
    quiz           integer CHECK (quiz BETWEEN 0 AND 100),
    -- When it was told of the invitation.
    told_at        timestamptz,
    -- Whether it is to be told that the training changed, or is called off.
    news           boolean NOT NULL DEFAULT false,
    PRIMARY KEY (training_id, enterprise_id),
    CHECK ((attended_at IS NULL) = (marked_by IS NULL)),
    CHECK (attended_at IS NULL OR by_code OR reason IS NOT NULL),
    CHECK (quiz IS NULL OR attended_at IS NOT NULL)
);
CREATE INDEX training_attendee_by_enterprise ON training_attendee (enterprise_id, training_id);
CREATE INDEX training_attendee_to_tell ON training_attendee (training_id, enterprise_id) WHERE news OR (invited AND told_at IS NULL);

-- A check-up (回访) some months after a clearance.
CREATE TABLE follow_up (
    id              uuid PRIMARY KEY REFERENCES engagement,
    enterprise_id   uuid NOT NULL REFERENCES enterprise,
    region          text NOT NULL REFERENCES region,
    programme_id    uuid REFERENCES programme,
    topic           text NOT NULL CHECK (topic <> ''),
    state           text NOT NULL CHECK (state IN ('planned', 'held', 'closed', 'cancelled')),
    -- The case that was cleared and the day, in Asia/Shanghai; none where an officer planned it by hand.
    case_id         uuid REFERENCES remediation_case,
    cleared_on      date,
    months          integer NOT NULL CHECK (months BETWEEN 0 AND 60),
    due_on          date NOT NULL,
    result          text CHECK (result IN ('well', 'relapse_signs', 'not_found')),
    held_on         date,
    note            text CHECK (note <> ''),
    held_by         uuid REFERENCES account,
    -- Since when the platform knows this result.
    known_at        timestamptz,
    -- When the enterprise was told that it comes.
    announced_at    timestamptz,
    -- Why it was called off.
    ended_reason    text CHECK (ended_reason <> ''),
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    search_text     text NOT NULL DEFAULT '',
    search_readings text NOT NULL DEFAULT '',
    CHECK ((case_id IS NULL) = (cleared_on IS NULL)),
    CHECK ((result IS NULL) = (held_on IS NULL) AND (result IS NULL) = (held_by IS NULL) AND (result IS NULL) = (known_at IS NULL))
);
CREATE UNIQUE INDEX follow_up_once ON follow_up (case_id, months, cleared_on);
CREATE INDEX follow_up_by_region ON follow_up (region, id);
CREATE INDEX follow_up_by_enterprise ON follow_up (enterprise_id, id);
CREATE INDEX follow_up_planned ON follow_up (due_on, id) WHERE state = 'planned';

-- Results of check-ups that were corrected, with the moments between which the platform knew them so: what was said of a day between them stays.
CREATE TABLE follow_up_past (
    id           uuid PRIMARY KEY,
    follow_up_id uuid NOT NULL REFERENCES follow_up,
    result       text NOT NULL CHECK (result IN ('well', 'relapse_signs', 'not_found')),
    held_on      date NOT NULL,
    note         text CHECK (note <> ''),
    held_by      uuid NOT NULL REFERENCES account,
    from_at      timestamptz NOT NULL,
    until_at     timestamptz NOT NULL CHECK (until_at >= from_at),
    corrected_by uuid NOT NULL REFERENCES account,
    reason       text NOT NULL CHECK (reason <> '')
);
CREATE INDEX follow_up_past_by_follow_up ON follow_up_past (follow_up_id, until_at);

-- An event of the "three entries" (三进): in communities, schools, townships.
CREATE TABLE outreach (
    id              uuid PRIMARY KEY REFERENCES engagement,
    region          text NOT NULL REFERENCES region,
    programme_id    uuid REFERENCES programme,
    topic           text NOT NULL CHECK (topic <> ''),
    state           text NOT NULL CHECK (state IN ('planned', 'held', 'closed', 'cancelled')),
    on_day          date NOT NULL,
    place           text NOT NULL CHECK (place <> ''),
    place_kind      text NOT NULL CHECK (place_kind IN ('community', 'school', 'township')),
    -- What it came to. Leaflets are counted for themselves and never as people.
    people          integer CHECK (people BETWEEN 0 AND 1000000),
    leaflets        integer CHECK (leaflets BETWEEN 0 AND 10000000),
    questions       integer CHECK (questions BETWEEN 0 AND 1000000),
    -- How many were asked whether they were satisfied, and how many were.
    asked           integer CHECK (asked BETWEEN 0 AND 1000000),
    satisfied       integer CHECK (satisfied BETWEEN 0 AND asked),
    note            text CHECK (note <> ''),
    reported_by     uuid REFERENCES account,
    -- Since when the platform knows these numbers.
    known_at        timestamptz,
    signals         integer NOT NULL DEFAULT 0 CHECK (signals >= 0),
    created_by      uuid REFERENCES account,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    search_text     text NOT NULL DEFAULT '',
    search_readings text NOT NULL DEFAULT '',
    CHECK ((people IS NULL) = (reported_by IS NULL) AND (people IS NULL) = (leaflets IS NULL) AND (people IS NULL) = (questions IS NULL)
        AND (people IS NULL) = (known_at IS NULL)),
    CHECK ((asked IS NULL) = (satisfied IS NULL)),
    CHECK (asked IS NULL OR asked <= people)
);
CREATE INDEX outreach_by_region ON outreach (region, id);

-- Numbers of events that were corrected, with the moments between which the platform knew them so.
CREATE TABLE outreach_past (
    id           uuid PRIMARY KEY,
    outreach_id  uuid NOT NULL REFERENCES outreach,
    people       integer NOT NULL,
    leaflets     integer NOT NULL,
    questions    integer NOT NULL,
    asked        integer,
    satisfied    integer,
    note         text,
    reported_by  uuid NOT NULL REFERENCES account,
    from_at      timestamptz NOT NULL,
    until_at     timestamptz NOT NULL CHECK (until_at >= from_at),
    corrected_by uuid NOT NULL REFERENCES account,
    reason       text NOT NULL CHECK (reason <> '')
);
CREATE INDEX outreach_past_by_outreach ON outreach_past (outreach_id, until_at);

-- What people said of dangers at such an event: for the domain of risk information, which takes it over.
CREATE TABLE outreach_signal (
    id             uuid PRIMARY KEY,
    engagement_id  uuid NOT NULL REFERENCES outreach,
    text           text NOT NULL CHECK (text <> ''),
    product_kind   text REFERENCES product_kind,
    region         text NOT NULL REFERENCES region,
    observed_on    date NOT NULL,
    handed_over    boolean NOT NULL DEFAULT false,
    handed_over_at timestamptz,
    -- What it became there.
    signal_id      uuid REFERENCES signal,
    created_by     uuid NOT NULL REFERENCES account,
    created_at     timestamptz NOT NULL,
    CHECK (handed_over = (handed_over_at IS NOT NULL)),
    CHECK (handed_over = (signal_id IS NOT NULL))
);
CREATE INDEX outreach_signal_by_event ON outreach_signal (engagement_id, id);
CREATE INDEX outreach_signal_waiting ON outreach_signal (id) WHERE NOT handed_over;

-- Files of these engagements: material of a training, evidence of a promise, photos of a follow-up or an event.
CREATE TABLE engagement_kind_file (
    engagement_id uuid NOT NULL REFERENCES engagement,
    attachment_id uuid NOT NULL REFERENCES attachment,
    -- What it is for, and of evidence for which promise.
    purpose       text NOT NULL CHECK (purpose IN ('material', 'evidence', 'decision', 'photo')),
    promise_id    uuid REFERENCES commitment_promise,
    added_at      timestamptz NOT NULL,
    PRIMARY KEY (engagement_id, attachment_id)
);
CREATE INDEX engagement_kind_file_by_attachment ON engagement_kind_file (attachment_id);
