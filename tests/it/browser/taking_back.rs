//! A message is taken back on the page, and goes from the pages of all who look.

use super::page_checks::accessible;
use crate::support::TestApp;
use crate::support::browser::Chromium;

#[test]
fn a_message_is_taken_back_before_everyones_eyes() {
    // The pages reckon by the browser's clock.
    let app = TestApp::builder().at(&chrono::Utc::now().to_rfc3339()).start();
    let (_, talk) = app.small_world();
    let chromium = Chromium::start();
    let (expert, factory) = (chromium.browser("expert", &app.url), chromium.browser("factory", &app.url));
    for (browser, who) in [(&expert, "expert-1"), (&factory, "enterprise-1")] {
        browser.log_in(who);
        browser.open(&format!("/consultations/{}", talk.id));
        browser.until("!!document.getElementById('chat')?.dataset.ready");
    }
    factory.fill("写给专家", "写错了的一句");
    factory.click("button", "发送");
    let said =
        "[...document.querySelectorAll('.message .text')].some((p) => p.textContent === '写错了的一句')";
    expert.until(said);
    let mut found = Vec::new();
    factory.until("!!document.querySelector('.message .retract')");
    accessible(&factory, "a message that can be taken back", &mut found);
    assert_eq!(
        expert.script("return document.querySelectorAll('.retract').length", vec![]),
        0,
        "it is another's"
    );
    factory.within("region", "对话").click("button", "撤回");
    for browser in [&factory, &expert] {
        browser.until(&format!("!({said})"));
        browser.sees("消息已撤回");
        browser.reload();
        browser.sees("消息已撤回");
        browser.until(&format!("!({said})"));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    expert.is_clean();
    factory.is_clean();
}
