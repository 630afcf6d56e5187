//! A sample of a sampling plan, from its registration to its publication, by an officer, a sampler and a laboratory in the browser. The sampler
//! has no connection at the operator and sends later.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};
use zerodesk::core::clock::{shanghai_date, shanghai_midnight};
use zerodesk::inspections::sweep::sweep;

use super::page_checks::accessible;
use crate::people::{accept, token};
use crate::support::browser::{Browser, Chromium};
use crate::support::csv::uscc;
use crate::support::people::{PASSWORD, text};
use crate::support::{Http, TestApp};

/// A picture of one pixel.
const PICTURE: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// A laboratory and a body that takes samples: their ids.
fn bodies(officer: &Http) -> (Value, Value) {
    let tests = json!({ "name": "粤东质检", "products": ["C03"], "serves": ["440000"], "capacity": 50 });
    let takes = json!({ "name": "抽样中心", "takes_samples": true });
    let one = |body: &Value| officer.post("/api/v1/laboratories", body).expect(201)["id"].clone();
    (one(&tests), one(&takes))
}

/// Somebody of a body, who was invited and has an account.
fn person(app: &TestApp, officer: &Http, username: &str, role: &str, body: &Value) {
    let address = format!("{username}@body.example");
    let invited = json!({ "role": role, "name": username, "email": address, "laboratory": body });
    officer.post("/api/v1/accounts", &invited).expect(201);
    accept(app, &token(app, &address), username);
}

/// A programme with one target, which a second officer has approved.
fn programme(app: &TestApp, officer: &Http) -> String {
    let day = |days: i64| (app.now() + Duration::days(days)).date_naive().to_string();
    let plan = json!({
        "name": "年度抽查", "level": "provincial", "period_from": day(-30), "period_until": day(90),
        "targets": [{ "product_class": "C03", "region": "440100", "samples": 1 }],
    });
    let id = text(&officer.post("/api/v1/programmes", &plan).expect(201)["id"]);
    let path = format!("/api/v1/programmes/{id}");
    officer.act(&format!("{path}/submit")).expect(200);
    app.admin("approver", "440000").act(&format!("{path}/approve")).expect(200);
    id
}

