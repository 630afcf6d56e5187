DROP TABLE wrong_proof;
DROP TABLE recovery_code;
DROP TABLE account_totp;
ALTER TABLE login_session
    DROP COLUMN sets_up_only,
    DROP COLUMN by_factor,
    DROP COLUMN proved_at;
