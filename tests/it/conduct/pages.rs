//! The pages of credit: what the enterprise reads of itself, what officers find, and what nobody else may know.

use chrono::Duration;
use serde_json::json;

use super::{decision, entered, entry, entry_of, people, step};
use crate::credit::grade;
use crate::support::TestApp;

/// The path of the page of an entry, of that of the API.
fn page(api: &str) -> &str {
    api.trim_start_matches("/api/v1")
}

#[test]
fn an_enterprise_reads_why_until_when_and_where_to_object() {
    let app = TestApp::start();
    let (officer, second, enterprise) = people(&app);
    let sold = entered(&officer, &entry_of(&enterprise.id, "sold_after_stop"));
    let late = entered(&officer, &entry_of(&enterprise.id, "label_failed"));
    let own = enterprise.http.get("/my/credit").text;
    for words in [
        "贵企业目前为 C 级（重点监管）。",
        "失信记分 12 分，由 1 项事实产生；C 级自 12 分起。",
        "若无新增情况",
        "试行",
        "告知期内，尚未计分",
    ] {
        assert!(own.contains(words), "{words}");
    }
    for path in [&sold, &late] {
        assert!(own.contains(&format!("{}?step=object#steps", page(path))), "{path}");
    }
    let english = enterprise.http.get("/my/credit?lang=en").text;
    assert!(english.contains("Your enterprise is in grade C (key supervision)."), "{english}");
    // It objects; what is said changes, and there is no second button for the same entry.
    step(&enterprise.http, &sold, "object", &json!({ "reason": "停售通知送达前已出库" })).expect(200);
    let own = enterprise.http.get("/my/credit?lang=zh-CN").text;
    assert!(own.contains("异议将在2026年3月5日前办结。"), "{own}");
    assert!(!own.contains(&format!("{}?step=object#steps", page(&sold))));
    // Another officer finds it right: nothing of it counts, and the decision is to be read.
    let mut annulment = decision();
    annulment["ground"] = json!("objection");
    step(&second, &sold, "annul", &annulment).expect(200);
    let own = enterprise.http.get("/my/credit").text;
    assert!(own.contains("贵企业目前为 A 级（常规监管）。") && own.contains("已撤销的记录"), "{own}");
    let shown = enterprise.http.get(page(&sold)).text;
    assert!(shown.contains("理由：检验报告有效") && !shown.contains("officer"), "{shown}");
}

#[test]
fn officers_of_the_region_decide_and_nobody_else_knows() {
    let app = TestApp::start();
    let (officer, second, enterprise) = people(&app);
    let path = entered(&officer, &entry(&enterprise.id));
    step(&enterprise.http, &path, "object", &json!({ "reason": "样品不是本企业的" })).expect(200);
    let shown = officer.get(page(&path)).text;
    assert!(shown.contains("异议须由登记人以外的监管人员办理。"), "{shown}");
    let shown = second.get(page(&path)).text;
    for words in ["异议不成立，维持记录", "异议成立，撤销记录", "异议部分成立，更正记录"]
    {
        assert!(shown.contains(words), "{words}");
    }
    let statement = format!("/credit/{}", enterprise.id);
    assert!(second.get(&statement).text.contains("该经营者目前为"), "{statement}");
    let elsewhere = app.admin("elsewhere", "440300");
    let stranger = app.claimed_enterprise(2, "440305", "K0102");
    for (who, path, status) in [
        (&elsewhere, statement.as_str(), 404),
        (&elsewhere, page(&path), 404),
        (&stranger.http, page(&path), 404),
        (&stranger.http, statement.as_str(), 403),
        (&stranger.http, "/credit", 403),
        (&officer, "/my/credit", 404),
    ] {
        assert_eq!(who.get(path).status, status, "{path}");
    }
    app.approved_expert(&officer, "expert-1", "K0101");
    let expert = app.http().log_in("expert-1", crate::support::people::PASSWORD);
    for (path, status) in [("/credit", 403), ("/my/credit", 404), (page(&path), 403), ("/conduct", 403)] {
        assert_eq!(expert.get(path).status, status, "{path}");
    }
}

#[test]
fn the_list_shows_the_share_of_each_grade_and_past_days_stay() {
    let app = TestApp::start();
    let (officer, _, enterprise) = people(&app);
    entered(&officer, &entry_of(&enterprise.id, "sold_after_stop"));
    grade(&app);
    let list = officer.get("/credit").text;
    assert!(list.contains("家，信用等级 C") && list.contains("100.0% · 重点监管"), "{list}");
    assert!(officer.get("/credit?grade=c").text.contains(&enterprise.id));
    assert!(officer.get("/credit?grade=d").text.contains("没有符合条件的经营者"));
    // Each order, of today and of a past day.
    app.clock.advance(Duration::days(1));
    let officer = app.http().log_in("officer", crate::support::people::PASSWORD);
    for day in ["", "&as_of=2026-03-01", "&as_of=2026-03-02"] {
        for sort in ["worst", "name", "region"] {
            let shown = officer.get(&format!("/credit?sort={sort}{day}"));
            assert_eq!(shown.status, 200, "{sort}{day}: {}", shown.text);
        }
    }
    let before = officer.get(&format!("/credit/{}?as_of=2026-03-01", enterprise.id)).text;
    assert!(before.contains("该经营者尚无信用记录"), "{before}");
    assert_eq!(officer.get(&format!("/credit/{}?as_of=2999-01-01", enterprise.id)).status, 422);
    for page in ["/credit/tasks", "/credit/rules", "/credit/honours", "/credit/figures", "/conduct/new"] {
        let shown = officer.get(page);
        assert_eq!(shown.status, 200, "{page}: {}", shown.text);
    }
    assert_eq!(officer.get("/credit/rules?version=none").status, 404);
}

#[test]
fn nothing_is_public_while_the_method_is_provisional() {
    let app = TestApp::start();
    let shown = app.http().get("/honours");
    assert_eq!(shown.status, 200);
    assert!(shown.text.contains("目前不公开") && !shown.text.contains("<table"), "{}", shown.text);
    for path in ["/credit", "/credit/honours", "/my/credit", "/conduct"] {
        assert_ne!(app.http().get(path).status, 200, "{path}");
    }
}

#[test]
fn a_long_statement_comes_in_pages_and_past_days_are_read_too() {
    let app = TestApp::start();
    let (officer, _, enterprise) = people(&app);
    for _ in 0..30 {
        entered(&officer, &entry_of(&enterprise.id, "label_failed"));
    }
    let cards = |page: &str| page.matches("<article class=\"card entry").count();
    let first = enterprise.http.get("/my/credit").text;
    assert_eq!(cards(&first), 25);
    assert!(first.contains("/my/credit?page=2") && !first.contains("/my/credit?page=1"), "{first}");
    let second = enterprise.http.get("/my/credit?page=2").text;
    assert_eq!(cards(&second), 5);
    assert!(second.contains("/my/credit?page=1"), "{second}");
    let of_officer = officer.get(&format!("/credit/{}?page=2", enterprise.id)).text;
    assert_eq!(cards(&of_officer), 5);
    assert_eq!(enterprise.http.get("/my/credit?page=x").status, 422);
    let before = enterprise.http.get("/my/credit?as_of=2026-03-01").text;
    assert!(before.contains("贵企业尚无信用记录，没有评定等级。"), "{before}");
}
