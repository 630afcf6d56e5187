//! Quoting a message on the page, and what a page learns that was away for a while.

use serde_json::json;

use super::page_checks::accessible;
use crate::support::TestApp;
use crate::support::browser::{Browser, Chromium};

/// Ends or begins the connection of the page, as a lost network does.
fn connection(browser: &Browser, act: &str) {
    let script = "const done = arguments[arguments.length - 1];
        const chat = [...document.scripts].find((s) => s.src.endsWith('/chat.js')).src;
        import(chat.replace('/chat.js', '/live.js')).then(({ client }) => { client[arguments[0]](); done('done'); }, (e) => done(String(e)));";
    assert_eq!(browser.script_async(script, vec![act.into()]), json!("done"));
}

fn open(browser: &Browser, who: &str, page: &str) {
    browser.log_in(who);
    browser.open(page);
    browser.until("!!document.getElementById('chat')?.dataset.ready");
}

/// Whether a message with this text stands in the talk.
fn said(text: &str) -> String {
    format!(
        "[...document.querySelectorAll('.message[data-seq] > .text')].some((p) => p.textContent === '{text}')"
    )
}

#[test]
fn a_message_is_quoted_and_the_quote_leads_to_it() {
    let app = TestApp::builder().at(&chrono::Utc::now().to_rfc3339()).start();
    let (_, talk) = app.small_world();
    let page = format!("/consultations/{}", talk.id);
    let path = format!("/api/v1/consultations/{}/messages", talk.id);
    for n in 1..=12 {
        let body = json!({ "client_id": uuid::Uuid::new_v4(), "body": format!("第 {n} 次测得的间距偏大") });
        talk.enterprise.http.post(&path, &body).expect(201);
    }
    let chromium = Chromium::start();
    let (expert, factory) = (chromium.browser("expert", &app.url), chromium.browser("factory", &app.url));
    open(&expert, "expert-1", &page);
    open(&factory, "enterprise-1", &page);
    // By its button, which the keyboard reaches as well.
    let cite = "const cite = document.querySelector('.message[data-seq=\"9\"] .cite'); cite.focus();
        return [cite.textContent, getComputedStyle(cite).opacity, document.activeElement === cite]";
    assert_eq!(expert.script(cite, vec![]), json!(["引用", "1", true]));
    expert.press("\u{E007}");
    expert.until("document.activeElement.id === 'draft'");
    let quoting = "document.querySelector('#write .quoting .words')?.textContent";
    expert.until(&format!("{quoting} === '第 9 次测得的间距偏大'"));
    let mut found = Vec::new();
    accessible(&expert, "a message that quotes another one", &mut found);
    // It may be dropped again, and survives a reload otherwise.
    expert.click("button", "取消引用");
    expert.until("!document.querySelector('.quoting')");
    expert.script("document.activeElement.blur()", vec![]);
    expert.press("q");
    expert.until(&format!("{quoting} === '第 12 次测得的间距偏大'"));
    expert.fill("写给企业", "请说明测量方法");
    expert.reload();
    expert.until(&format!("{quoting} === '第 12 次测得的间距偏大'"));
    assert_eq!(expert.value("写给企业"), "请说明测量方法");
    expert.click("button", "发送");
    expert.until("!document.querySelector('.quoting')");
    for browser in [&expert, &factory] {
        browser.until(&said("请说明测量方法"));
        browser.until(
            "document.querySelector('.message[data-seq=\"13\"] > .quote .words')?.textContent === '第 12 次测得的间距偏大'",
        );
        browser.reload();
        browser.until("!!document.getElementById('chat')?.dataset.ready");
        browser.until("!!document.querySelector('.message[data-seq=\"13\"] > .quote[href=\"#talk-12\"]')");
    }
    // One that is not on the page is fetched, and the quote leads to it.
    let body = json!({ "client_id": uuid::Uuid::new_v4(), "body": "回到第一次", "reply_to": 1 });
    talk.expert.http.post(&path, &body).expect(201);
    factory.until(
        "document.querySelector('.message[data-seq=\"14\"] > .quote .words')?.textContent === '第 1 次测得的间距偏大'",
    );
    assert_eq!(
        factory.script("return document.querySelector('.message[data-seq=\"1\"]')", vec![]),
        json!(null)
    );
    factory.script("document.querySelector('.message[data-seq=\"14\"] > .quote').click()", vec![]);
    factory.until("document.activeElement?.dataset.seq === '1'");
    // Taken back, it is quoted without its words.
    let body = json!({ "client_id": uuid::Uuid::new_v4(), "body": "写错了的一句" });
    let seq = talk.enterprise.http.post(&path, &body).expect(201)["seq"].clone();
    let body = json!({ "client_id": uuid::Uuid::new_v4(), "body": "什么？", "reply_to": seq });
    talk.expert.http.post(&path, &body).expect(201);
    let quote =
        format!("document.querySelector('.message > .quote[data-quoted=\"{seq}\"] .words')?.textContent");
    factory.until(&format!("{quote} === '写错了的一句'"));
    talk.enterprise.http.act(&format!("{path}/{seq}/retract")).expect(204);
    for browser in [&factory, &expert] {
        browser.until(&format!("{quote} === '消息已撤回'"));
        browser.sees_no("写错了的一句");
    }
    accessible(&factory, "a quote of what was taken back", &mut found);
    assert!(found.is_empty(), "{}", found.join("\n"));
    expert.is_clean();
    factory.is_clean();
}

