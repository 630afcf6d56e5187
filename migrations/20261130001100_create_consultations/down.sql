ALTER TABLE attachment DROP CONSTRAINT attachment_consultation_id_fkey;
ALTER TABLE chat_stream DROP CONSTRAINT chat_stream_consultation_id_fkey;
DROP TABLE consultation_mention, consultation_link, consultation_merge, consultation_draft,
    consultation_conclusion_counter, consultation_conclusion, consultation_invitation, consultation_rating_reminder,
    consultation_rating_past, consultation_panel, consultation_offer, consultation_event, consultation_participant,
    consultation;
