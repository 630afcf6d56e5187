ALTER TABLE enterprise_registration DROP COLUMN mail_id;
