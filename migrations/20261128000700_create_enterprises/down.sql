ALTER TABLE account DROP CONSTRAINT account_enterprise_id_fkey;
DROP TABLE enterprise_registration, nonconformity, enterprise_past, enterprise;
