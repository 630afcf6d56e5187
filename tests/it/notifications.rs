mod bounces;
mod outbox;
