//! How a mail ends: taken, refused, given up.

use super::outbox::{LINK, app, worker};
use crate::support::smtp::{AfterText, SmtpServer};
use chrono::Duration;
use zerodesk::core::clock::Clock;
use zerodesk::notifications::MailState;

#[test]
fn a_text_that_is_refused_for_good_is_sent_once() {
    let smtp = SmtpServer::start();
    let desk = app(smtp.port());
    smtp.after_text("spam@factory.example", AfterText::Answer(554));
    let _worker = worker(&desk.app);
    let id = desk.send_mail("spam@factory.example");
    let row = desk.wait_for_row(id, |row| row.0 == "refused");
    assert!(row.4.unwrap().contains("554"));
    assert_eq!((row.1, row.3.as_str(), row.5), (1, "", None));
    desk.later(Duration::days(1));
    let other = desk.send_mail("other@factory.example");
    desk.wait_for_row(other, |row| row.0 == "sent");
    assert_eq!((smtp.attempts(), smtp.received().len()), (2, 1));
}

#[test]
fn a_text_that_is_put_off_is_tried_again_and_counts_as_not_taken() {
    let smtp = SmtpServer::start();
    let desk = app(smtp.port());
    smtp.after_text("a@factory.example", AfterText::Answer(450));
    let _worker = worker(&desk.app);
    let id = desk.send_mail("a@factory.example");
    for attempt in 1..=5 {
        let soon = desk.clock.now() + Duration::minutes(2);
        let row = desk.wait_for_row(id, |row| row.1 == attempt && row.2 <= soon);
        assert_eq!(row.0, "queued");
        desk.later(Duration::minutes(2));
    }
    smtp.accept("a@factory.example");
    desk.later(Duration::minutes(15));
    desk.wait_for_row(id, |row| row.0 == "sent");
    assert_eq!(smtp.received().len(), 1);
}

#[test]
fn a_mail_that_a_server_may_have_taken_is_sent_three_times_at_most() {
    for after in [AfterText::HangUp, AfterText::Answer(421)] {
        let smtp = SmtpServer::start();
        let desk = app(smtp.port());
        smtp.after_text("drop@factory.example", after);
        let _worker = worker(&desk.app);
        let id = desk.send_mail("drop@factory.example");
        for attempt in 1..=2 {
            let soon = desk.clock.now() + Duration::minutes(2);
            let row = desk.wait_for_row(id, |row| row.1 == attempt && row.2 <= soon);
            assert!(row.0 == "queued" && row.3.contains(LINK), "{row:?}");
            desk.later(Duration::minutes(2));
        }
        let row = desk.wait_for_row(id, |row| row.0 == "gave_up");
        assert_eq!((row.1, row.3.as_str(), row.5), (3, "", None));
        for _ in 0..3 {
            desk.later(Duration::days(1));
        }
        let other = desk.send_mail("other@factory.example");
        desk.wait_for_row(other, |row| row.0 == "sent");
        let copies: Vec<_> =
            smtp.received().into_iter().filter(|mail| mail.to[0].starts_with("drop")).collect();
        assert_eq!(copies.len(), 3, "{after:?}");
        assert!(copies.iter().all(|mail| mail.header("Message-ID") == copies[0].header("Message-ID")));
        assert_eq!(desk.count(MailState::GaveUp), 1);
    }
}

#[test]
fn a_mail_that_is_never_taken_is_given_up_after_five_days_with_a_last_attempt() {
    let smtp = SmtpServer::start();
    let desk = app(smtp.port());
    smtp.answer("grey@factory.example", 450);
    let _worker = worker(&desk.app);
    let written = desk.clock.now();
    let id = desk.send_mail("grey@factory.example");
    let end = written + Duration::days(5);
    let first = desk.wait_for_row(id, |row| row.1 == 1 && row.4.is_some());
    assert!(first.2 < end);
    // A minute before the end: the next attempt comes at the end, not after it.
    desk.later(Duration::days(5) - Duration::minutes(1));
    let late = desk.wait_for_row(id, |row| row.1 == 2 && row.2 <= end && row.2 > desk.clock.now());
    assert_eq!(late.0, "queued");
    for _ in 0..2 {
        desk.later(Duration::minutes(1));
    }
    let row = desk.wait_for_row(id, |row| row.0 == "gave_up");
    assert_eq!((row.3.as_str(), row.5), ("", None));
    assert!(row.4.unwrap().contains("450"));
    let tried = smtp.attempts();
    desk.later(Duration::days(1));
    let other = desk.send_mail("other@factory.example");
    desk.wait_for_row(other, |row| row.0 == "sent");
    assert_eq!(smtp.attempts(), tried + 1, "nothing more is tried");
}

#[test]
fn a_mail_server_that_stays_away_ends_the_mail_as_well() {
    let mut smtp = SmtpServer::start();
    let desk = app(smtp.port());
    smtp.stop();
    let _worker = worker(&desk.app);
    let id = desk.send_mail("a@factory.example");
    desk.wait_for_row(id, |row| row.1 == 1 && row.4.is_some());
    desk.later(Duration::days(6));
    let row = desk.wait_for_row(id, |row| row.0 == "gave_up");
    assert_eq!(row.3, "");
}
