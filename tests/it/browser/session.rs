//! Logging in and out, and what happens to what was typed when the session ends.

use chrono::Duration;

use crate::support::browser::Chromium;
use crate::support::people::PASSWORD;
use crate::support::{ReservedPort, TestApp};

const DRAFT: &str = "消息|写给专家";

#[test]
fn log_in_with_a_mistake_and_log_out() {
    let app = TestApp::start();
    app.admin("officer", "440000");
    let chromium = Chromium::start();
    let mut browser = chromium.browser("officer", &app.url);
    browser.open("/login");
    browser.expects("401");
    browser.fill("用户名", "officer");
    browser.fill("密码", "a wrong password");
    browser.within("main", "").click("button", "登录");
    browser.sees("用户名或密码不正确");
    assert_eq!(browser.value("用户名"), "officer", "the name is kept");
    browser.expects_no_more();
    browser.give_name_and_password("officer");
    browser.sees("监管工作台");
    browser.click("button", "退出");
    browser.sees("凭统一社会信用代码认领账号");
}

#[test]
fn an_unsent_message_survives_until_the_next_log_in() {
    let port = ReservedPort::new();
    let mut app = TestApp::builder().port(&port).start();
    let (_, talk) = app.small_world();
    let chromium = Chromium::start();
    let mut browser = chromium.browser("enterprise", &app.url);
    browser.log_in("enterprise-1");
    let path = format!("/consultations/{}", talk.id);
    browser.open(&path);
    browser.fill(DRAFT, "连上之前");
    browser.click("button", "发送");
    browser.until("!document.body.innerText.includes('未发送')");
    // The server goes, and comes back when the session is long over.
    for said in ["ERR_CONNECTION", "WebSocket connection to", "401"] {
        browser.expects(said);
    }
    app.stop();
    browser.fill(DRAFT, "断开之后");
    browser.click("button", "发送");
    browser.sees("未发送");
    browser.fill(DRAFT, "还没有写完");
    app.clock.advance(Duration::days(31));
    let app = app.another().port(&port).start();
    browser.sees("登录已失效");
    browser.click("link", "重新登录|登录");
    browser.is_at("/login");
    browser.give_name_and_password("enterprise-1");
    browser.is_at(&path);
    browser.expects_no_more();
    browser.sees_no("未发送");
    assert_eq!(browser.value(DRAFT), "还没有写完");
    let enterprise = app.http().log_in("enterprise-1", PASSWORD);
    let said = enterprise.get(&format!("/api/v1/consultations/{}/messages", talk.id)).expect(200);
    let said: Vec<_> = said["items"].as_array().unwrap().iter().map(|m| m["body"].clone()).collect();
    assert_eq!(said, ["连上之前", "断开之后"]);
    // Before its server, whose end its console would tell.
    drop(browser);
}