#[test]
fn who_was_away_sees_what_was_taken_back_and_what_became_of_the_advice() {
    let app = TestApp::builder().at(&chrono::Utc::now().to_rfc3339()).start();
    let (_, talk) = app.small_world();
    let page = format!("/consultations/{}", talk.id);
    let path = format!("/api/v1/consultations/{}", talk.id);
    let advice = json!({ "actions": [{ "description": "更换轧辊" }] });
    talk.expert.http.post(&format!("{path}/advice"), &advice).expect(201);
    for body in ["写错了的一句", "说得对的一句"] {
        let said = json!({ "client_id": uuid::Uuid::new_v4(), "body": body });
        talk.enterprise.http.post(&format!("{path}/messages"), &said).expect(201);
    }
    let chromium = Chromium::start();
    let expert = chromium.browser("expert", &app.url);
    open(&expert, "expert-1", &page);
    expert.until(&said("写错了的一句"));
    let card = "document.querySelector('.advice-card .tag')?.textContent";
    expert.until(&format!("{card} === '待企业答复'"));
    connection(&expert, "close");
    talk.enterprise.http.act(&format!("{path}/messages/2/retract")).expect(204);
    let given = talk.enterprise.http.get(&format!("{path}/advice")).expect(200);
    let given = &given[0];
    let (case, action) = (given["case"].as_str().unwrap(), given["actions"][0]["id"].as_str().unwrap());
    talk.enterprise
        .http
        .post(&format!("/api/v1/remediation/cases/{case}/actions/{action}/accept"), &json!({}))
        .expect(200);
    connection(&expert, "connect");
    expert.until(&format!("!({})", said("写错了的一句")));
    expert.sees("消息已撤回");
    expert.sees("说得对的一句");
    expert.until(&format!("{card} === '已接受'"));
    // Advice that stands further up is a card as well, however it is loaded.
    for n in 0..8 {
        let said = json!({ "client_id": uuid::Uuid::new_v4(), "body": format!("第 {n} 句") });
        talk.enterprise.http.post(&format!("{path}/messages"), &said).expect(201);
    }
    expert.reload();
    expert
        .until("!!document.getElementById('chat')?.dataset.ready && !document.querySelector('.advice-card')");
    expert.click("button", "更早的消息");
    expert.until(&format!("{card} === '已接受'"));
    expert.is_clean();
}
