//! Webhooks and API keys in a browser: what is secret is shown once.

use super::page_checks::accessible;
use crate::support::TestApp;
use crate::support::browser::{Browser, Chromium};

/// The secret that the page shows.
fn shown(browser: &Browser) -> String {
    let secret = "return document.querySelector('#secret [data-secret]').textContent";
    browser.script(secret, vec![]).as_str().unwrap().to_owned()
}

#[test]
fn an_officer_is_shown_each_secret_once() {
    let app = TestApp::builder().at(&chrono::Utc::now().to_rfc3339()).start();
    app.admin("officer", "440000");
    let chromium = Chromium::start();
    let browser = chromium.browser("officer", &app.url);
    let mut found = Vec::new();
    browser.log_in("officer");
    browser.open("/webhooks");
    browser.click("button", "新增推送…");
    let dialog = browser.within("dialog", "新增推送");
    dialog.fill("推送地址（以 https:// 开头）", "https://hooks.example.cn/zerodesk");
    dialog.click("checkbox", "整改案件清零");
    accessible(&browser, "the form of a webhook", &mut found);
    dialog.click("button", "保存");
    browser.sees("密钥仅显示这一次");
    accessible(&browser, "the secret of a webhook", &mut found);
    let first = shown(&browser);
    assert!(first.starts_with("whsec_"), "{first}");
    browser.click("link", "已保存，继续");
    browser.sees("推送记录");
    assert!(!browser.text().contains(&first));
    browser.click("button", "更换密钥…");
    browser.within("dialog", "更换签名密钥").click("button", "更换");
    browser.sees("新的签名密钥");
    let second = shown(&browser);
    assert!(second.starts_with("whsec_") && second != first, "{second}");
    browser.click("link", "已保存，继续");
    browser.sees("原密钥同时有效至");

    browser.open("/api-keys");
    browser.sees("尚无接口密钥");
    browser.click("button", "新增密钥…");
    let dialog = browser.within("dialog", "新增密钥");
    dialog.fill("系统名称", "数据中台");
    dialog.click("checkbox", "读取统计数据");
    accessible(&browser, "the form of a key", &mut found);
    dialog.click("button", "保存");
    browser.sees("密钥仅显示这一次");
    let key = shown(&browser);
    assert!(key.starts_with("zdk_"), "{key}");
    app.http().with_token(&key).get("/api/v1/reports/overview").expect(200);
    browser.click("link", "已保存，继续");
    browser.sees("数据中台");
    assert!(!browser.text().contains(&key));
    assert!(found.is_empty(), "{found:#?}");
    browser.is_clean();
}
