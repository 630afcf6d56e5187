DROP TABLE credit_honour, credit_honour_day, credit_task, credit_measure, credit_regrading, credit_stale, credit_change, credit_subject;
