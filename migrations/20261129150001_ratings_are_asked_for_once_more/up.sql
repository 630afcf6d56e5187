-- Who has not rated a consultation that is over is reminded once.
ALTER TABLE consultation ADD COLUMN rating_reminded_at timestamptz;
CREATE INDEX consultation_to_rate ON consultation (concluded_at)
    WHERE status = 'concluded' AND rating IS NULL AND rating_reminded_at IS NULL;
