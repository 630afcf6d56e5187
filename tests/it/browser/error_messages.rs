//! Errors are shown on the page, in both languages and colour schemes, for screen readers as well.

use serde_json::{Value, json};
use uuid::Uuid;
use zerodesk::zero_out::import::Column;

use super::crawl::crawl;
use super::page_checks::accessible;
use crate::support::TestApp;
use crate::support::browser::{Browser, Chromium};
use crate::support::csv::{file, row};

/// Fills the form that sends to an address, by the names of its fields, and sends it past the browser's own checks.
fn send(browser: &Browser, form: &str, fields: &Value) {
    let script = "
        const form = [...document.forms].find((f) => (f.dataset.api ?? f.getAttribute('action')) === arguments[0]);
        if (!form) throw new Error('no form for ' + arguments[0]);
        form.noValidate = true;
        form.closest('details')?.setAttribute('open', '');
        for (const [name, value] of Object.entries(arguments[1])) form.elements[name].value = value;
        form.requestSubmit();";
    browser.script(script, vec![form.into(), fields.clone()]);
}

/// Waits until the page shows an error.
fn wait_for_error(browser: &Browser) {
    browser.until(
        "[...document.querySelectorAll('[role=alert], [role=status], [aria-invalid=true]')]
            .some((e) => e.checkVisibility() && (e.ariaInvalid === 'true' || e.innerText.trim()))",
    );
}

const LANGUAGES: [&str; 2] = ["zh-CN", "en"];

#[test]
fn errors_are_shown_accessibly() {
    let mut app = TestApp::start();
    let (admin, talk) = app.small_world();
    let claimed = app.listed(7, "440103", "K0101");
    let chromium = Chromium::start();
    let mut found = Vec::new();

    let mut guest = chromium.browser("guest", &app.url);
    for refused in ["401", "422", "404"] {
        guest.expects(refused);
    }
    let register = json!({ "uscc": "123", "contact.name": "x" });
    let apply = json!({ "name": "x", "title": "x", "email": "no address" });
    for language in LANGUAGES {
        for (path, form, fields) in [
            ("/login", "/login", json!({ "username": "nobody", "password": "wrong" })),
            ("/register", "/api/v1/enterprise-registrations", register.clone()),
            ("/apply", "/api/v1/expert-applications", apply.clone()),
        ] {
            guest.open(&format!("{path}?lang={language}"));
            send(&guest, form, &fields);
            wait_for_error(&guest);
            accessible(&guest, &format!("{path} refused, {language}"), &mut found);
        }
        for page in ["/claim", "/apply/confirm"] {
            guest.open(&format!("{page}?lang={language}"));
            accessible(&guest, &format!("{page} without a token, {language}"), &mut found);
            guest.open(&format!("{page}?lang={language}#token=spent"));
            guest.reload();
            wait_for_error(&guest);
            accessible(&guest, &format!("{page} refused, {language}"), &mut found);
        }
        let token = app.claim(&claimed.0, &claimed.1, &format!("someone-{language}"));
        guest.open(&format!("/claim?lang={language}"));
        guest.open(&format!("/claim?lang={language}#token={token}"));
        guest.reload();
        guest.until("!document.getElementById('asked').hidden");
        accessible(&guest, &format!("/claim, {language}"), &mut found);
        let weak = json!({ "username": "u", "password": "short", "name": "x" });
        send(&guest, "/api/v1/enterprise-registrations/confirm", &weak);
        wait_for_error(&guest);
        accessible(&guest, &format!("/claim with a weak password, {language}"), &mut found);
    }
    drop(guest);

    // An officer whose lists are refused, the one whole, the other row by row.
    let bad = app.import(&admin, b"a,b\n1,2\n", false);
    assert_eq!(bad["state"], "failed", "{bad}");
    app.import(&admin, &file(&[row(&[(Column::Uscc, "1")])]), false);
    let mut officer = chromium.browser("officer", &app.url);
    officer.log_in("officer");
    officer.expects("404");
    for language in LANGUAGES {
        officer.open(&format!("/cases/{}?lang={language}", Uuid::new_v4()));
        accessible(&officer, &format!("a page that is not there, {language}"), &mut found);
        crawl(&officer, None, |path| {
            officer.open(path);
            if path == "/" || path.contains("import") {
                accessible(&officer, &format!("{path} with refused lists, {language}"), &mut found);
            }
        });
    }
    drop(officer);

    // An enterprise whose server stops while it writes.
    let browsers = LANGUAGES.map(|language| {
        let mut browser = chromium.browser(language, &app.url);
        browser.log_in("enterprise-1");
        browser.open(&format!("/consultations/{}?lang={language}", talk.id));
        browser.until("document.getElementById('connection')?.hidden !== false");
        browser.expects("ERR_CONNECTION");
        browser.expects("WebSocket connection to");
        browser
    });
    app.stop();
    for browser in &browsers {
        let write = "const draft = document.getElementById('draft');
            draft.value = 'x'; draft.form.requestSubmit()";
        browser.script(write, vec![]);
        wait_for_error(browser);
        accessible(browser, "a chat without its server", &mut found);
    }
    assert!(found.is_empty(), "{} faults:\n{}", found.len(), found.join("\n"));
}
