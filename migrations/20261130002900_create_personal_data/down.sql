DROP TABLE personal_copy, personal_request;
