DROP TABLE matching_assignment;
DROP TABLE matching_plan_pairs;
DROP TABLE matching_plan_line;
DROP TABLE matching_plan;
ALTER TABLE zero_out_import DROP COLUMN enterprises;
