//! A client of the HTTP interface.

use serde_json::{Value, json};
use std::fmt::Write as _;
use ureq::http::{HeaderMap, Response};
use ureq::{Agent, Body};

use super::PATIENCE;

/// An answer, read to its end.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    pub bytes: Vec<u8>,
}

impl Reply {
    pub fn new(mut response: Response<Body>) -> Self {
        // What is no text (a picture) is only looked at by those who know; the limit is for great files.
        let bytes = response.body_mut().with_config().limit(1 << 30).read_to_vec().unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Self { status: response.status().as_u16(), headers: response.headers().clone(), text, bytes }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    /// The body of an answer of this status; panics at another.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        if self.text.is_empty() { Value::Null } else { self.json() }
    }

    /// The body of a problem, checked for what holds for all of them.
    #[track_caller]
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

    /// Status and code of a problem.
    #[track_caller]
    pub fn refusal(&self) -> (u16, String) {
        (self.status, self.problem()["code"].as_str().unwrap().to_owned())
    }
}

/// Calls a server as someone, in a language.
#[derive(Debug, Clone)]
pub struct Http {
    agent: Agent,
    pub url: String,
    pub token: Option<String>,
    pub language: Option<&'static str>,
}

impl Http {
    /// A caller who is not logged in.
    pub fn new(url: &str) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .timeout_global(Some(PATIENCE))
            .max_redirects(0)
            .build()
            .new_agent();
        Self { agent, url: url.to_owned(), token: None, language: None }
    }

    /// The same with an access token.
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same at another server.
    pub fn at(&self, url: &str) -> Self {
        Self { url: url.to_owned(), ..self.clone() }
    }

    /// The same, asking for English.
    pub fn in_english(&self) -> Self {
        Self { language: Some("en"), ..self.clone() }
    }

    /// Logs in. Gives the caller it makes.
    #[track_caller]
    pub fn log_in(&self, username: &str, password: &str) -> Self {
        let body = json!({ "username": username, "password": password });
        let tokens = self.post("/api/v1/auth/login", &body).expect(200);
        self.with_token(tokens["access_token"].as_str().unwrap())
    }

    /// Sends a request with further headers and bytes as they are.
    #[track_caller]
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Reply {
        // As browsers do it.
        let encoded = percent_encoding::utf8_percent_encode(path, percent_encoding::CONTROLS);
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{encoded}", self.url));
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        if let Some(language) = self.language {
            request = request.header("Accept-Language", language);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = match body {
            Some(bytes) => self.agent.run(request.body(bytes).unwrap()),
            None => self.agent.run(request.body(()).unwrap()),
        };
        Reply::new(response.unwrap_or_else(|e| panic!("{method} {path}: {e}")))
    }

    #[track_caller]
    pub fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &[], None)
    }

    #[track_caller]
    pub fn post(&self, path: &str, body: &Value) -> Reply {
        self.json("POST", path, body)
    }

    /// Posts without a body.
    #[track_caller]
    pub fn act(&self, path: &str) -> Reply {
        self.send("POST", path, &[], None)
    }

    #[track_caller]
    pub fn json(&self, method: &str, path: &str, body: &Value) -> Reply {
        let headers = [("Content-Type", "application/json")];
        self.send(method, path, &headers, Some(body.to_string().as_bytes()))
    }

    /// Posts a multipart form with one file and short fields.
    #[track_caller]
    pub fn upload(&self, path: &str, name: &str, file: &[u8], fields: &[(&str, &str)]) -> Reply {
        const EDGE: &str = "----the-edge-of-a-part";
        let mut head = String::new();
        for (field, value) in fields {
            let _ = write!(
                head,
                "--{EDGE}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
            );
        }
        let _ = write!(
            head,
            "--{EDGE}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        let body = [head.as_bytes(), file, format!("\r\n--{EDGE}--\r\n").as_bytes()].concat();
        let kind = format!("multipart/form-data; boundary={EDGE}");
        self.send("POST", path, &[("Content-Type", &kind)], Some(&body))
    }
}
