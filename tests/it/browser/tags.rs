//! Tags are chosen while typing; a double is merged behind a question; the page of the talk follows without a reload.

use serde_json::json;

use super::page_checks::accessible;
use crate::support::TestApp;
use crate::support::browser::Chromium;
use crate::support::people::text;

const FIELD: &str = "输入以查找标签，按回车选第一个";
const ENTER: &str = "\u{E007}";

#[test]
fn tags_are_chosen_while_typing_and_a_double_is_merged() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    for name in ["原材料", "生产工艺", "送检"] {
        officer.post("/api/v1/tags", &json!({ "name": name })).expect(201);
    }
    let question = json!({ "subject": "绝缘问题再问", "question": "x", "product_kind": "K0101" });
    let double = text(&talk.enterprise.http.post("/api/v1/consultations", &question).expect(201)["id"]);
    let chromium = Chromium::start();
    let expert = chromium.browser("expert", &app.url);
    expert.log_in("expert-1");
    expert.open(&format!("/consultations/{}", talk.id));
    expert.until("!!document.getElementById('chat')?.dataset.ready");

    let browser = chromium.browser("officer", &app.url);
    browser.log_in("officer");
    browser.open(&format!("/consultations/{}/related", talk.id));
    let mut found = Vec::new();
    accessible(&browser, "tags and related consultations", &mut found);
    browser.until("!!document.querySelector('[data-tags] [type=search]')");
    browser.fill(FIELD, "scgy");
    let shown = "[...document.querySelectorAll('[data-tags] option')].filter((o) => !o.hidden).length";
    browser.until(&format!("{shown} === 1"));
    browser.press(ENTER);
    browser.until(&format!("{shown} === 3"));
    browser.until("document.querySelector('[data-tags] .chip')?.textContent.includes('生产工艺')");
    browser.click("button", "保存标签");
    browser.until("document.querySelector('#tags + p .chip')?.textContent === '生产工艺'");
    // The expert's page shows it without a reload.
    expert.until("[...document.querySelectorAll('aside .chip')].some((c) => c.textContent === '生产工艺')");

    // The double.
    browser.open(&format!("/consultations/{double}/related"));
    browser.within("main", "").fill("原因（企业和专家可见）", "同一问题");
    browser.script(
        "const field = document.querySelector('[name=into]'); field.value = arguments[0];",
        vec![json!(talk.id)],
    );
    browser.click("button", "合并");
    browser.until("!!document.querySelector('dialog[open]')");
    browser.sees("确认合并");
    browser.click("button", "确认");
    browser.sees("本问诊已合并到");
    expert.sees("并入本问诊");
    browser.open("/tags");
    browser.sees("生产工艺");
    accessible(&browser, "the tags of a region", &mut found);
    assert!(found.is_empty(), "{}", found.join("\n"));
}
