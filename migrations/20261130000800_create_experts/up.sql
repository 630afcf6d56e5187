-- An application and the expert it becomes are one row: vetting is a state of it. `open_count` is how many consultations are offered to
-- or held by the expert, seats in panels included; it is kept by triggers (expert_move_open_count), and never above the capacity.
CREATE TABLE expert (
    id               uuid PRIMARY KEY,
    name             text NOT NULL,
    title            text NOT NULL,
    hospital         text REFERENCES product_hospital,
    email            text NOT NULL,
    phone            text,
    languages        text[] NOT NULL,
    capacity         integer NOT NULL CHECK (capacity BETWEEN 1 AND 1000),
    vetting          text NOT NULL CHECK (vetting IN ('applied', 'approved', 'rejected')),
    vetting_reason   text,
    vetted_at        timestamptz,
    available        boolean NOT NULL DEFAULT true,
    last_assigned_at timestamptz,
    applied_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    employer         text,
    leave_from       date,
    leave_to         date,
    open_count       integer NOT NULL DEFAULT 0,
    -- Cases that the expert consulted on: first re-inspections, and how many of them passed.
    reinspected      integer NOT NULL DEFAULT 0,
    passed_first     integer NOT NULL DEFAULT 0,
    rating_count     integer NOT NULL DEFAULT 0,
    rating_sum       integer NOT NULL DEFAULT 0,
    -- As enterprise.search_text.
    search_text      text NOT NULL DEFAULT '',
    search_readings  text NOT NULL DEFAULT '',
    -- The account that decided on the application. No key: accounts refer to experts. Unknown for experts who were approved by an invitation.
    vetted_by        uuid,
    -- What an applicant says besides: the post held with the employer, and the qualifications.
    post             text,
    qualifications   text,
    CONSTRAINT expert_leave CHECK ((leave_from IS NULL) = (leave_to IS NULL) AND leave_from <= leave_to),
    CONSTRAINT expert_within_capacity CHECK (open_count BETWEEN 0 AND capacity),
    CONSTRAINT expert_outcomes CHECK (passed_first BETWEEN 0 AND reinspected AND rating_sum >= rating_count)
);
CREATE INDEX expert_by_vetting ON expert (vetting, id);
CREATE INDEX expert_by_hospital ON expert (hospital, id) WHERE hospital IS NOT NULL;
CREATE INDEX expert_by_employer ON expert (employer) WHERE employer IS NOT NULL;

