ALTER TABLE attachment DROP CONSTRAINT attachment_case_id_fkey;
DROP TABLE case_advice, counted_calendar, deadline_sweep, deadline_notice, case_past, case_elsewhere, case_criterion,
    case_evidence_file, case_evidence, case_action, case_event_file, case_event, remediation_case;
