DROP TABLE account_identity, wrong_proof, recovery_code, account_totp, one_time_link, refresh_token, login_session,
    account;
