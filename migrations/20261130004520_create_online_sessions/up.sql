-- Online sessions (线上问诊会) about kinds of products: announced, signed up for, attended, asked in, recorded.

CREATE TABLE online_session (
    id             uuid PRIMARY KEY,
    topic          text NOT NULL CHECK (topic <> ''),
    about          text,
    -- Whose officers keep it.
    region         text NOT NULL REFERENCES region,
    product_kinds  text[] NOT NULL CHECK (cardinality(product_kinds) BETWEEN 1 AND 20),
    starts_at      timestamptz NOT NULL,
    ends_at        timestamptz NOT NULL CHECK (ends_at > starts_at),
    -- The most enterprises.
    capacity       integer NOT NULL CHECK (capacity BETWEEN 1 AND 5000),
    -- The address at which it is held; shown to who signed up.
    meeting_url    text,
    state          text NOT NULL CHECK (state IN ('announced', 'held', 'cancelled')),
    minutes        text,
    recording_url  text,
    recording_file uuid REFERENCES attachment,
    cancelled_reason text,
    created_by     uuid NOT NULL REFERENCES account,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    CHECK ((state = 'held') = (minutes IS NOT NULL)),
    CHECK ((state = 'cancelled') = (cancelled_reason IS NOT NULL)),
    CHECK (state = 'held' OR (recording_url IS NULL AND recording_file IS NULL))
);
CREATE INDEX online_session_by_region ON online_session (region, id);

CREATE TABLE online_session_event (
    session_id uuid NOT NULL REFERENCES online_session,
    ordinal    integer NOT NULL CHECK (ordinal > 0),
    step       text NOT NULL CHECK (step IN ('announce', 'change', 'invite', 'sign_up', 'leave', 'join', 'ask', 'answer', 'hold', 'record', 'cancel')),
    from_state text CHECK (from_state IN ('announced', 'held', 'cancelled')),
    to_state   text NOT NULL CHECK (to_state IN ('announced', 'held', 'cancelled')),
    reason     text,
    account_id uuid NOT NULL REFERENCES account,
    at         timestamptz NOT NULL,
    PRIMARY KEY (session_id, ordinal)
);

-- The experts who hold it.
CREATE TABLE online_session_expert (
    session_id uuid NOT NULL REFERENCES online_session,
    expert_id  uuid NOT NULL REFERENCES expert,
    PRIMARY KEY (session_id, expert_id)
);
CREATE INDEX online_session_expert_by_expert ON online_session_expert (expert_id, session_id);

-- An enterprise that was invited.
CREATE TABLE online_session_member (
    session_id    uuid NOT NULL REFERENCES online_session,
    enterprise_id uuid NOT NULL REFERENCES enterprise,
    invited_at    timestamptz NOT NULL,
    signed_up_at  timestamptz,
    -- When it first joined within the time of the session: it attended.
    joined_at     timestamptz,
    PRIMARY KEY (session_id, enterprise_id)
);
CREATE INDEX online_session_member_by_enterprise ON online_session_member (enterprise_id, session_id);

-- A question of an enterprise.
CREATE TABLE online_session_question (
    id              uuid PRIMARY KEY,
    session_id      uuid NOT NULL REFERENCES online_session,
    enterprise_id   uuid NOT NULL REFERENCES enterprise,
    text            text NOT NULL CHECK (text <> ''),
    asked_by        uuid NOT NULL REFERENCES account,
    asked_at        timestamptz NOT NULL,
    -- Whether it was asked while the session was held.
    during          boolean NOT NULL,
    state           text NOT NULL CHECK (state IN ('waiting', 'answered', 'consultation', 'declined')),
    -- What all who signed up read; of one that was declined, the reason, which its enterprise reads.
    answer          text,
    -- No foreign key: a consultation goes after its period.
    consultation_id uuid,
    answered_by     uuid REFERENCES account,
    answered_at     timestamptz,
    CHECK ((state = 'waiting') = (answered_at IS NULL) AND (answered_at IS NULL) = (answered_by IS NULL)),
    CHECK (state NOT IN ('answered', 'declined') OR answer IS NOT NULL),
    CHECK ((state = 'consultation') = (consultation_id IS NOT NULL))
);
CREATE INDEX online_session_question_by_session ON online_session_question (session_id, id);
