DROP TABLE sampling_list_proposal;
DROP TABLE sampling_list_row;
DROP TABLE sampling_list_rejection;
DROP TABLE sampling_list;
