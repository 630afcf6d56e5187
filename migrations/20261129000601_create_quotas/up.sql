-- What each account has written in the chat on a day, in Asia/Shanghai: see src/chat/volume.rs.
CREATE TABLE chat_volume (
    day        date NOT NULL,
    account_id uuid NOT NULL,
    messages   bigint NOT NULL,
    bytes      bigint NOT NULL,
    PRIMARY KEY (day, account_id)
);

-- What an account keeps in files: see src/attachments/quota.rs.
CREATE INDEX attachment_by_owner ON attachment (owner_id) INCLUDE (size);

-- What an enterprise has opened lately, and what of it is open: see src/consultations/quota.rs.
CREATE INDEX consultation_placed_by_enterprise ON consultation (enterprise_id) WHERE status IN ('offered', 'active');
CREATE INDEX consultation_opened_by_enterprise ON consultation (enterprise_id, opened_at);
