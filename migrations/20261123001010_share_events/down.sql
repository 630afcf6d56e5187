DROP FUNCTION live_servers();
DROP TABLE expert_connection;
DROP TABLE shared_event;
DROP TABLE installation;
