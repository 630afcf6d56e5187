-- Functions and triggers of `bulletins`.

-- Keeps what searches look for in the rows of bulletin. Called by the trigger below. Takes no locks.
CREATE FUNCTION bulletin_set_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.search_text := search_name(NEW.title) || E'\n' || search_fold(coalesce(NEW.number, '')) || E'\n';
    RETURN NEW;
END $$;
CREATE TRIGGER bulletin_set_search BEFORE INSERT OR UPDATE OF title, number, search_text ON bulletin
    FOR EACH ROW EXECUTE FUNCTION bulletin_set_search();

-- Keeps what searches look for in the rows of bulletin_item: what a consumer reads on the product, and who made or sold it.
-- Called by the trigger below. Takes no locks.
CREATE FUNCTION bulletin_item_set_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.search_text := search_name(NEW.product_name) || E'\n' || search_name(NEW.operator_name) || E'\n'
        || search_name(coalesce(NEW.producer_name, '')) || E'\n'
        || search_fold(concat_ws(E'\n', NEW.trademark, NEW.model, NEW.batch)) || E'\n';
    NEW.search_readings := search_readings(search_name(NEW.product_name)) || ' ' || search_readings(search_name(NEW.operator_name))
        || ' ' || search_readings(search_name(coalesce(NEW.producer_name, '')));
    RETURN NEW;
END $$;
CREATE TRIGGER bulletin_item_set_search BEFORE INSERT OR UPDATE OF product_name, operator_name, producer_name, trademark, model, batch, search_text
    ON bulletin_item FOR EACH ROW EXECUTE FUNCTION bulletin_item_set_search();

-- Folds all rows anew when the table of characters has changed. Called by the trigger below, while a database is migrated. Locks all rows.
CREATE FUNCTION bulletin_fold_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE bulletin SET search_text = '';
    UPDATE bulletin_item SET search_text = '';
    RETURN NULL;
END $$;
CREATE TRIGGER bulletin_fold_anew AFTER INSERT OR UPDATE ON search_table FOR EACH ROW EXECUTE FUNCTION bulletin_fold_anew();

-- Marks results in bulletins that no longer stand, in the transaction that changes the inspection: `overturned` where it is conforming now
-- by its re-test, `corrected` where it has another result, or none, for another reason. Takes the mark away where the result is again what was published.
-- Called by the trigger below. Locks the results that it marks.
CREATE FUNCTION bulletin_mark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE bulletin_item b
    SET mark = n.mark, marked_on = CASE WHEN n.mark IS NOT NULL THEN (n.updated_at AT TIME ZONE 'Asia/Shanghai')::date END
    FROM (
        SELECT w.id, w.updated_at, o.id AS item,
               CASE WHEN w.outcome = o.outcome AND w.state IN ('final', 'published') THEN NULL
                    WHEN o.outcome = 'nonconforming' AND w.outcome = 'conforming' AND EXISTS (
                        SELECT FROM published.inspection_event e WHERE e.inspection_id = w.id AND e.step IN ('overturn', 'contest')
                    ) THEN 'overturned'
                    ELSE 'corrected' END AS mark
        FROM written w JOIN bulletin_item o ON o.inspection_id = w.id
    ) AS n
    WHERE b.id = n.item AND b.mark IS DISTINCT FROM n.mark;
    RETURN NULL;
END $$;
CREATE TRIGGER inspection_bulletin_mark AFTER UPDATE ON inspection
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION bulletin_mark();
