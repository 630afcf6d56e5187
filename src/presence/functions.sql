-- Functions of `presence`.

-- The servers that run on this database: each holds an advisory lock by its number, on a connection that ends with it. The class of the
-- locks is in src/presence/connections.rs, too.
-- Called by src/presence/connections.rs. Takes no locks.
CREATE FUNCTION live_servers() RETURNS SETOF bigint
LANGUAGE sql VOLATILE AS $$
    SELECT l.objid::bigint FROM pg_locks l
    WHERE l.locktype = 'advisory' AND l.classid = 2053468783 AND l.objsubid = 2 AND l.granted
      AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
$$;

-- Published: the experts and the people of enterprises who are connected to a server that runs.
CREATE VIEW published.account_connection AS
    SELECT DISTINCT c.account_id
    FROM account_connection c WHERE c.server IN (SELECT live_servers());
