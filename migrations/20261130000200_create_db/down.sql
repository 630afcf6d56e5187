DROP TABLE audit_head, audit_entry, shared_event, idempotency_key, replaceable_schema;
