//! Logging in and out, and what happens to what was typed when the session ends.

use crate::support::TestApp;
use crate::support::browser::Chromium;

#[test]
fn a_person_logs_in_errs_and_logs_out() {
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
