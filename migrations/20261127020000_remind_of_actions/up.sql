-- The due dates of actions that an enterprise has agreed to, as the sweep looks for them; see case_deadline for those of the law.
CREATE INDEX case_action_by_due ON case_action (due_on) WHERE state = 'accepted' AND case_id IS NOT NULL;

CREATE VIEW action_deadline AS
    SELECT c.id AS case_id, c.nonconformity_id, c.enterprise_id, coalesce(c.handled_in, e.region) AS region,
           'action ' || a.id AS clock, a.description, a.due_on
    FROM case_action a
    JOIN remediation_case c ON c.id = a.case_id AND c.state NOT IN ('cleared', 'overturned', 'licence_revoked', 'closed')
    JOIN enterprise e ON e.id = c.enterprise_id
    WHERE a.state = 'accepted' AND a.due_on IS NOT NULL;
