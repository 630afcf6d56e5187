//! The queue of an officer: what is opened and taken appears without a reload.

use serde_json::json;

use super::page_checks::accessible;
use crate::support::TestApp;
use crate::support::browser::Chromium;
use crate::support::people::text;

#[test]
fn the_queue_follows_what_is_opened_and_taken() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let expert = app.approved_expert(&officer, "expert-1", "K0101");
    expert.http.json("PUT", "/api/v1/experts/me/availability", &json!({ "available": false })).expect(200);
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    let chromium = Chromium::start();
    let browser = chromium.browser("officer", &app.url);
    browser.log_in("officer");
    browser.open("/queue");
    browser.sees("没有符合条件的问诊");
    // The connection stands: nothing says otherwise.
    browser.until("!!document.querySelector('[data-live][hidden]')");
    let opened = app.open(&enterprise);
    browser.sees("绝缘电阻不合格");
    browser.sees("已等待");
    browser.until("document.title.startsWith('(1) ')");
    browser.until("document.querySelector('[data-unread]').textContent === '1'");
    let mut found = Vec::new();
    accessible(&browser, "the queue", &mut found);
    expert.http.json("PUT", "/api/v1/experts/me/availability", &json!({ "available": true })).expect(200);
    let id = text(&opened["id"]);
    let body = json!({ "expert": expert.id, "reason": "请承接" });
    officer.post(&format!("/api/v1/consultations/{id}/assign"), &body).expect(200);
    browser.sees("没有符合条件的问诊");
    browser.until("!document.title.startsWith('(')");
    assert!(found.is_empty(), "{}", found.join("\n"));
    browser.is_clean();
}
