-- The statutory deadlines that run now, one row for each, with their last day in Asia/Shanghai. Who
-- sweeps them and who reports them reads this and nothing else.
CREATE VIEW case_deadline AS
    SELECT c.id AS case_id, c.nonconformity_id, c.enterprise_id, coalesce(c.handled_in, e.region) AS region,
           d.clock, d.due_on
    FROM remediation_case c
    JOIN enterprise e ON e.id = c.enterprise_id
    CROSS JOIN LATERAL (VALUES
        ('rectification', CASE WHEN c.state IN ('ordered', 'correcting') THEN c.rectify_by END),
        ('reinspection', CASE WHEN c.state IN ('ordered', 'correcting', 'evidence_submitted') THEN c.reinspect_by END),
        ('second_reinspection', CASE WHEN c.state = 'announced' THEN c.second_by END),
        ('suspension', CASE WHEN c.state = 'suspended' THEN c.suspended_until END)
    ) AS d (clock, due_on)
    WHERE d.due_on IS NOT NULL;

-- Of what somebody was told. A deadline that moves is another one.
CREATE TABLE deadline_notice (
    case_id   uuid NOT NULL REFERENCES remediation_case,
    clock     text NOT NULL,
    due_on    date NOT NULL,
    -- near_15, near_7 … or missed.
    kind      text NOT NULL,
    -- An account, or the address on record of an enterprise that has none.
    recipient text NOT NULL,
    told_at   timestamptz NOT NULL,
    PRIMARY KEY (case_id, clock, due_on, kind, recipient)
);

-- The days on which the deadlines were swept. One sweep makes up for all the days missed before it.
CREATE TABLE deadline_sweep (
    day      date PRIMARY KEY,
    swept_at timestamptz NOT NULL,
    notices  integer NOT NULL,
    mails    integer NOT NULL
);
