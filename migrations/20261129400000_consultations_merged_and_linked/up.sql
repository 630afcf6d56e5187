-- A consultation that asks the same as another one of its enterprise is merged into that one, and is over.
ALTER TABLE consultation
    DROP CONSTRAINT consultation_closed_check,
    ADD CONSTRAINT consultation_closed_check CHECK (closed IN ('taken_back', 'unanswered', 'answered', 'merged')),
    DROP CONSTRAINT consultation_has_expert,
    ADD CONSTRAINT consultation_has_expert
        CHECK (closed IS NOT DISTINCT FROM 'merged'
            OR (status = 'waiting' OR closed IS NOT DISTINCT FROM 'taken_back') = (expert_id IS NULL));
CREATE INDEX consultation_by_product_kind ON consultation (product_kind, id);

-- Into which one each was merged.
CREATE TABLE consultation_merge (
    consultation_id uuid PRIMARY KEY REFERENCES consultation,
    into_id         uuid NOT NULL REFERENCES consultation,
    merged_by       uuid NOT NULL REFERENCES account,
    merged_at       timestamptz NOT NULL,
    CHECK (consultation_id <> into_id)
);
CREATE INDEX consultation_merge_by_into ON consultation_merge (into_id);

-- Links between consultations, each kept once: the smaller id first.
CREATE TABLE consultation_link (
    first_id  uuid NOT NULL REFERENCES consultation,
    second_id uuid NOT NULL REFERENCES consultation,
    added_by  uuid NOT NULL REFERENCES account,
    added_at  timestamptz NOT NULL,
    PRIMARY KEY (first_id, second_id),
    CHECK (first_id < second_id)
);
CREATE INDEX consultation_link_by_second ON consultation_link (second_id);
