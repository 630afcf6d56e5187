DROP TABLE consultation_offer, consultation_event, consultation_participant, consultation;
