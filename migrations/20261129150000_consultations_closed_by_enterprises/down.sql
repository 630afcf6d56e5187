-- What was taken back waits again: without this migration it has no other place.
UPDATE consultation SET status = 'waiting', concluded_at = NULL, closed = NULL WHERE closed = 'taken_back';
ALTER TABLE consultation
    DROP CONSTRAINT consultation_has_expert,
    ADD CONSTRAINT consultation_check CHECK ((status = 'waiting') = (expert_id IS NULL)),
    DROP COLUMN closed;
