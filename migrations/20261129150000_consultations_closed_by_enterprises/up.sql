-- An enterprise ends a consultation of its own. One that it takes back before an expert has taken it is over without an expert.
ALTER TABLE consultation
    ADD COLUMN closed text CHECK (closed IN ('taken_back', 'unanswered', 'answered')),
    ADD CONSTRAINT consultation_closed_is_over CHECK (closed IS NULL OR status = 'concluded'),
    DROP CONSTRAINT consultation_check,
    ADD CONSTRAINT consultation_has_expert
        CHECK ((status = 'waiting' OR closed IS NOT DISTINCT FROM 'taken_back') = (expert_id IS NULL));
