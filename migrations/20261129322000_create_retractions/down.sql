DROP TABLE chat_retraction;
