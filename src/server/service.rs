//! A whole running ZeroDesk: the web server with everything that works beside it.
//!
//! Started in order (writers, hub, workers, HTTP) and stopped in the reverse one: no new work, sockets
//! closed with 1001, requests finished, the writers' queue flushed, workers ended.

use crate::ROOMS;
use crate::accounts::gate::LogInGate;
use crate::accounts::{self};
use crate::app::App;
use crate::attachments::Files;
use crate::chat::api::ChatServer;
use crate::chat::fanout::{installation, log_reader, nats};
use crate::chat::writer::{QUEUE_BYTES, WriterOptions};
use crate::chat::{ConsultationPort, Fanout, Hub, Writer};
use crate::consultations::ChatPort;
use crate::core::Problem;
use crate::core::clock::Clock;
use crate::jobs::Stop;
use crate::notifications::{MailState, outbox};
use crate::presence::LocalPresence;
use crate::remediation;
use crate::server::rooms::{ROUTES, event_kinds};
use crate::settings::Fanout as FanoutSetting;
use crate::web::{self, ReadyCheck, WebOptions};
use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;
use prometheus::{Gauge, Opts};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;

/// How overdue the oldest mail may be before the server calls itself not ready, seconds.
const MOST_LAG: i64 = 600;

/// A running service. Dropped without [`Service::stop`], the web server ends at once.
pub struct Service {
    web: web::Handle,
    hub: Hub,
    writer: Writer,
    writers: Vec<JoinHandle<()>>,
    workers: Vec<JoinHandle<()>>,
    stop: Arc<Stop>,
}

impl Service {
    /// Starts everything for an application.
    ///
    /// # Errors
    /// When the address, a thread, the database or the mail transport can't be had.
    pub fn start(app: &App) -> Result<Self, Problem> {
        remediation::law::fit(&mut *app.conn()?, app.settings(), app.catalogue())?;
        let chat = &app.settings().chat;
        let hub = Hub::new(app.cache().of::<LocalPresence>(), chat.frames_per_second);
        let port: Arc<dyn ConsultationPort> = Arc::new(ChatPort);
        let fanout = Fanout::new(hub.clone(), app.pool().clone(), app.server());
        let stop = Stop::new();
        let mut workers =
            vec![log_reader::spawn(fanout.clone(), Arc::clone(&port), event_kinds(), Arc::clone(&stop))?];
        if app.settings().fanout == FanoutSetting::Nats {
            let installation = installation::load(&mut *app.conn()?)?;
            workers.push(nats::spawn(app.clone(), fanout.clone(), &installation, Arc::clone(&stop))?);
        }
        let listener = fanout.clone();
        app.on_event(move |event| listener.publish(&event));
        let (publisher, deliverer) = (fanout.clone(), fanout.clone());
        let (writer, writers) = Writer::start(WriterOptions {
            url: app.pool().url().to_owned(),
            clock: Arc::new(AppClock(app.clone())),
            writers: chat.writers,
            batch: chat.batch_messages,
            most_bytes: QUEUE_BYTES.max(chat.max_frame_bytes),
            deliver: Arc::new(move |answers| deliverer.deliver_answers(answers)),
            publish: Arc::new(move |event| publisher.publish(&event)),
        })?;
        for job in ROOMS.iter().flat_map(|room| room.jobs) {
            workers.push(job.spawn(app, &stop)?);
        }
        let mut options = web_options(app)?;
        options.metrics.register(Probes::of(app, &fanout, &writer)?)?;
        options.ready.push(ReadyCheck { name: "outbox", check: Box::new(outbox_is_well) });
        let chat = ChatServer { fanout, writer: writer.clone(), port };
        let chat = actix_web::web::Data::new(chat);
        let files = actix_web::web::Data::new(Files::open(app.settings())?);
        options.extend.push(Arc::new(move |config| {
            config.app_data(chat.clone()).app_data(files.clone());
        }));
        let web = web::start(app.clone(), options).map_err(|error| {
            let server = &app.settings().server;
            Problem::unavailable(format!("can't listen on {}:{}: {error}", server.host, server.port))
        })?;
        Ok(Self { web, hub, writer, writers, workers, stop })
    }

    /// The web server.
    pub fn web(&self) -> &web::Handle {
        &self.web
    }

    /// Stops in order; see the top of the module.
    ///
    /// # Errors
    /// When the web server had failed.
    pub fn stop(self) -> std::io::Result<()> {
        self.web.drain();
        self.hub.close_all();
        let ended = self.web.stop();
        self.writer.close();
        self.stop.stop();
        for thread in self.writers.into_iter().chain(self.workers) {
            if thread.join().is_err() {
                tracing::error!("a worker panicked");
            }
        }
        ended
    }
}

/// The routes and pages of all domains, with the limits on log-ins.
///
/// # Errors
/// When the metrics can't be made.
pub fn web_options(app: &App) -> Result<WebOptions, Problem> {
    let mut options = WebOptions::new(ROOMS, &ROUTES, accounts::authenticate_now)?;
    let gate = actix_web::web::Data::new(LogInGate::new(&app.settings().auth));
    let case_parts = actix_web::web::Data::new(remediation::pages::consultation::PARTS);
    options.extend.push(Arc::new(move |config| {
        config.app_data(gate.clone()).app_data(case_parts.clone());
    }));
    Ok(options)
}

