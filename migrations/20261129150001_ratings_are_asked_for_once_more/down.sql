DROP INDEX consultation_to_rate;
ALTER TABLE consultation DROP COLUMN rating_reminded_at;
