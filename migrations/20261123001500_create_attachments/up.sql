-- Files that people attach. The bytes stand in the object store under the id; the row comes first
-- and goes last, so that no object is ever without a row that names it:
--   uploading  the row is there, the bytes perhaps not yet or not all;
--   uploaded   the bytes are there, whole: it can be used;
--   removing   nobody used it in time: the bytes are being thrown away, then the row.
-- It is used at most once in a chat (consultation_id and stream) and at most for one case. To use
-- one in a statement of SQL, as the one that stores a message does:
--   UPDATE attachment SET consultation_id = $c, stream = $s
--   WHERE id = ANY ($ids) AND owner_id = $sender AND state = 'uploaded'
--     AND (consultation_id IS NULL OR (consultation_id = $c AND stream = $s))
-- and refuse the message unless as many rows are changed as ids were given. Who may read it then
-- follows from where it stands; while it stands nowhere, its owner alone may.
CREATE TABLE attachment (
    id              uuid PRIMARY KEY,
    owner_id        uuid NOT NULL REFERENCES account,
    name            text NOT NULL CHECK (name <> ''),
    content_type    text NOT NULL,
    size            bigint NOT NULL CHECK (size > 0),
    sha256          bytea NOT NULL CHECK (octet_length(sha256) = 32),
    state           text NOT NULL CHECK (state IN ('uploading', 'uploaded', 'removing')),
    consultation_id uuid REFERENCES consultation,
    stream          text CHECK (stream IN ('talk', 'notes')),
    case_id         uuid REFERENCES remediation_case,
    created_at      timestamptz NOT NULL,
    CHECK ((consultation_id IS NULL) = (stream IS NULL)),
    CHECK (state = 'uploaded' OR (consultation_id IS NULL AND case_id IS NULL))
);
CREATE INDEX attachment_unused ON attachment (created_at) WHERE consultation_id IS NULL AND case_id IS NULL;
CREATE INDEX attachment_unused_by_owner ON attachment (owner_id) WHERE consultation_id IS NULL AND case_id IS NULL;
CREATE INDEX attachment_by_consultation ON attachment (consultation_id, id) WHERE consultation_id IS NOT NULL;
CREATE INDEX attachment_by_case ON attachment (case_id, id) WHERE case_id IS NOT NULL;
