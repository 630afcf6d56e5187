-- Response targets: how soon an enterprise that asks is answered.

-- How far the history of a consultation and its talk have been taken in.
CREATE TABLE response_watch (
    consultation_id uuid PRIMARY KEY REFERENCES consultation,
    -- The consultation's updated_at when it was last looked at; none: never.
    seen_at         timestamptz,
    event_seq       integer NOT NULL DEFAULT 0,
    talk_seq        bigint NOT NULL DEFAULT 0,
    -- The next statutory deadline of its case, seen from the opening.
    statutory_due   date,
    progress        jsonb NOT NULL DEFAULT '{}',
    -- Whether something is still waited for.
    open            boolean NOT NULL DEFAULT true,
    -- When the passing of time brings a warning or an end next.
    next_at         timestamptz,
    looked_at       timestamptz NOT NULL
);
CREATE INDEX response_watch_next ON response_watch (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX response_watch_open ON response_watch (consultation_id) WHERE open;

-- What an enterprise waits for or waited for, as it stands.
CREATE TABLE response_target (
    consultation_id uuid NOT NULL REFERENCES consultation,
    kind            text NOT NULL CHECK (kind IN ('first_answer', 'next_answer', 'conclusion')),
    cycle           integer NOT NULL CHECK (cycle > 0),
    urgency         text NOT NULL CHECK (urgency IN ('urgent', 'normal')),
    state           text NOT NULL CHECK (state IN ('running', 'paused', 'met', 'breached', 'ended')),
    started_at      timestamptz NOT NULL,
    -- When the time is or was over; none while it is paused.
    due_at          timestamptz,
    hours           text NOT NULL CHECK (hours IN ('working', 'round_the_clock')),
    allowed_seconds bigint NOT NULL,
    counted_seconds bigint NOT NULL,
    pauses          integer NOT NULL,
    warned_at       timestamptz,
    breached_at     timestamptz,
    met_at          timestamptz,
    ended_at        timestamptz,
    PRIMARY KEY (consultation_id, kind, cycle)
);

-- A warning, an overdue answer, an answer in time: each once.
CREATE TABLE response_event (
    consultation_id uuid NOT NULL REFERENCES consultation,
    kind            text NOT NULL,
    cycle           integer NOT NULL,
    event           text NOT NULL CHECK (event IN ('warned', 'breached', 'met')),
    at              timestamptz NOT NULL,
    noted_at        timestamptz NOT NULL,
    PRIMARY KEY (consultation_id, kind, cycle, event)
);

-- Events that somebody is still to be told of by mail, in one mail for all.
CREATE TABLE response_notice (
    account_id      uuid NOT NULL REFERENCES account,
    consultation_id uuid NOT NULL REFERENCES consultation,
    kind            text NOT NULL,
    cycle           integer NOT NULL,
    event           text NOT NULL,
    due_at          timestamptz,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (account_id, consultation_id, kind, cycle, event)
);

-- When somebody was last sent such a mail.
CREATE TABLE response_mail (
    account_id uuid PRIMARY KEY REFERENCES account,
    sent_at    timestamptz NOT NULL
);
