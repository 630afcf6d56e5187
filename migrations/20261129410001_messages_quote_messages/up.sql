-- A message may quote an earlier one of the same stream, by its number. `chat_append` keeps that there is one.
ALTER TABLE chat_message ADD COLUMN reply_to bigint;
-- The number of the message that a draft quotes.
ALTER TABLE consultation_draft ADD COLUMN reply_to bigint CHECK (reply_to > 0);
