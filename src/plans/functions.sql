-- Views of `plans`.

-- Published: whom the lines of applied plans give to which expert, for `rounds`, whose cohorts are made of them.
CREATE VIEW published.matching_plan_line AS
    SELECT l.plan_id, l.enterprise_id, l.expert_id
    FROM matching_plan_line l
    JOIN matching_plan p ON p.id = l.plan_id AND p.state = 'applied'
    WHERE l.expert_id IS NOT NULL;

-- Published: the applied plans.
CREATE VIEW published.matching_plan AS
    SELECT id, name, region, decided_at
    FROM matching_plan
    WHERE state = 'applied';
