DROP TABLE expert_application;
