//! The outbox against a real PostgreSQL and a real SMTP server.

use crate::support::smtp::SmtpServer;
use crate::support::{self, Database, PATIENCE};
use chrono::{DateTime, Duration, TimeZone, Utc};
use diesel::prelude::*;
use serde::Serialize;
use std::sync::Arc;
use std::thread::JoinHandle;
use zerodesk::app::App;
use zerodesk::core::clock::{Clock, ManualClock};
use zerodesk::core::{Caller, Language, Problem};
use zerodesk::db::schema::outbox_mail;
use zerodesk::db::{Command, Tx};
use zerodesk::enterprises::mails::Mail;
use zerodesk::jobs::Stop;
use zerodesk::notifications::ids::MailId;
use zerodesk::notifications::settings::{MailSettings, MailTransport, SmtpTls};
use zerodesk::notifications::state::MailReason;
use zerodesk::notifications::worker::JOB;
use zerodesk::notifications::{MailState, Recipient, enqueue, outbox};

/// The link in the mails.
pub const LINK: &str = "https://zerodesk.example/register/Zq3-_a9";

/// An application on a database of its own, with a clock that only the test moves.
pub struct OutboxApp {
    pub app: App,
    pub clock: Arc<ManualClock>,
    database: Database,
}

/// One that sends to a server on this port.
pub fn app(smtp_port: u16) -> OutboxApp {
    let database = Database::new();
    let clock = Arc::new(ManualClock::at(Utc.with_ymd_and_hms(2026, 11, 23, 6, 30, 0).unwrap()));
    OutboxApp { app: app_on(&database, &clock, smtp_port, SmtpTls::None), clock, database }
}

fn app_on(database: &Database, clock: &Arc<ManualClock>, smtp_port: u16, tls: SmtpTls) -> App {
    let mut settings = support::app::settings();
    let mut mail = settings.edit::<MailSettings>();
    mail.transport = MailTransport::Smtp;
    mail.smtp_host = "127.0.0.1".to_owned();
    mail.smtp_port = smtp_port;
    mail.smtp_tls = tls;
    mail.batch = 3;
    drop(mail);
    support::app::app_on(database, settings, clock)
}

/// A running worker; stopped when dropped.
pub struct Running(Arc<Stop>, Option<JoinHandle<()>>);

/// Starts the job that sends.
pub fn worker(app: &App) -> Running {
    let stop = Stop::new();
    let thread = JOB.spawn(app, &stop).unwrap();
    Running(stop, Some(thread))
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.stop();
        self.1.take().unwrap().join().unwrap();
    }
}

/// A command whose only effect is a mail.
#[derive(Serialize)]
struct SendMail {
    address: String,
    name: String,
    fail: bool,
}

impl Command for SendMail {
    type Output = MailId;
    const NAME: &'static str = "send_mail";

    fn run(&self, tx: &mut Tx) -> Result<MailId, Problem> {
        let to = Recipient { address: self.address.clone(), name: self.name.clone(), language: Language::Zh };
        let mail = Mail::RegistrationLink {
            enterprise: "广州明珠电缆有限公司".to_owned(),
            asked: tx.now,
            network: String::new(),
            link: LINK.to_owned(),
            valid_hours: 48,
        };
        let id = enqueue(tx, &to, &mail)?;
        if self.fail { Err(Problem::forbidden()) } else { Ok(id) }
    }
}

/// State, attempts, next attempt, body, last error, when it was sent.
pub type Row = (String, i32, DateTime<Utc>, String, Option<String>, Option<DateTime<Utc>>);

impl OutboxApp {
    /// Has a command write a mail.
    pub fn send_mail(&self, address: &str) -> MailId {
        let send_mail = SendMail { address: address.to_owned(), name: "李明".to_owned(), fail: false };
        self.app.execute(&Caller::system(), &send_mail).unwrap()
    }

    /// A mail's row.
    pub fn row(&self, id: MailId) -> Row {
        outbox_mail::table
            .find(id)
            .select((
                outbox_mail::state,
                outbox_mail::attempts,
                outbox_mail::next_attempt_at,
                outbox_mail::body,
                outbox_mail::last_error,
                outbox_mail::sent_at,
            ))
            .first(&mut *self.app.conn().unwrap())
            .unwrap()
    }

