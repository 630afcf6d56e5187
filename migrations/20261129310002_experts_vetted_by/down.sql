ALTER TABLE expert DROP COLUMN vetted_by;
