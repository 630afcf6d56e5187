DROP INDEX consultation_to_rate;
DROP TABLE consultation_rating_reminder;
