ALTER TABLE account_invitation DROP COLUMN mail_id;
