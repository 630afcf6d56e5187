DROP TABLE hazard_file, hazard_event, hazard, campaign_import_row, campaign_import_rejection, campaign_import, campaign_check, campaign_subject,
    campaign_school, campaign;
