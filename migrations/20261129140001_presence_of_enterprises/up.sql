-- The people of enterprises with an open socket stand beside the experts: who is connected, at whichever server, gets no mail about what is
-- unread.
ALTER TABLE expert_connection RENAME TO account_connection;
ALTER TABLE account_connection RENAME CONSTRAINT expert_connection_pkey TO account_connection_pkey;
