DROP TABLE search_recent;
DROP TABLE search_posting;
DROP TABLE search_run;
DROP TABLE search_progress;
