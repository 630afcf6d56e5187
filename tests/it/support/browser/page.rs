//! One person's browser.

mod field;

use fantoccini::Client;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::error::CmdError;
use fantoccini::wd::WebDriverCompatibleCommand;
use serde_json::{Value, json};
use std::future::Future;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;
use ureq::http::Method;
use url::{ParseError, Url};

use crate::support::PATIENCE;
use crate::support::people::PASSWORD;
use field::Field;

/// A key, as WebDriver names it.
pub const TAB: &str = "\u{E004}";
/// Between two looks at a page.
const PACE: Duration = Duration::from_millis(20);

/// A step on the way to an element: its role and its name, or the text in it.
type Step = (&'static str, String);

/// A browser with a profile of its own. When it is dropped, its console must be clean.
pub struct Browser {
    who: String,
    url: String,
    client: Option<Client>,
    runtime: Rc<Runtime>,
    within: Vec<Step>,
    expected: Vec<&'static str>,
}

/// A command of chromedriver that is in no standard.
#[derive(Debug)]
struct Own {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Own {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

/// Whether a command failed because the page changed under it; it is tried again.
fn page_moved(error: &CmdError) -> bool {
    error.is_stale_element_reference()
        || error.is_element_not_interactable()
        || error.is_no_such_element()
        || error.is_javascript_error()
        || error.to_string().contains("click intercepted")
        // How chromedriver says it of an element whose page is being replaced.
        || error.to_string().contains("does not belong to the document")
}

impl Browser {
    pub(super) fn new(who: &str, url: &str, client: Client, runtime: Rc<Runtime>) -> Self {
        Self {
            who: who.to_owned(),
            url: url.to_owned(),
            client: Some(client),
            runtime,
            within: Vec::new(),
            expected: Vec::new(),
        }
    }

    fn client(&self) -> &Client {
        self.client.as_ref().unwrap()
    }

    fn run<T>(&self, command: impl Future<Output = Result<T, CmdError>>) -> Result<T, CmdError> {
        self.runtime.block_on(command)
    }

    #[track_caller]
    fn must<T>(&self, command: impl Future<Output = Result<T, CmdError>>) -> T {
        match self.run(command) {
            Ok(value) => value,
            Err(error) => self.fail(&error.to_string()),
        }
    }

    /// Fails with the address of the page.
    #[track_caller]
    fn fail(&self, what: &str) -> ! {
        let look = "return [location.href, document.body?.innerText ?? '']";
        let seen = self.run(self.client().execute(look, vec![])).unwrap_or_default();
        let shot = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}.png", self.who));
        if let Ok(picture) = self.run(self.client().screenshot()) {
            let _ = std::fs::write(&shot, picture);
        }
        let log = self.log();
        let within = &self.within;
        panic!(
            "{}: {what} (within {within:?})\nat {}\n{}\n{log:#?}\n(picture: {})",
            self.who,
            seen[0],
            seen[1].as_str().unwrap_or_default(),
            shot.display()
        );
    }

    /// Waits until `look` finds something.
    #[track_caller]
    fn wait<T>(&self, what: &str, mut look: impl FnMut() -> Result<Option<T>, CmdError>) -> T {
        let end = Instant::now() + PATIENCE;
        loop {
            let last = match look() {
                Ok(Some(found)) => return found,
                Ok(None) => None,
                Err(error) if page_moved(&error) => Some(error),
                Err(error) => self.fail(&format!("{what}: {error}")),
            };
            if Instant::now() > end {
                match last {
                    Some(error) => self.fail(&format!("{what}: {error}")),
                    None => self.fail(what),
                }
            }
            std::thread::sleep(PACE);
        }
    }

    // Where

    /// Opens a page of the server.
    #[track_caller]
    pub fn open(&self, path: &str) {
        self.open_at(&format!("{}{path}", self.url));
    }

    /// Opens any address.
    #[track_caller]
    pub fn open_at(&self, url: &str) {
        self.must(self.client().goto(url));
    }

    #[track_caller]
    pub fn reload(&self) {
        self.must(self.client().refresh());
    }

    /// The path of the page, with its query.
    #[track_caller]
    pub fn path(&self) -> String {
        let url = self.must(self.client().current_url());
        url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
    }

    /// Waits until the page is one whose path begins so, and is there with its modules.
    #[track_caller]
    pub fn is_at(&self, start: &str) {
        let look = "return document.readyState === 'complete' && location.pathname + location.search";
        self.wait(&format!("the page is not {start}"), || {
            let path = self.run(self.client().execute(look, vec![]))?;
            Ok(path.as_str().is_some_and(|path| path.starts_with(start)).then_some(()))
        });
    }

    // Finding

    /// The same browser, looking only into what has this role and this name or text.
    pub fn within(&self, role: &'static str, name: &str) -> Field<'_> {
        Field { browser: self, steps: vec![(role, name.to_owned())] }
    }

    /// Runs a script in the page and gives what it returns.
    #[track_caller]
    pub fn script(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.must(self.client().execute(script, arguments))
    }

    /// Runs a script that calls back, and gives what it calls back with.
    #[track_caller]
    pub fn script_async(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.must(self.client().execute_async(script, arguments))
    }

    /// Calls Chromium's own protocol.
    #[track_caller]
    pub fn devtools(&self, command: &str, parameters: Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        self.must(self.client().issue_cmd(Own { path: "goog/cdp/execute", body }))
    }

    /// Waits until a condition, an expression of JavaScript, holds in the page.
    #[track_caller]
    pub fn until(&self, condition: &str) {
        let script = format!("return Boolean({condition})");
        self.wait(
            condition,
            || Ok((self.run(self.client().execute(&script, vec![]))? == true).then_some(())),
        );
    }

    #[track_caller]
    fn body(&self) -> Field<'_> {
        Field { browser: self, steps: Vec::new() }
    }

    /// Waits until this text is to be seen.
    #[track_caller]
    pub fn sees(&self, text: &str) {
        let script = "return document.body.innerText.includes(arguments[0])";
        self.wait(&format!("{text:?} is not to be seen"), || {
            Ok((self.run(self.client().execute(script, vec![text.into()]))? == true).then_some(()))
        });
    }

    /// Waits until this text is not to be seen any more.
    #[track_caller]
    pub fn sees_no(&self, text: &str) {
        let script = "return document.body.innerText.includes(arguments[0])";
        self.wait(&format!("{text:?} is still to be seen"), || {
            Ok((self.run(self.client().execute(script, vec![text.into()]))? == false).then_some(()))
        });
    }

    /// All that is to be seen now.
    #[track_caller]
    pub fn text(&self) -> String {
        self.script("return document.body.innerText", vec![]).as_str().unwrap().to_owned()
    }

    #[track_caller]
    pub fn click(&self, role: &'static str, name: &str) {
        self.body().click(role, name);
    }

    #[track_caller]
    pub fn fill(&self, label: &str, text: &str) {
        self.body().fill(label, text);
    }

    #[track_caller]
    pub fn choose(&self, label: &str, option: &str) {
        self.body().choose(label, option);
    }

    #[track_caller]
    pub fn attach(&self, label: &str, file: &Path) {
        self.body().attach(label, file);
    }

    #[track_caller]
    pub fn unfold(&self, name: &str) {
        self.body().unfold(name);
    }

    #[track_caller]
    pub fn value(&self, label: &str) -> String {
        self.body().value(label)
    }

    /// Presses keys in whatever has the focus.
    #[track_caller]
    pub fn press(&self, keys: &str) {
        let actions = keys.chars().fold(KeyActions::new("keys".to_owned()), |actions, key| {
            actions.then(KeyAction::Down { value: key }).then(KeyAction::Up { value: key })
        });
        self.must(self.client().perform_actions(actions));
    }

    // Look

    /// Sets the size of the window's inside, in CSS pixels.
    #[track_caller]
    pub fn size(&self, width: u32, height: u32) {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics);
    }

    /// Sets what the person prefers: `light` or `dark`.
    #[track_caller]
    pub fn scheme(&self, scheme: &str) {
        let feature = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.devtools("Emulation.setEmulatedMedia", feature);
    }

    /// A PNG of what is in the window.
    #[track_caller]
    pub fn picture(&self) -> Vec<u8> {
        self.must(self.client().screenshot())
    }

    // The console

    fn log(&self) -> Vec<String> {
        let body = json!({ "type": "browser" });
        let log = self.run(self.client().issue_cmd(Own { path: "se/log", body })).unwrap_or_default();
        let text = |entry: &Value| {
            let quiet = ["DEBUG", "INFO"].contains(&entry["level"].as_str().unwrap_or_default());
            let said = entry["source"] == "console-api" && quiet;
            (!said).then(|| format!("{} {}: {}", entry["level"], entry["source"], entry["message"]))
        };
        log.as_array().map(|log| log.iter().filter_map(text).collect()).unwrap_or_default()
    }

    /// From here on the console may say what contains this; everything before it must have been clean.
    #[track_caller]
    pub fn expects(&mut self, said: &'static str) {
        self.is_clean();
        self.expected.push(said);
    }

    /// What was expected may not come again.
    #[track_caller]
    pub fn expects_no_more(&mut self) {
        self.is_clean();
        self.expected.clear();
    }

    /// Fails on whatever the console said: errors, refusals, breaches of the policy, what is deprecated.
    #[track_caller]
    pub fn is_clean(&self) {
        let log = self.said();
        assert!(log.is_empty(), "{}: the console said {log:#?}", self.who);
    }

    /// What the console said since it was last asked, without what is expected.
    pub fn said(&self) -> Vec<String> {
        let mut log = self.log();
        // A log-out that clears what the browser keeps is told on its console.
        log.retain(|line| !line.contains("Clear-Site-Data"));
        // A person was quicker than the page: the field that they chose keeps the focus.
        log.retain(|line| !line.contains("Autofocus processing was blocked"));
        log.retain(|line| !self.expected.iter().any(|said| line.contains(said)));
        log
    }

    // What people do all the time

    /// Logs in by the page, from any page.
    #[track_caller]
    pub fn log_in(&self, username: &str) {
        self.log_in_with(username, PASSWORD);
    }

    /// The same with another password.
    #[track_caller]
    pub fn log_in_with(&self, username: &str, password: &str) {
        self.open("/login");
        self.fill("用户名", username);
        self.fill("密码", password);
        self.body().within("main", "").click("button", "登录");
        self.until("!location.pathname.startsWith('/login') && document.readyState === 'complete'");
    }

    /// Fills and sends the form of the log-in.
    #[track_caller]
    pub fn give_name_and_password(&self, username: &str) {
        self.fill("用户名", username);
        self.fill("密码", PASSWORD);
        self.body().within("main", "").click("button", "登录");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.is_clean();
        }
        if let Some(client) = self.client.take() {
            let _ = self.run(client.close());
        }
    }
}
