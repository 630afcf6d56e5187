DROP TABLE case_evidence, case_action, case_event, remediation_case;
