-- What a session has proved: when the person in it last gave a password or a code, whether a second factor was among it, and whether
-- it may only set one up.
ALTER TABLE login_session
    ADD COLUMN proved_at     timestamptz,
    ADD COLUMN by_factor     boolean NOT NULL DEFAULT false,
    ADD COLUMN sets_up_only  boolean NOT NULL DEFAULT false;

-- The authenticator app of an account. The secrets are encrypted under a key of the settings, which the kid names. `pending` is one
-- that was shown and not yet confirmed by a code, the first one or a new one. `last_step` is the time step of the last code that was
-- taken: no code is good twice.
CREATE TABLE account_totp (
    account_id   uuid PRIMARY KEY REFERENCES account,
    secret       bytea,
    secret_kid   text,
    confirmed_at timestamptz,
    last_step    bigint,
    pending      bytea,
    pending_kid  text,
    pending_at   timestamptz,
    CHECK ((secret IS NULL) = (secret_kid IS NULL) AND (secret IS NULL) = (confirmed_at IS NULL)),
    CHECK ((pending IS NULL) = (pending_kid IS NULL) AND (pending IS NULL) = (pending_at IS NULL)),
    CHECK (secret IS NOT NULL OR pending IS NOT NULL)
);

-- Recovery codes, stored as SHA-256 of the account and 80 random bits.
CREATE TABLE recovery_code (
    account_id uuid NOT NULL REFERENCES account,
    hash       bytea NOT NULL,
    created_at timestamptz NOT NULL,
    used_at    timestamptz,
    PRIMARY KEY (account_id, hash)
);

-- Wrong codes (and passwords, at a step-up) since the last right one, and until when no other is looked at.
CREATE TABLE wrong_proof (
    account_id uuid PRIMARY KEY REFERENCES account,
    tries      integer NOT NULL CHECK (tries > 0),
    wait_until timestamptz
);
