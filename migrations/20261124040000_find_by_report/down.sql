DROP INDEX nonconformity_by_report;
