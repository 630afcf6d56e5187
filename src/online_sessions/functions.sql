-- Functions of `online_sessions`.

-- Whether an expert helps enterprises of a region or under it beside consultations: is named for a visit, a training or an outreach there, or
-- for an online session of the region, that is not called off, or looks after a member of a cohort. Then officers of the region see how to reach
-- the expert. Called by src/experts/queries.rs. Takes no locks.
CREATE FUNCTION expert_helps_in(p_expert uuid, p_scope text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM published.engagement_expert x
        JOIN published.engagement e ON e.id = x.engagement_id AND e.state <> 'cancelled'
        JOIN region_scope s ON s.region = e.region AND s.scope = p_scope
        WHERE x.expert_id = p_expert
    ) OR EXISTS (
        SELECT FROM online_session_expert x
        JOIN online_session o ON o.id = x.session_id AND o.state <> 'cancelled'
        JOIN region_scope s ON s.region = o.region AND s.scope = p_scope
        WHERE x.expert_id = p_expert
    ) OR EXISTS (
        SELECT FROM published.circuit_member m
        JOIN published.enterprise e ON e.id = m.enterprise_id
        JOIN region_scope s ON s.region = e.region AND s.scope = p_scope
        WHERE m.expert_id = p_expert
    )
$$;
