ALTER TABLE zero_out_rejection DROP COLUMN marks;
ALTER TABLE zero_out_import DROP COLUMN file_until, DROP COLUMN check_id;
