DROP FUNCTION case_settles;
DROP TRIGGER case_event_when_truncated ON case_event;
DROP TRIGGER case_event_when_changed ON case_event;
DROP FUNCTION history_is_kept;
DROP INDEX case_event_corrected_once;
ALTER TABLE case_event
    DROP CONSTRAINT case_event_corrects,
    DROP COLUMN actor_region,
    DROP COLUMN document,
    DROP COLUMN attachment_id,
    DROP COLUMN details,
    DROP COLUMN corrects,
    DROP COLUMN late;
DROP INDEX remediation_case_handled_in;
DROP INDEX remediation_case_handed_over;
-- What the earlier course does not know comes as near as it can.
ALTER TABLE remediation_case
    DROP CONSTRAINT remediation_case_ordered,
    DROP CONSTRAINT remediation_case_window,
    DROP CONSTRAINT remediation_case_state_check;
UPDATE remediation_case SET
    state = CASE
        WHEN state IN ('stopped', 'retesting', 'retesting_order', 'overturned', 'closed') THEN 'ordered'
        WHEN state IN ('reported_to_city', 'reported_to_province', 'announced', 'failed_again', 'suspended',
                       'check_failed', 'licence_revoked') THEN 'failed'
        ELSE state END,
    ordered_on = coalesce(ordered_on, stopped_on, created_at::date);
UPDATE remediation_case SET
    rectify_by = coalesce(rectify_by, ordered_on + 60),
    reinspect_by = coalesce(reinspect_by, greatest(rectify_by, ordered_on + 75));
ALTER TABLE remediation_case
    ADD CONSTRAINT remediation_case_state_check CHECK (state IN
        ('ordered', 'correcting', 'evidence_submitted', 'reinspection_passed', 'failed', 'cleared')),
    ALTER ordered_on SET NOT NULL,
    ALTER rectify_by SET NOT NULL,
    ALTER reinspect_by SET NOT NULL,
    DROP COLUMN version,
    DROP COLUMN stopped_on,
    DROP COLUMN received_on,
    DROP COLUMN corrected_on,
    DROP COLUMN held_by,
    DROP COLUMN announced_on,
    DROP COLUMN second_from,
    DROP COLUMN second_by,
    DROP COLUMN suspended_until,
    DROP COLUMN handled_in,
    DROP COLUMN handed_over_by;
