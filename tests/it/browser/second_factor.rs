//! Setting up a second factor, logging in with it, and proving again who one is, in a browser.

use chrono::Duration;
use zerodesk::accounts::factors::settings::FactorSettings;

use super::page_checks::accessible;
use crate::second_factor::Phone;
use crate::support::TestApp;
use crate::support::browser::Chromium;

#[test]
fn an_officer_sets_up_a_second_factor_and_logs_in_with_it() {
    let app = TestApp::builder()
        .at(&chrono::Utc::now().to_rfc3339())
        .settings(|s| s.edit::<FactorSettings>().second_factor_roles = "admin".to_owned())
        .start();
    app.admin("officer", "440000");
    let chromium = Chromium::start();
    let mut browser = chromium.browser("officer", &app.url);
    let mut found = Vec::new();
    browser.open("/login");
    browser.give_name_and_password("officer");
    browser.is_at("/account/security");
    browser.sees("请先完成设置");
    accessible(&browser, "the page of the security", &mut found);
    browser.click("button", "开始设置");
    browser.sees("输入应用显示的 6 位验证码");
    browser.until("document.getElementById('qr').complete && document.getElementById('qr').naturalWidth > 0");
    accessible(&browser, "the set-up", &mut found);
    let key = browser.script("return document.getElementById('secret').textContent", vec![]);
    let phone = Phone::of(&key.as_str().unwrap().replace(' ', ""));
    browser.fill("验证码", &phone.code(&app));
    browser.click("button", "确认并启用");
    browser.sees("恢复码只显示这一次");
    accessible(&browser, "the recovery codes", &mut found);
    browser.click("link", "已妥善保管，继续");
    browser.sees("监管工作台");
    browser.click("button", "退出");
    browser.sees("凭统一社会信用代码认领账号");

    app.clock.advance(Duration::seconds(30));
    browser.open("/login?next=/experts");
    browser.give_name_and_password("officer");
    browser.is_at("/login/code");
    accessible(&browser, "the page of the code", &mut found);
    browser.expects("401");
    browser.fill("验证码或恢复码", "000000");
    browser.within("main", "").click("button", "登录");
    browser.sees("验证码或恢复码不正确");
    browser.expects_no_more();
    browser.fill("验证码或恢复码", &phone.code(&app));
    browser.within("main", "").click("button", "登录");
    browser.is_at("/experts");
    // What the page asks for by itself has come before the access token ends.
    browser.until(
        "((done) => [...document.querySelectorAll('nav [data-waiting]')].every((link) => done.some((name) => name.endsWith(link.dataset.waiting)))
            && done.some((name) => name.includes('saved-filters')))(performance.getEntriesByType('resource').map((entry) => entry.name))",
    );

    // Long afterwards something sensitive asks again, in place, and goes on.
    app.clock.advance(Duration::minutes(20));
    browser.open("/account/security");
    browser.expects("403");
    browser.click("button", "重新生成恢复码");
    browser.sees("请再次验证身份");
    accessible(&browser, "the dialog that asks again", &mut found);
    let dialog = browser.within("dialog", "请再次验证身份");
    dialog.fill("验证码", &phone.code(&app));
    dialog.click("button", "确认");
    browser.sees("恢复码只显示这一次");
    browser.expects_no_more();
    assert!(found.is_empty(), "{found:#?}");
    drop(browser);
}
