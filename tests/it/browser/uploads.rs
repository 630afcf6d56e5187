//! Files that go on where they broke off.

use diesel::prelude::*;
use serde_json::json;
use zerodesk::db::schema::{attachment, attachment_upload};

use crate::support::TestApp;
use crate::support::browser::Chromium;

const BAR: &str = "document.querySelector('.chip-file progress')";

#[test]
fn an_upload_goes_on_after_a_reload() {
    let app = TestApp::start();
    let (_, talk) = app.small_world();
    let folder = tempfile::tempdir().unwrap();
    let drawing = folder.path().join("drawing.pdf");
    let size = 10 * 1024 * 1024;
    let bytes: Vec<u8> = b"%PDF-1.7\n".iter().copied().chain(std::iter::repeat(7)).take(size).collect();
    std::fs::write(&drawing, &bytes).unwrap();
    let chromium = Chromium::start();
    let browser = chromium.browser("enterprise", &app.url);
    browser.log_in("enterprise-1");
    browser.open(&format!("/consultations/{}", talk.id));
    browser.sees("问诊中");
    browser.devtools("Network.enable", json!({}));
    let slow =
        json!({ "offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 1_500_000 });
    browser.devtools("Network.emulateNetworkConditions", slow);
    browser.attach("添加附件", &drawing);
    // Beyond the first part of 4 MiB, and not at the end.
    browser.until(&format!("{BAR} && {BAR}.value > 45"));
    browser.reload();
    browser.until(&format!("{BAR} && {BAR}.value >= 40"));
    browser.until("document.querySelector('.chip-file:not(.going) .file')?.textContent === 'drawing.pdf'");
    browser.click("button", "发送");
    browser
        .until("document.querySelector('.messages .message:not(.unsent) a[href^=\"/api/v1/attachments/\"]')");
    let conn = &mut *app.app.conn().unwrap();
    let uploads: Vec<(i64, i64)> = attachment_upload::table
        .select((attachment_upload::size, attachment_upload::received))
        .load(conn)
        .unwrap();
    assert_eq!(uploads, [(10_485_760, 10_485_760)], "one upload, gone on with");
    let kept: Vec<(i64, Option<String>)> =
        attachment::table.select((attachment::size, attachment::stream)).load(conn).unwrap();
    assert_eq!(kept, [(10_485_760, Some("talk".to_owned()))]);
}

#[test]
fn a_file_of_a_question_goes_on_after_a_reload() {
    const BAR: &str = "document.querySelector('.file-list progress')";
    let app = TestApp::start();
    app.small_world();
    let folder = tempfile::tempdir().unwrap();
    let drawing = folder.path().join("drawing.pdf");
    let size = 10 * 1024 * 1024;
    let bytes: Vec<u8> = b"%PDF-1.7\n".iter().copied().chain(std::iter::repeat(7)).take(size).collect();
    std::fs::write(&drawing, &bytes).unwrap();
    let chromium = Chromium::start();
    let browser = chromium.browser("enterprise", &app.url);
    browser.log_in("enterprise-1");
    browser.open("/ask");
    browser.devtools("Network.enable", json!({}));
    let slow =
        json!({ "offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 1_500_000 });
    browser.devtools("Network.emulateNetworkConditions", slow);
    browser.attach("选择照片或文件", &drawing);
    // Beyond the first part of 4 MiB, and not at the end.
    browser.until(&format!("{BAR} && {BAR}.value > 0.45"));
    browser.reload();
    browser.until(&format!("{BAR} && {BAR}.value >= 0.4"));
    browser
        .until("document.querySelector('.file-list .file.done .file-name')?.textContent === 'drawing.pdf'");
    browser.until("document.querySelector('input[type=hidden][name=\"attachments.0\"]')?.value");
    let conn = &mut *app.app.conn().unwrap();
    let uploads: Vec<(i64, i64)> = attachment_upload::table
        .select((attachment_upload::size, attachment_upload::received))
        .load(conn)
        .unwrap();
    assert_eq!(uploads, [(10_485_760, 10_485_760)], "one upload, gone on with");
}
