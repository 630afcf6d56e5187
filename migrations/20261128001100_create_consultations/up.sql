CREATE TABLE consultation (
    id                 uuid PRIMARY KEY,
    enterprise_id      uuid NOT NULL REFERENCES enterprise,
    nonconformity_id   uuid REFERENCES nonconformity,
    product_kind       text NOT NULL REFERENCES product_kind,
    subject            text NOT NULL,
    question           text NOT NULL,
    status             text NOT NULL CHECK (status IN ('waiting', 'offered', 'active', 'concluded')),
    expert_id          uuid REFERENCES expert,
    offer_expires_at   timestamptz,
    accepted_at        timestamptz,
    concluded_at       timestamptz,
    conclusion         text,
    rating             integer CHECK (rating BETWEEN 1 AND 5),
    rating_comment     text,
    rated_at           timestamptz,
    opened_by          uuid NOT NULL REFERENCES account,
    opened_at          timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL,
    on_site            boolean NOT NULL DEFAULT false,
    -- How far the search for an expert was widened, and since when it goes on.
    search_step        text NOT NULL DEFAULT 'exact'
        CHECK (search_step IN ('exact', 'class', 'province', 'queue')),
    search_since       timestamptz,
    searched_at        timestamptz,
    -- Offers from before do not count as tried: set by reopening.
    tried_since        timestamptz,
    alarmed_at         timestamptz,
    -- Not to be taken from its expert by the platform.
    pinned             boolean NOT NULL DEFAULT false,
    -- When the first answer of the expert who holds it is due; none once it is there.
    answer_due_at      timestamptz,
    -- When the enterprise was informed to expect an answer, where no one is on duty.
    answer_expected_at timestamptz,
    reopened           integer NOT NULL DEFAULT 0,
    -- The enterprise's region, kept by triggers, so that an index has the newest of a region in order: of a district by its code, of a
    -- city by the four digits that its districts' codes share (GB/T 2260). Lists find rows by it; who may see a row is decided by the
    -- enterprise's region itself.
    region             text NOT NULL DEFAULT '',
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
CREATE INDEX consultation_answer_due ON consultation (answer_due_at) WHERE answer_due_at IS NOT NULL;
CREATE INDEX consultation_by_nonconformity ON consultation (nonconformity_id) WHERE nonconformity_id IS NOT NULL;
-- A nonconformity is talked about in one open consultation at a time.
CREATE UNIQUE INDEX consultation_open_by_nonconformity ON consultation (nonconformity_id)
    WHERE status <> 'concluded' AND nonconformity_id IS NOT NULL;
CREATE INDEX consultation_by_region ON consultation (region, id);
CREATE INDEX consultation_by_city ON consultation (left(region, 4), id);
-- Most rows are of the province; without these statistics the planner assumes that hardly any are.
CREATE STATISTICS consultation_province ON (left(region, 2)) FROM consultation;

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
    -- Until when opening and typing may hold the offer at most.
    holds_until     timestamptz,
    PRIMARY KEY (consultation_id, ordinal)
);
CREATE INDEX consultation_offer_by_expert ON consultation_offer (expert_id, offered_at);

-- A panel: experts beside the one who leads, each with an opinion. A seat counts as one consultation.
CREATE TABLE consultation_panel (
    consultation_id uuid NOT NULL REFERENCES consultation,
    expert_id       uuid NOT NULL REFERENCES expert,
    invited_by      uuid REFERENCES account,
    invited_at      timestamptz NOT NULL,
    seated          boolean NOT NULL,
    opinion         text,
    opinion_at      timestamptz,
    revision        integer NOT NULL DEFAULT 0,
    PRIMARY KEY (consultation_id, expert_id),
    CHECK ((opinion IS NULL) = (opinion_at IS NULL))
);
CREATE INDEX consultation_panel_by_expert ON consultation_panel (expert_id) WHERE seated;

-- A rating that was taken back, for figures of the days on which it was valid.
CREATE TABLE consultation_rating_past (
    consultation_id uuid NOT NULL REFERENCES consultation,
    until           timestamptz NOT NULL,
    rating          integer NOT NULL,
    rated_at        timestamptz NOT NULL,
    PRIMARY KEY (consultation_id, until)
);

ALTER TABLE attachment ADD FOREIGN KEY (consultation_id) REFERENCES consultation;
ALTER TABLE chat_stream ADD FOREIGN KEY (consultation_id) REFERENCES consultation;
