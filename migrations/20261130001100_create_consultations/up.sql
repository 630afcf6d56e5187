CREATE TABLE consultation (
    id                   uuid PRIMARY KEY,
    enterprise_id        uuid NOT NULL REFERENCES enterprise,
    nonconformity_id     uuid REFERENCES nonconformity,
    product_kind         text NOT NULL REFERENCES product_kind,
    subject              text NOT NULL,
    question             text NOT NULL,
    status               text NOT NULL CHECK (status IN ('waiting', 'offered', 'active', 'concluded')),
    expert_id            uuid REFERENCES expert,
    offer_expires_at     timestamptz,
    accepted_at          timestamptz,
    concluded_at         timestamptz,
    conclusion           text,
    rating               integer CHECK (rating BETWEEN 1 AND 5),
    rating_comment       text,
    rated_at             timestamptz,
    opened_by            uuid NOT NULL REFERENCES account,
    opened_at            timestamptz NOT NULL,
    updated_at           timestamptz NOT NULL,
    on_site              boolean NOT NULL DEFAULT false,
    -- How far the search for an expert was widened, and since when it goes on.
    search_step          text NOT NULL DEFAULT 'exact'
        CHECK (search_step IN ('exact', 'class', 'province', 'queue')),
    search_since         timestamptz,
    searched_at          timestamptz,
    -- Offers from before do not count as tried: set by reopening.
    tried_since          timestamptz,
    alarmed_at           timestamptz,
    -- Not to be taken from its expert by the platform.
    pinned               boolean NOT NULL DEFAULT false,
    -- When the first answer of the expert who holds it is due; none once it is there.
    answer_due_at        timestamptz,
    -- When the enterprise was informed to expect an answer, where no one is on duty.
    answer_expected_at   timestamptz,
    reopened             integer NOT NULL DEFAULT 0,
    -- The enterprise's region, kept by triggers, so that an index has the newest of a region in order: of a district by its code, of a
    -- city by the four digits that its districts' codes share (GB/T 2260). Lists find rows by it; who may see a row is decided by the
    -- enterprise's region itself.
    region               text NOT NULL DEFAULT '',
    -- As enterprise.search_text.
    search_text          text NOT NULL DEFAULT '',
    -- Since when its enterprise is asked for information: response targets rest from then on.
    information_asked_at timestamptz,
    -- How an enterprise ended a consultation of its own, or that it was merged into another one. One that is taken back before an expert has
    -- taken it is over without an expert.
    closed               text CHECK (closed IN ('taken_back', 'unanswered', 'answered', 'merged')),
    CHECK ((status = 'offered') = (offer_expires_at IS NOT NULL)),
    CHECK ((status = 'concluded') = (concluded_at IS NOT NULL)),
    CHECK (rating IS NULL OR status = 'concluded'),
    CONSTRAINT consultation_closed_is_over CHECK (closed IS NULL OR status = 'concluded'),
    CONSTRAINT consultation_has_expert
        CHECK (closed IS NOT DISTINCT FROM 'merged'
            OR (status = 'waiting' OR closed IS NOT DISTINCT FROM 'taken_back') = (expert_id IS NULL))
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
-- What an enterprise has opened lately, and what of it is open: see src/consultations/quota.rs.
CREATE INDEX consultation_placed_by_enterprise ON consultation (enterprise_id) WHERE status IN ('offered', 'active');
CREATE INDEX consultation_opened_by_enterprise ON consultation (enterprise_id, opened_at);
CREATE INDEX consultation_open ON consultation (id) WHERE status <> 'concluded';
CREATE INDEX consultation_to_rate ON consultation (concluded_at) WHERE status = 'concluded' AND rating IS NULL;
-- What was concluded, in the order in which its periods end.
CREATE INDEX consultation_concluded ON consultation (concluded_at, id) WHERE status = 'concluded';
CREATE INDEX consultation_by_product_kind ON consultation (product_kind, id);

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
    consultation_id  uuid NOT NULL REFERENCES consultation,
    expert_id        uuid NOT NULL REFERENCES expert,
    invited_by       uuid REFERENCES account,
    invited_at       timestamptz NOT NULL,
    seated           boolean NOT NULL,
    opinion          text,
    opinion_at       timestamptz,
    revision         integer NOT NULL DEFAULT 0,
    -- Whether the expert agrees with the lead; with the reasons of a dissent. `after_conclusion`: given after the consultation was
    -- concluded, so not in the conclusion.
    agreement        text CHECK (agreement IN ('agree', 'dissent', 'abstain')),
    agreement_reason text,
    after_conclusion boolean NOT NULL DEFAULT false,
    PRIMARY KEY (consultation_id, expert_id),
    CHECK ((opinion IS NULL) = (opinion_at IS NULL)),
    CONSTRAINT consultation_panel_agreement CHECK (agreement IS NULL OR opinion IS NOT NULL),
    CONSTRAINT consultation_panel_dissent CHECK (agreement IS DISTINCT FROM 'dissent' OR agreement_reason IS NOT NULL)
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

-- Who has not rated a consultation that is over is reminded once.
CREATE TABLE consultation_rating_reminder (
    consultation_id uuid NOT NULL REFERENCES consultation,
    -- Which end of it that was: one that was reopened ends again.
    ended_at        timestamptz NOT NULL,
    reminded_at     timestamptz NOT NULL,
    PRIMARY KEY (consultation_id, ended_at)
);

-- Invitations to the panel of a consultation, each with what became of it. Who has accepted one has a seat in consultation_panel.
CREATE TABLE consultation_invitation (
    consultation_id uuid NOT NULL REFERENCES consultation,
    ordinal         integer NOT NULL,
    expert_id       uuid NOT NULL REFERENCES expert,
    invited_by      uuid REFERENCES account,
    invited_at      timestamptz NOT NULL,
    note            text,
    state           text NOT NULL CHECK (state IN ('invited', 'accepted', 'declined', 'withdrawn', 'lapsed')),
    answered_at     timestamptz,
    reason          text,
    PRIMARY KEY (consultation_id, ordinal),
    CHECK ((state = 'invited') = (answered_at IS NULL))
);
CREATE UNIQUE INDEX consultation_invitation_open ON consultation_invitation (consultation_id, expert_id) WHERE state = 'invited';
CREATE INDEX consultation_invitation_by_expert ON consultation_invitation (expert_id) WHERE state = 'invited';

-- A conclusion as it was given out: numbered by the year in Asia/Shanghai, without gaps, and kept as it was then.
CREATE TABLE consultation_conclusion (
    year            integer NOT NULL,
    number          integer NOT NULL CHECK (number > 0),
    consultation_id uuid NOT NULL REFERENCES consultation,
    concluded_at    timestamptz NOT NULL,
    document        jsonb NOT NULL,
    PRIMARY KEY (year, number)
);
-- A consultation that was reopened is concluded again.
CREATE INDEX consultation_conclusion_by_consultation ON consultation_conclusion (consultation_id, year, number);

-- The last number of each year. Its row is locked until the conclusion is stored, so that none is lost.
CREATE TABLE consultation_conclusion_counter (
    year integer PRIMARY KEY,
    last integer NOT NULL CHECK (last > 0)
);

-- What somebody is writing and has not sent: for another device of the same person, and for nobody else.
CREATE TABLE consultation_draft (
    consultation_id uuid NOT NULL REFERENCES consultation,
    account_id      uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    stream          text NOT NULL CHECK (stream IN ('talk', 'notes')),
    body            text NOT NULL CHECK (body <> ''),
    updated_at      timestamptz NOT NULL,
    -- The number of the message that it quotes.
    reply_to        bigint CHECK (reply_to > 0),
    PRIMARY KEY (consultation_id, account_id, stream)
);
CREATE INDEX consultation_draft_by_age ON consultation_draft (updated_at);

-- Into which one each was merged.
CREATE TABLE consultation_merge (
    consultation_id uuid PRIMARY KEY REFERENCES consultation,
    into_id         uuid NOT NULL REFERENCES consultation,
    merged_by       uuid NOT NULL REFERENCES account,
    merged_at       timestamptz NOT NULL,
    CHECK (consultation_id <> into_id)
);
CREATE INDEX consultation_merge_by_into ON consultation_merge (into_id);

-- Links between consultations, each kept once: the smaller id first.
CREATE TABLE consultation_link (
    first_id  uuid NOT NULL REFERENCES consultation,
    second_id uuid NOT NULL REFERENCES consultation,
    added_by  uuid NOT NULL REFERENCES account,
    added_at  timestamptz NOT NULL,
    PRIMARY KEY (first_id, second_id),
    CHECK (first_id < second_id)
);
CREATE INDEX consultation_link_by_second ON consultation_link (second_id);

-- Colleagues who are mentioned in an internal note, by @name. Written by a trigger when the note is stored; the job of mentions tells them.
-- `done_at`: told, or there is nothing to tell any more. No foreign keys: they would lock rows of consultations in the transaction that stores
-- a note, against the order of locks.
CREATE TABLE consultation_mention (
    consultation_id uuid NOT NULL,
    seq             bigint NOT NULL,
    account_id      uuid NOT NULL,
    sender_id       uuid NOT NULL,
    sent_at         timestamptz NOT NULL,
    -- When the account's sockets were told.
    told_at         timestamptz,
    -- When it was mailed, or found read.
    done_at         timestamptz,
    PRIMARY KEY (consultation_id, seq, account_id)
);
CREATE INDEX consultation_mention_by_account ON consultation_mention (account_id, sent_at);
CREATE INDEX consultation_mention_to_tell ON consultation_mention (sent_at) WHERE done_at IS NULL;

ALTER TABLE attachment ADD FOREIGN KEY (consultation_id) REFERENCES consultation;
ALTER TABLE chat_stream ADD FOREIGN KEY (consultation_id) REFERENCES consultation;
