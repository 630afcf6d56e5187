DROP TABLE matching_assignment, expert_change;
