DROP TABLE oversight_file;
DROP TABLE oversight_reminder, oversight_number, oversight_responsibility, oversight_event, oversight_basis, oversight_matter, oversight;
