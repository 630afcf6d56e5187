//! The processes: one chromedriver for a test, a Chromium with a profile of its own for each person.

use fantoccini::ClientBuilder;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::Browser;

/// Chromedriver and all that it starts are in one group, which ends with the pipe that this process holds, however this
/// process ends. Chromedriver alone holds the output, so that the output ends where there is none, or none that works.
const GROUP: &str = "chromedriver --port=0 --log-level=SEVERE & exec >/dev/null; cat; kill -9 0";

const ARGUMENTS: [&str; 14] = [
    "--headless=new",
    // Chromium's sandbox refuses root, as whom tests run in containers. It loads nothing but our own pages.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-breakpad",
    "--window-size=1280,900",
    // Elements that are to be clicked do not move.
    "--force-prefers-reduced-motion",
    // Role and name as assistive technology gets them.
    "--enable-blink-features=ComputedAccessibilityInfo",
    // Whatever a page asks for elsewhere is not found.
    "--host-resolver-rules=MAP zerodesk.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
];

/// A name of this machine that a browser does not trust over plain http, unlike `127.0.0.1` and `localhost`.
const INTRANET: &str = "zerodesk.test";

/// A running chromedriver; ended with all its browsers when dropped.
pub struct Chromium {
    group: Child,
    endpoint: String,
    profiles: TempDir,
    runtime: Rc<Runtime>,
}

impl Chromium {
    /// Starts one on a free port.
    pub fn start() -> Self {
        let mut group = Command::new("sh")
            .args(["-c", GROUP])
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(group.stdout.take().unwrap()).lines().map_while(Result::ok);
        let port = said.find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            Some(port.trim_end_matches('.').to_owned())
        });
        let port = port.expect("chromedriver did not start; run script/bootstrap test");
        // Else it would block once the pipe is full.
        std::thread::spawn(move || said.for_each(drop));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let profiles = tempfile::tempdir().unwrap();
        Self { group, endpoint: format!("http://127.0.0.1:{port}"), profiles, runtime: Rc::new(runtime) }
    }

    /// A browser for a person, at a server, in Chinese until told otherwise.
    pub fn browser(&self, who: &str, url: &str) -> Browser {
        let profile = self.profiles.path().join(who);
        let mut arguments: Vec<String> = ARGUMENTS.map(str::to_owned).into();
        arguments.push(format!("--user-data-dir={}", profile.display()));
        let capabilities = json!({
            "browserName": "chrome",
            "goog:chromeOptions": { "args": arguments, "prefs": { "intl.accept_languages": "zh-CN,zh" } },
            "goog:loggingPrefs": { "browser": "ALL" },
            "unhandledPromptBehavior": "dismiss and notify",
        });
        let serde_json::Value::Object(capabilities) = capabilities else { unreachable!() };
        let client = self
            .runtime
            .block_on(
                ClientBuilder::new(HttpConnector::new()).capabilities(capabilities).connect(&self.endpoint),
            )
            .unwrap_or_else(|error| panic!("no Chromium for {who}: {error}"));
        Browser::new(who, url, client, Rc::clone(&self.runtime))
    }

    /// The same at a server on a network without TLS: what needs a secure context is not there.
    pub fn insecure_browser(&self, who: &str, url: &str) -> Browser {
        let browser = self.browser(who, &url.replace("127.0.0.1", INTRANET));
        browser.open("/login");
        assert_eq!(browser.script("return isSecureContext", vec![]), false);
        browser
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // The end of its input ends the group.
        drop(self.group.stdin.take());
        let _ = self.group.wait();
    }
}
