-- Functions of `consultation_tags`: the answers to a port of `consultations`, which shows tags and filters by them. Called by
-- src/consultations/tags.rs and queries.rs, and by src/consultation_tags/policy.rs. They take no locks.

-- The tags that some consultations have, by name.
CREATE FUNCTION consultation_tags_of(p_consultations uuid[]) RETURNS TABLE (consultation_id uuid, id uuid, name text)
LANGUAGE sql STABLE AS $$
    SELECT g.consultation_id, t.id, t.name
    FROM consultation_tagging g JOIN consultation_tag t ON t.id = g.tag_id
    WHERE g.consultation_id = ANY (p_consultations)
    ORDER BY g.consultation_id, t.name, t.id
$$;

-- The consultations that have a tag.
CREATE FUNCTION consultations_tagged(p_tag uuid) RETURNS TABLE (consultation_id uuid) LANGUAGE sql STABLE AS $$
    SELECT g.consultation_id FROM consultation_tagging g WHERE g.tag_id = p_tag
$$;

-- The tags of a region, of those under it and of those above it, with those of product hospitals that stand on a consultation there; the tags
-- that can be put on consultations in some regions; and those of a product hospital. Each may be empty, the hospital NULL.
CREATE FUNCTION consultation_tags_known(p_scope text, p_regions text[], p_hospital text)
RETURNS TABLE (id uuid, name text, retired boolean)
LANGUAGE sql STABLE AS $$
    SELECT t.id, t.name, t.retired_at IS NOT NULL
    FROM consultation_tag t
    WHERE EXISTS (SELECT FROM region_scope s WHERE s.scope = p_scope AND s.region = t.region)
       OR EXISTS (SELECT FROM region_scope s WHERE s.scope = t.region AND (s.region = p_scope OR s.region = ANY (p_regions)))
       OR t.hospital = p_hospital
       OR p_scope <> '' AND t.hospital IS NOT NULL AND EXISTS (
              SELECT FROM consultation_tagging g
              JOIN published.consultation c ON c.id = g.consultation_id
              JOIN region_scope s ON s.region = c.region AND s.scope = p_scope
              WHERE g.tag_id = t.id)
$$;
