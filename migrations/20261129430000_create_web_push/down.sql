DROP TABLE push_message;
DROP TABLE push_waiting;
DROP TABLE push_subscription;
DROP TABLE push_key;
