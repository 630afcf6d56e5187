-- Rounds of circuit consultation (巡回问诊): the cohort of a programme, its rounds, and who goes where on which day.

-- A round: some days in a region.
CREATE TABLE circuit_round (
    id             uuid PRIMARY KEY,
    programme_id   uuid NOT NULL REFERENCES programme,
    no             integer NOT NULL CHECK (no > 0),
    region         text NOT NULL REFERENCES region,
    starts_on      date NOT NULL,
    ends_on        date NOT NULL CHECK (ends_on >= starts_on),
    -- Visits that one expert makes on a day at most.
    per_day        integer NOT NULL CHECK (per_day BETWEEN 1 AND 50),
    note           text,
    state          text NOT NULL CHECK (state IN ('planned', 'closed', 'cancelled')),
    -- What the last routes came to: metres beside those of always going to the nearest one, visits, and those for which there was no place.
    routed_at      timestamptz,
    route_metres   bigint,
    nearest_metres bigint,
    route_visits   integer,
    route_unplaced integer,
    created_by     uuid NOT NULL REFERENCES account,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    CONSTRAINT circuit_round_numbered UNIQUE (programme_id, no),
    CHECK ((routed_at IS NULL) = (route_metres IS NULL) AND (routed_at IS NULL) = (nearest_metres IS NULL)),
    CHECK (route_metres <= nearest_metres)
);
CREATE INDEX circuit_round_by_region ON circuit_round (region, id);
CREATE INDEX circuit_round_by_day ON circuit_round (starts_on, id);

-- The steps of a round.
CREATE TABLE circuit_round_event (
    round_id   uuid NOT NULL REFERENCES circuit_round,
    ordinal    integer NOT NULL,
    step       text NOT NULL,
    from_state text,
    to_state   text NOT NULL,
    reason     text,
    account_id uuid NOT NULL REFERENCES account,
    at         timestamptz NOT NULL,
    PRIMARY KEY (round_id, ordinal)
);

-- An enterprise in the cohort of a programme. Stage and moments are what the fold of its evidence comes to, kept by a job for lists.
CREATE TABLE circuit_member (
    id             uuid PRIMARY KEY,
    programme_id   uuid NOT NULL REFERENCES programme,
    enterprise_id  uuid NOT NULL REFERENCES enterprise,
    -- The enterprise's region, kept by triggers.
    region         text NOT NULL,
    expert_id      uuid REFERENCES expert,
    -- The applied plan by which it was added; NULL where it was added from a list.
    plan_id        uuid,
    round_id       uuid REFERENCES circuit_round,
    state          text NOT NULL CHECK (state IN ('member', 'unreachable', 'declined', 'removed')),
    -- Why it is unreachable, declined or was removed.
    end_reason     text,
    stage          text NOT NULL CHECK (stage IN (
        'found', 'assessed', 'correcting', 'verified', 'guarded', 'raised', 'unreachable', 'declined')),
    stage_at       timestamptz NOT NULL,
    -- The first consultation that was concluded, visit, training or interview.
    reached_at     timestamptz,
    visited_at     timestamptz,
    cleared_at     timestamptz,
    kept_at        timestamptz NOT NULL,
    added_by       uuid NOT NULL REFERENCES account,
    added_at       timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    CONSTRAINT circuit_member_once UNIQUE (programme_id, enterprise_id),
    CHECK ((state = 'member') = (end_reason IS NULL)),
    CHECK (state NOT IN ('unreachable', 'declined') OR stage = state),
    CHECK (state IN ('unreachable', 'declined') OR stage NOT IN ('unreachable', 'declined'))
);
CREATE INDEX circuit_member_by_enterprise ON circuit_member (enterprise_id);
CREATE INDEX circuit_member_by_expert ON circuit_member (expert_id, id) WHERE expert_id IS NOT NULL;
CREATE INDEX circuit_member_by_round ON circuit_member (round_id, id) WHERE round_id IS NOT NULL;
CREATE INDEX circuit_member_by_region ON circuit_member (region, id);
-- For the funnel and the towns of a programme, from the index alone.
CREATE INDEX circuit_member_funnel ON circuit_member (programme_id, region, stage) INCLUDE (state, reached_at, cleared_at, visited_at);
CREATE INDEX circuit_member_by_programme ON circuit_member (programme_id, id);
CREATE INDEX circuit_member_kept ON circuit_member (kept_at) WHERE state <> 'removed';

-- What was decided of a member.
CREATE TABLE circuit_member_event (
    member_id  uuid NOT NULL REFERENCES circuit_member,
    ordinal    integer NOT NULL,
    step       text NOT NULL,
    from_state text,
    to_state   text NOT NULL,
    reason     text,
    account_id uuid NOT NULL REFERENCES account,
    at         timestamptz NOT NULL,
    PRIMARY KEY (member_id, ordinal)
);

-- Members of which something has changed since their stage was kept.
CREATE TABLE circuit_note (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enterprise_id uuid NOT NULL
);

-- A stop of the route of an expert on a day of a round.
CREATE TABLE circuit_stop (
    id        uuid PRIMARY KEY,
    round_id  uuid NOT NULL REFERENCES circuit_round,
    member_id uuid NOT NULL REFERENCES circuit_member,
    expert_id uuid NOT NULL REFERENCES expert,
    on_day    date NOT NULL,
    ordinal   integer NOT NULL CHECK (ordinal > 0),
    -- From the stop before, or from where the day begins.
    metres    integer NOT NULL CHECK (metres >= 0),
    CONSTRAINT circuit_stop_once UNIQUE (round_id, member_id),
    CONSTRAINT circuit_stop_in_order UNIQUE (round_id, expert_id, on_day, ordinal)
);
CREATE INDEX circuit_stop_by_member ON circuit_stop (member_id);
CREATE INDEX circuit_stop_by_expert ON circuit_stop (expert_id, on_day);

-- Where an enterprise is, as an officer entered it. One that has no row here is taken to be where its town is.
CREATE TABLE circuit_point (
    enterprise_id uuid PRIMARY KEY REFERENCES enterprise,
    latitude      double precision NOT NULL CHECK (latitude BETWEEN -90 AND 90),
    longitude     double precision NOT NULL CHECK (longitude BETWEEN -180 AND 180),
    -- From where the officer has it.
    source        text NOT NULL CHECK (source <> ''),
    entered_by    uuid NOT NULL REFERENCES account,
    entered_at    timestamptz NOT NULL
);
