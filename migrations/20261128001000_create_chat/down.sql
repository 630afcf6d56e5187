DROP TABLE installation, chat_read, chat_message, chat_stream;
