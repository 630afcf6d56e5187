DROP TABLE circuit_point;
DROP TABLE circuit_stop;
DROP TABLE circuit_note;
DROP TABLE circuit_member_event;
DROP TABLE circuit_member;
DROP TABLE circuit_round_event;
DROP TABLE circuit_round;
