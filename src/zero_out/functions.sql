-- Views of `zero_out`.

-- Published: the imports, with the enterprises that each list named, for `plans` and `withdrawals`.
CREATE VIEW published.zero_out_import AS
    SELECT id, region, dry_run, state, enterprises, file_name, merge_no
    FROM zero_out_import;

-- Published: what an import did by each of its rows, and of the enterprises that it named, for `withdrawals`.
CREATE VIEW published.zero_out_row AS
    SELECT import_id, row_no, enterprise_id, nonconformity_id, fresh, case_id, case_opened, case_version, before, after
    FROM zero_out_row;
CREATE VIEW published.zero_out_listed AS
    SELECT import_id, enterprise_id, fresh, before, after
    FROM zero_out_listed;
