-- The tags that officers keep for their regions, to mark consultations by.
CREATE TABLE consultation_tag (
    id         uuid PRIMARY KEY,
    region     text NOT NULL REFERENCES region (code),
    name       text NOT NULL CHECK (name <> ''),
    -- Not put on a consultation any more, since then.
    retired_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX consultation_tag_by_name ON consultation_tag (region, lower(name));

-- Which consultation has which tags.
CREATE TABLE consultation_tagging (
    consultation_id uuid NOT NULL REFERENCES consultation ON DELETE CASCADE,
    tag_id          uuid NOT NULL REFERENCES consultation_tag,
    tagged_by       uuid NOT NULL REFERENCES account,
    tagged_at       timestamptz NOT NULL,
    PRIMARY KEY (consultation_id, tag_id)
);
CREATE INDEX consultation_tagging_by_tag ON consultation_tagging (tag_id, consultation_id);
