-- The tags that officers keep for their regions, and experts for their product hospital, to mark consultations by.
CREATE TABLE consultation_tag (
    id         uuid PRIMARY KEY,
    -- Of one of both: the region, on whose consultations it is put, or the product hospital, whose experts put it on theirs.
    region     text REFERENCES region (code),
    hospital   text REFERENCES product_hospital (code),
    name       text NOT NULL CHECK (name <> ''),
    -- Not put on a consultation any more, since then.
    retired_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT consultation_tag_of_one CHECK (num_nonnulls(region, hospital) = 1)
);
CREATE UNIQUE INDEX consultation_tag_by_name ON consultation_tag (region, lower(name));
CREATE UNIQUE INDEX consultation_tag_by_hospital ON consultation_tag (hospital, lower(name));

-- Which consultation has which tags.
CREATE TABLE consultation_tagging (
    consultation_id uuid NOT NULL REFERENCES consultation ON DELETE CASCADE,
    tag_id          uuid NOT NULL REFERENCES consultation_tag,
    tagged_by       uuid NOT NULL REFERENCES account,
    tagged_at       timestamptz NOT NULL,
    PRIMARY KEY (consultation_id, tag_id)
);
CREATE INDEX consultation_tagging_by_tag ON consultation_tagging (tag_id, consultation_id);
