ALTER TABLE attachment DROP CONSTRAINT attachment_owner_id_fkey;
DROP TABLE refresh_token, login_session, account;
