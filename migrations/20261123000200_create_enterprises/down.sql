DROP TABLE nonconformity, enterprise;
