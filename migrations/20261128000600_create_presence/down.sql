DROP TABLE expert_connection;
