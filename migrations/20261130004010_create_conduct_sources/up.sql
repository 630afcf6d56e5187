-- Conduct out of what is known of inspections and cases: what changed and is to be judged, and what was entered of it.

-- Inspections and cases that were written since they were judged. Only added to by triggers, so nobody waits.
CREATE TABLE conduct_source_note (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    origin    text NOT NULL CHECK (origin IN ('inspection', 'case')),
    origin_id uuid NOT NULL
);
CREATE INDEX conduct_source_note_by_origin ON conduct_source_note (origin_id, id);

-- An entry of conduct that came of an inspection or a case. One that no longer follows is annulled, and the row says so; what follows then has a row of its own.
CREATE TABLE conduct_source_entry (
    id            uuid PRIMARY KEY,
    origin        text NOT NULL CHECK (origin IN ('inspection', 'case')),
    origin_id     uuid NOT NULL,
    -- What of it: whose failure, which re-inspection, a term.
    occasion      text NOT NULL
                  CHECK (occasion IN ('refusal', 'operator', 'producer', 'late', 'reinspection', 'second_reinspection', 'check')),
    enterprise_id uuid NOT NULL REFERENCES enterprise,
    role          text NOT NULL CHECK (role IN ('producer', 'seller', 'service_user', 'online')),
    behaviour     text NOT NULL,
    happened_on   date NOT NULL,
    conduct_id    uuid NOT NULL REFERENCES conduct,
    entered_at    timestamptz NOT NULL,
    taken_back_at timestamptz
);
CREATE UNIQUE INDEX conduct_source_entry_standing ON conduct_source_entry (origin_id, occasion) WHERE taken_back_at IS NULL;
CREATE INDEX conduct_source_entry_by_enterprise ON conduct_source_entry (enterprise_id);
CREATE INDEX conduct_source_entry_by_conduct ON conduct_source_entry (conduct_id);
