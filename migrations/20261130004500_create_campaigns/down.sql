DROP TABLE hazard_file, hazard_event, hazard, campaign_check, campaign_subject, campaign_school, campaign;
