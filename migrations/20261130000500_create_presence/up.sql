-- Experts and the people of enterprises with an open socket, by server, and the state that experts last set. A row counts while its server
-- runs, that is while it holds its advisory lock (live_servers). A crash ends the connections as well, so the table is unlogged.
CREATE UNLOGGED TABLE account_connection (
    account_id uuid NOT NULL,
    server     bigint NOT NULL,
    state      text CHECK (state IN ('online', 'away', 'offline')),
    said_at    timestamptz,
    PRIMARY KEY (account_id, server)
);
