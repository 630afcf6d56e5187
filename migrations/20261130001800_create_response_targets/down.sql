DROP TABLE response_mail, response_notice, response_event, response_target, response_watch;
