ALTER TABLE matching_plan DROP CONSTRAINT matching_plan_import_id_fkey;
DROP TABLE zero_out_rejection, zero_out_import;
