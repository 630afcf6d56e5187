//! A code from its application to the shelf: the enterprise applies, the officer grants, somebody with a phone reads.

use super::page_checks::accessible;
use crate::credit_codes::{maker, sampled};
use crate::support::TestApp;
use crate::support::browser::Chromium;

#[test]
fn a_code_is_applied_for_granted_and_read_on_a_phone() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let maker = maker(&app, 1, "440106");
    let chromium = Chromium::start();
    let browser = chromium.browser("enterprise", &app.url);
    browser.log_in(&maker.username);
    browser.open("/my/codes?product_kind=K0301");
    browser.sees("目前尚未符合全部条件");
    browser.sees("现有 0 批次");
    sampled(&officer, &maker, "FORM-1", "conforming");
    browser.reload();
    browser.sees_no("目前尚未符合全部条件");
    browser.fill("产品名称（与标签一致）", "聚氯乙烯绝缘电线");
    browser.fill("规格型号（与标签一致）", "BV 2.5");
    browser.click("checkbox", "已阅读，同意公示");
    browser.click("button", "提交申请");
    browser.sees("待审核");
    let path = browser.path();

    let office = chromium.browser("officer", &app.url);
    office.log_in("officer");
    office.open("/codes");
    office.click("link", "聚氯乙烯绝缘电线");
    office.is_at(&path);
    office.click("button", "授码");
    office.within("dialog", "请确认").click("button", "确认");
    office.sees("当前有效");

    browser.reload();
    browser.sees("下载标签");
    let label = browser
        .script("return document.querySelector('a[href*=\"label.svg\"]').getAttribute('href')", vec![]);
    let token = label.as_str().unwrap().split('/').nth(2).unwrap().to_owned();

    // On a phone, without an account and with scripts switched off.
    let phone = chromium.browser("consumer", &app.url);
    phone.size(390, 844);
    phone.devtools("Emulation.setScriptExecutionDisabled", serde_json::json!({ "value": true }));
    phone.open(&format!("/q/{token}"));
    phone.devtools("Emulation.setScriptExecutionDisabled", serde_json::json!({ "value": false }));
    phone.sees("本码有效");
    phone.sees("记录公示，不构成推荐");
    assert_eq!(
        phone.script("return [document.cookie, document.scripts.length]", vec![]),
        serde_json::json!(["", 0])
    );
    let mut found = Vec::new();
    accessible(&phone, "the page of a code", &mut found);
    phone.click("link", "English");
    phone.sees("in force as of");
    accessible(&phone, "the page of a code in English", &mut found);
    assert_eq!(phone.script("return document.cookie", vec![]), "");

    // It is taken away: the next look shows no record.
    office.click("button", "撤销…");
    office.fill("原因（告知企业）", "冒用");
    office.within("dialog", "撤销品质信用码").click("button", "撤销");
    office.sees("已撤销");
    phone.devtools("Network.setCacheDisabled", serde_json::json!({ "cacheDisabled": true }));
    phone.open(&format!("/q/{token}"));
    phone.sees("不在有效状态");
    phone.sees_no("BV 2.5");
    accessible(&phone, "the page of a code that was revoked", &mut found);
    assert!(found.is_empty(), "{}", found.join("\n"));
}
