-- Files that people attach. The bytes are in the object store under the id; the row comes first and goes last, so that no object
-- is ever without a row that names it:
--   uploading  the row is there, the bytes perhaps not yet or not all;
--   uploaded   the bytes are there, whole: it can be used;
--   removing   nobody used it in time: the bytes are being deleted, then the row.
-- It is used at most once in a chat (consultation_id and stream; attachments_use_in_chat) and at most for one case. Who may read it
-- follows from where it is used; while it is used nowhere, its owner alone may. The foreign keys come with the tables of the domains
-- above: accounts, consultations, remediation.
CREATE TABLE attachment (
    id              uuid PRIMARY KEY,
    owner_id        uuid NOT NULL,
    name            text NOT NULL CHECK (name <> ''),
    content_type    text NOT NULL,
    size            bigint NOT NULL CHECK (size > 0),
    sha256          bytea NOT NULL CHECK (octet_length(sha256) = 32),
    state           text NOT NULL CHECK (state IN ('uploading', 'uploaded', 'removing')),
    consultation_id uuid,
    stream          text CHECK (stream IN ('talk', 'notes')),
    case_id         uuid,
    created_at      timestamptz NOT NULL,
    CHECK ((consultation_id IS NULL) = (stream IS NULL)),
    CHECK (state = 'uploaded' OR (consultation_id IS NULL AND case_id IS NULL))
);
CREATE INDEX attachment_unused ON attachment (created_at) WHERE consultation_id IS NULL AND case_id IS NULL;
CREATE INDEX attachment_unused_by_owner ON attachment (owner_id) WHERE consultation_id IS NULL AND case_id IS NULL;
CREATE INDEX attachment_by_consultation ON attachment (consultation_id, id) WHERE consultation_id IS NOT NULL;
CREATE INDEX attachment_by_case ON attachment (case_id, id) WHERE case_id IS NOT NULL;
