DROP TABLE counted_calendar;
