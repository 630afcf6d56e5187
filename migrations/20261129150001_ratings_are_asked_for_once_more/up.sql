-- Who has not rated a consultation that is over is reminded once.
CREATE TABLE consultation_rating_reminder (
    consultation_id uuid NOT NULL REFERENCES consultation,
    -- Which end of it that was: one that was reopened ends again.
    ended_at        timestamptz NOT NULL,
    reminded_at     timestamptz NOT NULL,
    PRIMARY KEY (consultation_id, ended_at)
);
CREATE INDEX consultation_to_rate ON consultation (concluded_at) WHERE status = 'concluded' AND rating IS NULL;
