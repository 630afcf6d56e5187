//! Advice as a card that is answered in the talk, and a conclusion that is printed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::page_checks::accessible;
use crate::support::TestApp;
use crate::support::browser::Chromium;

/// The sizes of the pages of a PDF, in points.
fn page_sizes(pdf: &str) -> Vec<(f64, f64)> {
    let size = |rest: &str| {
        let numbers: Vec<f64> = rest
            .split(']')
            .next()?
            .trim_start_matches([' ', '['])
            .split(' ')
            .filter_map(|n| n.parse().ok())
            .collect();
        (numbers.len() == 4).then(|| (numbers[2] - numbers[0], numbers[3] - numbers[1]))
    };
    pdf.split("/MediaBox").skip(1).filter_map(size).collect()
}

#[test]
fn advice_is_answered_on_its_card_and_the_conclusion_is_printed_on_a4() {
    let app = TestApp::start();
    let (_, talk) = app.small_world();
    let chromium = Chromium::start();
    let (expert, factory) = (chromium.browser("expert", &app.url), chromium.browser("factory", &app.url));
    let page = format!("/consultations/{}", talk.id);
    for (browser, who) in [(&expert, "expert-1"), (&factory, "enterprise-1")] {
        browser.log_in(who);
        browser.open(&page);
        browser.until("!!document.getElementById('chat')?.dataset.ready");
    }
    // From beside the field to write in.
    expert.click("button", "整改意见");
    expert.fill("原因分析", "轧辊磨损");
    let first = expert.within("group", "措施 1");
    first.fill("措施内容", "更换轧辊并复核孔型");
    first.fill("依据标准", "GB/T 1499.2-2018");
    first.fill("条款", "6.3");
    expert.click("button", "发出意见");
    // The card comes without a reload, to both.
    for browser in [&factory, &expert] {
        browser.until("!!document.querySelector('.message.advice > .advice-card')");
        for text in ["轧辊磨损", "GB/T 1499.2-2018", "待企业答复", "查看所属案件"] {
            browser.sees(text);
        }
    }
    let mut found = Vec::new();
    accessible(&factory, "a card of advice", &mut found);
    factory.within("region", "对话").click("button", "接受");
    factory.until("document.querySelector('.advice-card .tag')?.textContent === '已接受'");
    expert.until("document.querySelector('.advice-card .tag')?.textContent === '已接受'");

    expert.click("link", "办结问诊");
    expert.is_at(&format!("{page}/conclude"));
    expert.sees("更换轧辊并复核孔型");
    accessible(&expert, "the form for a conclusion", &mut found);
    expert.fill("结论", "更换轧辊后申请复查。");
    expert.fill("原因分析", "轧辊磨损超过 1 毫米");
    expert.unfold("新增措施 1");
    expert.within("group", "新增措施 1").fill("措施内容", "每班测量孔型");
    expert.click("button", "办结");
    // It asks first.
    expert.within("dialog", "办结问诊").click("button", "取消");
    expert.is_at(&format!("{page}/conclude"));
    expert.click("button", "办结");
    expert.within("dialog", "办结问诊").click("button", "确认");
    expert.sees("已办结");

    factory.reload();
    factory.click("link", "诊〔");
    factory.is_at(&format!("{page}/conclusion"));
    for text in ["000001 号", "更换轧辊后申请复查。", "每班测量孔型", "轧辊磨损超过 1 毫米", "签字"]
    {
        factory.sees(text);
    }
    accessible(&factory, "a conclusion", &mut found);
    factory.devtools("Emulation.setEmulatedMedia", json!({ "media": "print" }));
    let hidden = "return ['.top', '.foot', '.noprint'].map((part) => getComputedStyle(document.querySelector(part)).display)";
    assert_eq!(factory.script(hidden, vec![]), json!(["none", "none", "none"]), "only the sheet is printed");
    factory.devtools("Emulation.setEmulatedMedia", json!({ "media": "" }));
    let printed =
        factory.devtools("Page.printToPDF", json!({ "preferCSSPageSize": true, "printBackground": false }));
    let pdf = STANDARD.decode(printed["data"].as_str().unwrap()).unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    let sizes = page_sizes(&String::from_utf8_lossy(&pdf));
    assert!(!sizes.is_empty(), "no page has a size");
    for (width, height) in &sizes {
        assert!((width - 595.0).abs() < 2.0 && (height - 842.0).abs() < 2.0, "{sizes:?} is not A4");
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    expert.is_clean();
    factory.is_clean();
}
