-- A page of a list is the newest rows of some regions. From an index by region and id it takes the newest of each region
-- and merges them: as many looks as the caller has regions, however many rows there are. So cases, consultations and
-- nonconformities carry the region of their enterprise. It is there to be found by; who may see a row is decided by the
-- enterprise's region itself.
ALTER TABLE remediation_case ADD COLUMN region text NOT NULL DEFAULT '';
ALTER TABLE consultation ADD COLUMN region text NOT NULL DEFAULT '';
UPDATE remediation_case c SET region = e.region FROM enterprise e WHERE e.id = c.enterprise_id;
UPDATE consultation c SET region = e.region FROM enterprise e WHERE e.id = c.enterprise_id;

-- Who knows it (the import of a list) writes it; for all others it is looked up. An enterprise that is not known is
-- refused elsewhere.
CREATE FUNCTION region_is_looked_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.region := coalesce((SELECT e.region FROM enterprise e WHERE e.id = NEW.enterprise_id), '');
    RETURN NEW;
END $$;
CREATE TRIGGER case_region BEFORE INSERT ON remediation_case
    FOR EACH ROW WHEN (NEW.region = '') EXECUTE FUNCTION region_is_looked_up();
CREATE TRIGGER consultation_region BEFORE INSERT ON consultation
    FOR EACH ROW WHEN (NEW.region = '') EXECUTE FUNCTION region_is_looked_up();

-- Before the row, so that consultations are locked before their streams (chat_region_changed), as everywhere.
CREATE FUNCTION region_goes_along() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM consultation c WHERE c.enterprise_id = NEW.id ORDER BY c.id FOR UPDATE;
    UPDATE consultation SET region = NEW.region WHERE enterprise_id = NEW.id;
    UPDATE remediation_case SET region = NEW.region WHERE enterprise_id = NEW.id;
    RETURN NEW;
END $$;
CREATE TRIGGER enterprise_moves BEFORE UPDATE ON enterprise
    FOR EACH ROW WHEN (OLD.region IS DISTINCT FROM NEW.region) EXECUTE FUNCTION region_goes_along();

-- A case or consultation that was opened while its enterprise moved did not see the move, nor the move it. Both have left
-- the enterprise in figure_stale, so whoever folds that in after the later of the two sets it right.
CREATE FUNCTION regions_are_healed(ids uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE consultation c SET region = e.region FROM enterprise e
    WHERE c.enterprise_id = ANY (ids) AND e.id = c.enterprise_id AND c.region <> e.region;
    UPDATE remediation_case c SET region = e.region FROM enterprise e
    WHERE c.enterprise_id = ANY (ids) AND e.id = c.enterprise_id AND c.region <> e.region;
END $$;

CREATE INDEX remediation_case_by_region ON remediation_case (region, id) INCLUDE (state, reinspect_by);
CREATE INDEX remediation_case_by_region_and_state ON remediation_case (region, state, id);
-- The whole province is one region_scope more: nobody lists a state without a region any more.
CREATE INDEX consultation_by_region ON consultation (region, id);
CREATE INDEX consultation_by_region_and_status ON consultation (region, status, id);

-- Where, besides the enterprise's region, a case is known: with the authority that it was handed to, and with those that
-- handed it over.
CREATE TABLE case_elsewhere (
    region  text NOT NULL,
    case_id uuid NOT NULL,
    PRIMARY KEY (region, case_id)
);
CREATE INDEX case_elsewhere_by_case ON case_elsewhere (case_id);
CREATE FUNCTION case_is_known_elsewhere() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM case_elsewhere w WHERE w.case_id = NEW.id;
    END IF;
    IF NEW.handled_in IS NOT NULL THEN
        INSERT INTO case_elsewhere (region, case_id)
        SELECT DISTINCT r, NEW.id FROM unnest(NEW.handed_over_by || NEW.handled_in) AS r;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER case_elsewhere_when_inserted AFTER INSERT ON remediation_case
    FOR EACH ROW WHEN (NEW.handled_in IS NOT NULL) EXECUTE FUNCTION case_is_known_elsewhere();
CREATE TRIGGER case_elsewhere_when_updated AFTER UPDATE ON remediation_case
    FOR EACH ROW WHEN ((OLD.handled_in, OLD.handed_over_by) IS DISTINCT FROM (NEW.handled_in, NEW.handed_over_by))
    EXECUTE FUNCTION case_is_known_elsewhere();
INSERT INTO case_elsewhere (region, case_id)
SELECT DISTINCT r, c.id FROM remediation_case c, unnest(c.handed_over_by || c.handled_in) AS r
WHERE c.handled_in IS NOT NULL;
-- It was looked for by these until now.
DROP INDEX remediation_case_handed_over, remediation_case_handled_in;
