-- Functions and views of `recordings`.

-- Published: a recording, and since when its files are erased, for `retention`.
CREATE VIEW published.recording AS
    SELECT id, inspection_id, began_at, closed_at, erased_at
    FROM recording;

-- Published: the bytes of a segment of a recording, for `retention`.
CREATE VIEW published.recording_segment AS
    SELECT id, recording_id, size
    FROM recording_segment;

-- Published: what the recordings and the custody of an inspection come to.
CREATE VIEW published.recording_summary AS
    SELECT inspection_id, chain, recordings, segments, seconds, shots_missing, gaps, late, flagged, custody_flags
    FROM recording_summary;
