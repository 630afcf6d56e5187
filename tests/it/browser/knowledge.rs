//! Articles that are like a question, while an enterprise types it and beside the expert's chat.

use serde_json::json;

use super::page_checks::accessible;
use crate::knowledge::published;
use crate::support::TestApp;
use crate::support::browser::Chromium;
use crate::support::people::text;

const ENTER: &str = "\u{E007}";

#[test]
fn typing_a_question_shows_articles_that_may_solve_it() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let conclusion = json!({ "conclusion": "烘干绝缘料后复检合格" });
    let path = format!("/api/v1/consultations/{}/conclude", talk.id);
    talk.expert.http.post(&path, &conclusion).expect(200);
    let change = json!({
        "title": "电缆绝缘电阻不合格的整改", "question": "绝缘料受潮后绝缘电阻不合格，如何干燥？", "cause": "绝缘料受潮",
        "actions": "七十摄氏度烘干四小时", "standards": [{ "standard": "GB/T 3048.5-2007", "clause": "6.1" }],
    });
    let article = published(&officer, &talk.expert.http, &talk.id, &change);
    let totals = || officer.get("/api/v1/knowledge/usage/totals").expect(200);

    let chromium = Chromium::start();
    let browser = chromium.browser("enterprise", &app.url);
    browser.log_in("enterprise-1");
    browser.open("/ask");
    browser.fill("主题", "绝缘料受潮");
    browser.fill("问题描述", "绝缘电阻不合格，\n不知道怎样干燥");
    browser.until("!document.querySelector('[data-similar]').hidden");
    browser.sees("电缆绝缘电阻不合格的整改");
    browser.sees("GB/T 3048.5-2007 6.1");
    browser.until("document.querySelector('[data-similar] [role=status]').textContent.includes('找到 1 条')");
    let mut found = Vec::new();
    accessible(&browser, "a question with similar articles", &mut found);
    // By the keyboard alone: the article opens in place.
    browser.script("document.querySelector('[data-similar] summary').focus()", vec![]);
    browser.press(ENTER);
    browser.sees("七十摄氏度烘干四小时");
    accessible(&browser, "an article that is open beside a question", &mut found);
    browser.until(
        "[...document.querySelectorAll('[data-similar] button')].some((b) => b.textContent === '继续提问')",
    );
    browser.click("button", "已解决我的问题");
    browser.sees("已记录，感谢反馈");
    browser.is_at("/ask");
    let counted = totals();
    assert_eq!(
        (&counted["shown"], &counted["opened"], &counted["helped"]),
        (&json!(1), &json!(1), &json!(1))
    );
    // What is typed on goes on being looked for, and is noted no second time.
    browser.fill("问题描述", "绝缘料受潮后怎样干燥，请指导");
    browser.until("document.querySelectorAll('[data-similar] details').length === 1");
    assert_eq!(totals()["shown"], 1, "once for a person, an article and a question");
    assert!(found.is_empty(), "{}", found.join("\n"));

    // Beside the chat the expert puts a reference into the message.
    let question = json!({ "product_kind": "K0101", "subject": "绝缘料受潮", "question": "绝缘电阻不合格" });
    let id = text(&talk.enterprise.http.post("/api/v1/consultations", &question).expect(201)["id"]);
    talk.expert.http.act(&format!("/api/v1/consultations/{id}/accept")).expect(200);
    let browser = chromium.browser("expert", &app.url);
    browser.log_in("expert-1");
    browser.open(&format!("/consultations/{id}"));
    browser.until("!!document.getElementById('chat')?.dataset.ready");
    browser.unfold("类似问题与标准");
    browser.sees("电缆绝缘电阻不合格的整改");
    browser.click("button", "引用 电缆绝缘电阻不合格的整改");
    browser.until(&format!("document.getElementById('draft').value.includes('/knowledge/{article}')"));
    browser.until(
        "document.getElementById('draft').value.startsWith('参考知识条目《电缆绝缘电阻不合格的整改》')",
    );
}
