//! Notices in browsers, as the page of the own account offers them: plain words where the browser blocks them.

use serde_json::json;

use super::page_checks::accessible;
use crate::support::TestApp;
use crate::support::browser::Chromium;

#[test]
fn the_page_says_whether_this_browser_shows_notices() {
    let app = TestApp::start();
    app.claimed_enterprise(1, "440103", "K0101");
    let chromium = Chromium::start();
    let browser = chromium.browser("enterprise-1", &app.url);
    let permit = |setting: &str| {
        let permission =
            json!({ "permission": { "name": "notifications" }, "setting": setting, "origin": app.url });
        browser.devtools("Browser.setPermission", permission);
    };
    browser.log_in("enterprise-1");
    permit("granted");
    browser.open("/account");
    browser.until("!document.getElementById('push').hidden");
    browser.until("document.querySelector('[data-push-state]').textContent === '未开启。'");
    browser.until("!document.querySelector('[data-push-on]').hidden");
    let mut found = Vec::new();
    accessible(&browser, "the own account", &mut found);
    permit("denied");
    browser.reload();
    browser.sees("此浏览器已禁止本网站发送通知。");
    browser.until("document.querySelector('[data-push-on]').hidden");
    assert!(found.is_empty(), "{found:#?}");
    // The worker may act for all pages.
    let registered = "const done = arguments[arguments.length - 1]; \
                      navigator.serviceWorker.register('/sw.js', { scope: '/' }).then(() => navigator.serviceWorker.ready) \
                      .then((ready) => done(new URL(ready.scope).pathname), (error) => done(String(error)));";
    assert_eq!(browser.script_async(registered, Vec::new()), "/");
    browser.is_clean();
}
