-- Which browser used up a refresh token: its tabs share a cookie, and two that renew at once, on whichever servers, are no
-- replay.
ALTER TABLE refresh_token ADD COLUMN used_by bytea;
