-- The account that decided on an application. No key: accounts refer to experts. Unknown for experts who were approved by an invitation, and
-- for decisions before this was kept.
ALTER TABLE expert ADD COLUMN vetted_by uuid;
