-- The beginning of a report's number, typed into a search.
CREATE INDEX nonconformity_by_report ON nonconformity (report_no text_pattern_ops);
