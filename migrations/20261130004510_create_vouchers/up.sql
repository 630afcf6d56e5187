-- Testing vouchers (检测券): issues with a budget and tiers, applications, the frame and the draw, the vouchers and every movement of money on them.
-- All amounts are in fen.

CREATE TABLE voucher_issue (
    id             uuid PRIMARY KEY,
    name           text NOT NULL CHECK (name <> ''),
    -- The region whose enterprises apply; its officers keep it.
    region         text NOT NULL REFERENCES region,
    programme_id   uuid REFERENCES programme,
    budget_fen     bigint NOT NULL CHECK (budget_fen > 0),
    -- The most that one enterprise may hold.
    limit_fen      bigint NOT NULL CHECK (limit_fen > 0),
    -- Codes of the product kinds; all of them where none is named.
    product_kinds  text[] NOT NULL,
    -- Codes of the product hospitals where they are redeemed; all of them where none is named.
    hospitals      text[] NOT NULL,
    -- Of applications, in Asia/Shanghai.
    apply_from     date NOT NULL,
    apply_until    date NOT NULL CHECK (apply_until >= apply_from),
    -- The last day on which a voucher is redeemed.
    valid_until    date NOT NULL CHECK (valid_until > apply_until),
    -- The public event that will give the seed, said before the frame is fixed; none where the system draws it then.
    seed_event     text,
    state          text NOT NULL CHECK (state IN ('draft', 'open', 'framed', 'drawn', 'closed', 'withdrawn')),
    -- With what the ids of the rows are made; published with the draw.
    salt           bytea NOT NULL CHECK (length(salt) = 32),
    frame          text,
    frame_sha256   bytea CHECK (length(frame_sha256) = 32),
    frame_rows     integer CHECK (frame_rows >= 0),
    framed_at      timestamptz,
    seed           bytea CHECK (length(seed) = 32),
    drawn_at       timestamptz,
    closed_at      timestamptz,
    withdrawn_reason text,
    created_by     uuid NOT NULL REFERENCES account,
    approved_by    uuid REFERENCES account CHECK (approved_by <> created_by),
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    CHECK (state NOT IN ('framed', 'drawn', 'closed') OR framed_at IS NOT NULL),
    CHECK (state NOT IN ('draft', 'open') OR framed_at IS NULL),
    CHECK ((framed_at IS NULL) = (frame IS NULL) AND (frame IS NULL) = (frame_sha256 IS NULL) AND (frame IS NULL) = (frame_rows IS NULL)),
    CHECK ((state IN ('drawn', 'closed')) = (drawn_at IS NOT NULL) AND (drawn_at IS NULL) = (seed IS NULL)),
    CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
    CHECK ((state = 'withdrawn') = (withdrawn_reason IS NOT NULL)),
    CHECK (state IN ('draft', 'withdrawn') OR approved_by IS NOT NULL)
);
CREATE INDEX voucher_issue_by_region ON voucher_issue (region, id);

CREATE TABLE voucher_issue_event (
    issue_id   uuid NOT NULL REFERENCES voucher_issue,
    ordinal    integer NOT NULL CHECK (ordinal > 0),
    step       text NOT NULL CHECK (step IN ('create', 'change', 'approve', 'withdraw', 'freeze', 'draw', 'close')),
    from_state text CHECK (from_state IN ('draft', 'open', 'framed', 'drawn', 'closed', 'withdrawn')),
    to_state   text NOT NULL CHECK (to_state IN ('draft', 'open', 'framed', 'drawn', 'closed', 'withdrawn')),
    reason     text,
    account_id uuid NOT NULL REFERENCES account,
    at         timestamptz NOT NULL,
    PRIMARY KEY (issue_id, ordinal)
);

-- So many vouchers of so much, the greatest amount first.
CREATE TABLE voucher_tier (
    issue_id   uuid NOT NULL REFERENCES voucher_issue,
    ordinal    integer NOT NULL CHECK (ordinal > 0),
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    count      integer NOT NULL CHECK (count > 0),
    PRIMARY KEY (issue_id, ordinal),
    UNIQUE (issue_id, amount_fen)
);