/// The clock of an application, for threads that outlive a borrow of it.
struct AppClock(App);

impl Clock for AppClock {
    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.0.clock().now()
    }
}

fn outbox_is_well(app: &App) -> Result<(), String> {
    let lag = app
        .conn()
        .and_then(|mut conn| outbox::lag_seconds(&mut conn, app.clock().now()))
        .map_err(|problem| problem.to_string())?;
    if lag <= MOST_LAG { Ok(()) } else { Err(format!("the oldest mail is {lag} s overdue")) }
}

type Ask = Box<dyn Fn() -> Vec<(&'static str, f64)> + Send + Sync>;

/// Gauges that are asked for when they are read.
struct Probes {
    gauges: HashMap<&'static str, Gauge>,
    ask: Ask,
}

const GAUGES: [(&str, &str); 19] = [
    ("zerodesk_chat_sockets", "Open sockets of the chat"),
    ("zerodesk_chat_queued_bytes", "Bytes that wait in the queues of the chat's writers"),
    ("zerodesk_chat_senders_waiting", "Sockets that are not read until the writers have space"),
    ("zerodesk_chat_slowed", "How often a sender had to wait until the writers had space, since the start"),
    ("zerodesk_chat_largest_batch", "Greatest number of messages in one batch since the start"),
    ("zerodesk_chat_storing_seconds", "Seconds that the database took to store batches since the start"),
    ("zerodesk_chat_stored", "Messages stored since the start"),
    ("zerodesk_chat_duplicates", "Repeated messages since the start"),
    ("zerodesk_chat_refused", "Refused messages since the start"),
    ("zerodesk_chat_batches", "Batches committed since the start"),
    ("zerodesk_chat_retries", "Batches tried again since the start"),
    ("zerodesk_fanout_connected", "1 while NATS is connected; 0 while it is disconnected or not used"),
    ("zerodesk_fanout_sent", "Payloads sent through NATS since the start"),
    ("zerodesk_fanout_heard", "Payloads of other servers received through NATS since the start"),
    (
        "zerodesk_fanout_dropped",
        "Records dropped on their way to NATS since the start; other servers read them from the log",
    ),
    (
        "zerodesk_fanout_caught_up",
        "Streams for which the log held messages that had not been delivered, since the start",
    ),
    ("zerodesk_mail_pending", "Mails that wait to be sent"),
    ("zerodesk_mail_refused", "Mails refused for good"),
    ("zerodesk_mail_sent", "Mails sent"),
];

impl Probes {
    fn of(app: &App, fanout: &Fanout, writer: &Writer) -> Result<Self, Problem> {
        let mut gauges = HashMap::new();
        for (name, help) in GAUGES {
            gauges.insert(name, Gauge::with_opts(Opts::new(name, help)).map_err(Problem::internal)?);
        }
        let (app, fanout, writer) = (app.clone(), fanout.clone(), writer.clone());
        let ask = Box::new(move || {
            let (figures, between) = (writer.figures(), fanout.figures());
            #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
            let count = |n: &AtomicU64| n.load(Ordering::Relaxed) as f64;
            #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
            let size = |n: usize| n as f64;
            let mut values = vec![
                ("zerodesk_chat_sockets", size(fanout.hub().open_sockets())),
                ("zerodesk_chat_queued_bytes", size(writer.queued_bytes())),
                ("zerodesk_chat_senders_waiting", size(writer.senders_waiting())),
                ("zerodesk_chat_slowed", count(&figures.slowed)),
                ("zerodesk_chat_largest_batch", count(&figures.largest)),
                ("zerodesk_chat_storing_seconds", count(&figures.storing_us) / 1e6),
                ("zerodesk_chat_stored", count(&figures.stored)),
                ("zerodesk_chat_duplicates", count(&figures.duplicates)),
                ("zerodesk_chat_refused", count(&figures.refused)),
                ("zerodesk_chat_batches", count(&figures.batches)),
                ("zerodesk_chat_retries", count(&figures.retries)),
                ("zerodesk_fanout_connected", f64::from(u8::from(between.connected.load(Ordering::Relaxed)))),
                ("zerodesk_fanout_sent", count(&between.sent)),
                ("zerodesk_fanout_heard", count(&between.received)),
                ("zerodesk_fanout_dropped", count(&between.dropped)),
                ("zerodesk_fanout_caught_up", count(&between.caught_up)),
            ];
            values.extend(mails(&app));
            values
        });
        Ok(Self { gauges, ask })
    }
}

#[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
fn mails(app: &App) -> Vec<(&'static str, f64)> {
    // Without a database there are no figures; the metrics say the rest all the same.
    let counts = app.conn().and_then(|mut conn| outbox::counts(&mut conn)).unwrap_or_default();
    counts
        .into_iter()
        .map(|(state, count)| {
            let name = match state {
                MailState::Pending => "zerodesk_mail_pending",
                MailState::Sent => "zerodesk_mail_sent",
                MailState::Refused => "zerodesk_mail_refused",
            };
            (name, count as f64)
        })
        .collect()
}

impl Collector for Probes {
    fn desc(&self) -> Vec<&Desc> {
        self.gauges.values().flat_map(Collector::desc).collect()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        for (name, value) in (self.ask)() {
            if let Some(gauge) = self.gauges.get(name) {
                gauge.set(value);
            }
        }
        self.gauges.values().flat_map(Collector::collect).collect()
    }
}