    /// How many mails are in a state.
    pub fn count(&self, state: MailState) -> i64 {
        let counts = outbox::counts(&mut self.app.conn().unwrap()).unwrap();
        counts.into_iter().find(|(s, _)| *s == state).unwrap().1
    }

    /// Waits until the row satisfies the test. Notes of the outcome come after SMTP, so the SMTP
    /// server can't say when they are there.
    pub fn wait_for_row(&self, id: MailId, fits: impl Fn(&Row) -> bool) -> Row {
        let end = std::time::Instant::now() + PATIENCE;
        loop {
            let row = self.row(id);
            if fits(&row) {
                return row;
            }
            assert!(std::time::Instant::now() < end, "the row stays {row:?}");
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }

    /// Moves the clock and wakes the worker, so that what has come due is tried at once.
    pub fn later(&self, by: Duration) {
        self.clock.advance(by);
        self.app.publish(outbox::WAKE);
    }
}

#[test]
fn a_mail_is_sent_after_its_commit_and_its_body_wiped() {
    let smtp = SmtpServer::start();
    let desk = app(smtp.port());
    let _worker = worker(&desk.app);
    let id = desk.send_mail("li@factory.example");

    let mail = smtp.wait_for(|_| true, PATIENCE);
    assert_eq!(mail.from, "noreply@zerodesk.invalid");
    assert_eq!(mail.to, ["li@factory.example"]);
    assert_eq!(mail.header("From"), "ZeroDesk <noreply@zerodesk.invalid>");
    assert_eq!(mail.header("To"), "李明 <li@factory.example>");
    assert_eq!(mail.header("Subject"), "请确认：有人为贵企业申请开通账号");
    assert_eq!(mail.header("Message-ID"), format!("<{id}@zerodesk.invalid>"));
    assert_eq!(mail.header("Date"), "Mon, 23 Nov 2026 06:30:00 +0000");
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert_eq!(mail.header("Content-Language"), "zh-CN");
    assert_eq!(mail.header("Content-Type"), "text/plain; charset=utf-8");
    assert!(mail.body_text.starts_with("李明，您好！\n"), "{}", mail.body_text);
    assert!(mail.body_text.contains(&format!("\n{LINK}\n")), "{}", mail.body_text);

    let (_, attempts, _, body, error, sent_at) = desk.wait_for_row(id, |row| row.0 == "sent");
    assert_eq!((attempts, body.as_str(), error), (1, "", None));
    assert_eq!(sent_at, Some(desk.clock.now()));
    assert_eq!(desk.count(MailState::Sent), 1);
}

#[test]
fn mails_left_from_before_the_start_are_sent() {
    let smtp = SmtpServer::start();
    let desk = app(smtp.port());
    for n in 0..7 {
        desk.send_mail(&format!("p{n}@factory.example"));
    }
    let _worker = worker(&desk.app);
    for n in 0..7 {
        smtp.wait_for(|mail| mail.to == [format!("p{n}@factory.example")], PATIENCE);
    }
}

#[test]
fn a_transaction_that_is_rolled_back_sends_nothing() {
    let smtp = SmtpServer::start();
    let desk = app(smtp.port());
    let _worker = worker(&desk.app);
    let send_mail = SendMail { address: "a@factory.example".to_owned(), name: String::new(), fail: true };
    assert_eq!(desk.app.execute(&Caller::system(), &send_mail).unwrap_err().status, 403);
    let after = desk.send_mail("b@factory.example");
    desk.wait_for_row(after, |row| row.0 == "sent");
    let rows: i64 = outbox_mail::table.count().get_result(&mut *desk.app.conn().unwrap()).unwrap();
    assert_eq!((rows, smtp.received().len()), (1, 1));
}

#[test]
fn an_hour_without_smtp_loses_nothing_and_repeats_nothing() {
    let mut smtp = SmtpServer::start();
    let desk = app(smtp.port());
    smtp.stop();
    let ids: Vec<MailId> = (0..5).map(|n| desk.send_mail(&format!("p{n}@factory.example"))).collect();
    let running = worker(&desk.app);
    // An hour in steps. The pauses stay below two minutes so early, and a claim holds much longer.
    let failed = |attempts: i32| {
        let soon = desk.clock.now() + Duration::minutes(2);
        for id in &ids {
            let row = desk.wait_for_row(*id, |row| row.1 == attempts && row.2 <= soon);
            assert!(row.0 == "queued" && row.4.is_some() && row.3.contains(LINK), "{row:?}");
        }
    };
    for attempts in 1..=4 {
        failed(attempts);
        desk.later(Duration::minutes(15));
    }
    failed(5);
    let smtp = SmtpServer::start_again(&smtp);
    desk.later(Duration::minutes(15));
    for id in &ids {
        desk.wait_for_row(*id, |row| row.0 == "sent");
    }
    drop(running);
    let mut got: Vec<String> =
        smtp.received().iter().map(|mail| mail.header("Message-ID").to_owned()).collect();
    got.sort();
    let wanted: Vec<String> = ids.iter().map(|id| format!("<{id}@zerodesk.invalid>")).collect();
    assert_eq!(got, wanted);
}

#[test]
fn a_server_that_comes_back_between_two_mails_gets_the_second() {
    let mut smtp = SmtpServer::start();
    let desk = app(smtp.port());
    let _worker = worker(&desk.app);
    let first = desk.send_mail("a@factory.example");
    desk.wait_for_row(first, |row| row.0 == "sent");
    smtp.stop();
    let smtp = SmtpServer::start_again(&smtp);
    let second = desk.send_mail("b@factory.example");
    desk.wait_for_row(second, |row| row.0 == "sent");
    assert_eq!(smtp.received().len(), 1);
}

#[test]
fn a_busy_recipient_is_retried_with_growing_delays() {
    let smtp = SmtpServer::start();
    let desk = app(smtp.port());
    smtp.answer("a@factory.example", 451);
    let _worker = worker(&desk.app);
    let id = desk.send_mail("a@factory.example");
    let mut longest = 5;
    for attempt in 1..=3 {
        let row = desk.wait_for_row(id, |row| {
            row.1 == attempt && row.2 - desk.clock.now() <= Duration::seconds(longest)
        });
        assert_eq!(row.0, "queued");
        assert!(row.2 - desk.clock.now() >= Duration::milliseconds(longest * 500), "{row:?}");
        assert!(row.4.unwrap().contains("451"));
        assert_eq!(outbox::lag_seconds(&mut desk.app.conn().unwrap(), desk.clock.now()).unwrap(), 0);
        desk.later(Duration::seconds(longest));
        longest *= 2;
    }
    desk.wait_for_row(id, |row| row.1 == 4 && row.2 - desk.clock.now() <= Duration::seconds(longest));
    smtp.accept("a@factory.example");
    desk.later(Duration::seconds(longest));
    let row = desk.wait_for_row(id, |row| row.0 == "sent");
    assert_eq!((row.1, row.3.as_str(), row.4), (5, "", None));
    assert_eq!(smtp.received().len(), 1);
}

#[test]
fn a_refused_recipient_ends_the_attempts_without_delaying_others() {
    let smtp = SmtpServer::start();
    let desk = app(smtp.port());
    smtp.answer("gone@factory.example", 550);
    let refused = desk.send_mail("gone@factory.example");
    let other = desk.send_mail("here@factory.example");
    let _worker = worker(&desk.app);
    desk.wait_for_row(other, |row| row.0 == "sent");
    let row = desk.wait_for_row(refused, |row| row.0 == "refused");
    assert!(row.4.unwrap().contains("550"));
    assert_eq!((row.1, row.3.as_str(), row.5), (1, "", None));
    assert_eq!((desk.count(MailState::Refused), desk.count(MailState::Queued)), (1, 0));
}

#[test]
fn a_refused_sender_is_not_mistaken_for_a_refused_recipient() {
    let smtp = SmtpServer::start();
    let desk = app(smtp.port());
    smtp.answer_sender(Some(550));
    let _worker = worker(&desk.app);
    let id = desk.send_mail("a@factory.example");
    let row = desk.wait_for_row(id, |row| row.4.is_some());
    assert_eq!(row.0, "queued");
    smtp.answer_sender(None);
    desk.later(Duration::seconds(5));
    desk.wait_for_row(id, |row| row.0 == "sent");
}

#[test]
fn nothing_is_sent_unencrypted_when_tls_is_required() {
    let smtp = SmtpServer::start();
    let desk = app(smtp.port());
    let strict = app_on(&desk.database, &desk.clock, smtp.port(), SmtpTls::StartTls);
    let _worker = worker(&strict);
    let id = desk.send_mail("a@factory.example");
    let row = desk.wait_for_row(id, |row| row.4.is_some());
    assert!(row.4.unwrap().contains("STARTTLS"));
    assert_eq!((row.0.as_str(), smtp.attempts()), ("queued", 0));
}

#[test]
fn servers_that_share_the_table_send_each_mail_once() {
    let smtp = SmtpServer::start();
    let desk = app(smtp.port());
    let ids: Vec<MailId> = (0..40).map(|n| desk.send_mail(&format!("p{n}@factory.example"))).collect();
    let database = &desk.database;
    let others: Vec<App> =
        (0..3).map(|_| app_on(database, &desk.clock, smtp.port(), SmtpTls::None)).collect();
    let running: Vec<Running> = others.iter().map(worker).collect();
    for id in &ids {
        desk.wait_for_row(*id, |row| row.0 == "sent");
    }
    drop(running);
    assert_eq!((smtp.received().len(), smtp.attempts()), (40, 40));
}

#[test]
fn a_mail_claimed_by_a_crashed_server_is_sent_by_another() {
    let smtp = SmtpServer::start();
    let desk = app(smtp.port());
    let id = desk.send_mail("a@factory.example");
    let conn = &mut *desk.app.conn().unwrap();
    let lease = Duration::minutes(5);
    let lost = outbox::claim(conn, desk.clock.now(), lease, 10).unwrap();
    assert_eq!(lost.len(), 1);
    assert!(outbox::claim(conn, desk.clock.now(), lease, 10).unwrap().is_empty());
    desk.clock.advance(lease + Duration::seconds(7));
    assert_eq!(outbox::lag_seconds(conn, desk.clock.now()).unwrap(), 7);

    let _worker = worker(&desk.app);
    let mail = smtp.wait_for(|_| true, PATIENCE);
    assert_eq!(mail.header("Message-ID"), lost[0].message_id);
    desk.wait_for_row(id, |row| row.0 == "sent" && row.1 == 2);
    // Should the first one wake up again, its claim is void.
    assert!(!outbox::renew(conn, &lost[0], desk.clock.now()).unwrap());
    outbox::mark_refused(conn, &lost[0], MailReason::Refused, "late").unwrap();
    assert_eq!(desk.row(id).0, "sent");
}

#[test]
fn a_claimed_mail_that_was_not_tried_can_be_released() {
    let desk = app(1);
    let id = desk.send_mail("a@factory.example");
    let conn = &mut *desk.app.conn().unwrap();
    let claimed = outbox::claim(conn, desk.clock.now(), Duration::minutes(5), 10).unwrap();
    outbox::release(conn, &claimed[0], desk.clock.now()).unwrap();
    let row = desk.row(id);
    assert_eq!((row.1, row.2), (0, desk.clock.now()));
}

#[test]
fn names_cannot_inject_headers_and_invalid_addresses_get_no_mail() {
    let smtp = SmtpServer::start();
    let desk = app(smtp.port());
    let _worker = worker(&desk.app);
    let name = "李\r\nBcc: victim@example.cn\r\n\r\n明".to_owned();
    let send_mail = SendMail { address: "a@factory.example".to_owned(), name, fail: false };
    desk.app.execute(&Caller::system(), &send_mail).unwrap();
    let mail = smtp.wait_for(|_| true, PATIENCE);
    assert_eq!(mail.to, ["a@factory.example"]);
    assert!(mail.headers.iter().all(|(name, _)| !name.eq_ignore_ascii_case("bcc")));
    assert!(mail.header("To").ends_with("<a@factory.example>"), "{}", mail.header("To"));

    for address in ["a@b.cn\r\nRCPT TO:<c@d.cn>", "a@b.cn, c@d.cn", "no address", ""] {
        let send_mail = SendMail { address: address.to_owned(), name: String::new(), fail: false };
        assert_eq!(desk.app.execute(&Caller::system(), &send_mail).unwrap_err().status, 500, "{address}");
    }
}
