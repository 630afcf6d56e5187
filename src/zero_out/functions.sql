-- Views of `zero_out`.

-- Published: which enterprises a list named, for the plans of `matching`.
CREATE VIEW published.zero_out_import AS
    SELECT id, region, dry_run, state, enterprises
    FROM zero_out_import;
