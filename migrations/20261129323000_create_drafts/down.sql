DROP TABLE consultation_draft;
