-- The last mail of an invitation, so that its state can be shown. The outbox belongs to another domain: no foreign key.
ALTER TABLE account_invitation ADD COLUMN mail_id uuid;
