-- Who can log in. The foreign keys to enterprises and experts come with the tables of those domains.
CREATE TABLE account (
    id            uuid PRIMARY KEY,
    username      text NOT NULL UNIQUE CHECK (username = lower(username)),
    password_hash text NOT NULL,
    role          text NOT NULL CHECK (role IN ('enterprise', 'expert', 'admin', 'operator')),
    name          text NOT NULL,
    email         text,
    language      text NOT NULL CHECK (language IN ('zh-CN', 'en')),
    region        text REFERENCES region,
    enterprise_id uuid,
    expert_id     uuid UNIQUE,
    active        boolean NOT NULL,
    created_at    timestamptz NOT NULL,
    CHECK ((role = 'admin') = (region IS NOT NULL)),
    CHECK ((role = 'enterprise') = (enterprise_id IS NOT NULL)),
    CHECK ((role = 'expert') = (expert_id IS NOT NULL))
);
-- An enterprise is claimed once.
CREATE UNIQUE INDEX account_by_enterprise ON account (enterprise_id) WHERE enterprise_id IS NOT NULL;

-- One log-in and the family of refresh tokens that descend from it.
CREATE TABLE login_session (
    id         uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    created_at timestamptz NOT NULL,
    ended_at   timestamptz,
    end_reason text CHECK (end_reason IN ('logout', 'replay', 'expired', 'disabled')),
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);
CREATE INDEX login_session_by_account ON login_session (account_id);

-- Opaque refresh tokens, stored as SHA-256 of 256 random bits: nothing to guess, so no slow hash. `used_by` is the browser that used
-- one up: its tabs share a cookie, and two that renew at once, on whichever servers, are no replay.
CREATE TABLE refresh_token (
    hash       bytea PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES login_session,
    issued_at  timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    used_by    bytea
);
CREATE INDEX refresh_token_by_session ON refresh_token (session_id);
