//! A server on a free port with a database of its own.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::Agent;
use zerodesk::accounts::{CreateStaff, NewPassword};
use zerodesk::app::App;
use zerodesk::attachments::Files;
use zerodesk::core::clock::ManualClock;
use zerodesk::core::{Caller, Language, Role};
use zerodesk::db::settings::DatabaseSettings;
use zerodesk::settings::{ProcessSettings, ServerSettings, Settings};
use zerodesk::web::{self, Handle, WebOptions};

use crate::support::app::app_on;
pub use crate::support::people::PASSWORD;
use crate::support::{self, Database};
pub use crate::support::{Reply, start_of_test};

pub struct Server {
    pub handle: Option<Handle>,
    pub app: App,
    pub clock: Arc<ManualClock>,
    pub url: String,
    agent: Agent,
    pub database: Database,
    /// Where its files are.
    _dir: TempDir,
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
    let mut settings = support::app::settings();
    settings.edit::<ServerSettings>().workers = 1;
    settings.edit::<ServerSettings>().shutdown_seconds = 5;
    settings.edit::<DatabaseSettings>().pool_size = 4;
    let dir = tempfile::tempdir().unwrap();
    settings.edit::<ProcessSettings>().data_dir = dir.path().to_path_buf();
    change(&mut settings);
    let clock = Arc::new(ManualClock::at(start_of_test()));
    let app = app_on(&database, settings, &clock);
    zerodesk::web::known_rooms::set_known(app.cache(), zerodesk::ROOMS);
    let mut options = zerodesk::server::service::web_options(&app).unwrap();
    let files = actix_web::web::Data::new(Files::open(app.settings()).unwrap());
    options.extend.push(Arc::new(move |config| {
        config.app_data(files.clone());
    }));
    extend(&mut options);
    let handle = web::start(app.clone(), options).unwrap();
    let agent = agent();
    let url = handle.url().to_owned();
    Server { handle: Some(handle), app, clock, url, agent, database, _dir: dir }
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
            password: NewPassword::hashed(PASSWORD, &self.app).unwrap(),
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
