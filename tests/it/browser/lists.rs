//! Lists in a browser: filters under a name, other orders, the same done to several rows.

use serde_json::json;
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

#[test]
fn several_consultations_are_assigned_at_once() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    // Nobody is there yet, so both wait.
    for subject in ["绝缘不合格", "导体不合格"] {
        let question = json!({ "subject": subject, "question": "如何整改？", "product_kind": "K0101" });
        enterprise.http.post("/api/v1/consultations", &question).expect(201);
    }
    let expert = app.approved_expert(&officer, "expert-1", "K0202");
    let chromium = Chromium::start();
    let browser = chromium.browser("officer", &app.url);
    browser.log_in("officer");
    browser.open("/queue");
    browser.until("document.querySelectorAll('[data-bulk-id]').length === 2");
    browser.script("document.querySelector('[data-bulk] input').click()", Vec::new());
    browser.script("document.querySelector('[data-bulk] button').click()", Vec::new());
    browser.until("document.querySelector('dialog[open] h2').textContent === '批量指派：2 项'");
    let mut found = Vec::new();
    accessible(&browser, "the question", &mut found);
    let fill = "const form = document.querySelector('dialog[open] form');
        form.elements.expert.selectedIndex = 1; form.elements.reason.value = '就近'; form.requestSubmit();";
    browser.script(fill, Vec::new());
    browser.sees("完成：成功 2 项，未办理 0 项。");
    let held = expert.http.get("/api/v1/consultations?status=active").expect(200);
    assert_eq!(held["items"].as_array().map(Vec::len), Some(2), "{held}");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The select of the product kinds.
const KIND: &str = "document.querySelector('[name=product_kind]')";

#[test]
fn a_product_kind_is_found_by_typing() {
    let app = TestApp::start();
    app.admin("officer", "440000");
    app.claimed_enterprise(1, "440103", "K0101");
    let chromium = Chromium::start();
    let browser = chromium.browser("enterprise", &app.url);
    browser.log_in("enterprise-1");
    browser.open("/ask");
    let hidden = "document.querySelector('.find').hidden";
    browser.until(&format!("{hidden} && {KIND}.disabled"));
    browser.choose("关于哪条记录", "与不合格记录无关的产品问题");
    browser.until(&format!("!{hidden} && !{KIND}.disabled"));
    let all = browser.script(&format!("return {KIND}.options.length"), Vec::new());
    // Another name finds it, and stands behind the name.
    browser.fill("查找产品种类", "螺纹钢");
    browser.until(&format!("{KIND}.options.length === 1 && {KIND}.size > 1"));
    browser.until(&format!("{KIND}.textContent.includes('热轧带肋钢筋（又称：钢筋、螺纹钢）')"));
    browser.sees("找到 1 种");
    let mut found = Vec::new();
    accessible(&browser, "the form that asks", &mut found);
    assert!(found.is_empty(), "{found:#?}");
    // Enter takes the first and does not send the form.
    browser.press("\u{E007}");
    browser.until(&format!("{KIND}.value === 'K0101' && {KIND}.size < 2"));
    assert_eq!(browser.path(), "/ask");
    // Nothing that fits is said so; Escape empties the box, which shows all of them, with the choice that was made.
    browser.fill("查找产品种类", "没有这种产品");
    browser.sees("没有找到");
    browser.press("\u{E00C}");
    browser.until(&format!("{KIND}.options.length === {all} && {KIND}.value === 'K0101'"));
    // With the arrow into the list, with Enter out of it.
    browser.fill("查找产品种类", "shuini");
    browser.until(&format!("{KIND}.size > 1 && {KIND}.querySelector('option[value=K0201]')"));
    browser.press("\u{E015}");
    browser.until(&format!("document.activeElement === {KIND} && {KIND}.value !== ''"));
    browser.choose("产品种类", "通用硅酸盐水泥（又称：水泥、普通硅酸盐水泥）");
    browser.fill("主题", "强度不足");
    browser.fill("问题描述", "二十八天抗压强度不足，怎样查找原因？");
    browser.click("button", "发起问诊");
    browser.is_at("/consultations/");
    browser.sees("通用硅酸盐水泥");
    browser.is_clean();
}
