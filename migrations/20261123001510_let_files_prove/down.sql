DROP TABLE case_evidence_file;
ALTER TABLE case_evidence DROP COLUMN criterion;
