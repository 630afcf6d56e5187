//! A real provider of single sign-on, which `script/bootstrap test` installs, and a browser that goes to and fro.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use ureq::Agent;
use ureq::http::Request;

use super::{PATIENCE, Reply};

/// A running provider; ends when dropped.
pub struct Provider {
    child: Child,
    pub issuer: String,
}

impl Provider {
    /// Starts one that knows these redirect URIs.
    pub fn start(redirects: &[String]) -> Self {
        let cache = std::env::var("XDG_CACHE_HOME")
            .unwrap_or_else(|_| format!("{}/.cache", std::env::var("HOME").unwrap()));
        let mut child = Command::new("node")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oidc/provider.mjs"))
            .env("OIDC_PROVIDER", format!("{cache}/zerodesk/oidc-provider-8.8.1"))
            .env("REDIRECT_URIS", redirects.join(" "))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("script/bootstrap test installs node and oidc-provider");
        let mut issuer = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut issuer).unwrap();
        let issuer = issuer.trim().to_owned();
        assert!(issuer.starts_with("http://"), "script/bootstrap test installs oidc-provider");
        Self { child, issuer }
    }

    /// Says who logs in there from now on.
    pub fn person(&self, person: &Value) {
        let body = person.to_string();
        ureq::post(format!("{}/person", self.issuer)).send(body.as_bytes()).unwrap();
    }

    /// Lets it give ID tokens of one of the forgeries that `tests/oidc/provider.mjs` names, from now on.
    pub fn forge(&self, what: &str) {
        ureq::post(format!("{}/forge", self.issuer)).send(what.as_bytes()).unwrap();
    }

    /// Lets it change its keys.
    pub fn change_keys(&self) {
        ureq::post(format!("{}/keys", self.issuer)).send_empty().unwrap();
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        // It ends with its input; killed as well, should it hang.
        drop(self.child.stdin.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A browser that keeps cookies and follows redirects one by one.
pub struct Browser(Agent);

impl Browser {
    pub fn new() -> Self {
        let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE));
        Self(config.max_redirects(0).build().new_agent())
    }

    /// One request, as a page.
    pub fn visit(&self, url: &str) -> Reply {
        let request = Request::builder().uri(url).header("Accept", "text/html").body(()).unwrap();
        Reply::new(self.0.run(request).unwrap_or_else(|e| panic!("{url}: {e}")))
    }

    /// The same with further headers, which take the place of what it keeps.
    pub fn visit_with(&self, url: &str, headers: &[(&str, &str)]) -> Reply {
        let kept =
            |name: &str| headers.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
        let jar = self.0.cookie_jar_lock();
        let mut cookies: Vec<String> = jar.iter().map(|c| format!("{}={}", c.name(), c.value())).collect();
        drop(jar);
        cookies.extend(kept("Cookie"));
        let request =
            Request::builder().uri(url).header("Accept", "text/html").header("Cookie", cookies.join("; "));
        let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE));
        let agent: Agent = config.max_redirects(0).build().new_agent();
        Reply::new(agent.run(request.body(()).unwrap()).unwrap_or_else(|e| panic!("{url}: {e}")))
    }

    /// A POST without a body.
    pub fn post(&self, url: &str, headers: &[(&str, String)]) -> Reply {
        let mut request = Request::builder().method("POST").uri(url);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        Reply::new(self.0.run(request.body(()).unwrap()).unwrap_or_else(|e| panic!("{url}: {e}")))
    }

    /// Follows redirects until `stop` says so, or there is none.
    pub fn follow(&self, url: &str, stop: impl Fn(&str) -> bool) -> (String, Option<Reply>) {
        let mut here = url.to_owned();
        for _ in 0..20 {
            if stop(&here) {
                return (here, None);
            }
            let reply = self.visit(&here);
            let Some(next) = Some(reply.header("location")).filter(|to| !to.is_empty()) else {
                return (here, Some(reply));
            };
            here = url::Url::parse(&here).unwrap().join(next).unwrap().into();
        }
        panic!("too many redirects at {here}");
    }
}
