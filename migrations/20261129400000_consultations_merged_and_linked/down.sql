DROP TABLE consultation_link;
DROP TABLE consultation_merge;
DROP INDEX consultation_by_product_kind;
ALTER TABLE consultation
    DROP CONSTRAINT consultation_closed_check,
    DROP CONSTRAINT consultation_has_expert;
-- What was merged is kept as what its enterprise ended.
UPDATE consultation SET closed = CASE WHEN expert_id IS NULL THEN 'taken_back' ELSE 'unanswered' END WHERE closed = 'merged';
ALTER TABLE consultation
    ADD CONSTRAINT consultation_closed_check CHECK (closed IN ('taken_back', 'unanswered', 'answered')),
    ADD CONSTRAINT consultation_has_expert
        CHECK ((status = 'waiting' OR closed IS NOT DISTINCT FROM 'taken_back') = (expert_id IS NULL));
