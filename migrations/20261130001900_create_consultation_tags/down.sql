DROP TABLE consultation_tagging, consultation_tag;
