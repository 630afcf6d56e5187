DROP FUNCTION chat_append(uuid[], text[], uuid[], uuid[], text[], text[], timestamptz);
DROP FUNCTION chat_right(uuid, text, uuid);
DROP TABLE chat_read, chat_message, chat_stream;
