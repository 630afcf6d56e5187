-- Whether an expert of a panel agrees with the lead; with the reasons of a dissent. Unknown of opinions from before. `after_conclusion`: given
-- after the consultation was concluded, so not in the conclusion.
ALTER TABLE consultation_panel
    ADD COLUMN agreement text CHECK (agreement IN ('agree', 'dissent', 'abstain')),
    ADD COLUMN agreement_reason text,
    ADD COLUMN after_conclusion boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT consultation_panel_agreement CHECK (agreement IS NULL OR opinion IS NOT NULL),
    ADD CONSTRAINT consultation_panel_dissent CHECK (agreement IS DISTINCT FROM 'dissent' OR agreement_reason IS NOT NULL);
