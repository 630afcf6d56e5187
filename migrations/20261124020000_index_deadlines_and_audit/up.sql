-- Lists of cases by a deadline that runs, each with the conditions of case_deadline.
CREATE INDEX remediation_case_rectify_due ON remediation_case (rectify_by)
    WHERE state IN ('ordered', 'correcting');
CREATE INDEX remediation_case_reinspect_due ON remediation_case (reinspect_by)
    WHERE state IN ('ordered', 'correcting', 'evidence_submitted');
CREATE INDEX remediation_case_second_due ON remediation_case (second_by) WHERE state = 'announced';
CREATE INDEX remediation_case_suspended_due ON remediation_case (suspended_until) WHERE state = 'suspended';

-- The audit by day and by who did it. Rows come in the order of time, which is what BRIN is for.
CREATE INDEX audit_entry_by_day ON audit_entry USING brin (at);
CREATE INDEX audit_entry_by_actor ON audit_entry (actor_id, id) WHERE actor_id IS NOT NULL;
