-- An application and the expert it becomes are one row: vetting is a state of it.
CREATE TABLE expert (
    id               uuid PRIMARY KEY,
    name             text NOT NULL,
    title            text NOT NULL,
    hospital         text REFERENCES product_hospital,
    email            text NOT NULL,
    phone            text,
    languages        text[] NOT NULL,
    capacity         integer NOT NULL CHECK (capacity BETWEEN 1 AND 1000),
    vetting          text NOT NULL CHECK (vetting IN ('applied', 'approved', 'rejected')),
    vetting_reason   text,
    vetted_at        timestamptz,
    available        boolean NOT NULL DEFAULT true,
    last_assigned_at timestamptz,
    applied_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL
);
CREATE INDEX expert_by_vetting ON expert (vetting, id);

-- What an expert can help with: one kind, or a whole class.
CREATE TABLE expert_specialty (
    expert_id     uuid NOT NULL REFERENCES expert ON DELETE CASCADE,
    ordinal       integer NOT NULL,
    product_kind  text REFERENCES product_kind,
    product_class text REFERENCES product_class,
    level         integer NOT NULL CHECK (level BETWEEN 1 AND 3),
    items         text[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (expert_id, ordinal),
    CHECK ((product_kind IS NULL) <> (product_class IS NULL))
);
CREATE INDEX expert_specialty_by_kind ON expert_specialty (product_kind) WHERE product_kind IS NOT NULL;
CREATE INDEX expert_specialty_by_class ON expert_specialty (product_class) WHERE product_class IS NOT NULL;

CREATE TABLE expert_region (
    expert_id uuid NOT NULL REFERENCES expert ON DELETE CASCADE,
    region    text NOT NULL REFERENCES region,
    PRIMARY KEY (expert_id, region)
);

-- Enterprises the expert works for or owns. By USCC: it may not be on the list yet.
CREATE TABLE expert_conflict (
    expert_id uuid NOT NULL REFERENCES expert ON DELETE CASCADE,
    uscc      text NOT NULL CHECK (length(uscc) = 18),
    relation  text NOT NULL CHECK (relation IN ('employer', 'owner')),
    PRIMARY KEY (expert_id, uscc)
);
