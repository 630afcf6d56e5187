//! A label is checked on a phone without a connection, over plain http: kept, and sent when there is one.

use serde_json::json;

use crate::attachments::samples::PNG;
use crate::support::TestApp;
use crate::support::browser::Chromium;
use crate::support::people::text;

#[test]
fn a_label_is_checked_without_a_connection_and_sent_once() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let folder = tempfile::tempdir().unwrap();
    let photo = folder.path().join("label.png");
    std::fs::write(&photo, PNG).unwrap();
    let chromium = Chromium::start();
    let mut browser = chromium.insecure_browser("officer", &app.url);
    browser.size(390, 844);
    browser.log_in("officer");
    browser.open("/label-checks/new");
    let network = |there: bool| json!({ "offline": !there, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
    browser.expects("net::ERR_INTERNET_DISCONNECTED");
    browser.devtools("Network.enable", json!({}));
    browser.devtools("Network.emulateNetworkConditions", network(false));
    browser.fill("产品名称", "塑胶积木");
    browser.fill("受检单位", "启明玩具店");
    // Every check is answered; the card of a class that is not chosen is not shown.
    browser.until("document.querySelector('[data-check=ccc]').hidden");
    let answer = "(() => { for (const card of document.querySelectorAll('[data-check]:not([hidden])')) {
        card.querySelector(`input[value=${card.dataset.check === 'warning' ? 'missing' : 'ok'}]`).click(); } return true; })()";
    browser.until(answer);
    browser.click("button", "提交");
    browser.sees("请拍照");
    browser.until("document.querySelector('[data-check=warning] .failed:not([hidden])')");
    browser.attach(
        "拍照（必须） 使用不当易造成损坏或者危及人身、财产安全的产品，有警示标志或者中文警示说明",
        &photo,
    );
    browser.until("document.querySelectorAll('[data-check=warning] .file').length === 1");
    browser.click("button", "提交");
    browser.sees("尚未提交的检查");
    browser.sees("待发送");
    let count = || {
        let found = officer.get("/api/v1/label-checks").expect(200);
        found["items"].as_array().unwrap().len()
    };
    assert_eq!(count(), 0);
    browser.devtools("Network.emulateNetworkConditions", network(true));
    browser.until("dispatchEvent(new Event('online'))");
    browser.sees("已登记：塑胶积木");
    browser.sees_no("尚未提交的检查");
    assert_eq!(count(), 1);
    browser.open("/label-checks");
    browser.sees("标识不合格");
    browser.click("link", "塑胶积木");
    browser.until("document.querySelector('.photos img')?.naturalWidth > 0");
    browser.expects_no_more();
}

#[test]
fn a_sampler_enters_a_task_which_asks_what_goes_with_the_regime_of_its_kind() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let body = crate::inspections::body(&officer, "抽样服务中心", true);
    crate::inspections::person(&app, &officer, "sampler", "sampler-1", &body);
    let task = json!({
        "number": "BZ-1", "method": "label", "purpose": "routine", "level": "provincial", "role": "seller", "operator_name": "启明玩具店",
        "place_region": "440103", "product_kind": "K0601", "product_name": "塑胶积木", "sampler": body,
    });
    let id = text(&officer.post("/api/v1/inspections", &task).expect(201)["id"]);
    let chromium = Chromium::start();
    let mut browser = chromium.insecure_browser("sampler", &app.url);
    browser.size(390, 844);
    browser.log_in("sampler-1");
    browser.open(&format!("/label-checks/new?task={id}"));
    // Toys are under strict supervision.
    browser.until("!document.querySelector('[data-check=standard]').hidden");
    browser.until(
        "(() => { for (const card of document.querySelectorAll('[data-check]:not([hidden])')) {
            card.querySelector('input[value=ok]').click(); } return true; })()",
    );
    browser.click("button", "提交");
    browser.sees("已登记：");
    assert_eq!(officer.get(&format!("/api/v1/inspections/{id}/label")).expect(200)["outcome"], "conforming");
    browser.expects_no_more();
}
