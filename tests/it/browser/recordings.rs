//! A phone records over plain http by its own camera's files; an officer's browser checks the chain, and hashes the files once a reason is given.

use serde_json::json;

use super::page_checks::accessible;
use crate::attachments::samples::PNG;
use crate::recordings::world;
use crate::support::browser::Chromium;

#[test]
fn what_a_phone_records_is_checked_by_the_browser_of_who_looks() {
    let world = world();
    let chromium = Chromium::start();
    let phone = chromium.insecure_browser("phone", &world.app.url);
    phone.log_in("sampler-1");
    phone.open(&format!("/sampling-tasks/{}/record", world.inspection));
    phone.sees("未通过 HTTPS 打开");
    let mut found = Vec::new();
    accessible(&phone, "recording", &mut found);
    phone.click("button", "开始录制");
    phone.until("/^[0-9]{4} /.test(document.querySelector('[data-words]').textContent)");
    phone.click("checkbox", "营业执照");
    let folder = tempfile::tempdir().unwrap();
    let photo = folder.path().join("photo.png");
    std::fs::write(&photo, PNG).unwrap();
    phone.attach("选择已拍摄的录像或照片", &photo);
    phone.until("document.querySelector('[data-waiting]').dataset.sent === '1'");
    phone.click("button", "结束录制");
    phone.until("document.querySelector('[data-waiting]').dataset.left === '0'");
    phone.is_clean();
    let manifest = world.manifest(&world.officer);
    assert_eq!(manifest["chain"], "unbroken");
    assert_eq!(manifest["recordings"][0]["segments"][0]["shots"], json!(["licence"]));

    let browser = chromium.browser("officer", &world.app.url);
    browser.log_in("officer");
    browser.open(&format!("/inspections/{}/recording", world.inspection));
    browser.sees("浏览器核对：哈希链完整");
    accessible(&browser, "the recordings of an inspection", &mut found);
    browser.fill("查看原因", "办理企业异议");
    browser.click("button", "登记并观看");
    browser.click("button", "核对文件内容");
    browser.sees("已核对 1 段的内容");
    browser.is_clean();
    assert!(found.is_empty(), "{found:#?}");
    let log = world.enterprise.http.get(&format!("{}/recordings/views", world.path())).expect(200);
    assert_eq!(log["items"][0]["reason"], "办理企业异议");
}
