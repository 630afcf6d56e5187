-- Recordings of inspections, segment by segment in hash chains, and the custody of their samples.

-- What the recordings and the custody of an inspection came to: folded anew whenever something is added.
CREATE TABLE recording_summary (
    inspection_id uuid PRIMARY KEY REFERENCES inspection,
    chain         text NOT NULL CHECK (chain IN ('empty', 'incomplete', 'broken', 'unbroken')),
    recordings    integer NOT NULL CHECK (recordings >= 0),
    segments      integer NOT NULL CHECK (segments >= 0),
    -- Seconds that were recorded.
    seconds       bigint NOT NULL,
    -- Required shots that are not there.
    shots_missing integer NOT NULL CHECK (shots_missing >= 0),
    -- Times longer than the setting in which nothing was recorded.
    gaps          integer NOT NULL CHECK (gaps >= 0),
    -- Segments that came late.
    late          integer NOT NULL CHECK (late >= 0),
    -- Segments of which something is noted.
    flagged       integer NOT NULL CHECK (flagged >= 0),
    -- Entries of the custody of which something is noted.
    custody_flags integer NOT NULL CHECK (custody_flags >= 0),
    began_at      timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL
);
CREATE INDEX recording_summary_by_chain ON recording_summary (chain, inspection_id);

-- What one device records of an inspection, from the server's nonce on.
CREATE TABLE recording (
    id                uuid PRIMARY KEY,
    inspection_id     uuid NOT NULL REFERENCES inspection,
    channel           text NOT NULL CHECK (channel IN ('store', 'market', 'online', 'retest')),
    device_id         text NOT NULL CHECK (device_id <> ''),
    nonce             bytea NOT NULL UNIQUE CHECK (octet_length(nonce) = 32),
    -- The version of the rules under which it began.
    rules_version     text NOT NULL,
    began_by          uuid NOT NULL REFERENCES account,
    began_at          timestamptz NOT NULL,
    -- Until when the first segment has to begin.
    nonce_until       timestamptz NOT NULL,
    -- Milliseconds by which the device's clock was ahead of the server's.
    clock_offset      bigint NOT NULL,
    -- How many segments there are, as the device says at the end.
    declared_segments integer CHECK (declared_segments >= 0),
    closed_at         timestamptz,
    -- Since when its files are erased, because their period has passed.
    erased_at         timestamptz,
    CHECK ((declared_segments IS NULL) = (closed_at IS NULL))
);
CREATE INDEX recording_by_inspection ON recording (inspection_id, id);

-- A file that belongs to a recording: a segment, or its blurred rendition. It is never used elsewhere.
ALTER TABLE attachment
    ADD COLUMN recording_id uuid REFERENCES recording,
    ADD CONSTRAINT attachment_of_a_recording CHECK (
        recording_id IS NULL OR (state IN ('uploaded', 'erasing', 'erased') AND consultation_id IS NULL AND case_id IS NULL AND used_for IS NULL));
CREATE INDEX attachment_by_recording ON attachment (recording_id) WHERE recording_id IS NOT NULL;
DROP INDEX attachment_unused;
CREATE INDEX attachment_unused ON attachment (created_at)
    WHERE consultation_id IS NULL AND case_id IS NULL AND application_id IS NULL AND used_for IS NULL AND recording_id IS NULL;

-- A segment, as it came. Nothing of it is changed but that a blurred rendition is added.
CREATE TABLE recording_segment (
    id              uuid PRIMARY KEY,
    recording_id    uuid NOT NULL REFERENCES recording,
    -- Its place in the recording, from 1.
    seq             integer NOT NULL CHECK (seq > 0),
    -- Of its bytes. No file is in two segments.
    sha256          bytea NOT NULL UNIQUE CHECK (octet_length(sha256) = 32),
    -- What it names as the one before: its SHA-256, or the nonce.
    previous_sha256 bytea NOT NULL CHECK (octet_length(previous_sha256) = 32),
    content_type    text NOT NULL,
    size            bigint NOT NULL CHECK (size > 0),
    -- Its first moment, as the device says.
    starts_device   timestamptz NOT NULL,
    -- First and last moment by the server's clock.
    starts_at       timestamptz NOT NULL,
    ends_at         timestamptz NOT NULL CHECK (ends_at >= starts_at),
    received_at     timestamptz NOT NULL,
    latitude        double precision CHECK (latitude BETWEEN -90 AND 90),
    longitude       double precision CHECK (longitude BETWEEN -180 AND 180),
    -- Metres.
    accuracy        double precision CHECK (accuracy >= 0),
    -- What is to be seen on it.
    shots           text[] NOT NULL,
    -- What was noted when it came.
    flags           text[] NOT NULL,
    attachment_id   uuid NOT NULL REFERENCES attachment,
    blurred_id      uuid REFERENCES attachment,
    UNIQUE (recording_id, seq),
    CHECK ((latitude IS NULL) = (longitude IS NULL))
);

