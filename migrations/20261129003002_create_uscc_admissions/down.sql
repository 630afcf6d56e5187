ALTER TABLE enterprise DROP COLUMN uscc_admitted;
DROP TABLE uscc_admission;
