DROP TABLE zero_out_withdrawal;
ALTER TABLE zero_out_import DROP COLUMN not_records;