CREATE TABLE voucher_application (
    issue_id      uuid NOT NULL REFERENCES voucher_issue,
    enterprise_id uuid NOT NULL REFERENCES enterprise,
    applied_by    uuid NOT NULL REFERENCES account,
    applied_at    timestamptz NOT NULL,
    withdrawn_at  timestamptz,
    -- Its row in the frame; none where it was not in it, with the reason.
    row_id        text CHECK (length(row_id) = 32),
    left_out      text CHECK (left_out IN ('withdrawn', 'not_eligible', 'limit')),
    PRIMARY KEY (issue_id, enterprise_id),
    UNIQUE (issue_id, row_id),
    CHECK (row_id IS NULL OR left_out IS NULL)
);
CREATE INDEX voucher_application_by_enterprise ON voucher_application (enterprise_id);

CREATE TABLE voucher (
    id            uuid PRIMARY KEY,
    issue_id      uuid NOT NULL REFERENCES voucher_issue,
    -- Its place in the draw, and the row that was drawn.
    ordinal       integer NOT NULL CHECK (ordinal > 0),
    row_id        text NOT NULL CHECK (length(row_id) = 32),
    enterprise_id uuid NOT NULL REFERENCES enterprise,
    amount_fen    bigint NOT NULL CHECK (amount_fen > 0),
    -- What is left of it. Redeemed, expired and revoked amounts are those of its entries.
    rest_fen      bigint NOT NULL CHECK (rest_fen BETWEEN 0 AND amount_fen),
    state         text NOT NULL CHECK (state IN ('open', 'spent', 'expired', 'revoked')),
    expires_on    date NOT NULL,
    won_at        timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    UNIQUE (issue_id, ordinal),
    -- One enterprise wins one of an issue.
    UNIQUE (issue_id, enterprise_id),
    CHECK ((state = 'open') = (rest_fen > 0))
);
CREATE INDEX voucher_by_enterprise ON voucher (enterprise_id, id);
CREATE INDEX voucher_to_expire ON voucher (expires_on) WHERE state = 'open';

-- A code that was given out for a voucher, as its SHA-256. It serves once.
CREATE TABLE voucher_code (
    hash       bytea PRIMARY KEY CHECK (length(hash) = 32),
    voucher_id uuid NOT NULL REFERENCES voucher,
    given_at   timestamptz NOT NULL,
    used_at    timestamptz,
    -- A later one took its place.
    replaced_at timestamptz,
    CHECK (used_at IS NULL OR replaced_at IS NULL)
);
CREATE INDEX voucher_code_by_voucher ON voucher_code (voucher_id, given_at);
CREATE UNIQUE INDEX voucher_code_present ON voucher_code (voucher_id) WHERE used_at IS NULL AND replaced_at IS NULL;

-- A movement. Rows are only added: what a redemption took by mistake is given back by a `reverse`.
CREATE TABLE voucher_entry (
    id            uuid PRIMARY KEY,
    voucher_id    uuid NOT NULL REFERENCES voucher,
    ordinal       integer NOT NULL CHECK (ordinal > 0),
    kind          text NOT NULL CHECK (kind IN ('issue', 'redeem', 'reverse', 'expire', 'revoke')),
    amount_fen    bigint NOT NULL CHECK (amount_fen > 0),
    -- Of a redemption: where, for what, under which number of a report.
    hospital      text REFERENCES product_hospital,
    laboratory_id uuid REFERENCES laboratory,
    service       text,
    report_no     text,
    reason        text,
    -- The redemption that is given back; once.
    reverses      uuid REFERENCES voucher_entry,
    account_id    uuid REFERENCES account,
    at            timestamptz NOT NULL,
    UNIQUE (voucher_id, ordinal),
    UNIQUE (reverses),
    CHECK ((kind = 'reverse') = (reverses IS NOT NULL)),
    CHECK (kind <> 'redeem' OR (service IS NOT NULL AND (hospital IS NULL) <> (laboratory_id IS NULL)))
);
CREATE INDEX voucher_entry_by_hospital ON voucher_entry (hospital, id) WHERE hospital IS NOT NULL;
CREATE INDEX voucher_entry_by_laboratory ON voucher_entry (laboratory_id, id) WHERE laboratory_id IS NOT NULL;
