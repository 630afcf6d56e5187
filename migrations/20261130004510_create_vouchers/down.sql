DROP TABLE voucher_entry, voucher_code, voucher, voucher_application, voucher_tier, voucher_issue_event, voucher_issue;
