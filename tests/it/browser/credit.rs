//! The due process of credit in the browser: an enterprise reads why it is in grade C, objects with a file and sees what became of it; another officer
//! decides; an officer finds an operator and enters conduct.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::Duration;
use serde_json::json;

use super::page_checks::accessible;
use crate::support::browser::{Browser, Chromium};
use crate::support::people::{Enterprise, text};
use crate::support::{Http, TestApp};

/// A picture of one pixel.
const PICTURE: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// Enters conduct that counts at once; gives the path of its page.
fn sold_after_stop(app: &TestApp, officer: &Http, of: &Enterprise) -> String {
    let day = |days: i64| (app.now() + Duration::days(days)).date_naive().to_string();
    let conduct = json!({
        "enterprise_id": of.id, "role": "producer", "behaviour": "sold_after_stop",
        "happened_on": day(-6), "decided_on": day(-2), "description": "停售后仍有一批出库",
    });
    let made = officer.post("/api/v1/conduct", &conduct).expect(201);
    format!("/conduct/{}", text(&made["id"]))
}

/// Takes the step of this name on the page of an entry, once it is filled in.
fn take(browser: &Browser, step: &str, fill: impl Fn(&Browser)) {
    browser.unfold(step);
    fill(browser);
    browser.click("button", step);
    browser.within("dialog", step).click("button", "确认");
    browser.sees("操作成功");
}

#[test]
fn an_enterprise_objects_and_another_officer_decides() {
    let app = TestApp::start();
    let (first, _) = (app.admin("officer", "440000"), app.admin("officer-2", "440000"));
    let factory = app.claimed_enterprise(1, "440103", "K0301");
    let page = sold_after_stop(&app, &first, &factory);
    let folder = tempfile::tempdir().unwrap();
    let proof = folder.path().join("delivery.png");
    std::fs::write(&proof, STANDARD.decode(PICTURE).unwrap()).unwrap();
    let chromium = Chromium::start();
    let mut found = Vec::new();

    let client = chromium.browser("enterprise", &app.url);
    client.log_in("enterprise-1");
    client.size(390, 844);
    client.click("link", "信用记录");
    client.is_at("/my/credit");
    client.sees("贵企业目前为 C 级（重点监管）。");
    client.sees("若无新增情况");
    client.sees("试行");
    client.size(1280, 900);
    accessible(&client, "an enterprise's credit", &mut found);
    client.click("link", "提出异议");
    client.is_at(&page);
    client.sees("记录立即标注");
    accessible(&client, "the form of an objection", &mut found);
    client.fill("异议理由", "该批产品在通知送达前已经出库。");
    client.attach("选择照片或文件", &proof);
    client.sees("delivery.png");
    client.click("button", "提出异议");
    client.within("dialog", "提出异议").click("button", "确认");
    client.sees("操作成功");
    client.sees("异议正在办理");
    client.open("/my/credit");
    client.sees("异议将在");

    // Who made the entry can't decide about it.
    let desk = chromium.browser("officer", &app.url);
    desk.log_in("officer");
    desk.open(&page);
    desk.sees("异议须由登记人以外的监管人员办理。");

    let other = chromium.browser("second", &app.url);
    other.log_in("officer-2");
    other.open("/conduct");
    other.click("link", "异议待办理");
    other.sees("责令停止生产、销售后继续生产、销售");
    accessible(&other, "the list of conduct", &mut found);
    other.click("link", "责令停止生产、销售后继续生产、销售");
    other.is_at(&page);
    other.until("!!document.querySelector('.history .pieces img')");
    accessible(&other, "an entry with an objection", &mut found);
    take(&other, "异议成立，撤销记录", |other| {
        other.choose("撤销原因类别", "异议成立");
        other.fill("理由（企业可见）", "出库早于通知送达，记录不成立。");
    });
    other.sees("已撤销，不再计分");

    client.open("/my/credit");
    client.sees_no("重点监管");
    client.unfold("已撤销的记录");
    client.click("link", "责令停止生产、销售后继续生产、销售");
    client.sees("出库早于通知送达，记录不成立。");
    assert!(found.is_empty(), "{}", found.join("\n"));
    for browser in [&client, &desk, &other] {
        browser.is_clean();
    }
}

#[test]
fn an_officer_finds_the_operator_and_enters_conduct() {
    let app = TestApp::start();
    app.admin("officer", "440000");
    app.claimed_enterprise(1, "440103", "K0301");
    let chromium = Chromium::start();
    let desk = chromium.browser("officer", &app.url);
    desk.log_in("officer");
    desk.open("/credit");
    desk.click("link", "登记信用行为…");
    desk.is_at("/conduct/new");
    desk.fill("企业名称或统一社会信用代码", "第1公司");
    desk.click("button", "查找");
    desk.click("link", "第1公司");
    let mut found = Vec::new();
    accessible(&desk, "the form of conduct", &mut found);
    let day = (app.now() - Duration::days(3)).date_naive().to_string();
    desk.choose("行为", "产品标识不符合规定（2 分）");
    desk.fill("发生日期", &day);
    desk.fill("认定日期", &day);
    // Out of scope: refused with the article, and nothing that was typed is lost.
    desk.choose("事项", "食品");
    desk.click("button", "登记");
    desk.sees("第二条");
    desk.choose("事项", "工业产品质量");
    desk.click("button", "登记");
    desk.is_at("/conduct/0");
    desk.sees("产品标识不符合规定");
    desk.sees("终止情形");
    desk.open("/conduct");
    desk.sees("尚未告知");
    assert!(found.is_empty(), "{}", found.join("\n"));
}
