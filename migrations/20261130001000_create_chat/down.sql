DROP TABLE chat_erased, chat_retraction, chat_volume, installation, chat_read, chat_message, chat_stream;
