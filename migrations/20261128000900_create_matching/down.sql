DROP TABLE matching_assignment, matching_plan_pairs, matching_plan_line, matching_plan, expert_change;
