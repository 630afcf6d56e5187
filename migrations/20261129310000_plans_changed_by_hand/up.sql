-- A plan can have a least score, in millionths: pairs below it are not used.
ALTER TABLE matching_plan
    ADD COLUMN least_score integer CHECK (least_score BETWEEN 1 AND 1000000);

ALTER TABLE matching_plan_line
    DROP CONSTRAINT matching_plan_line_reason_check,
    ADD CONSTRAINT matching_plan_line_reason_check
        CHECK (reason IN ('no_specialty', 'excluded', 'no_place', 'least_score', 'by_hand'));

-- A line of a plan that an officer has changed: by whom, why, and what had been computed. The line itself holds what it was changed to.
CREATE TABLE matching_plan_by_hand (
    plan_id           uuid NOT NULL,
    enterprise_id     uuid NOT NULL,
    computed_expert   uuid,
    computed_score    integer,
    computed_reason   text,
    computed_excluded jsonb,
    reason            text NOT NULL,
    changed_by        uuid NOT NULL REFERENCES account,
    changed_at        timestamptz NOT NULL,
    PRIMARY KEY (plan_id, enterprise_id),
    FOREIGN KEY (plan_id, enterprise_id) REFERENCES matching_plan_line ON DELETE CASCADE,
    CHECK ((computed_expert IS NULL) = (computed_score IS NULL)),
    CHECK ((computed_expert IS NULL) = (computed_reason IS NOT NULL))
);
