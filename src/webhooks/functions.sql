-- Functions and triggers of `webhooks`: what happens in other domains is noted as deliveries, in the transaction in which it happens. Nothing
-- but webhooks depends on them.

-- An id of version 7 (RFC 9562): 48 bits of the time in milliseconds, then random bits.
-- Called by the functions below. Takes no locks.
CREATE FUNCTION webhook_delivery_id() RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT encode(set_bit(set_bit(
        overlay(uuid_send(gen_random_uuid())
            PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
        52, 1), 53, 1), 'hex')::uuid
$$;

-- Whether the thing of a delivery is in a region or under it now: a consultation and a case by their enterprise's region, a case by that of the
-- authority that handles it as well, an import by the region under which it was asked for. What is of the webhook itself is in its region.
-- Called by src/webhooks/queue.rs before a delivery is sent. Takes no locks.
CREATE FUNCTION webhook_sees(p_scope text, p_subject text, p_id uuid, p_data jsonb) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT CASE p_subject
        WHEN 'consultation' THEN EXISTS (
            SELECT FROM published.consultation c
            JOIN published.enterprise e ON e.id = c.enterprise_id
            JOIN region_scope s ON s.region = e.region AND s.scope = p_scope
            WHERE c.id = p_id)
        WHEN 'case' THEN EXISTS (
            SELECT FROM published.remediation_case_ever c
            JOIN published.enterprise e ON e.id = c.enterprise_id
            JOIN region_scope s ON s.region IN (e.region, c.handled_in) AND s.scope = p_scope
            WHERE c.id = p_id)
        WHEN 'import' THEN EXISTS (
            SELECT FROM region_scope s WHERE s.region = p_data ->> 'region' AND s.scope = p_scope)
        ELSE true
    END
$$;

-- Notes an event of a consultation for the webhooks of its region that ask for it. Called by the trigger below. Locks these webhooks (FOR KEY
-- SHARE), which keeps nobody waiting but who deletes one: a webhook that is gone by then is passed over, and its event is nobody's fault.
CREATE FUNCTION webhook_note_consultation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO webhook_delivery (id, webhook_id, event, subject, subject_id, at, data, since, next_attempt_at, created_at)
    SELECT webhook_delivery_id(), w.id, n.event, 'consultation', c.id, NEW.at,
        jsonb_build_object('consultation', c.id, 'enterprise', c.enterprise_id, 'nonconformity', c.nonconformity_id,
            'product_kind', c.product_kind, 'region', e.region, 'expert', coalesce(NEW.expert_id, c.expert_id), 'step', NEW.event,
            'state', NEW.to_status),
        NEW.at, NEW.at, NEW.at
    FROM published.consultation c
    JOIN published.enterprise e ON e.id = c.enterprise_id
    CROSS JOIN LATERAL (SELECT CASE NEW.event
        WHEN 'open' THEN 'consultation.opened'
        WHEN 'accept' THEN 'consultation.assigned'
        WHEN 'assign' THEN 'consultation.assigned'
        WHEN 'reopen' THEN 'consultation.reopened'
        ELSE 'consultation.concluded' END AS event) n
    JOIN webhook w ON w.state = 'active' AND n.event = ANY (w.events)
    WHERE c.id = NEW.consultation_id AND officer_acts(w.account_id, w.region)
      AND EXISTS (SELECT FROM region_scope s WHERE s.scope = w.region AND s.region = e.region)
    FOR KEY SHARE OF w;
    RETURN NULL;
END $$;
CREATE TRIGGER consultation_event_webhook_note AFTER INSERT ON consultation_event
    FOR EACH ROW WHEN (NEW.event IN ('open', 'accept', 'assign', 'reopen', 'conclude', 'take_back', 'close', 'merge'))
    EXECUTE FUNCTION webhook_note_consultation();

-- Notes events of cases for the webhooks of their regions that ask for them. A statement can write the events of a province, so they are noted
-- all at once, by a plan that is made for their number. Called by the trigger below. Locks: as webhook_note_consultation.
CREATE FUNCTION webhook_note_cases() RETURNS trigger LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM webhook w
        WHERE w.state = 'active' AND w.events && ARRAY['case.opened', 'case.state_changed', 'case.cleared']) THEN
        RETURN NULL;
    END IF;
    INSERT INTO webhook_delivery (id, webhook_id, event, subject, subject_id, at, data, since, next_attempt_at, created_at)
    SELECT webhook_delivery_id(), w.id, n.event, 'case', v.case_id, v.recorded_at,
        jsonb_build_object('case', v.case_id, 'nonconformity', c.nonconformity_id, 'enterprise', c.enterprise_id, 'region', e.region,
            'handled_in', coalesce(c.handled_in, e.region), 'step', v.event, 'from', v.from_state, 'state', v.to_state),
        v.recorded_at, v.recorded_at, v.recorded_at
    FROM written v
    JOIN published.remediation_case_ever c ON c.id = v.case_id
    JOIN published.enterprise e ON e.id = c.enterprise_id
    CROSS JOIN LATERAL (VALUES
        ('case.opened', v.from_state IS NULL),
        ('case.state_changed', v.from_state <> v.to_state),
        ('case.cleared', v.from_state <> v.to_state AND v.to_state = 'cleared')) AS n (event, happened)
    JOIN webhook w ON w.state = 'active' AND n.event = ANY (w.events)
    WHERE n.happened AND officer_acts(w.account_id, w.region)
      AND EXISTS (SELECT FROM region_scope s WHERE s.scope = w.region AND s.region IN (e.region, c.handled_in))
    FOR KEY SHARE OF w;
    RETURN NULL;
END $$;
CREATE TRIGGER case_event_webhook_note AFTER INSERT ON case_event
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION webhook_note_cases();

-- Notes the end of an import for the webhooks of its region that ask for it. Called by the trigger below. Locks: as webhook_note_consultation.
CREATE FUNCTION webhook_note_import() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO webhook_delivery (id, webhook_id, event, subject, subject_id, at, data, since, next_attempt_at, created_at)
    SELECT webhook_delivery_id(), w.id, 'import.finished', 'import', NEW.id, NEW.finished_at,
        jsonb_build_object('import', NEW.id, 'region', NEW.region, 'state', NEW.state, 'dry_run', NEW.dry_run, 'rows', NEW.rows,
            'inserted', NEW.inserted, 'updated', NEW.updated, 'unchanged', NEW.unchanged, 'rejected', NEW.rejected),
        NEW.finished_at, NEW.finished_at, NEW.finished_at
    FROM webhook w
    WHERE w.state = 'active' AND 'import.finished' = ANY (w.events) AND officer_acts(w.account_id, w.region)
      AND EXISTS (SELECT FROM region_scope s WHERE s.scope = w.region AND s.region = NEW.region)
    FOR KEY SHARE OF w;
    RETURN NULL;
END $$;
CREATE TRIGGER zero_out_import_webhook_note AFTER UPDATE OF state ON zero_out_import
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state AND NEW.state IN ('done', 'failed') AND NEW.finished_at IS NOT NULL)
    EXECUTE FUNCTION webhook_note_import();
