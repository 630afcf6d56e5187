-- The calendar of working days by which the stored deadlines were counted last, year by year: see src/remediation/deadlines/recount.rs.
CREATE TABLE counted_calendar (
    year       integer PRIMARY KEY,
    -- SHA-256 of what was announced for the year, in hexadecimal.
    digest     text NOT NULL,
    -- Number of the notice.
    source     text NOT NULL,
    counted_at timestamptz NOT NULL
);
