DROP TRIGGER nonconformity_when_deleted ON nonconformity;
DROP TABLE case_evidence, case_action, case_event, remediation_case;
DROP FUNCTION case_event_refers_to_known(), case_is_kept(), case_refers_to_known();
