-- Who can log in. The foreign keys to enterprises and experts come with the tables of those domains.
CREATE TABLE account (
    id                  uuid PRIMARY KEY,
    username            text NOT NULL UNIQUE CHECK (username = lower(username)),
    password_hash       text NOT NULL,
    role                text NOT NULL CHECK (role IN ('enterprise', 'expert', 'admin', 'operator', 'sampler', 'laboratory')),
    name                text NOT NULL,
    email               text,
    language            text NOT NULL CHECK (language IN ('zh-CN', 'en')),
    region              text REFERENCES region,
    enterprise_id       uuid,
    expert_id           uuid UNIQUE,
    active              boolean NOT NULL,
    created_at          timestamptz NOT NULL,
    phone               text,
    -- Kinds of mails that the person does without.
    mails_off           text[] NOT NULL DEFAULT '{}'
        CHECK (mails_off <@ ARRAY['consultations', 'rounds', 'reminders', 'queue', 'unread', 'mentions', 'knowledge']),
    -- Accounts end and begin again: when one was deactivated, by whom and why.
    deactivated_at      timestamptz,
    deactivated_by      uuid REFERENCES account,
    deactivation_reason text,
    -- Who invited the person, where somebody did.
    invited_by          uuid REFERENCES account,
    -- As enterprise.search_text.
    search_text         text NOT NULL DEFAULT '',
    search_readings     text NOT NULL DEFAULT '',
    -- Since when an account says nothing of its person any more.
    erased_at           timestamptz,
    -- The body of a person who takes samples or tests them: a row of laboratory, which are never removed. It has no key, since laboratory
    -- refers to account: who writes it has found the row.
    laboratory_id       uuid,
    CHECK ((role = 'admin') = (region IS NOT NULL)),
    CHECK ((role = 'enterprise') = (enterprise_id IS NOT NULL)),
    CHECK ((role = 'expert') = (expert_id IS NOT NULL)),
    CONSTRAINT account_of_laboratory CHECK ((role IN ('sampler', 'laboratory')) = (laboratory_id IS NOT NULL)),
    CONSTRAINT account_deactivated CHECK (
        (deactivated_at IS NULL OR NOT active) AND (deactivated_at IS NULL) = (deactivation_reason IS NULL)),
    CONSTRAINT account_erased_is_inactive CHECK (erased_at IS NULL OR NOT active)
);
-- Who asks for a new password may name the mail address.
CREATE INDEX account_by_email ON account (lower(email)) WHERE email IS NOT NULL;
-- An enterprise is claimed once, by the account that nobody invited. Colleagues are invited.
CREATE UNIQUE INDEX account_by_enterprise ON account (enterprise_id)
    WHERE enterprise_id IS NOT NULL AND invited_by IS NULL AND active;
CREATE INDEX account_of_enterprise ON account (enterprise_id, id) WHERE enterprise_id IS NOT NULL;
CREATE INDEX account_by_laboratory ON account (laboratory_id, id) WHERE laboratory_id IS NOT NULL;
CREATE INDEX account_officer ON account (region) WHERE role = 'admin';

-- One log-in and the family of refresh tokens that descend from it.
CREATE TABLE login_session (
    id           uuid PRIMARY KEY,
    account_id   uuid NOT NULL REFERENCES account,
    created_at   timestamptz NOT NULL,
    ended_at     timestamptz,
    end_reason   text
        CHECK (end_reason IN ('logout', 'replay', 'expired', 'disabled', 'ended_by_owner', 'password_changed', 'account_changed',
            'ended_by_officer')),
    -- Where a log-in is used from, when it was last, and when it ends at the latest; none: at no certain time.
    user_agent   text,
    address      text,
    last_used_at timestamptz,
    ends_at      timestamptz,
    -- What a session has proved: when the person in it last gave a password or a code, whether a second factor was among it, and whether
    -- it may only set one up.
    proved_at    timestamptz,
    by_factor    boolean NOT NULL DEFAULT false,
    sets_up_only boolean NOT NULL DEFAULT false,
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);
CREATE INDEX login_session_by_account ON login_session (account_id);

-- Opaque refresh tokens, stored as SHA-256 of 256 random bits: nothing to guess, so no slow hash. The successor of one follows
-- from the token and a signing key, so the same one can be given again to whom the answer did not reach, from whichever browser.
CREATE TABLE refresh_token (
    hash       bytea PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES login_session,
    issued_at  timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
CREATE INDEX refresh_token_by_session ON refresh_token (session_id);

-- Links that are mailed and good once: the SHA-256 of their token, what they are for, whose account they concern, where there is one
-- already, and what was chosen before the link was mailed.
CREATE TABLE one_time_link (
    hash       bytea PRIMARY KEY,
    purpose    text NOT NULL,
    account_id uuid REFERENCES account,
    data       jsonb NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    created_at timestamptz NOT NULL
);
-- The open links of an account.
CREATE INDEX one_time_link_by_account ON one_time_link (account_id, purpose) WHERE used_at IS NULL;
-- Those that housekeeping deletes.
CREATE INDEX one_time_link_by_expiry ON one_time_link (expires_at);

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

-- Wrong codes (and passwords, at a step-up) since the last right one, and until when no other is looked at. They count by where they come
-- from, so that one person's do not make another one wait.
CREATE TABLE wrong_proof (
    account_id uuid NOT NULL REFERENCES account,
    tries      integer NOT NULL CHECK (tries > 0),
    wait_until timestamptz,
    source     text NOT NULL,
    tried_at   timestamptz NOT NULL,
    PRIMARY KEY (account_id, source)
);

-- Identities at providers of single sign-on that belong to accounts. The provider is known by its issuer: a subject means nothing
-- without it.
CREATE TABLE account_identity (
    issuer       text NOT NULL,
    subject      text NOT NULL,
    account_id   uuid NOT NULL REFERENCES account,
    linked_at    timestamptz NOT NULL,
    last_used_at timestamptz,
    PRIMARY KEY (issuer, subject),
    UNIQUE (account_id, issuer)
);
