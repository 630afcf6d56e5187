-- Files that people attach. The bytes are in the object store under the id; the row comes first and goes last, so that no object
-- is ever without a row that names it:
--   uploading  the row is there, the bytes perhaps not yet or not all;
--   uploaded   the bytes are there, whole: it can be used;
--   removing   nobody used it in time: the bytes are being deleted, then the row;
--   erasing    it was used in a conversation whose period has passed: the bytes are being deleted;
--   erased     they are gone, and the row stays where it was used and says so.
-- It is used at most once in a chat (consultation_id and stream; attachment_use_in_chat) and at most for one case. Who may read it
-- follows from where it is used; while it is used nowhere, its owner alone may. The foreign keys of
-- `consultation_id` and `case_id` come with the tables of the domains above.
CREATE TABLE attachment (
    id              uuid PRIMARY KEY,
    owner_id        uuid REFERENCES account,
    name            text NOT NULL CHECK (name <> ''),
    content_type    text NOT NULL,
    size            bigint NOT NULL CHECK (size > 0),
    sha256          bytea NOT NULL CHECK (octet_length(sha256) = 32),
    state           text NOT NULL CHECK (state IN ('uploading', 'uploaded', 'removing', 'erasing', 'erased')),
    consultation_id uuid,
    stream          text CHECK (stream IN ('talk', 'notes')),
    case_id         uuid,
    created_at      timestamptz NOT NULL,
    -- What a scanner for malicious software says of a file (`attachments::scan`):
    --   unscanned  there was no scanner when it came;
    --   waiting    it is to be scanned, and kept from everyone until then;
    --   clean      nothing was found;
    --   infected   something was found: `scan_found` names it, and nobody gets the bytes, which are deleted (`quarantined_at`).
    scan            text NOT NULL DEFAULT 'unscanned' CHECK (scan IN ('unscanned', 'waiting', 'clean', 'infected')),
    scan_found      text,
    scan_tried_at   timestamptz,
    quarantined_at  timestamptz,
    -- Certificates of an application are uploaded behind its one-time link, when there is no account yet: they have no owner, and belong to
    -- the application, whose id is later the expert's. No foreign key: the application becomes an expert, or goes.
    application_id  uuid,
    -- The thing of a higher domain for which it is used (an inspection, an entry of conduct, an engagement, a hazard, an assessment, an oversight);
    -- then it is used nowhere else. No foreign key: they are of several tables, which name the file themselves.
    used_for        uuid,
    CHECK ((consultation_id IS NULL) = (stream IS NULL)),
    CONSTRAINT attachment_scan_found CHECK ((scan = 'infected') = (scan_found IS NOT NULL)),
    CONSTRAINT attachment_quarantined CHECK (quarantined_at IS NULL OR scan = 'infected'),
    CONSTRAINT attachment_used_when_whole CHECK (
        state IN ('uploaded', 'erasing', 'erased') OR (consultation_id IS NULL AND case_id IS NULL)),
    CONSTRAINT attachment_of_one_thing CHECK (
        used_for IS NULL OR (state IN ('uploaded', 'erasing', 'erased') AND consultation_id IS NULL AND case_id IS NULL AND application_id IS NULL)),
    CONSTRAINT attachment_of_a_case_is_kept CHECK (state NOT IN ('erasing', 'erased') OR case_id IS NULL)
);
CREATE INDEX attachment_unused_by_owner ON attachment (owner_id) WHERE consultation_id IS NULL AND case_id IS NULL;
CREATE INDEX attachment_by_consultation ON attachment (consultation_id, id) WHERE consultation_id IS NOT NULL;
CREATE INDEX attachment_by_case ON attachment (case_id, id) WHERE case_id IS NOT NULL;
-- What an account keeps in files: see src/attachments/quota.rs.
CREATE INDEX attachment_by_owner ON attachment (owner_id) INCLUDE (size);
CREATE INDEX attachment_to_scan ON attachment (coalesce(scan_tried_at, created_at))
    WHERE state = 'uploaded' AND (scan IN ('unscanned', 'waiting') OR (scan = 'infected' AND quarantined_at IS NULL));
CREATE INDEX attachment_to_erase ON attachment (id) WHERE state = 'erasing';
CREATE INDEX attachment_by_application ON attachment (application_id, id) WHERE application_id IS NOT NULL;
CREATE INDEX attachment_by_thing ON attachment (used_for, id) WHERE used_for IS NOT NULL;
CREATE INDEX attachment_unused ON attachment (created_at)
    WHERE consultation_id IS NULL AND case_id IS NULL AND application_id IS NULL AND used_for IS NULL;

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
