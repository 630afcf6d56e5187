DROP TABLE incoming_consultation;
DROP TABLE api_key;
