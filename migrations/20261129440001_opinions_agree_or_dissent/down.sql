ALTER TABLE consultation_panel
    DROP CONSTRAINT consultation_panel_dissent,
    DROP CONSTRAINT consultation_panel_agreement,
    DROP COLUMN after_conclusion,
    DROP COLUMN agreement_reason,
    DROP COLUMN agreement;
