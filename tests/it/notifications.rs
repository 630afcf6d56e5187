mod bounces;
mod mail_ends;
mod outbox;
