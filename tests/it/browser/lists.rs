//! Lists in a browser: filters under a name, other orders, the same done to several rows.

use zerodesk::zero_out::import::Column;

use super::page_checks::accessible;
use crate::support::TestApp;
use crate::support::browser::Chromium;
use crate::support::csv::{file, row, uscc};

#[test]
fn a_filter_is_saved_and_several_rows_are_dealt_with_at_once() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let rows: Vec<Vec<String>> = (1..=3)
        .map(|n| {
            let (code, name) = (uscc(n), format!("恒通第{n}公司"));
            let (email, report) = (format!("factory-{n}@enterprise.example"), format!("R{n}"));
            row(&[
                (Column::Uscc, &code),
                (Column::Name, &name),
                (Column::ContactEmail, &email),
                (Column::ReportNo, &report),
                (Column::OrderIssuedOn, "2026-02-20"),
            ])
        })
        .collect();
    assert_eq!(app.import(&officer, &file(&rows), false)["inserted"], 3);
    let chromium = Chromium::start();
    let mut browser = chromium.browser("officer", &app.url);
    browser.log_in("officer");
    browser.open("/cases?sort=enterprise&state=ordered");
    browser.sees("共 3 条");
    browser.until("!document.querySelector('[data-saved-filters]').hidden");
    let name = "document.querySelector('[data-saved-filters] input')";
    browser.script(&format!("{name}.value = '责令改正中'; {name}.form.requestSubmit();"), Vec::new());
    browser.sees("已保存。");
    browser.open("/cases");
    browser.until("document.querySelector('[data-saved-filters] a')?.textContent === '责令改正中'");
    browser.script("document.querySelector('[data-saved-filters] a').click()", Vec::new());
    browser.until("location.search === '?sort=enterprise&state=ordered'");
    browser.until("document.querySelectorAll('[data-bulk-id]').length === 3");
    let mut found = Vec::new();
    accessible(&browser, "the cases", &mut found);
    // Two of three are reminded, then all of them: the two have been reminded already.
    browser.script(
        "[...document.querySelectorAll('[data-bulk-id]')].slice(0, 2).forEach((box) => box.click())",
        Vec::new(),
    );
    browser.until("document.querySelector('[data-bulk] button').disabled === false");
    browser.script("document.querySelector('[data-bulk] button').click()", Vec::new());
    browser.until("document.querySelector('dialog[open] h2').textContent === '提醒企业：2 项'");
    accessible(&browser, "the question", &mut found);
    browser.script("document.querySelector('dialog[open] form').requestSubmit()", Vec::new());
    browser.sees("完成：成功 2 项，未办理 0 项。");
    app.mail("factory-1@enterprise.example", "R1");
    app.mail("factory-2@enterprise.example", "R2");
    browser.script("document.querySelector('dialog[open] button').click()", Vec::new());
    browser.until("!document.querySelector('dialog[open]') && document.querySelector('[data-bulk] input')");
    browser.expects("/remind - Failed to load resource: the server responded with a status of 409");
    browser.script("document.querySelector('[data-bulk] input').click()", Vec::new());
    browser.script("document.querySelector('[data-bulk] button').click()", Vec::new());
    browser.script("document.querySelector('dialog[open] form').requestSubmit()", Vec::new());
    browser.sees("完成：成功 1 项，未办理 2 项。");
    browser.sees("今天已提醒过该企业");
    app.mail("factory-3@enterprise.example", "R3");
    assert!(found.is_empty(), "{}", found.join("\n"));
}
