-- The mail with the one-time link of a claim, so that its state can be shown. The outbox belongs to another domain: no foreign key.
ALTER TABLE enterprise_registration ADD COLUMN mail_id uuid;
