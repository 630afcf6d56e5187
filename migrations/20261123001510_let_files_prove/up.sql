-- Evidence is made of words and files, and may prove an action, a recovery criterion, or both.
ALTER TABLE case_evidence ADD COLUMN criterion text CHECK (length(criterion) BETWEEN 1 AND 64);
CREATE TABLE case_evidence_file (
    evidence_id   uuid NOT NULL REFERENCES case_evidence,
    ordinal       integer NOT NULL,
    attachment_id uuid NOT NULL REFERENCES attachment,
    PRIMARY KEY (evidence_id, ordinal),
    UNIQUE (evidence_id, attachment_id)
);
CREATE INDEX case_evidence_file_by_attachment ON case_evidence_file (attachment_id);
