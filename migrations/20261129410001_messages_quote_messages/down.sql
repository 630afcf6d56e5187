ALTER TABLE consultation_draft DROP COLUMN reply_to;
ALTER TABLE chat_message DROP COLUMN reply_to;
