-- Engagements (现场活动): dated contacts that help enterprises, of every kind; visits (上门帮扶) with their slots, minutes, findings and photos;
-- calendar feeds of what somebody takes part in.

-- One contact, as its history came to. The other kinds than visits keep what is theirs alone in tables of their own.
CREATE TABLE engagement (
    id                uuid PRIMARY KEY,
    kind              text NOT NULL CHECK (kind IN ('visit', 'training', 'commitment', 'follow_up', 'outreach')),
    programme_id      uuid REFERENCES programme,
    round_no          integer CHECK (round_no > 0),
    -- Whose officers know of it.
    region            text NOT NULL REFERENCES region,
    -- The day on which it takes or took place, in Asia/Shanghai; none before that is agreed.
    on_day            date,
    starts_at         timestamptz,
    ends_at           timestamptz,
    place             text,
    topic             text NOT NULL CHECK (topic <> ''),
    state             text NOT NULL CHECK (state IN ('proposed', 'confirmed', 'started', 'planned', 'held', 'minuted', 'closed', 'cancelled',
        'no_show', 'drafted', 'signed', 'kept', 'broken', 'released')),
    -- How many events its history has.
    version           integer NOT NULL,
    -- Nobody where a job made it.
    created_by        uuid REFERENCES account,
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    -- When the platform learned that it was held, of a commitment that it was signed, so that what was counted for a past day stays as it was.
    held_at           timestamptz,
    -- When it ended: closed, called off, of a commitment settled.
    closed_at         timestamptz,
    -- Who called it off, as what, and why; who reported that nobody came, and why.
    cancelled_by_role text,
    reason            text,
    CHECK (ends_at > starts_at),
    CHECK ((starts_at IS NULL) = (ends_at IS NULL)),
    CHECK (round_no IS NULL OR programme_id IS NOT NULL),
    -- Which of them engagements of a kind have.
    CONSTRAINT engagement_state_of_kind CHECK (CASE kind
        WHEN 'visit' THEN state IN ('proposed', 'confirmed', 'started', 'held', 'minuted', 'closed', 'cancelled', 'no_show')
        WHEN 'commitment' THEN state IN ('drafted', 'signed', 'kept', 'broken', 'released', 'cancelled')
        ELSE state IN ('planned', 'held', 'closed', 'cancelled') END),
    CONSTRAINT engagement_agreed CHECK (kind <> 'visit' OR state IN ('proposed', 'cancelled') OR starts_at IS NOT NULL),
    CONSTRAINT engagement_held CHECK (state NOT IN ('held', 'minuted') OR held_at IS NOT NULL)
);
CREATE INDEX engagement_by_region ON engagement (region, id);
CREATE INDEX engagement_by_programme ON engagement (programme_id, id) WHERE programme_id IS NOT NULL;
CREATE INDEX engagement_by_day ON engagement (on_day, id) WHERE on_day IS NOT NULL;
CREATE INDEX engagement_by_state ON engagement (kind, state, id);

-- The steps of an engagement, each with the server's moment and, where a device sent it, that of the device's clock.
CREATE TABLE engagement_event (
    engagement_id uuid NOT NULL REFERENCES engagement,
    ordinal       integer NOT NULL CHECK (ordinal > 0),
    step          text NOT NULL,
    from_state    text,
    to_state      text NOT NULL,
    -- Nobody where a job took the step.
    actor         uuid REFERENCES account,
    role          text NOT NULL,
    at            timestamptz NOT NULL,
    device_at     timestamptz,
    -- By which the sender knows the step, so that the same step sent twice is one.
    client_id     uuid,
    detail        jsonb NOT NULL,
    PRIMARY KEY (engagement_id, ordinal),
    UNIQUE (engagement_id, client_id)
);

-- Where the device was at a step. It goes when the visit ends.
CREATE TABLE engagement_location (
    engagement_id uuid NOT NULL REFERENCES engagement,
    ordinal       integer NOT NULL,
    latitude      double precision NOT NULL CHECK (latitude BETWEEN -90 AND 90),
    longitude     double precision NOT NULL CHECK (longitude BETWEEN -180 AND 180),
    PRIMARY KEY (engagement_id, ordinal)
);

