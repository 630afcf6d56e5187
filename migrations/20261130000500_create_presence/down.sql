DROP TABLE account_connection;
