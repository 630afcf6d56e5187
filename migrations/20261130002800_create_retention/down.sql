DROP TABLE retention_run, retention_hold;