-- A recording of an inspection that another system keeps. One that was named wrongly is taken back with a reason and stays.
CREATE TABLE recording_external (
    id            uuid PRIMARY KEY,
    inspection_id uuid NOT NULL REFERENCES inspection,
    -- The system, and the number of the recording in it.
    system        text NOT NULL CHECK (system <> ''),
    reference     text NOT NULL CHECK (reference <> ''),
    -- Its first and last moment.
    from_at       timestamptz NOT NULL,
    until_at      timestamptz NOT NULL CHECK (until_at >= from_at),
    -- What is to be seen on it, as who named it says.
    shots         text[] NOT NULL,
    named_by      uuid NOT NULL REFERENCES account,
    named_at      timestamptz NOT NULL,
    ended_at      timestamptz,
    ended_by      uuid REFERENCES account,
    reason        text,
    CHECK (num_nulls(ended_at, ended_by, reason) IN (0, 3))
);
CREATE INDEX recording_external_by_inspection ON recording_external (inspection_id, id);
CREATE UNIQUE INDEX recording_external_once ON recording_external (inspection_id, system, reference) WHERE ended_at IS NULL;

-- What was done with a part of the sample. One that was wrong is annulled by another one.
CREATE TABLE sample_custody (
    id            uuid PRIMARY KEY,
    inspection_id uuid NOT NULL REFERENCES inspection,
    ordinal       integer NOT NULL CHECK (ordinal > 0),
    part          text NOT NULL CHECK (part IN ('test', 'reserve')),
    step          text CHECK (step IN ('seal', 'carry', 'hand', 'store', 'open', 'return', 'destroy')),
    -- The entry that it annuls, in the place of a step.
    annuls        integer,
    -- When it was done; of a sealing, when that began, too.
    began_at      timestamptz,
    at            timestamptz NOT NULL,
    giver         text,
    taker         text,
    place         text,
    seals         text[] NOT NULL,
    seals_whole   boolean NOT NULL,
    reason        text,
    witness       text,
    recording_id  uuid REFERENCES recording,
    recorded_by   uuid NOT NULL REFERENCES account,
    recorded_at   timestamptz NOT NULL,
    UNIQUE (inspection_id, ordinal),
    CHECK (num_nonnulls(step, annuls) = 1),
    CHECK (annuls < ordinal),
    CHECK (began_at <= at)
);
CREATE UNIQUE INDEX sample_custody_annulled_once ON sample_custody (inspection_id, annuls) WHERE annuls IS NOT NULL;

-- Who looked at the recordings of an inspection, and why.
CREATE TABLE recording_view (
    id            uuid PRIMARY KEY,
    inspection_id uuid NOT NULL REFERENCES inspection,
    account_id    uuid NOT NULL REFERENCES account,
    role          text NOT NULL,
    reason        text NOT NULL CHECK (reason <> ''),
    -- Whether the originals were open to the person, or the blurred renditions alone.
    originals     boolean NOT NULL,
    at            timestamptz NOT NULL,
    -- Until when it is open.
    until         timestamptz NOT NULL
);
CREATE INDEX recording_view_by_inspection ON recording_view (inspection_id, id);

-- What is erased by outcome.
ALTER TABLE retention_run
    DROP CONSTRAINT retention_run_kind_check,
    ADD CONSTRAINT retention_run_kind_check CHECK (
        kind IN ('messages', 'files', 'accounts', 'sessions', 'mails', 'recordings_passed', 'recordings_failed'));
