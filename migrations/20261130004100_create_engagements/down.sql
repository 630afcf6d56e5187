DROP TABLE calendar_feed, engagement_danger, engagement_photo_of, engagement_photo, engagement_finding, visit_slot, visit_nonconformity, visit,
    engagement_attendance_past, engagement_held_past, engagement_enterprise, engagement_expert, engagement_location, engagement_event, engagement;
