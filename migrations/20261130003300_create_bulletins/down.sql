DROP TABLE bulletin_item;
DROP TABLE bulletin_event;
DROP TABLE bulletin;
DROP TABLE sampling_operator;
DROP TABLE sampling_sum;
DROP TABLE sampling_stale;
DROP TABLE sampling_fact;
