DROP TABLE unread_mail, unread_waiting, unread_watch;
