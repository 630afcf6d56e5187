-- The statutory course of one nonconformity. Deadlines are dates of the law in Asia/Shanghai,
-- computed under `rule_version`, which the case keeps.
CREATE TABLE remediation_case (
    id                uuid PRIMARY KEY,
    nonconformity_id  uuid NOT NULL UNIQUE,
    enterprise_id     uuid NOT NULL,
    state             text NOT NULL CHECK (state IN
        ('ordered', 'correcting', 'evidence_submitted', 'reinspection_passed', 'failed', 'cleared')),
    rule_version      text NOT NULL,
    ordered_on        date NOT NULL,
    rectify_by        date NOT NULL,
    reinspect_by      date NOT NULL,
    reinspected_on    date,
    reinspected_by    uuid REFERENCES account,
    cleared_at        timestamptz,
    cleared_by        uuid REFERENCES account,
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    CHECK ((state = 'cleared') = (cleared_at IS NOT NULL)),
    CHECK (rectify_by > ordered_on AND reinspect_by >= rectify_by)
);
CREATE INDEX remediation_case_by_enterprise ON remediation_case (enterprise_id, id);
CREATE INDEX remediation_case_by_state ON remediation_case (state, id);
CREATE INDEX remediation_case_due ON remediation_case (reinspect_by) WHERE state <> 'cleared';

CREATE TABLE case_event (
    case_id     uuid NOT NULL,
    seq         integer NOT NULL,
    event       text NOT NULL,
    from_state  text,
    to_state    text NOT NULL,
    actor_id    uuid,
    actor_role  text NOT NULL,
    occurred_on date NOT NULL,
    note        text,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (case_id, seq)
);

-- Cases, like enterprises and nonconformities, are never deleted, and an import opens thousands of
-- them in one statement: their references are checked once for all its rows.
CREATE FUNCTION case_refers_to_known() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM written w WHERE NOT EXISTS (
            SELECT FROM nonconformity n WHERE n.id = w.nonconformity_id AND n.enterprise_id = w.enterprise_id)
    ) THEN
        RAISE foreign_key_violation
            USING MESSAGE = 'a case is of a nonconformity that is not known or not of its enterprise';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER case_when_inserted AFTER INSERT ON remediation_case
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION case_refers_to_known();
CREATE TRIGGER case_when_updated AFTER UPDATE ON remediation_case
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION case_refers_to_known();

CREATE FUNCTION case_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE restrict_violation USING MESSAGE = 'cases and nonconformities are never deleted';
END $$;
CREATE TRIGGER case_when_deleted BEFORE DELETE ON remediation_case
    FOR EACH ROW EXECUTE FUNCTION case_is_kept();
CREATE TRIGGER nonconformity_when_deleted BEFORE DELETE ON nonconformity
    FOR EACH ROW EXECUTE FUNCTION case_is_kept();

CREATE FUNCTION case_event_refers_to_known() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM written w WHERE NOT EXISTS (SELECT FROM remediation_case c WHERE c.id = w.case_id)
    ) THEN
        RAISE foreign_key_violation USING MESSAGE = 'a step is of a case that is not known';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER case_event_when_inserted AFTER INSERT ON case_event
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION case_event_refers_to_known();

-- Corrective actions, as advised in a consultation or entered on the case.
CREATE TABLE case_action (
    id              uuid PRIMARY KEY,
    case_id         uuid REFERENCES remediation_case,
    consultation_id uuid REFERENCES consultation,
    message_seq     bigint,
    kind            text NOT NULL CHECK (kind IN ('containment', 'cause', 'correction', 'prevention')),
    description     text NOT NULL,
    due_on          date,
    advised_by      uuid REFERENCES expert,
    created_by      uuid NOT NULL REFERENCES account,
    created_at      timestamptz NOT NULL,
    CHECK (case_id IS NOT NULL OR consultation_id IS NOT NULL)
);
CREATE INDEX case_action_by_case ON case_action (case_id, id);
CREATE INDEX case_action_by_consultation ON case_action (consultation_id, id);

CREATE TABLE case_evidence (
    id           uuid PRIMARY KEY,
    case_id      uuid NOT NULL REFERENCES remediation_case,
    action_id    uuid REFERENCES case_action,
    description  text NOT NULL,
    submitted_by uuid NOT NULL REFERENCES account,
    submitted_at timestamptz NOT NULL
);
CREATE INDEX case_evidence_by_case ON case_evidence (case_id, id);
