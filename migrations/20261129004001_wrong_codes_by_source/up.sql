-- Wrong codes count by where they come from, so that one person's do not make another one wait.
ALTER TABLE wrong_proof
    ADD COLUMN source text NOT NULL DEFAULT '',
    ADD COLUMN tried_at timestamptz NOT NULL DEFAULT now(),
    DROP CONSTRAINT wrong_proof_pkey,
    ADD PRIMARY KEY (account_id, source);
ALTER TABLE wrong_proof
    ALTER COLUMN source DROP DEFAULT,
    ALTER COLUMN tried_at DROP DEFAULT;
