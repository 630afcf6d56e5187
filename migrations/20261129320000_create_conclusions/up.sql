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
