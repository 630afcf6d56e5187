//! Canned replies in the field to write in, by the keyboard.

use serde_json::json;

use super::page_checks::accessible;
use crate::support::TestApp;
use crate::support::browser::Chromium;
use crate::support::people::text;

const FIELD: &str = "写给企业";
const ENTER: &str = "\u{E007}";
const ESCAPE: &str = "\u{E00C}";
const BACKSPACE: &str = "\u{E003}";
const DOWN: &str = "\u{E015}";

#[test]
fn a_slash_offers_canned_replies_which_the_keyboard_puts_in() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let keep = |who: &crate::support::Http, scope: &str, title: &str, body: &str| {
        who.post("/api/v1/canned-replies", &json!({ "scope": scope, "title": title, "body": body }))
            .expect(201);
    };
    keep(&talk.expert.http, "own", "送检须知", "{enterprise}：请每批送三件样品。");
    keep(&talk.expert.http, "own", "问候", "您好");
    keep(&officer, "platform", "整改时限", "请于 {due_date} 前完成整改。");
    // About no nonconformity, so that nothing is due.
    let question = json!({ "subject": "日常", "question": "x", "product_kind": "K0101" });
    let id = text(&talk.enterprise.http.post("/api/v1/consultations", &question).expect(201)["id"]);
    talk.expert.http.act(&format!("/api/v1/consultations/{id}/accept")).expect(200);
    let chromium = Chromium::start();
    let mut browser = chromium.browser("expert", &app.url);
    browser.log_in("expert-1");
    browser.open(&format!("/consultations/{id}"));
    browser.until("!!document.getElementById('chat')?.dataset.ready");
    let options = "[...document.querySelectorAll('.canned [role=option]')]";
    let count = |n: usize| browser.until(&format!("{options}.length === {n}"));
    browser.fill(FIELD, "/");
    count(3);
    // It narrows while one types, also by how a title is read.
    browser.press("sj");
    count(1);
    browser.sees("广州第1公司：请每批送三件样品。");
    let mut found = Vec::new();
    accessible(&browser, "the list of canned replies", &mut found);
    browser.press(ENTER);
    browser.until("!document.querySelector('.canned [role=option]')");
    assert_eq!(browser.value(FIELD), "广州第1公司：请每批送三件样品。");
    assert_eq!(
        browser.script("return document.querySelectorAll('.message').length", vec![]),
        0,
        "nothing is sent yet"
    );
    // It is edited as what was typed, and sent by the next Enter.
    browser.press("谢谢");
    browser.press(ENTER);
    browser.sees("请每批送三件样品。谢谢");
    browser.until("document.querySelectorAll('.message:not(.unsent)').length === 1");

    // The arrows choose; a placeholder without a value is selected, to be written over.
    browser.fill(FIELD, "/");
    count(3);
    let chosen = format!("{options}.findIndex((o) => o.getAttribute('aria-selected') === 'true')");
    browser.until(&format!("{chosen} === 0"));
    browser.press(DOWN);
    browser.until(&format!("{chosen} === 1"));
    let active = "const field = document.getElementById('draft');
        return document.getElementById(field.getAttribute('aria-activedescendant')).getAttribute('aria-selected')";
    assert_eq!(browser.script(active, vec![]), "true", "a screen reader is told of it");
    browser.press(ESCAPE);
    browser.until("!document.querySelector('.canned [role=option]')");
    assert_eq!(browser.value(FIELD), "/", "Esc leaves what was typed");
    // It stays closed until the line is left.
    browser.press("z");
    assert_eq!(browser.value(FIELD), "/z");
    browser.press(BACKSPACE);
    browser.press(BACKSPACE);
    browser.press("/zgsx");
    count(1);
    browser.press(ENTER);
    browser.until("document.getElementById('draft').value.startsWith('请于')");
    let selected =
        "const f = document.getElementById('draft'); return f.value.slice(f.selectionStart, f.selectionEnd)";
    assert_eq!(browser.script(selected, vec![]), "{due_date}");
    // In the middle of a line a stroke is a stroke.
    browser.fill(FIELD, "km/h");
    browser.press("x");
    browser.until("!document.querySelector('.canned [role=option]')");

    // They are kept on their page.
    browser.open("/canned-replies");
    browser.unfold("新增常用语");
    let form = browser.within("main", "");
    form.fill("标题", "复查");
    form.fill("内容", "{nobody}");
    browser.expects("422");
    browser.click("button", "保存");
    browser.sees("{nobody}");
    browser.sees("未知的占位符");
    assert!(found.is_empty(), "{}", found.join("\n"));
}
