DROP TABLE incoming_consultation, api_key;
