-- The nine steps of the statutory course. The row of a case is the fold of its events; the columns below
-- are there to be listed, filtered and swept by. A deadline that does not run, or stands still, is NULL.
ALTER TABLE remediation_case
    DROP CONSTRAINT remediation_case_state_check,
    ADD CONSTRAINT remediation_case_state_check CHECK (state IN (
        'stopped', 'retesting', 'ordered', 'retesting_order', 'correcting', 'evidence_submitted',
        'reinspection_passed', 'failed', 'reported_to_city', 'reported_to_province', 'announced',
        'failed_again', 'suspended', 'check_failed', 'cleared', 'overturned', 'licence_revoked', 'closed')),
    ALTER ordered_on DROP NOT NULL,
    ALTER rectify_by DROP NOT NULL,
    ALTER reinspect_by DROP NOT NULL,
    -- Number of its last event: what an officer has seen.
    ADD COLUMN version integer NOT NULL DEFAULT 1,
    ADD COLUMN stopped_on date,
    ADD COLUMN received_on date,
    ADD COLUMN corrected_on date,
    -- The region with which a failed re-inspection stands on its way up to the province.
    ADD COLUMN held_by text REFERENCES region,
    ADD COLUMN announced_on date,
    ADD COLUMN second_from date,
    ADD COLUMN second_by date,
    ADD COLUMN suspended_until date,
    -- The region whose authority handles the case since a transfer; NULL: the enterprise's.
    ADD COLUMN handled_in text REFERENCES region,
    -- Those whose authorities had it before; they still see it.
    ADD COLUMN handed_over_by text[] NOT NULL DEFAULT '{}',
    ADD CONSTRAINT remediation_case_ordered CHECK (
        ordered_on IS NOT NULL OR state IN ('stopped', 'retesting', 'overturned', 'closed')),
    ADD CONSTRAINT remediation_case_window CHECK (
        (announced_on IS NULL) = (second_from IS NULL) AND (announced_on IS NULL) = (second_by IS NULL));
CREATE INDEX remediation_case_handed_over ON remediation_case USING gin (handed_over_by)
    WHERE handed_over_by <> '{}';
CREATE INDEX remediation_case_handled_in ON remediation_case (handled_in) WHERE handled_in IS NOT NULL;

ALTER TABLE case_event
    ADD COLUMN actor_region text,
    ADD COLUMN document text,
    ADD COLUMN attachment_id uuid,
    ADD COLUMN details jsonb NOT NULL DEFAULT '{}',
    -- The event that this one corrects.
    ADD COLUMN corrects integer,
    ADD COLUMN late boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT case_event_corrects CHECK ((event = 'correct') = (corrects IS NOT NULL) AND corrects < seq);
-- A correction is corrected itself, not the event under it once more.
CREATE UNIQUE INDEX case_event_corrected_once ON case_event (case_id, corrects) WHERE corrects IS NOT NULL;

UPDATE case_event SET actor_region = a.region FROM account a WHERE a.id = case_event.actor_id;
UPDATE remediation_case SET
    version = coalesce((SELECT max(v.seq) FROM case_event v WHERE v.case_id = remediation_case.id), 1),
    corrected_on = (SELECT max(v.occurred_on) FROM case_event v
                    WHERE v.case_id = remediation_case.id AND v.event = 'submit_evidence');
UPDATE remediation_case c SET held_by = coalesce(
    (SELECT a.region FROM account a WHERE a.id = c.reinspected_by), e.region)
FROM enterprise e WHERE e.id = c.enterprise_id AND c.state = 'failed';
UPDATE case_event SET late = true FROM remediation_case c
WHERE c.id = case_event.case_id
  AND (event IN ('start_correction', 'submit_evidence') AND occurred_on > c.rectify_by
       OR event IN ('pass_reinspection', 'fail_reinspection') AND occurred_on > c.reinspect_by);

CREATE FUNCTION history_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE restrict_violation USING MESSAGE = format('%s: what is written is neither changed nor removed', TG_TABLE_NAME);
END $$;
CREATE TRIGGER case_event_when_changed BEFORE UPDATE OR DELETE ON case_event
    FOR EACH ROW EXECUTE FUNCTION history_is_kept();
CREATE TRIGGER case_event_when_truncated BEFORE TRUNCATE ON case_event
    FOR EACH STATEMENT EXECUTE FUNCTION history_is_kept();

-- Whether nothing stands against an enterprise in a case of this state any more. The zero-out figures
-- follow from it, and from nothing else.
CREATE FUNCTION case_settles(state text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN coalesce(state IN ('cleared', 'overturned'), false);
