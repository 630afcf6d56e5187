-- Published views of `label_checks`.

-- Published: what the checks of labels came to, those that were annulled by a correction included; the last one of an inspection is the one of
-- which the inspection says whether it stands.
CREATE VIEW published.label_check AS
    SELECT inspection_id, event, checklist_version, outcome, inspected_on, corrected_on, checked_at
    FROM label_check;
