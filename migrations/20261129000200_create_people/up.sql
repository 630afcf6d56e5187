-- Accounts end and begin again: when one was deactivated, by whom and why. Who invited the person, where somebody did.
ALTER TABLE account
    ADD COLUMN deactivated_at      timestamptz,
    ADD COLUMN deactivated_by      uuid REFERENCES account,
    ADD COLUMN deactivation_reason text,
    ADD COLUMN invited_by          uuid REFERENCES account,
    ADD CONSTRAINT account_deactivated CHECK (
        (deactivated_at IS NULL OR NOT active) AND (deactivated_at IS NULL) = (deactivation_reason IS NULL));

-- An enterprise is claimed once, by the account that nobody invited. Colleagues are invited.
DROP INDEX account_by_enterprise;
CREATE UNIQUE INDEX account_by_enterprise ON account (enterprise_id)
    WHERE enterprise_id IS NOT NULL AND invited_by IS NULL AND active;
CREATE INDEX account_of_enterprise ON account (enterprise_id, id) WHERE enterprise_id IS NOT NULL;
CREATE INDEX account_officer ON account (region) WHERE role = 'admin';

-- An invitation by mail. Name and password are chosen by the person behind the one-time link, which names the invitation and how often it
-- was sent: each sending ends the link of the one before.
CREATE TABLE account_invitation (
    id            uuid PRIMARY KEY,
    role          text NOT NULL CHECK (role IN ('enterprise', 'expert', 'admin', 'operator')),
    name          text NOT NULL,
    email         text NOT NULL,
    language      text NOT NULL CHECK (language IN ('zh-CN', 'en')),
    region        text REFERENCES region,
    enterprise_id uuid REFERENCES enterprise,
    title         text,
    invited_by    uuid REFERENCES account,
    state         text NOT NULL CHECK (state IN ('open', 'accepted', 'withdrawn')),
    sent_at       timestamptz NOT NULL,
    sent_count    integer NOT NULL DEFAULT 1,
    expires_at    timestamptz NOT NULL,
    account_id    uuid REFERENCES account,
    decided_at    timestamptz,
    created_at    timestamptz NOT NULL,
    CHECK ((role IN ('admin', 'expert')) = (region IS NOT NULL)),
    CHECK ((role = 'enterprise') = (enterprise_id IS NOT NULL)),
    CHECK ((role = 'expert') = (title IS NOT NULL)),
    CHECK ((state = 'open') = (decided_at IS NULL)),
    CHECK ((state = 'accepted') = (account_id IS NOT NULL))
);
CREATE INDEX account_invitation_of_enterprise ON account_invitation (enterprise_id, id) WHERE enterprise_id IS NOT NULL;
CREATE UNIQUE INDEX account_invitation_open ON account_invitation (lower(email), role, coalesce(enterprise_id::text, region, ''))
    WHERE state = 'open';
