//! A whole running service for one test.

use chrono::{DateTime, Utc};
use std::sync::Arc;
use tempfile::TempDir;
use zerodesk::accounts::settings::AuthSettings;
use zerodesk::app::App;
use zerodesk::chat::fanout::installation;
use zerodesk::chat::settings::{FanoutKind, FanoutSettings, NatsSettings};
use zerodesk::core::Clock;
use zerodesk::core::clock::ManualClock;
use zerodesk::db::settings::DatabaseSettings;
use zerodesk::enterprises::settings::ClaimSettings;
use zerodesk::experts::settings::ApplicationSettings;
use zerodesk::notifications::settings::{MailSettings, MailTransport, SmtpTls};
use zerodesk::notifications::{MailState, outbox};
use zerodesk::server::calendar_files;
use zerodesk::server::load_settings;
use zerodesk::server::service::Service;
use zerodesk::settings::{LoadOptions, ProcessSettings, Secret, ServerSettings, Settings};

use super::smtp::{ReceivedMail, SmtpServer};
use super::{Database, Http, PATIENCE, ReservedPort, Ws};

/// The moment in which tests live: 09:00 of a Monday in Shanghai.
pub fn start_of_test() -> DateTime<Utc> {
    "2026-03-02T01:00:00Z".parse().unwrap()
}

/// The settings of a test, without a mail server.
pub fn settings() -> Settings {
    let mut settings = load_settings(LoadOptions::default()).unwrap();
    settings.edit::<ServerSettings>().port = 0;
    settings.edit::<ServerSettings>().workers = 2;
    settings.edit::<ServerSettings>().shutdown_seconds = 2;
    settings.edit::<DatabaseSettings>().pool_size = 8;
    // The least that is allowed: what is tested is never how slow a hash is.
    settings.edit::<AuthSettings>().argon2_memory_kib = 8192;
    settings.edit::<AuthSettings>().argon2_iterations = 1;
    // Nor is it how long an answer is held back.
    settings.edit::<ClaimSettings>().answer_milliseconds = 0;
    settings.edit::<ApplicationSettings>().answer_milliseconds = 0;
    settings
}

/// An application on a database, under a clock that only the test moves.
pub fn app_on(database: &Database, settings: Settings, clock: &Arc<ManualClock>) -> App {
    installation::ensure(&mut database.connect()).unwrap();
    let pool = database.pool(settings.section::<DatabaseSettings>().pool_size);
    let catalogue = calendar_files::load(&settings).unwrap();
    App::with_clock(Arc::new(settings), pool, Arc::new(catalogue), clock.clone())
}

/// A service with its database, clock and mail server.
pub struct TestApp {
    service: Option<Service>,
    pub app: App,
    pub clock: Arc<ManualClock>,
    pub smtp: Arc<SmtpServer>,
    pub url: String,
    database: Arc<Database>,
    dir: Arc<TempDir>,
}

/// What a service is started with.
pub struct Builder {
    settings: Settings,
    clock: Arc<ManualClock>,
    smtp: Arc<SmtpServer>,
    database: Arc<Database>,
    dir: Arc<TempDir>,
    first: Option<fn(&App)>,
}

impl Builder {
    /// Changes settings.
    pub fn settings(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.settings);
        self
    }

    /// Lets it listen on this port.
    pub fn port(self, port: &ReservedPort) -> Self {
        self.settings(|settings| settings.edit::<ServerSettings>().port = port.number())
    }

    /// Lets it talk to other servers by this NATS.
    pub fn nats(self, url: &str) -> Self {
        self.settings(|settings| {
            settings.edit::<FanoutSettings>().fanout = FanoutKind::Nats;
            settings.edit::<NatsSettings>().url = Secret::new(url);
        })
    }

    /// Sets the clock.
    pub fn at(self, now: &str) -> Self {
        self.clock.set(now.parse().unwrap());
        self
    }

    /// Does something before anything runs.
    pub fn first(mut self, first: fn(&App)) -> Self {
        self.first = Some(first);
        self
    }

    /// Starts it.
    pub fn start(self) -> TestApp {
        let Self { mut settings, clock, smtp, database, dir, first } = self;
        let mut mail = settings.edit::<MailSettings>();
        mail.transport = MailTransport::Smtp;
        mail.smtp_host = "127.0.0.1".to_owned();
        mail.smtp_port = smtp.port();
        mail.smtp_tls = SmtpTls::None;
        drop(mail);
        settings.edit::<ProcessSettings>().data_dir = dir.path().to_path_buf();
        settings.validate().unwrap();
        let app = app_on(&database, settings, &clock);
        if let Some(first) = first {
            first(&app);
        }
        let service = Service::start(&app).unwrap();
        let url = format!("http://{}", service.web().address());
        TestApp { service: Some(service), app, clock, smtp, url, database, dir }
    }
}

