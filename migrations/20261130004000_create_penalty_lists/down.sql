DROP TABLE penalty_question;
DROP TABLE penalty_list_row;
DROP TABLE penalty_event;
DROP TABLE penalty;
DROP TABLE penalty_list_rejection;
DROP TABLE penalty_list;
