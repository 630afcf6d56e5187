DROP TABLE mail_pause, outbox_mail;
