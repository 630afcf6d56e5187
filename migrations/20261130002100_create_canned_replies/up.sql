-- Texts that experts and officers use again and again, with placeholders: of one account, of a product hospital, or of the platform.
CREATE TABLE canned_reply (
    id         uuid PRIMARY KEY,
    scope      text NOT NULL CHECK (scope IN ('own', 'hospital', 'platform')),
    account_id uuid REFERENCES account (id) ON DELETE CASCADE,
    hospital   text REFERENCES product_hospital (code),
    title      text NOT NULL CHECK (title <> ''),
    body       text NOT NULL CHECK (body <> ''),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((scope = 'own') = (account_id IS NOT NULL)),
    CHECK ((scope = 'hospital') = (hospital IS NOT NULL))
);
CREATE INDEX canned_reply_by_account ON canned_reply (account_id, id) WHERE account_id IS NOT NULL;
CREATE INDEX canned_reply_by_hospital ON canned_reply (hospital, id) WHERE hospital IS NOT NULL;
