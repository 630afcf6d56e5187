-- No row but an expert's, as before.
DELETE FROM account_connection c USING account a WHERE a.id = c.account_id AND a.role <> 'expert';
ALTER TABLE account_connection RENAME CONSTRAINT account_connection_pkey TO expert_connection_pkey;
ALTER TABLE account_connection RENAME TO expert_connection;
