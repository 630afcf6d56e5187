CREATE TABLE account (
    id            uuid PRIMARY KEY,
    username      text NOT NULL UNIQUE CHECK (username = lower(username)),
    password_hash text NOT NULL,
    role          text NOT NULL CHECK (role IN ('enterprise', 'expert', 'admin', 'operator')),
    name          text NOT NULL,
    email         text,
    language      text NOT NULL CHECK (language IN ('zh-CN', 'en')),
    region        text REFERENCES region,
    enterprise_id uuid REFERENCES enterprise,
    expert_id     uuid UNIQUE REFERENCES expert,
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

-- Opaque refresh tokens, kept as SHA-256 of 256 random bits: nothing to guess, so no slow hash.
CREATE TABLE refresh_token (
    hash       bytea PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES login_session,
    issued_at  timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
CREATE INDEX refresh_token_by_session ON refresh_token (session_id);

-- A claim of an enterprise's account, until its one-time link is used or an admin decides.
CREATE TABLE enterprise_registration (
    id            uuid PRIMARY KEY,
    enterprise_id uuid NOT NULL REFERENCES enterprise,
    username      text NOT NULL,
    password_hash text NOT NULL,
    contact_name  text NOT NULL,
    contact_email text,
    contact_phone text,
    language      text NOT NULL CHECK (language IN ('zh-CN', 'en')),
    state         text NOT NULL CHECK (state IN ('mailed', 'to_approve', 'confirmed', 'rejected', 'superseded')),
    reason        text,
    token_hash    bytea UNIQUE,
    expires_at    timestamptz NOT NULL,
    created_at    timestamptz NOT NULL,
    decided_at    timestamptz
);
CREATE INDEX enterprise_registration_by_enterprise ON enterprise_registration (enterprise_id);
CREATE INDEX enterprise_registration_to_approve ON enterprise_registration (id) WHERE state = 'to_approve';

-- The answer to a POST, kept with what was asked, so that a repeated key is answered and not done again.
CREATE TABLE idempotency_key (
    scope       uuid NOT NULL,
    key         text NOT NULL,
    command     text NOT NULL,
    fingerprint bytea NOT NULL,
    output      jsonb,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_key_by_age ON idempotency_key (created_at);

CREATE TABLE audit_entry (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at           timestamptz NOT NULL,
    actor_id     uuid,
    actor_role   text NOT NULL,
    action       text NOT NULL,
    subject_type text NOT NULL,
    subject_id   uuid,
    region       text,
    request_id   uuid,
    data         jsonb NOT NULL
);
CREATE INDEX audit_entry_by_region ON audit_entry (region, id);
CREATE INDEX audit_entry_by_subject ON audit_entry (subject_id, id);
