DROP TABLE push_message, push_waiting, push_subscription, push_key;
