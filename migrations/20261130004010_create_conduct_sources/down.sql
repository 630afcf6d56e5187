DROP TABLE conduct_source_entry;
DROP TABLE conduct_source_note;
