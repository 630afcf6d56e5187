ALTER TABLE refresh_token DROP COLUMN used_by;
