DROP VIEW action_deadline;
DROP INDEX case_action_by_due;
