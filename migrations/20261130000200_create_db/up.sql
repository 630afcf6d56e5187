-- For indexes by parts of three characters, which find a text in any place. In a schema of its own: what an extension brings is none of ours. Where the
-- administrator has brought it already, it stays where it is.
CREATE SCHEMA IF NOT EXISTS trigrams;
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA trigrams;

-- Which functions, triggers and views are in the database: the SHA-256 over their source, all functions.sql files in order.
-- `migrate` replaces them where it differs.
CREATE TABLE replaceable_schema (
    single      boolean PRIMARY KEY DEFAULT true CHECK (single),
    sha256      bytea NOT NULL CHECK (octet_length(sha256) = 32),
    replaced_at timestamptz NOT NULL
);

-- The answer to a POST, stored with a fingerprint of what was asked: a repeated key gets the same answer, and nothing is done
-- twice.
CREATE TABLE idempotency_key (
    scope       uuid NOT NULL,
    key         text NOT NULL,
    command     text NOT NULL,
    fingerprint bytea NOT NULL,
    output      jsonb,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_key_by_age ON idempotency_key (created_at);

-- Events of commands for the servers that did not run them, written in the command's transaction. `tx` is the transaction's
-- number: a server reads what its last snapshot did not show, so none is passed over, however long a transaction took. Kept for
-- minutes. A crash ends every server's connections as well, so the table is unlogged.
CREATE UNLOGGED TABLE shared_event (
    id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tx     bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
    server bigint NOT NULL,
    event  jsonb NOT NULL,
    at     timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX shared_event_by_tx ON shared_event (tx);
CREATE INDEX shared_event_by_age ON shared_event (at);

-- The audit. Its rows form sixteen chains (lanes), so that commands rarely wait for each other. In a lane `seq` has no gap, `hash`
-- is SHA-256 over the hash of the row before and the row's content, and `seal` an HMAC under a key that is not in the database.
-- A row without a lane is taken into a chain by the next program that opens the database.
CREATE TABLE audit_entry (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at           timestamptz NOT NULL,
    actor_id     uuid,
    actor_role   text NOT NULL,
    action       text NOT NULL,
    subject_type text NOT NULL,
    subject_id   uuid,
    region       text,
    request_id   uuid,
    data         jsonb NOT NULL,
    lane         integer CHECK (lane BETWEEN 0 AND 15),
    seq          bigint CHECK (seq > 0),
    hash         bytea CHECK (octet_length(hash) = 32),
    seal         bytea CHECK (octet_length(seal) = 32),
    CONSTRAINT audit_entry_chained CHECK (num_nulls(lane, seq, hash, seal) IN (0, 4)),
    CONSTRAINT audit_entry_place UNIQUE (lane, seq)
);
CREATE INDEX audit_entry_by_region ON audit_entry (region, id);
CREATE INDEX audit_entry_by_subject ON audit_entry (subject_id, id);
CREATE INDEX audit_entry_unchained ON audit_entry (id) WHERE lane IS NULL;
-- Rows come in the order of time, which is what BRIN is for.
CREATE INDEX audit_entry_by_day ON audit_entry USING brin (at);
CREATE INDEX audit_entry_by_actor ON audit_entry (actor_id, id) WHERE actor_id IS NOT NULL;
CREATE INDEX audit_entry_by_action ON audit_entry (action, id);

-- Where each lane of the audit ends, under a seal of its own.
CREATE TABLE audit_head (
    lane integer PRIMARY KEY CHECK (lane BETWEEN 0 AND 15),
    seq  bigint NOT NULL CHECK (seq >= 0),
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    seal bytea CHECK (octet_length(seal) = 32)
);
INSERT INTO audit_head SELECT n, 0, decode(repeat('00', 32), 'hex'), NULL FROM generate_series(0, 15) n;