fn connection(browser: &Browser, there: bool) {
    browser.devtools("Network.enable", json!({}));
    let network =
        json!({ "offline": !there, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
    browser.devtools("Network.emulateNetworkConditions", network);
}

/// Takes the step of this name on the page of an inspection, once it is filled in.
fn take(browser: &Browser, step: &str, fill: impl Fn(&Browser)) {
    browser.unfold(step);
    fill(browser);
    browser.click("button", step);
    browser.within("dialog", step).click("button", "确认");
    browser.sees("操作成功");
}

/// The officer registers the inspection on the way from the programme; gives its path.
fn register(desk: &Browser, plan: &str, found: &mut Vec<String>) -> String {
    desk.open(&format!("/programmes/{plan}"));
    desk.click("link", "查看检查");
    desk.sees("没有符合条件的检查");
    desk.open(&format!("/inspections/new?programme={plan}&region=440103&product_kind=K0301"));
    accessible(desk, "a registration", found);
    desk.fill("抽样单编号", "GDCJ-1");
    desk.choose("抽查级别", "省级监督抽查");
    desk.fill("名称", "第1公司");
    desk.fill("统一社会信用代码（选填）", &uscc(1));
    desk.fill("产品名称", "聚氯乙烯绝缘电缆");
    desk.choose("承检机构", "粤东质检");
    desk.choose("抽样机构", "抽样中心");
    desk.click("button", "登记");
    desk.sees("当前可办理事项");
    accessible(desk, "a registered inspection", found);
    desk.path()
}

/// The sampler fills the form in without a connection, and sends it when there is one.
fn sample(phone: &mut Browser, photo: &std::path::Path, state: &dyn Fn() -> Value, found: &mut Vec<String>) {
    phone.size(390, 844);
    phone.is_at("/sampling-tasks");
    phone.sees("聚氯乙烯绝缘电缆");
    phone.sees("录制抽样过程");
    phone.unfold("填写抽样情况");
    phone.click("field", "抽取样品");
    phone.sees("抽样基数");
    accessible(phone, "the form of a sampling", found);
    phone.expects("net::ERR_INTERNET_DISCONNECTED");
    connection(phone, false);
    for (label, value) in [
        ("抽样人员 1", "张三"),
        ("抽样人员 2", "李四"),
        ("抽样基数", "100"),
        ("检样数", "2"),
        ("备样数", "2"),
    ] {
        phone.fill(label, value);
    }
    phone.click("field", "已出示抽样通知书和证件");
    phone.fill("封条号（每行一个）", "F1；F2");
    phone.attach("选择照片", photo);
    phone.sees("shelf.png");
    phone.click("button", "提交");
    phone.sees("已保存在本机");
    phone.sees("尚未发送");
    accessible(phone, "what was not sent", found);
    assert_eq!(state(), "drawn", "nothing can have come");
    connection(phone, true);
    phone.sees("已发送，服务器已登记");
    phone.sees_no("尚未发送");
    assert_eq!(state(), "sealed");
}

fn test(lab: &Browser, found: &mut Vec<String>) {
    lab.is_at("/lab");
    lab.sees("聚氯乙烯绝缘电缆");
    lab.unfold("收样（封条完好）");
    lab.click("button", "确认收样");
    lab.sees("操作成功");
    accessible(lab, "the tasks of a laboratory", found);
    lab.click("link", "登记检验");
    lab.is_at("/inspections/");
    take(lab, "检验", |_| ());
    take(lab, "出具报告", |lab| {
        lab.fill("检验报告编号", "YDZJ-1");
        lab.choose("检验结论", "不合格");
        lab.fill("检验项目 1", "导体电阻");
        lab.fill("标准值", "≤ 1.83");
        lab.fill("实测值", "2.40");
        lab.choose("单项结论", "不合格");
        lab.click("button", "再加一项");
        let mut faults = Vec::new();
        accessible(lab, "the form of a report", &mut faults);
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    });
    lab.sees("2.40");
}

/// A moment that the clock of the phone, which says when it was there, does not reach meanwhile: of the same day, since no step may be of a day
/// before that of the last one.
fn later_today() -> DateTime<Utc> {
    let now = Utc::now();
    let tomorrow = shanghai_midnight(shanghai_date(now) + Duration::days(1));
    (now + Duration::minutes(15)).min(tomorrow - Duration::seconds(1))
}

#[test]
fn a_sample_goes_from_the_plan_to_its_publication() {
    let app = TestApp::builder().at(&later_today().to_rfc3339()).start();
    let officer = app.admin("officer", "440000");
    let (tests, takes) = bodies(&officer);
    let plan = programme(&app, &officer);
    person(&app, &officer, "sampler-1", "sampler", &takes);
    person(&app, &officer, "laboratory-1", "laboratory", &tests);
    let factory = app.claimed_enterprise(1, "440103", "K0301");
    let folder = tempfile::tempdir().unwrap();
    let photo = folder.path().join("shelf.png");
    std::fs::write(&photo, STANDARD.decode(PICTURE).unwrap()).unwrap();

    let chromium = Chromium::start();
    let desk = chromium.browser("officer", &app.url);
    let mut phone = chromium.browser("sampler", &app.url);
    let lab = chromium.browser("laboratory", &app.url);
    let mut found = Vec::new();
    desk.log_in("officer");
    let page = register(&desk, &plan, &mut found);
    let api = format!("/api/v1{page}");
    let state = || officer.get(&api).expect(200)["state"].clone();
    assert_eq!(factory.http.get(&api).status, 404, "nobody is told of a sampling beforehand");

    phone.log_in("sampler-1");
    sample(&mut phone, &photo, &state, &mut found);
    desk.open(&page);
    desk.until("!!document.querySelector('.history .pieces img')");

    lab.log_in("laboratory-1");
    test(&lab, &mut found);

    desk.open(&page);
    desk.unfold("送达结果");
    desk.sees("立案");
    take(&desk, "送达结果", |_| ());
    desk.sees("整改案件");
    let client = chromium.browser("enterprise", &app.url);
    client.log_in("enterprise-1");
    client.open("/my/inspections");
    client.sees("可以在期限内提出异议");
    accessible(&client, "an enterprise's inspections", &mut found);
    client.click("link", "办理");
    client.is_at(&page);
    client.unfold("提出异议");
    client.sees("复检结论为最终结论");
    accessible(&client, "an enterprise's inspection", &mut found);

    app.clock.advance(Duration::days(40));
    while sweep(&app.app, &|| false).unwrap() {}
    // The sessions have ended meanwhile.
    let officer = app.http().log_in("officer", PASSWORD);
    assert_eq!(officer.get(&api).expect(200)["state"], "final");
    desk.log_in("officer");
    desk.open(&page);
    take(&desk, "通报", |_| ());
    desk.sees("已通报");
    accessible(&desk, "a published inspection", &mut found);
    desk.open(&format!("/inspections?programme={plan}"));
    desk.sees("聚氯乙烯绝缘电缆");
    accessible(&desk, "the list of inspections", &mut found);
    assert!(found.is_empty(), "{}", found.join("\n"));
    for browser in [&desk, &lab, &client] {
        browser.is_clean();
    }
}

#[test]
fn what_was_entered_wrongly_is_corrected_on_its_page() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let (tests, takes) = bodies(&officer);
    let form = json!({
        "number": "GDCJ-2", "method": "sampling", "purpose": "routine", "level": "provincial", "role": "producer",
        "operator_name": "第2公司", "place_region": "440103", "product_kind": "K0301", "product_name": "电缆",
        "laboratory": tests, "sampler": takes,
    });
    let id = text(&officer.post("/api/v1/inspections", &form).expect(201)["id"]);
    let events = format!("/api/v1/inspections/{id}/events");
    let sample = json!({ "samplers": ["张三", "李四"], "notice_shown": true, "base_quantity": 100, "test_quantity": 2, "reserve_quantity": 2 });
    officer.post(&events, &json!({ "step": "sample", "sample": sample })).expect(200);
    let chromium = Chromium::start();
    let desk = chromium.browser("officer", &app.url);
    desk.log_in("officer");
    desk.open(&format!("/inspections/{id}"));
    desk.click("link", "更正 抽取样品 2");
    desk.is_at(&format!("/inspections/{id}/events/"));
    let mut found = Vec::new();
    accessible(&desk, "a correction", &mut found);
    assert_eq!(desk.value("抽样人员 2"), "李四");
    desk.fill("抽样人员 2", "王五");
    desk.fill("更正原因", "姓名登记有误");
    desk.click("button", "更正");
    desk.within("dialog", "更正").click("button", "确认");
    desk.is_at(&format!("/inspections/{id}"));
    desk.sees("张三、王五");
    desk.sees("更正原因：姓名登记有误");
    assert!(found.is_empty(), "{}", found.join("\n"));
    desk.is_clean();
}
