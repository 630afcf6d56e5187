DELETE FROM wrong_proof WHERE source <> '';
ALTER TABLE wrong_proof
    DROP CONSTRAINT wrong_proof_pkey,
    DROP COLUMN source,
    DROP COLUMN tried_at,
    ADD PRIMARY KEY (account_id);
