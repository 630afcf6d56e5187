DROP TABLE deadline_sweep;
DROP TABLE deadline_notice;
DROP VIEW case_deadline;
