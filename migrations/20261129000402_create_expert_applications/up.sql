-- What someone asks who wants to become an expert, until the one-time link in the mail to the named address is used; then it becomes an
-- expert who waits for an officer's decision. Until then no officer sees it. `address` is the mail address in lower case. One that the
-- owner of the address declined keeps nothing but address and network, so that this network sends no more there for a time.
CREATE TABLE expert_application (
    id          uuid PRIMARY KEY,
    address     text NOT NULL,
    network     text NOT NULL,
    application jsonb,
    token_hash  bytea UNIQUE,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    CHECK ((application IS NULL) = (token_hash IS NULL))
);
CREATE INDEX expert_application_by_address ON expert_application (address, created_at);
CREATE INDEX expert_application_by_end ON expert_application (expires_at);
