//! A list is checked, looked at again by Back and a reload, and imported from the record of its check.

use std::path::Path;

use zerodesk::zero_out::import::Column;

use super::page_checks::accessible;
use crate::support::TestApp;
use crate::support::browser::{Browser, Chromium};
use crate::support::csv::{file, row, uscc};

fn write(folder: &Path, name: &str, bytes: &[u8]) -> std::path::PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// The result of the check as it stands on the page.
fn sees_the_check(officer: &Browser) {
    officer.sees("尚未写入");
    officer.sees("第1公司.csv");
    officer.sees("经营状态须为");
    officer.sees("下载为 XLSX");
}

#[test]
fn a_check_stays_and_its_file_is_imported_from_it() {
    let app = TestApp::start();
    app.admin("officer", "440000");
    let list = file(&[
        row(&[(Column::Uscc, &uscc(1)), (Column::Name, "第1公司")]),
        row(&[(Column::Uscc, &uscc(2)), (Column::OperatingStatus, "不详")]),
    ]);
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "第1公司.csv", &list);
    let chromium = Chromium::start();
    let officer = chromium.browser("officer", &app.url);
    officer.log_in("officer");
    officer.open("/imports");
    officer.sees("文件应有的列");
    officer.unfold("查看各列的要求");
    officer.sees("GB 32100-2015");
    officer.attach("文件", &path);
    officer.click("button", "检查文件");
    officer.is_at("/imports/");
    sees_the_check(&officer);
    let record = officer.path();

    officer.reload();
    sees_the_check(&officer);
    officer.click("link", "更换文件");
    officer.sees("文件应有的列");
    officer.script("history.back()", vec![]);
    officer.is_at(&record);
    sees_the_check(&officer);

    let mut found = Vec::new();
    accessible(&officer, "a check", &mut found);
    officer.click("button", "确认导入该文件（写入名单）");
    officer.sees("查看导入的记录和案件");
    assert_ne!(officer.path(), record);
    accessible(&officer, "an import", &mut found);
    officer.click("link", "查看导入的记录和案件");
    officer.is_at("/imports/");
    officer.sees("第1公司");
    accessible(&officer, "imported records", &mut found);
    officer.click("link", "查看案件");
    officer.is_at("/cases/");
    // The record of the check leads to the import and offers it no more.
    officer.open(&record);
    officer.sees("已从该检查记录导入");
    officer.sees_no("确认导入该文件");
    assert!(found.is_empty(), "{}", found.join("\n"));
    officer.is_clean();
}
