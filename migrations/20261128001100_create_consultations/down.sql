ALTER TABLE chat_stream DROP CONSTRAINT chat_stream_consultation_id_fkey;
ALTER TABLE attachment DROP CONSTRAINT attachment_consultation_id_fkey;
DROP TABLE consultation_rating_past, consultation_panel, consultation_offer, consultation_event, consultation_participant,
    consultation;