-- The experts who help.
CREATE TABLE engagement_expert (
    engagement_id uuid NOT NULL REFERENCES engagement,
    expert_id     uuid NOT NULL REFERENCES expert,
    lead          boolean NOT NULL,
    PRIMARY KEY (engagement_id, expert_id)
);
CREATE INDEX engagement_expert_by_expert ON engagement_expert (expert_id, engagement_id);

-- The enterprises that are invited, and whether they came. Figures count distinct enterprises.
CREATE TABLE engagement_enterprise (
    engagement_id  uuid NOT NULL REFERENCES engagement,
    enterprise_id  uuid NOT NULL REFERENCES enterprise,
    attended       boolean,
    attended_at    timestamptz,
    by_code        boolean NOT NULL DEFAULT false,
    -- It came without being in the cohort of the programme.
    outside_cohort boolean NOT NULL DEFAULT false,
    PRIMARY KEY (engagement_id, enterprise_id),
    CHECK ((attended IS TRUE) = (attended_at IS NOT NULL))
);
CREATE INDEX engagement_enterprise_by_enterprise ON engagement_enterprise (enterprise_id, engagement_id);

-- What was entered by mistake and taken back: between these moments the platform held it for held, and the enterprise for one that came. What was
-- counted for a day between them stays as it was counted.
CREATE TABLE engagement_held_past (
    id            uuid PRIMARY KEY,
    engagement_id uuid NOT NULL REFERENCES engagement,
    from_at       timestamptz NOT NULL,
    until_at      timestamptz NOT NULL CHECK (until_at >= from_at)
);
CREATE INDEX engagement_held_past_by_engagement ON engagement_held_past (engagement_id);
CREATE TABLE engagement_attendance_past (
    id            uuid PRIMARY KEY,
    engagement_id uuid NOT NULL REFERENCES engagement,
    enterprise_id uuid NOT NULL REFERENCES enterprise,
    from_at       timestamptz NOT NULL,
    until_at      timestamptz NOT NULL CHECK (until_at >= from_at)
);
CREATE INDEX engagement_attendance_past_by_enterprise ON engagement_attendance_past (enterprise_id, engagement_id);

-- What a visit has besides.
CREATE TABLE visit (
    engagement_id           uuid PRIMARY KEY REFERENCES engagement,
    agenda                  text,
    -- How often slots were proposed: those of the last time can be chosen.
    proposal                integer NOT NULL CHECK (proposal > 0),
    confirmed_at            timestamptz,
    -- The device's clock when it began and ended.
    started_device_at       timestamptz,
    held_device_at          timestamptz,
    minutes                 text,
    minutes_by              uuid REFERENCES account,
    minutes_at              timestamptz,
    expert_confirmed_at     timestamptz,
    expert_confirmed_by     uuid REFERENCES account,
    enterprise_confirmed_at timestamptz,
    enterprise_confirmed_by uuid REFERENCES account,
    -- What the enterprise has to say to the minutes.
    enterprise_words        text,
    -- How satisfied the enterprise is, 1 to 5, as it says when it confirms the minutes; the day on which the experts mean to come again.
    satisfaction            integer CHECK (satisfaction BETWEEN 1 AND 5),
    next_on                 date,
    -- Who did not come.
    no_show_by              text CHECK (no_show_by IN ('expert', 'enterprise')),
    reminded_at             timestamptz,
    CHECK ((minutes IS NULL) = (minutes_at IS NULL)),
    CHECK ((expert_confirmed_at IS NULL) = (expert_confirmed_by IS NULL)),
    CHECK ((enterprise_confirmed_at IS NULL) = (enterprise_confirmed_by IS NULL)),
    CHECK (minutes IS NOT NULL OR (expert_confirmed_at IS NULL AND enterprise_confirmed_at IS NULL))
);
CREATE INDEX visit_to_remind ON visit (engagement_id) WHERE reminded_at IS NULL;

