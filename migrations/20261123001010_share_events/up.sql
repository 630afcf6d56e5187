-- What several servers on one database tell each other. None of it need outlive a crash, which ends every server's
-- connections as well: the tables are unlogged.

-- Names this installation on a NATS that others use too, and signs what is sent there. Made at the first start that needs it.
CREATE TABLE installation (
    single     boolean PRIMARY KEY DEFAULT true CHECK (single),
    id         uuid NOT NULL,
    fanout_key bytea NOT NULL
);

-- Events of commands for the servers that did not run them, written in the command's transaction. `tx` is the
-- transaction's number: a server reads what its last snapshot did not show, so none is passed over, however long a
-- transaction took. Kept for minutes.
CREATE UNLOGGED TABLE shared_event (
    id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tx     bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
    server bigint NOT NULL,
    event  jsonb NOT NULL,
    at     timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX shared_event_by_tx ON shared_event (tx);
CREATE INDEX shared_event_by_age ON shared_event (at);

-- Experts with an open socket, by server, and what they last said of themselves. A row counts while its server lives, that is
-- while it holds its advisory lock.
CREATE UNLOGGED TABLE expert_connection (
    account_id uuid NOT NULL,
    server     bigint NOT NULL,
    state      text CHECK (state IN ('online', 'away', 'offline')),
    said_at    timestamptz,
    PRIMARY KEY (account_id, server)
);

-- The servers that live: each holds an advisory lock by its number, on a connection that ends with it.
CREATE FUNCTION live_servers() RETURNS SETOF bigint
LANGUAGE sql VOLATILE AS $$
    SELECT l.objid::bigint FROM pg_locks l
    WHERE l.locktype = 'advisory' AND l.classid = 2053468783 AND l.objsubid = 2 AND l.granted
      AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
$$;
