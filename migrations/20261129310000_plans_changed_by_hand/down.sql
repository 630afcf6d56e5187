DROP TABLE matching_plan_by_hand;
-- The reasons that are told apart no more.
UPDATE matching_plan_line SET reason = 'no_place' WHERE reason IN ('least_score', 'by_hand');
ALTER TABLE matching_plan_line
    DROP CONSTRAINT matching_plan_line_reason_check,
    ADD CONSTRAINT matching_plan_line_reason_check CHECK (reason IN ('no_specialty', 'excluded', 'no_place'));
ALTER TABLE matching_plan DROP COLUMN least_score;
