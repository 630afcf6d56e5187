-- Published views of `label_checks`.

-- Published: what the checks of labels came to.
CREATE VIEW published.label_check AS
    SELECT inspection_id, checklist_version, outcome, inspected_on, corrected_on, checked_at
    FROM label_check;
