-- Label checks (标识检查) by versions of a checklist, and the devices of quick tests (快速检测).

-- The check of a label: what it came to stays, whatever later versions of the checklist say. One that was annulled by a correction of its event
-- stays as well, and another one comes after it; whether the last one stands the inspection says.
CREATE TABLE label_check (
    inspection_id     uuid NOT NULL REFERENCES inspection,
    -- The number of the event of the inspection by which it was entered.
    event             integer NOT NULL CHECK (event > 0),
    -- The version of the checklist by which it was made.
    checklist_version text NOT NULL CHECK (checklist_version <> ''),
    outcome           text NOT NULL CHECK (outcome IN ('three_noes', 'label_nonconforming', 'conforming')),
    inspected_on      date NOT NULL,
    -- Names of those who checked.
    inspectors        text[] NOT NULL CHECK (cardinality(inspectors) > 0),
    -- Whether the seller named its source (Product Quality Law, art. 55); NULL where that was not asked.
    source_named      boolean,
    source_name       text,
    source_uscc       text,
    -- When it was corrected on the spot, and how.
    corrected_on      date CHECK (corrected_on >= inspected_on),
    correction        text,
    -- SHA-256 of what was handed in, by which a repetition is known.
    fingerprint       bytea NOT NULL CHECK (length(fingerprint) = 32),
    checked_by        uuid NOT NULL REFERENCES account,
    checked_at        timestamptz NOT NULL,
    CHECK ((corrected_on IS NULL) = (correction IS NULL)),
    CHECK (corrected_on IS NULL OR outcome <> 'conforming'),
    CHECK (source_name IS NULL OR source_named),
    PRIMARY KEY (inspection_id, event)
);

-- The answers, one for each check that applied.
CREATE TABLE label_answer (
    inspection_id uuid NOT NULL,
    event         integer NOT NULL,
    ordinal       integer NOT NULL CHECK (ordinal > 0),
    check_key     text NOT NULL,
    answer        text NOT NULL CHECK (answer IN ('ok', 'missing', 'false', 'not_applicable')),
    note          text,
    PRIMARY KEY (inspection_id, event, ordinal),
    UNIQUE (inspection_id, event, check_key),
    FOREIGN KEY (inspection_id, event) REFERENCES label_check (inspection_id, event)
);

-- The photos of a check. A photo, known by the SHA-256 of its bytes, shows one product only, so it is of one inspection.
CREATE TABLE label_photo (
    inspection_id uuid NOT NULL,
    event         integer NOT NULL,
    check_key     text NOT NULL,
    ordinal       integer NOT NULL CHECK (ordinal > 0),
    attachment_id uuid NOT NULL REFERENCES attachment,
    sha256        bytea NOT NULL CHECK (length(sha256) = 32),
    PRIMARY KEY (inspection_id, event, check_key, ordinal),
    FOREIGN KEY (inspection_id, event, check_key) REFERENCES label_answer (inspection_id, event, check_key)
);
CREATE INDEX label_photo_by_sha256 ON label_photo (sha256);
CREATE INDEX label_photo_by_attachment ON label_photo (attachment_id);

-- A device for quick tests.
CREATE TABLE quick_device (
    id         uuid PRIMARY KEY,
    name       text NOT NULL CHECK (name <> ''),
    model      text,
    serial_no  text NOT NULL CHECK (serial_no <> ''),
    -- Whose officers keep it.
    region     text NOT NULL REFERENCES region,
    active     boolean NOT NULL,
    created_by uuid NOT NULL REFERENCES account,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (region, serial_no)
);

-- The calibrations of a device: it can be used on the days of one of them. One that was entered wrongly is annulled with a reason and stays.
CREATE TABLE quick_calibration (
    device_id        uuid NOT NULL REFERENCES quick_device,
    ordinal          integer NOT NULL CHECK (ordinal > 0),
    calibrated_on    date NOT NULL,
    calibrated_until date NOT NULL CHECK (calibrated_until >= calibrated_on),
    certificate_no   text,
    entered_by       uuid NOT NULL REFERENCES account,
    entered_at       timestamptz NOT NULL,
    annulled_at      timestamptz,
    annulled_by      uuid REFERENCES account,
    annul_reason     text,
    PRIMARY KEY (device_id, ordinal),
    CHECK (num_nulls(annulled_at, annulled_by, annul_reason) IN (0, 3))
);

-- A quick test with the device by which it was made. What it found stands in the inspection, and whether the last one of it stands.
CREATE TABLE quick_test (
    inspection_id    uuid NOT NULL REFERENCES inspection,
    -- The number of the event of the inspection by which it was entered.
    event            integer NOT NULL CHECK (event > 0),
    device_id        uuid NOT NULL REFERENCES quick_device,
    tested_on        date NOT NULL,
    -- The last day of the calibration that held on that day.
    calibrated_until date NOT NULL CHECK (calibrated_until >= tested_on),
    entered_by       uuid NOT NULL REFERENCES account,
    entered_at       timestamptz NOT NULL,
    PRIMARY KEY (inspection_id, event)
);
CREATE INDEX quick_test_by_device ON quick_test (device_id);
