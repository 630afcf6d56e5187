DROP TABLE account_invitation;
