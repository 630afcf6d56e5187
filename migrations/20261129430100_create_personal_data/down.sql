DROP TABLE personal_copy;
DROP TABLE personal_request;
