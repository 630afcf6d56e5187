DROP TABLE consultation_invitation;
