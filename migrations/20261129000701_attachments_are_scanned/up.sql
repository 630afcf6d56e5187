-- What a scanner for malicious software says of a file (`attachments::scan`):
--   unscanned  there was no scanner when it came;
--   waiting    it is to be scanned, and kept from everyone until then;
--   clean      nothing was found;
--   infected   something was found: `scan_found` names it, and nobody gets the bytes, which are deleted (`quarantined_at`).
ALTER TABLE attachment
    ADD COLUMN scan text NOT NULL DEFAULT 'unscanned' CHECK (scan IN ('unscanned', 'waiting', 'clean', 'infected')),
    ADD COLUMN scan_found text,
    ADD COLUMN scan_tried_at timestamptz,
    ADD COLUMN quarantined_at timestamptz,
    ADD CONSTRAINT attachment_scan_found CHECK ((scan = 'infected') = (scan_found IS NOT NULL)),
    ADD CONSTRAINT attachment_quarantined CHECK (quarantined_at IS NULL OR scan = 'infected');
CREATE INDEX attachment_to_scan ON attachment (coalesce(scan_tried_at, created_at))
    WHERE state = 'uploaded' AND (scan IN ('unscanned', 'waiting') OR (scan = 'infected' AND quarantined_at IS NULL));
