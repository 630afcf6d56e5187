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
