CREATE TABLE consultation (
    id               uuid PRIMARY KEY,
    enterprise_id    uuid NOT NULL REFERENCES enterprise,
    nonconformity_id uuid REFERENCES nonconformity,
    product_kind     text NOT NULL REFERENCES product_kind,
    subject          text NOT NULL,
    question         text NOT NULL,
    status           text NOT NULL CHECK (status IN ('waiting', 'offered', 'active', 'concluded')),
    expert_id        uuid REFERENCES expert,
    offer_expires_at timestamptz,
    accepted_at      timestamptz,
    concluded_at     timestamptz,
    conclusion       text,
    rating           integer CHECK (rating BETWEEN 1 AND 5),
    rating_comment   text,
    rated_at         timestamptz,
    opened_by        uuid NOT NULL REFERENCES account,
    opened_at        timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    CHECK ((status = 'waiting') = (expert_id IS NULL)),
    CHECK ((status = 'offered') = (offer_expires_at IS NOT NULL)),
    CHECK ((status = 'concluded') = (concluded_at IS NOT NULL)),
    CHECK (rating IS NULL OR status = 'concluded')
);
CREATE INDEX consultation_by_enterprise ON consultation (enterprise_id, id);
CREATE INDEX consultation_by_expert ON consultation (expert_id, id);
CREATE INDEX consultation_open_by_expert ON consultation (expert_id) WHERE status IN ('offered', 'active');
CREATE INDEX consultation_waiting ON consultation (id) WHERE status = 'waiting';
CREATE INDEX consultation_offered ON consultation (offer_expires_at) WHERE status = 'offered';
-- A nonconformity is talked about in one open consultation at a time.
CREATE UNIQUE INDEX consultation_open_by_nonconformity ON consultation (nonconformity_id)
    WHERE status <> 'concluded' AND nonconformity_id IS NOT NULL;

-- Who takes part. A row stays when the participant leaves: it says until when.
CREATE TABLE consultation_participant (
    consultation_id uuid NOT NULL REFERENCES consultation,
    account_id      uuid NOT NULL REFERENCES account,
    role            text NOT NULL CHECK (role IN ('enterprise', 'expert')),
    lead            boolean NOT NULL DEFAULT false,
    joined_at       timestamptz NOT NULL,
    removed_at      timestamptz,
    PRIMARY KEY (consultation_id, account_id)
);
CREATE INDEX consultation_participant_by_account ON consultation_participant (account_id, consultation_id);

CREATE TABLE consultation_event (
    consultation_id uuid NOT NULL REFERENCES consultation,
    seq             integer NOT NULL,
    event           text NOT NULL,
    from_status     text,
    to_status       text NOT NULL,
    actor_id        uuid,
    actor_role      text NOT NULL,
    expert_id       uuid,
    note            text,
    at              timestamptz NOT NULL,
    PRIMARY KEY (consultation_id, seq)
);

-- Every offer ever made, with what spoke for the expert at that moment.
CREATE TABLE consultation_offer (
    consultation_id uuid NOT NULL REFERENCES consultation,
    ordinal         integer NOT NULL,
    expert_id       uuid NOT NULL REFERENCES expert,
    score           jsonb NOT NULL,
    offered_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    answer          text CHECK (answer IN ('accepted', 'declined', 'expired', 'withdrawn')),
    answered_at     timestamptz,
    reason          text,
    PRIMARY KEY (consultation_id, ordinal)
);
CREATE INDEX consultation_offer_by_expert ON consultation_offer (expert_id, offered_at);
