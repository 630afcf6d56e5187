-- Webhooks: endpoints of other systems that are told of events in a region.
CREATE TABLE webhook (
    id               uuid PRIMARY KEY,
    -- The officer who made it. While the officer may not see its region, it rests.
    account_id       uuid NOT NULL REFERENCES account,
    -- Of this region and all under it.
    region           text NOT NULL REFERENCES region,
    url              text NOT NULL CHECK (url <> ''),
    description      text NOT NULL DEFAULT '',
    events           text[] NOT NULL CHECK (cardinality(events) > 0),
    state            text NOT NULL CHECK (state IN ('active', 'paused', 'disabled')),
    disabled_reason  text CHECK (disabled_reason IN ('gone', 'failing')),
    disabled_at      timestamptz,
    -- Since when every attempt has failed; none where the last one succeeded.
    failing_since    timestamptz,
    -- The key that signs, encrypted under the key of this name in the settings; the one before it signs as well until a moment.
    secret           bytea NOT NULL,
    secret_kid       text NOT NULL,
    old_secret       bytea,
    old_secret_kid   text,
    old_secret_until timestamptz,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    CHECK ((state = 'disabled') = (disabled_reason IS NOT NULL) AND (state = 'disabled') = (disabled_at IS NOT NULL)),
    CHECK (num_nonnulls(old_secret, old_secret_kid, old_secret_until) IN (0, 3))
);
CREATE INDEX webhook_by_account ON webhook (account_id);
CREATE INDEX webhook_active ON webhook (id) WHERE state = 'active';

-- One event for one webhook, sent until it is taken.
CREATE TABLE webhook_delivery (
    id              uuid PRIMARY KEY,
    webhook_id      uuid NOT NULL REFERENCES webhook ON DELETE CASCADE,
    event           text NOT NULL,
    subject         text NOT NULL CHECK (subject IN ('consultation', 'case', 'import', 'webhook')),
    subject_id      uuid NOT NULL,
    -- When it happened.
    at              timestamptz NOT NULL,
    data            jsonb NOT NULL,
    state           text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed', 'withheld')),
    attempts        integer NOT NULL DEFAULT 0,
    -- Attempts since it was written or replayed, and that moment: the pauses between them and their end are counted from it.
    tries           integer NOT NULL DEFAULT 0,
    since           timestamptz NOT NULL,
    next_attempt_at timestamptz NOT NULL,
    -- Until when a server has it in hand.
    claimed_until   timestamptz,
    created_at      timestamptz NOT NULL,
    ended_at        timestamptz,
    CHECK ((state = 'pending') = (ended_at IS NULL))
);
CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook_id, next_attempt_at, id) WHERE state = 'pending';
CREATE INDEX webhook_delivery_by_webhook ON webhook_delivery (webhook_id, id);
CREATE INDEX webhook_delivery_by_age ON webhook_delivery (created_at);

-- What came of each attempt.
CREATE TABLE webhook_attempt (
    delivery_id uuid NOT NULL REFERENCES webhook_delivery ON DELETE CASCADE,
    ordinal     integer NOT NULL,
    at          timestamptz NOT NULL,
    -- The status of the answer; none where there was no answer.
    status      integer,
    -- Why there was no answer.
    error       text,
    -- The beginning of the answer's body.
    answer      text,
    took_ms     integer NOT NULL,
    PRIMARY KEY (delivery_id, ordinal),
    CHECK ((status IS NULL) = (error IS NOT NULL))
);
