DROP TABLE credit_code_scan;
DROP TABLE credit_code_event;
DROP TABLE credit_code_version;
DROP TABLE credit_code;
