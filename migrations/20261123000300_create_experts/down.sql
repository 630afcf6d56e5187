DROP TABLE expert_conflict, expert_region, expert_specialty, expert;
