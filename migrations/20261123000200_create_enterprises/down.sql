DROP TABLE nonconformity, enterprise;
DROP FUNCTION nonconformity_refers_to_known;
DROP FUNCTION enterprise_is_kept;
DROP FUNCTION enterprise_refers_to_known;