-- What an expert can help with: one kind, or a whole class.
CREATE TABLE expert_specialty (
    expert_id     uuid NOT NULL REFERENCES expert ON DELETE CASCADE,
    ordinal       integer NOT NULL,
    product_kind  text REFERENCES product_kind,
    product_class text REFERENCES product_class,
    level         integer NOT NULL CHECK (level BETWEEN 1 AND 3),
    items         text[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (expert_id, ordinal),
    CHECK ((product_kind IS NULL) <> (product_class IS NULL))
);
CREATE INDEX expert_specialty_by_kind ON expert_specialty (product_kind) WHERE product_kind IS NOT NULL;
CREATE INDEX expert_specialty_by_class ON expert_specialty (product_class) WHERE product_class IS NOT NULL;

CREATE TABLE expert_region (
    expert_id uuid NOT NULL REFERENCES expert ON DELETE CASCADE,
    region    text NOT NULL REFERENCES region,
    PRIMARY KEY (expert_id, region)
);
-- Who serves a city: its code's first four digits. The region is included so that the index alone answers.
CREATE INDEX expert_region_by_city ON expert_region (left(region, 4), expert_id) INCLUDE (region);

-- Enterprises that the expert works for or owns. By USCC: the enterprise may not be on the list yet. Who recorded it, where an admin
-- did: what an admin records, the expert can't take back.
CREATE TABLE expert_conflict (
    expert_id   uuid NOT NULL REFERENCES expert ON DELETE CASCADE,
    uscc        text NOT NULL CHECK (length(uscc) = 18),
    relation    text NOT NULL CHECK (relation IN ('employer', 'owner')),
    note        text,
    recorded_by uuid REFERENCES account,
    recorded_at timestamptz,
    PRIMARY KEY (expert_id, uscc)
);
CREATE INDEX expert_conflict_by_uscc ON expert_conflict (uscc);

-- Failed reports that an expert signed.
CREATE TABLE expert_signed_report (
    expert_id   uuid NOT NULL REFERENCES expert ON DELETE CASCADE,
    report_no   text NOT NULL,
    recorded_by uuid REFERENCES account,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (expert_id, report_no)
);

-- Experts whom an enterprise does not want.
CREATE TABLE expert_refusal (
    enterprise_id uuid NOT NULL,
    expert_id     uuid NOT NULL REFERENCES expert ON DELETE CASCADE,
    reason        text NOT NULL,
    created_by    uuid NOT NULL REFERENCES account,
    created_at    timestamptz NOT NULL,
    PRIMARY KEY (enterprise_id, expert_id)
);
CREATE INDEX expert_refusal_by_expert ON expert_refusal (expert_id);

-- The duty rota: a shift of an expert that begins on a weekday (1 Monday to 7 Sunday), in minutes of the day in Asia/Shanghai. One that
-- ends at or before its beginning ends on the next day.
CREATE TABLE expert_shift (
    expert_id uuid NOT NULL REFERENCES expert ON DELETE CASCADE,
    ordinal   integer NOT NULL,
    weekday   integer NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    starts    integer NOT NULL CHECK (starts BETWEEN 0 AND 1439),
    ends      integer NOT NULL CHECK (ends BETWEEN 0 AND 1439),
    holidays  boolean NOT NULL,
    PRIMARY KEY (expert_id, ordinal)
);

-- What someone asks who wants to become an expert, until the one-time link in the mail to the named address is used; then it becomes an
-- expert who waits for an officer's decision. Until then no officer sees it. `address` is the mail address in lower case. One that the
-- owner of the address declined keeps nothing but address and network, so that this network sends no more there for a time.
CREATE TABLE expert_application (
    id          uuid PRIMARY KEY,
    address     text NOT NULL,
    network     text NOT NULL,
    application jsonb,
    token_hash  bytea UNIQUE,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    CHECK ((application IS NULL) = (token_hash IS NULL))
);
CREATE INDEX expert_application_by_address ON expert_application (address, created_at);
CREATE INDEX expert_application_by_end ON expert_application (expires_at);

-- Each change of an expert's specialties, with who decided on it, when and why: those of the application, those added later, which wait for
-- an officer, and those removed, which are removed at once.
CREATE TABLE expert_specialty_change (
    id                 uuid PRIMARY KEY,
    expert_id          uuid NOT NULL REFERENCES expert ON DELETE CASCADE,
    change             text NOT NULL CHECK (change IN ('add', 'remove')),
    product_kind       text REFERENCES product_kind,
    product_class      text REFERENCES product_class,
    level              integer NOT NULL CHECK (level BETWEEN 1 AND 3),
    items              text[] NOT NULL DEFAULT '{}',
    state              text NOT NULL CHECK (state IN ('proposed', 'approved', 'rejected', 'withdrawn', 'done')),
    -- The expert's reason.
    note               text,
    -- Consultations of the expert that were open for it when it was removed.
    open_consultations integer,
    proposed_by        uuid REFERENCES account,
    proposed_at        timestamptz NOT NULL,
    decided_by         uuid REFERENCES account,
    decided_at         timestamptz,
    reason             text,
    CHECK ((product_kind IS NULL) <> (product_class IS NULL)),
    CHECK ((state = 'proposed') = (decided_at IS NULL))
);
CREATE INDEX expert_specialty_change_by_expert ON expert_specialty_change (expert_id, id);
CREATE INDEX expert_specialty_change_by_state ON expert_specialty_change (state, id);
CREATE UNIQUE INDEX expert_specialty_change_open
    ON expert_specialty_change (expert_id, coalesce(product_kind, ''), coalesce(product_class, '')) WHERE state = 'proposed';

-- Suspensions of experts. While one has not ended, the expert is given nothing. `until` is the last day, in Asia/Shanghai. No foreign key to
-- the expert: it would lock the expert's row before consultations, against the order of locks.
CREATE TABLE expert_suspension (
    id           uuid PRIMARY KEY,
    expert_id    uuid NOT NULL,
    reason       text NOT NULL,
    until        date,
    suspended_by uuid REFERENCES account,
    suspended_at timestamptz NOT NULL,
    ended_by     uuid REFERENCES account,
    ended_at     timestamptz,
    end_reason   text,
    CHECK (ended_at IS NOT NULL OR (ended_by IS NULL AND end_reason IS NULL))
);
CREATE UNIQUE INDEX expert_suspension_open ON expert_suspension (expert_id) WHERE ended_at IS NULL;
CREATE INDEX expert_suspension_by_expert ON expert_suspension (expert_id, id);

ALTER TABLE account ADD FOREIGN KEY (expert_id) REFERENCES expert;
