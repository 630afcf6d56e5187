DROP TABLE audit_head, audit_entry, shared_event, idempotency_key, replaceable_schema;
-- With the extension, where it was brought with the schema.
DROP SCHEMA trigrams CASCADE;
