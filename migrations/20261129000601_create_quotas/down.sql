DROP INDEX consultation_opened_by_enterprise;
DROP INDEX consultation_placed_by_enterprise;
DROP INDEX attachment_by_owner;
DROP TABLE chat_volume;
