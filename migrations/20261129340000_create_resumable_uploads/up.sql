-- Files that come in parts, so that an upload goes on where it broke off. `attachment_id` is set once all of it has come and is stored as
-- one; then the parts go.
CREATE TABLE attachment_upload (
    id            uuid PRIMARY KEY,
    owner_id      uuid NOT NULL REFERENCES account,
    name          text NOT NULL,
    size          bigint NOT NULL CHECK (size > 0),
    received      bigint NOT NULL DEFAULT 0 CHECK (received BETWEEN 0 AND size),
    attachment_id uuid REFERENCES attachment ON DELETE SET NULL,
    created_at    timestamptz NOT NULL,
    -- When the last part came.
    updated_at    timestamptz NOT NULL
);
CREATE INDEX attachment_upload_by_owner ON attachment_upload (owner_id);
CREATE INDEX attachment_upload_by_age ON attachment_upload (updated_at);
CREATE INDEX attachment_upload_by_attachment ON attachment_upload (attachment_id) WHERE attachment_id IS NOT NULL;

-- The parts, each an object of the store under its own id.
CREATE TABLE attachment_upload_part (
    upload_id uuid NOT NULL REFERENCES attachment_upload ON DELETE CASCADE,
    start     bigint NOT NULL,
    size      bigint NOT NULL CHECK (size > 0),
    object_id uuid NOT NULL UNIQUE,
    PRIMARY KEY (upload_id, start)
);
