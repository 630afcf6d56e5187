-- An invitation by mail. Name and password are chosen by the person behind the one-time link, which names the invitation and how often it
-- was sent: each sending ends the link of the one before.
CREATE TABLE account_invitation (
    id            uuid PRIMARY KEY,
    role          text NOT NULL CHECK (role IN ('enterprise', 'expert', 'admin', 'operator', 'sampler', 'laboratory')),
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
    -- Its last mail, so that its state can be shown. The outbox belongs to another domain: no foreign key.
    mail_id       uuid,
    laboratory_id uuid REFERENCES laboratory,
    CHECK ((role IN ('admin', 'expert')) = (region IS NOT NULL)),
    CHECK ((role = 'enterprise') = (enterprise_id IS NOT NULL)),
    CHECK ((role = 'expert') = (title IS NOT NULL)),
    CONSTRAINT account_invitation_of_laboratory CHECK ((role IN ('sampler', 'laboratory')) = (laboratory_id IS NOT NULL)),
    CHECK ((state = 'open') = (decided_at IS NULL)),
    CHECK ((state = 'accepted') = (account_id IS NOT NULL))
);
CREATE INDEX account_invitation_of_enterprise ON account_invitation (enterprise_id, id) WHERE enterprise_id IS NOT NULL;
CREATE UNIQUE INDEX account_invitation_open
    ON account_invitation (lower(email), role, coalesce(enterprise_id::text, laboratory_id::text, region, ''))
    WHERE state = 'open';
