-- Regional or industry-wide problems (SAMR Order No. 18, art. 50): one kind of product failing one item too often in a region. There is
-- one open alert for each; its figures follow the list until an officer closes it, by a quality analysis meeting or with a reason. One whose
-- records were all withdrawn with their imports has nothing behind it any more: the platform closes it.
CREATE TABLE quality_alert (
    id              uuid PRIMARY KEY,
    product_kind    text NOT NULL REFERENCES product_kind,
    item            text NOT NULL,
    region          text NOT NULL REFERENCES region,
    state           text NOT NULL CHECK (state IN ('open', 'meeting', 'dismissed', 'withdrawn')),
    nonconformities integer NOT NULL,
    enterprises     integer NOT NULL,
    first_on        date,
    last_on         date,
    window_days     integer NOT NULL,
    threshold       integer NOT NULL,
    reason          text,
    opened_at       timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    closed_at       timestamptz,
    closed_by       uuid REFERENCES account,
    CHECK ((state = 'open') = (closed_at IS NULL)),
    CHECK ((state = 'dismissed') = (reason IS NOT NULL))
);
CREATE UNIQUE INDEX quality_alert_open ON quality_alert (product_kind, item, region) WHERE state = 'open';
CREATE INDEX quality_alert_by_region ON quality_alert (region, id);

-- The record of a quality analysis meeting (质量分析会).
CREATE TABLE quality_meeting (
    alert_id     uuid PRIMARY KEY REFERENCES quality_alert,
    held_on      date NOT NULL,
    participants text[] NOT NULL CHECK (cardinality(participants) > 0),
    findings     text NOT NULL,
    measures     text NOT NULL,
    recorded_by  uuid NOT NULL REFERENCES account,
    recorded_at  timestamptz NOT NULL
);
