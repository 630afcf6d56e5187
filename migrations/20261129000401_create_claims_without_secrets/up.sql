-- A claim holds no name to log in with and no password: they are chosen behind its one-time link. The network is where it came from, as
-- its first bits (203.0.113.0/24); `mailed_to` is where the link went, which whoever confirms has proved to read.
ALTER TABLE enterprise_registration
    DROP COLUMN username,
    DROP COLUMN password_hash,
    ADD COLUMN network text NOT NULL DEFAULT '',
    ADD COLUMN mailed_to text,
    ADD COLUMN repeated integer NOT NULL DEFAULT 0,
    ADD COLUMN last_asked_at timestamptz,
    DROP CONSTRAINT enterprise_registration_state_check,
    ADD CONSTRAINT enterprise_registration_state_check
        CHECK (state IN ('mailed', 'to_approve', 'confirmed', 'rejected', 'superseded', 'declined'));
