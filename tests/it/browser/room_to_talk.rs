//! The talk has the room: on a phone with its keyboard open, at a zoom of 200 %, on a wide screen; its end stays in view.

use serde_json::json;

use crate::support::TestApp;
use crate::support::browser::{Browser, Chromium};

/// The part of the window that the messages have, whether the field to write in and its button are within it, whether the last message is in view,
/// and how wide the talk is.
const ROOM: &str = "const box = document.querySelector('.pane:not([hidden]) .log').getBoundingClientRect();
    const within = (e) => { const r = e.getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight + 1 && r.right <= innerWidth + 1; };
    const last = [...document.querySelectorAll('.pane:not([hidden]) .messages > li')].at(-1).getBoundingClientRect();
    return { high: box.height / innerHeight, wide: box.width / innerWidth, end: last.bottom <= box.bottom + 1,
        places: ['textarea', '.send', '.log'].map((part) => { const r = document.querySelector('.pane:not([hidden]) ' + part).getBoundingClientRect(); return [part, r.top, r.bottom, r.right, innerHeight, innerWidth, scrollY]; }),
        field: ['textarea', '.send'].every((part) => within(document.querySelector('.pane:not([hidden]) ' + part))) }";

fn room(browser: &Browser, width: u32, height: u32) {
    browser.size(width, height);
    // The observer of sizes has its turn before the next frame.
    browser.until("(() => { const box = document.querySelector('.pane:not([hidden]) .log'); return box.scrollHeight - box.scrollTop - box.clientHeight < 2; })()");
    let found = browser.script(ROOM, vec![]);
    let of = |name: &str| found[name].as_f64().unwrap();
    let what = format!("{width} × {height}: {found}");
    assert_eq!((&found["end"], &found["field"]), (&json!(true), &json!(true)), "{what}");
    let (high, wide) = match (width, height) {
        (1_500.., _) => (0.6, 0.5),
        (_, ..500) => (0.4, 0.9),
        _ => (0.3, 0.4),
    };
    assert!(of("high") >= high && of("wide") >= wide, "{what}");
}

#[test]
fn the_talk_has_the_room_and_its_end_stays_in_view() {
    let app = TestApp::builder().at(&chrono::Utc::now().to_rfc3339()).start();
    let (_, talk) = app.small_world();
    let path = format!("/api/v1/consultations/{}/messages", talk.id);
    for n in 0..20 {
        let body = json!({ "client_id": uuid::Uuid::new_v4(), "body": format!("第 {n} 次测得的间距偏大，轧辊已经用了三个月。") });
        talk.enterprise.http.post(&path, &body).expect(201);
    }
    let chromium = Chromium::start();
    for who in ["expert-1", "enterprise-1"] {
        let browser = chromium.browser(who, &app.url);
        browser.log_in(who);
        browser.open(&format!("/consultations/{}", talk.id));
        browser.until("!!document.getElementById('chat')?.dataset.ready");
        browser.script("document.querySelector('.pane:not([hidden]) .newest')?.click()", vec![]);
        for (width, height) in [(1_920, 1_080), (640, 400), (390, 470), (390, 844), (1_280, 800)] {
            room(&browser, width, height);
        }
        // The box that one writes in grows: a quote, and some lines.
        browser.script("[...document.querySelectorAll('.cite')].at(-1).click()", vec![]);
        browser.script("document.activeElement.blur()", vec![]);
        browser.until("!!document.querySelector('.pane:not([hidden]) .quoting')");
        room(&browser, 390, 470);
        browser.is_clean();
    }
}
