-- Whose facts a transaction changed, so that servers keep the experts in memory and read again only these. `tx` is the
-- transaction's number: a server reads what its last snapshot did not show, so none is passed over, however long a
-- transaction took. No expert: all of them. Rows are only added, so nobody waits for anybody; kept for two days.
CREATE TABLE expert_change (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tx        bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
    expert_id uuid,
    at        timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX expert_change_by_tx ON expert_change (tx);
CREATE INDEX expert_change_by_age ON expert_change (at);

CREATE FUNCTION expert_notes_change() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE FUNCTION everyone_notes_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO expert_change (expert_id) VALUES (NULL);
    RETURN NULL;
END $$;

CREATE TRIGGER expert_notes AFTER INSERT OR UPDATE OR DELETE ON expert
    FOR EACH ROW EXECUTE FUNCTION expert_notes_change();
CREATE TRIGGER expert_specialty_notes AFTER INSERT OR UPDATE OR DELETE ON expert_specialty
    FOR EACH ROW EXECUTE FUNCTION expert_notes_change();
CREATE TRIGGER expert_region_notes AFTER INSERT OR UPDATE OR DELETE ON expert_region
    FOR EACH ROW EXECUTE FUNCTION expert_notes_change();
CREATE TRIGGER expert_conflict_notes AFTER INSERT OR UPDATE OR DELETE ON expert_conflict
    FOR EACH ROW EXECUTE FUNCTION expert_notes_change();
CREATE TRIGGER expert_refusal_notes AFTER INSERT OR UPDATE OR DELETE ON expert_refusal
    FOR EACH ROW EXECUTE FUNCTION expert_notes_change();
CREATE TRIGGER expert_signed_report_notes AFTER INSERT OR UPDATE OR DELETE ON expert_signed_report
    FOR EACH ROW EXECUTE FUNCTION expert_notes_change();
CREATE TRIGGER expert_shift_notes AFTER INSERT OR UPDATE OR DELETE ON expert_shift
    FOR EACH ROW EXECUTE FUNCTION expert_notes_change();
-- An account matters for whether it is open, nothing else; enterprises' accounts have no expert.
CREATE TRIGGER account_notes AFTER INSERT OR DELETE OR UPDATE OF active, expert_id ON account
    FOR EACH ROW EXECUTE FUNCTION expert_notes_change();
-- Reference data: changed by a new version of the program only.
CREATE TRIGGER product_hospital_notes AFTER INSERT OR UPDATE OR DELETE ON product_hospital
    FOR EACH STATEMENT EXECUTE FUNCTION everyone_notes_change();
CREATE TRIGGER expert_notes_all AFTER TRUNCATE ON expert
    FOR EACH STATEMENT EXECUTE FUNCTION everyone_notes_change();
