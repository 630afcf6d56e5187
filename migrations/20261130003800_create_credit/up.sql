-- Credit: what the conduct of operators came to. Everything here follows from conduct, the rules and the calendar, and can be made again; only
-- what officers did with tasks can't. The rows of enterprises follow from their conduct, which refers to them: a foreign key would check each of them
-- once more whenever all are graded anew.

-- The credit of an operator in a role, as of its last grading. All days are days of Asia/Shanghai; scores are thousandths of a point.
CREATE TABLE credit_subject (
    enterprise_id  uuid NOT NULL,
    role           text NOT NULL CHECK (role IN ('producer', 'seller', 'service_user', 'online')),
    -- Region and status of the enterprise, and the closest supervision class of its products.
    region         text NOT NULL,
    operating      boolean NOT NULL,
    -- NULL where no product is known.
    class          text CHECK (class IN ('strict', 'special', 'general')),
    score          bigint NOT NULL CHECK (score >= 0),
    -- NULL once nothing is on its file any more.
    grade          text CHECK (grade IN ('a', 'b', 'c', 'd')),
    -- Whether this is the worst role of the enterprise, by which it stands in lists of enterprises: exactly one of its roles is.
    worst          boolean NOT NULL,
    -- Its lines of products: [{"line", "score", "grade"}].
    lines          jsonb NOT NULL,
    -- The entries that count, in the order of their ids.
    counted        uuid[] NOT NULL,
    under_objection boolean NOT NULL,
    repair_pending boolean NOT NULL,
    -- The grade that it will have, and from which day, if nothing happens; NULL where it stays as it is.
    next_grade     text CHECK (next_grade IN ('a', 'b', 'c', 'd')),
    next_grade_on  date,
    -- The next day on which the score can change by time alone.
    look_on        date,
    -- The version of the rules whose thresholds hold, and whether it is on trial.
    rules_version  text NOT NULL,
    trial          boolean NOT NULL,
    -- The day of the last grading, and the moment of it.
    graded_on      date NOT NULL,
    graded_at      timestamptz NOT NULL,
    PRIMARY KEY (enterprise_id, role),
    CHECK ((next_grade IS NULL) = (next_grade_on IS NULL))
);
CREATE INDEX credit_subject_by_grade ON credit_subject (grade, enterprise_id) WHERE grade <> 'a';
CREATE INDEX credit_subject_by_region ON credit_subject (region, enterprise_id);
CREATE INDEX credit_subject_by_look ON credit_subject (look_on) WHERE look_on IS NOT NULL;

-- What a subject was from the end of a day on, until its next row: what is said of past days is read from here. A row for each day on which
-- something changed; several changes of one day are one row.
CREATE TABLE credit_change (
    enterprise_id uuid NOT NULL,
    role          text NOT NULL,
    day           date NOT NULL,
    region        text NOT NULL,
    operating     boolean NOT NULL,
    class         text,
    score_before  bigint,
    score         bigint NOT NULL,
    -- The grade before; NULL for the first row.
    grade_before  text CHECK (grade_before IN ('a', 'b', 'c', 'd')),
    grade         text CHECK (grade IN ('a', 'b', 'c', 'd')),
    worst         boolean NOT NULL,
    rules_version text NOT NULL,
    trial         boolean NOT NULL,
    -- Why: [{"conduct", "behaviour", "became"}].
    causes        jsonb NOT NULL,
    -- Why otherwise: another version of the rules, another place, status or class.
    reason        text NOT NULL CHECK (reason IN ('conduct', 'day', 'rules', 'place')),
    recorded_at   timestamptz NOT NULL,
    PRIMARY KEY (enterprise_id, role, day)
);

-- Enterprises whose credit is to be graded anew, and from which day on.
CREATE TABLE credit_stale (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enterprise_id uuid NOT NULL,
    from_day      date NOT NULL
);

