DROP TABLE consultation_tagging;
DROP TABLE consultation_tag;