-- The failed reports that a visit is about.
CREATE TABLE visit_nonconformity (
    engagement_id    uuid NOT NULL REFERENCES engagement,
    nonconformity_id uuid NOT NULL REFERENCES nonconformity,
    PRIMARY KEY (engagement_id, nonconformity_id)
);

-- The times that were proposed for a visit.
CREATE TABLE visit_slot (
    id            uuid PRIMARY KEY,
    engagement_id uuid NOT NULL REFERENCES engagement,
    proposal      integer NOT NULL CHECK (proposal > 0),
    starts_at     timestamptz NOT NULL,
    ends_at       timestamptz NOT NULL,
    chosen        boolean NOT NULL DEFAULT false,
    CHECK (ends_at > starts_at)
);
CREATE INDEX visit_slot_by_engagement ON visit_slot (engagement_id, proposal);
CREATE UNIQUE INDEX visit_slot_chosen ON visit_slot (engagement_id, proposal) WHERE chosen;

-- What was found in an enterprise, as advice. It gives no points, and no inspection, list or measure reads it.
CREATE TABLE engagement_finding (
    id               uuid PRIMARY KEY,
    engagement_id    uuid NOT NULL REFERENCES engagement,
    enterprise_id    uuid NOT NULL REFERENCES enterprise,
    nonconformity_id uuid REFERENCES nonconformity,
    item             text NOT NULL CHECK (item <> ''),
    cause            text,
    advice           text NOT NULL CHECK (advice <> ''),
    due_on           date,
    hazard           boolean NOT NULL,
    imminent         boolean NOT NULL CHECK (hazard OR NOT imminent),
    -- The action of the case that it became when both sides had confirmed the minutes.
    action_id        uuid REFERENCES case_action,
    client_id        uuid,
    created_by       uuid NOT NULL REFERENCES account,
    created_at       timestamptz NOT NULL,
    UNIQUE (engagement_id, client_id)
);

-- Photos of an engagement.
CREATE TABLE engagement_photo (
    engagement_id uuid NOT NULL REFERENCES engagement,
    attachment_id uuid PRIMARY KEY REFERENCES attachment,
    sha256        text NOT NULL CHECK (length(sha256) = 64),
    enterprise_id uuid NOT NULL REFERENCES enterprise,
    added_by      uuid NOT NULL REFERENCES account,
    added_at      timestamptz NOT NULL,
    UNIQUE (engagement_id, sha256)
);

-- Of which enterprise a photo is: the same photo is of no other.
CREATE TABLE engagement_photo_of (
    sha256        text PRIMARY KEY,
    enterprise_id uuid NOT NULL REFERENCES enterprise
);

-- Imminent danger that an expert reported to the authority, and told the enterprise.
CREATE TABLE engagement_danger (
    id              uuid PRIMARY KEY,
    engagement_id   uuid NOT NULL REFERENCES engagement,
    enterprise_id   uuid NOT NULL REFERENCES enterprise,
    region          text NOT NULL REFERENCES region,
    finding_id      uuid REFERENCES engagement_finding,
    ground          text NOT NULL CHECK (ground IN ('product_quality', 'work_safety')),
    reason          text NOT NULL CHECK (reason <> ''),
    -- The article on which the report rests, in Chinese, as the rules of that day had it.
    article         text NOT NULL,
    reported_by     uuid NOT NULL REFERENCES account,
    reported_at     timestamptz NOT NULL,
    acknowledged_by uuid REFERENCES account,
    acknowledged_at timestamptz,
    -- What the officer did about it.
    note            text,
    CHECK ((acknowledged_at IS NULL) = (acknowledged_by IS NULL)),
    CHECK ((acknowledged_at IS NULL) = (note IS NULL))
);
CREATE INDEX engagement_danger_by_region ON engagement_danger (region, id);
CREATE INDEX engagement_danger_by_engagement ON engagement_danger (engagement_id);

-- Secret addresses under which a calendar programme reads what an account takes part in.
CREATE TABLE calendar_feed (
    id         uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX calendar_feed_by_account ON calendar_feed (account_id) WHERE revoked_at IS NULL;