-- A grading of all subjects: asked for by an officer or the platform, done by a job.
CREATE TABLE credit_regrading (
    id           uuid PRIMARY KEY,
    state        text NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
    -- Why: in an officer's words, or the version of the rules that came into force.
    reason       text NOT NULL,
    asked_by     uuid REFERENCES account,
    asked_at     timestamptz NOT NULL,
    started_at   timestamptz,
    finished_at  timestamptz,
    attempts     integer NOT NULL DEFAULT 0,
    done         integer NOT NULL DEFAULT 0,
    total        integer NOT NULL DEFAULT 0,
    -- Subjects that were graded, and those of which something changed.
    graded       integer,
    changed      integer,
    -- Of those whose grade changed.
    regraded     integer,
    problem      jsonb,
    -- The fingerprint of the rules by which it graded.
    rules        text,
    CHECK ((state IN ('done', 'failed')) = (finished_at IS NOT NULL))
);

-- A measure that a grade brings with it for a subject, from its first day until the day on which the grade no longer asks for it.
CREATE TABLE credit_measure (
    id            uuid PRIMARY KEY,
    enterprise_id uuid NOT NULL REFERENCES enterprise,
    role          text NOT NULL,
    -- The measure by the rules.
    key           text NOT NULL,
    region        text NOT NULL,
    grade         text NOT NULL CHECK (grade IN ('a', 'b', 'c', 'd')),
    class         text,
    rules_version text NOT NULL,
    trial         boolean NOT NULL,
    text_zh       text NOT NULL,
    text_en       text NOT NULL,
    -- A task falls due so many days after the one before; 0: once.
    period_days   integer NOT NULL CHECK (period_days >= 0),
    from_day      date NOT NULL,
    until_day     date,
    created_at    timestamptz NOT NULL,
    CHECK (until_day >= from_day)
);
CREATE UNIQUE INDEX credit_measure_running ON credit_measure (enterprise_id, role, key) WHERE until_day IS NULL;

-- A task of a measure, for the officers of the region.
CREATE TABLE credit_task (
    id            uuid PRIMARY KEY,
    measure_id    uuid NOT NULL REFERENCES credit_measure,
    enterprise_id uuid NOT NULL REFERENCES enterprise,
    region        text NOT NULL,
    ordinal       integer NOT NULL CHECK (ordinal > 0),
    due_on        date NOT NULL,
    state         text NOT NULL CHECK (state IN ('open', 'done', 'dropped')),
    done_by       uuid REFERENCES account,
    done_on       date,
    done_at       timestamptz,
    note          text,
    -- When its officers were reminded, and when they were told that it is late.
    reminded_at   timestamptz,
    late_at       timestamptz,
    created_at    timestamptz NOT NULL,
    UNIQUE (measure_id, ordinal),
    CHECK ((state = 'done') = (done_on IS NOT NULL AND done_at IS NOT NULL AND done_by IS NOT NULL AND note IS NOT NULL))
);
CREATE INDEX credit_task_open ON credit_task (region, due_on) WHERE state = 'open';
CREATE INDEX credit_task_by_enterprise ON credit_task (enterprise_id, id);
CREATE INDEX credit_task_by_region ON credit_task (region, id);

-- The honour lists as of the end of a day that is over, counted when they are first asked for. A cache.
CREATE TABLE credit_honour_day (
    day        date PRIMARY KEY,
    -- The method by which they were counted, and when.
    method     text NOT NULL,
    counted_at timestamptz NOT NULL
);
CREATE TABLE credit_honour (
    day           date NOT NULL REFERENCES credit_honour_day ON DELETE CASCADE,
    enterprise_id uuid NOT NULL REFERENCES enterprise,
    region        text NOT NULL,
    -- The longest list on which it stands.
    years         integer NOT NULL,
    -- Its samplings with a final result within these years, the first and the last of all, and the last that failed.
    samplings     integer NOT NULL,
    first_on      date NOT NULL,
    last_on       date NOT NULL,
    failed_on     date,
    PRIMARY KEY (day, enterprise_id)
);
