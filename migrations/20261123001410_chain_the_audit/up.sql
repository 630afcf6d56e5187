-- The rows of the audit form chains, sixteen lanes of them, so that commands rarely wait for each other. In a
-- lane `seq` has no gap, `hash` is SHA-256 over the hash of the row before and the row's content, and `seal` an
-- HMAC under a key that is not in the database. `audit_head` is where each lane ends, under a seal of its own.
-- Rows from before the chain are taken into it by the first program that opens the database.
ALTER TABLE audit_entry
    ADD COLUMN lane integer CHECK (lane BETWEEN 0 AND 15),
    ADD COLUMN seq bigint CHECK (seq > 0),
    ADD COLUMN hash bytea CHECK (octet_length(hash) = 32),
    ADD COLUMN seal bytea CHECK (octet_length(seal) = 32),
    ADD CONSTRAINT audit_entry_chained CHECK (num_nulls(lane, seq, hash, seal) IN (0, 4)),
    ADD CONSTRAINT audit_entry_place UNIQUE (lane, seq);
CREATE INDEX audit_entry_unchained ON audit_entry (id) WHERE lane IS NULL;

CREATE TABLE audit_head (
    lane integer PRIMARY KEY CHECK (lane BETWEEN 0 AND 15),
    seq  bigint NOT NULL CHECK (seq >= 0),
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    seal bytea CHECK (octet_length(seal) = 32)
);
INSERT INTO audit_head SELECT n, 0, decode(repeat('00', 32), 'hex'), NULL FROM generate_series(0, 15) n;

CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Taking a row into the chain is the one change, once, and leaves what it says as it is.
    IF TG_OP = 'UPDATE' AND TG_LEVEL = 'ROW' AND OLD.lane IS NULL
       AND (to_jsonb(OLD) - '{lane,seq,hash,seal}'::text[]) = (to_jsonb(NEW) - '{lane,seq,hash,seal}'::text[]) THEN
        RETURN NEW;
    END IF;
    RAISE restrict_violation USING MESSAGE = 'the audit is neither changed nor removed';
END $$;
CREATE TRIGGER audit_entry_when_changed BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_is_kept();
CREATE TRIGGER audit_entry_when_truncated BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept();
CREATE TRIGGER audit_head_when_removed BEFORE DELETE OR TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept();
