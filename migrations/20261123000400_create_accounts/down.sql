DROP TABLE audit_entry, idempotency_key, enterprise_registration, refresh_token, login_session, account;
