//! A server on a free port with a database of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use serde_json::{Value, json};
use ureq::http::Response;
use ureq::{Agent, Body};
use zerodesk::accounts::CreateStaff;
use zerodesk::app::App;
use zerodesk::catalogue::Catalogue;
use zerodesk::core::clock::ManualClock;
use zerodesk::core::secret::Sensitive;
use zerodesk::core::{Caller, Language, Role};
use zerodesk::db::{Pool, migrate, reference};
use zerodesk::settings::{LoadOptions, Settings};
use zerodesk::web::{self, Handle, WebOptions};

pub const PASSWORD: &str = "correct horse battery";

/// Where the tests make their databases.
fn admin_url() -> String {
    std::env::var("ZERODESK_TEST_ADMIN_URL").expect("ZERODESK_TEST_ADMIN_URL names a PostgreSQL for tests")
}

/// A database that goes with its owner.
struct Database {
    name: String,
}

impl Database {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("web_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let mut conn = PgConnection::establish(&admin_url()).unwrap();
        conn.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        Self { name }
    }

    fn url(&self) -> String {
        let admin = admin_url();
        let (server, _) = admin.rsplit_once('/').unwrap();
        format!("{server}/{}", self.name)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Ok(mut conn) = PgConnection::establish(&admin_url()) {
            let _ = conn.batch_execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        }
    }
}

pub struct Server {
    pub handle: Option<Handle>,
    pub app: App,
    pub clock: Arc<ManualClock>,
    pub url: String,
    agent: Agent,
    _database: Database,
}

/// The moment in which the tests live.
pub fn start_of_test() -> DateTime<Utc> {
    "2026-03-02T01:00:00Z".parse().unwrap()
}

pub fn server() -> Server {
    server_with(|_| {}, |_| {})
}

fn agent() -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .timeout_global(Some(Duration::from_secs(20)))
        .max_redirects(0)
        .build()
        .new_agent()
}

pub fn server_with(change: impl FnOnce(&mut Settings), extend: impl FnOnce(&mut WebOptions)) -> Server {
    let database = Database::new();
    let mut settings = Settings::load(LoadOptions::default()).unwrap();
    settings.server.port = 0;
    settings.server.workers = 1;
    settings.server.shutdown_seconds = 5;
    settings.database.pool_size = 4;
    settings.auth.argon2_memory_kib = 8192;
    settings.auth.argon2_iterations = 1;
    change(&mut settings);
    let catalogue = Catalogue::builtin().unwrap();
    let pool = Pool::open(&database.url(), settings.database.pool_size, 30_000).unwrap();
    {
        let mut conn = pool.get().unwrap();
        migrate::up(&mut conn).unwrap();
        reference::mirror(&mut conn, &catalogue).unwrap();
    }
    let clock = Arc::new(ManualClock::at(start_of_test()));
    let app = App::with_clock(Arc::new(settings), pool, Arc::new(catalogue), clock.clone());
    let mut options = WebOptions::new().unwrap();
    extend(&mut options);
    let handle = web::start(app.clone(), options).unwrap();
    let agent = agent();
    let url = handle.url().to_owned();
    Server { handle: Some(handle), app, clock, url, agent, _database: database }
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub text: String,
}

impl Reply {
    fn new(mut response: Response<Body>) -> Self {
        let text = response.body_mut().read_to_string().unwrap();
        Self { status: response.status().as_u16(), headers: response.headers().clone(), text }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    /// The body of a problem, checked for what holds for all of them.
    pub fn problem(&self) -> Value {
        let body = self.json();
        assert_eq!(self.header("content-type"), "application/problem+json", "{body}");
        assert_eq!(body["status"], self.status, "{body}");
        assert_eq!(body["type"], format!("/problems/{}", body["code"].as_str().unwrap()));
        assert_eq!(body["request_id"], self.header("x-request-id"));
        for key in ["title", "detail"] {
            assert!(!body[key].as_str().unwrap().is_empty(), "{body}");
        }
        if self.status == 401 {
            assert!(self.header("www-authenticate").starts_with("Bearer"));
        }
        body
    }
}

impl Server {
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Reply {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        // The agent keeps cookies. Who brings their own wants no others.
        let own = headers.iter().any(|(name, _)| *name == "Cookie");
        let agent = if own { agent() } else { self.agent.clone() };
        let response = match body {
            Some(bytes) => agent.run(request.body(bytes).unwrap()),
            None => agent.run(request.body(()).unwrap()),
        };
        Reply::new(response.unwrap_or_else(|e| panic!("{method} {path}: {e}")))
    }

    pub fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &[], None)
    }

    pub fn get_as(&self, path: &str, token: &str) -> Reply {
        self.send("GET", path, &[("Authorization", &format!("Bearer {token}"))], None)
    }

    pub fn post(&self, path: &str, body: &Value) -> Reply {
        self.send("POST", path, &[("Content-Type", "application/json")], Some(body.to_string().as_bytes()))
    }

    /// Makes a staff account and logs it in.
    pub fn log_in_as(&self, username: &str, region: Option<&str>) -> Value {
        let command = CreateStaff {
            username: username.to_owned(),
            password: Sensitive(PASSWORD.to_owned()),
            name: format!("name of {username}"),
            email: None,
            role: if region.is_some() { Role::Admin } else { Role::Operator },
            region: region.map(ToOwned::to_owned),
            language: Language::Zh,
        };
        self.app.execute(&Caller::system(), &command).unwrap();
        let reply = self.post("/api/v1/auth/login", &json!({ "username": username, "password": PASSWORD }));
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json()
    }

    pub fn token(&self, username: &str, region: Option<&str>) -> String {
        self.log_in_as(username, region)["access_token"].as_str().unwrap().to_owned()
    }

    /// Sends bytes as they are and gives all that comes back until the server closes.
    pub fn raw(&self, bytes: &[u8]) -> String {
        use std::io::{Read, Write};
        let address = self.handle.as_ref().unwrap().address();
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream.write_all(bytes).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }
}
