ALTER TABLE account DROP CONSTRAINT account_enterprise_id_fkey;
DROP TABLE uscc_admission, enterprise_registration, nonconformity, enterprise_past, enterprise;
