DROP TABLE refresh_token, login_session, account;
