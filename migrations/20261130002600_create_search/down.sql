DROP TABLE search_recent, search_posting, search_run, search_progress;
