-- Functions, triggers and views of `matching`.

-- Published: which expert is assigned to which enterprise for the rounds, and by which plan, for `plans`.
CREATE VIEW published.matching_assignment AS
    SELECT enterprise_id, expert_id, plan_id, assigned_at
    FROM matching_assignment;

-- The functions and triggers note in expert_change whose facts a transaction changed, for the experts that every server holds in memory
-- (src/matching/roster). They only add rows: they take no locks and wait for nobody.

-- Notes the expert of a changed row; of a row that passes from one expert to another, both.
-- Called by the triggers below. Takes no locks.
CREATE FUNCTION expert_change_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'expert' THEN
        INSERT INTO expert_change (expert_id) VALUES (CASE WHEN TG_OP = 'DELETE' THEN OLD.id ELSE NEW.id END);
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' AND OLD.expert_id IS NOT NULL THEN
        INSERT INTO expert_change (expert_id) VALUES (OLD.expert_id);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.expert_id IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.expert_id IS DISTINCT FROM OLD.expert_id) THEN
        INSERT INTO expert_change (expert_id) VALUES (NEW.expert_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER expert_note_change AFTER INSERT OR UPDATE OR DELETE ON expert
    FOR EACH ROW EXECUTE FUNCTION expert_change_note();
CREATE TRIGGER expert_specialty_note_change AFTER INSERT OR UPDATE OR DELETE ON expert_specialty
    FOR EACH ROW EXECUTE FUNCTION expert_change_note();
CREATE TRIGGER expert_region_note_change AFTER INSERT OR UPDATE OR DELETE ON expert_region
    FOR EACH ROW EXECUTE FUNCTION expert_change_note();
CREATE TRIGGER expert_conflict_note_change AFTER INSERT OR UPDATE OR DELETE ON expert_conflict
    FOR EACH ROW EXECUTE FUNCTION expert_change_note();
CREATE TRIGGER expert_refusal_note_change AFTER INSERT OR UPDATE OR DELETE ON expert_refusal
    FOR EACH ROW EXECUTE FUNCTION expert_change_note();
CREATE TRIGGER expert_signed_report_note_change AFTER INSERT OR UPDATE OR DELETE ON expert_signed_report
    FOR EACH ROW EXECUTE FUNCTION expert_change_note();
CREATE TRIGGER expert_suspension_note_change AFTER INSERT OR UPDATE OR DELETE ON expert_suspension
    FOR EACH ROW EXECUTE FUNCTION expert_change_note();
CREATE TRIGGER expert_shift_note_change AFTER INSERT OR UPDATE OR DELETE ON expert_shift
    FOR EACH ROW EXECUTE FUNCTION expert_change_note();
-- An account matters for whether it is open, nothing else; enterprises' accounts have no expert.
CREATE TRIGGER account_note_expert_change AFTER INSERT OR DELETE OR UPDATE OF active, expert_id ON account
    FOR EACH ROW EXECUTE FUNCTION expert_change_note();

-- Notes that all experts are to be read again.
-- Called by the triggers below: hospitals are reference data, changed by a new version of the program only. Takes no locks.
CREATE FUNCTION expert_change_note_all() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO expert_change (expert_id) VALUES (NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER product_hospital_note_expert_change AFTER INSERT OR UPDATE OR DELETE ON product_hospital
    FOR EACH STATEMENT EXECUTE FUNCTION expert_change_note_all();
CREATE TRIGGER expert_note_truncate AFTER TRUNCATE ON expert
    FOR EACH STATEMENT EXECUTE FUNCTION expert_change_note_all();