impl TestApp {
    /// A service with the settings of tests.
    pub fn start() -> Self {
        Self::builder().start()
    }

    pub fn builder() -> Builder {
        Self::builder_on(Database::new())
    }

    /// The same on a database that the test has made.
    pub fn builder_on(database: Database) -> Builder {
        Builder {
            settings: settings(),
            clock: Arc::new(ManualClock::at(start_of_test())),
            smtp: Arc::new(SmtpServer::start()),
            database: Arc::new(database),
            dir: Arc::new(tempfile::tempdir().unwrap()),
            first: None,
        }
    }

    /// Another service on the same database, clock and mail server, with the same settings.
    pub fn another(&self) -> Builder {
        Builder {
            settings: (**self.app.settings()).clone(),
            clock: Arc::clone(&self.clock),
            smtp: Arc::clone(&self.smtp),
            database: Arc::clone(&self.database),
            dir: Arc::clone(&self.dir),
            first: None,
        }
    }

    /// Stops the service in order. Its database and mail server stay until this is dropped.
    pub fn stop(&mut self) {
        if let Some(service) = self.service.take() {
            service.stop().unwrap();
        }
    }

    /// The running service.
    pub fn service(&self) -> &Service {
        self.service.as_ref().unwrap()
    }

    /// A caller who is not logged in.
    pub fn http(&self) -> Http {
        Http::new(&self.url)
    }

    /// An open socket of a caller.
    #[track_caller]
    pub fn ws(&self, who: &Http) -> Ws {
        Ws::connect(&self.url, who.token.as_deref().unwrap())
    }

    /// The first mail to an address with a word in its text or subject.
    #[track_caller]
    pub fn mail(&self, to: &str, word: &str) -> ReceivedMail {
        let fits = |mail: &ReceivedMail| {
            mail.to == [to] && (mail.body_text.contains(word) || mail.header("Subject").contains(word))
        };
        self.smtp.wait_for(fits, PATIENCE)
    }

    /// Waits until every mail is sent and noted as such, which comes after SMTP.
    pub fn mails_sent(&self) {
        let end = std::time::Instant::now() + PATIENCE;
        let pending = || {
            let counts = outbox::counts(&mut self.app.conn().unwrap()).unwrap();
            counts.into_iter().any(|(state, count)| state == MailState::Queued && count > 0)
        };
        while pending() {
            assert!(std::time::Instant::now() < end, "mails stay in the outbox");
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }

    /// One of the server's metrics.
    pub fn metric(&self, name: &str) -> f64 {
        let text = self.http().get("/metrics").text;
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("no {name} in {text}")).parse().unwrap()
    }

    /// Waits until a metric, of what another process does, is as it should be.
    #[track_caller]
    pub fn metric_becomes(&self, name: &str, fits: impl Fn(f64) -> bool) {
        let end = std::time::Instant::now() + PATIENCE;
        while !fits(self.metric(name)) {
            assert!(std::time::Instant::now() < end, "{name} stays {}", self.metric(name));
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }

    /// The address of the database, for another service.
    pub fn database_url(&self) -> String {
        self.database.service_url()
    }

    /// The database that it uses.
    pub fn database(&self) -> Arc<Database> {
        Arc::clone(&self.database)
    }

    /// The clock's moment.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // What went wrong may hang a stop in order; the process ends soon.
            return;
        }
        // People of the test may still hold connections; for those a stop waits in steps of a second.
        if let Some(service) = self.service.take() {
            service.stop_at_once().unwrap();
        }
    }
}
