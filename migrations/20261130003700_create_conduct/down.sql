DROP TABLE conduct_file;
DROP TABLE conduct_reminder, conduct_past, conduct_event, conduct, conduct_line, conduct_fact_key, conduct_fact;
