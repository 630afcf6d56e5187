//! Matched by a person, triaged, dismissed with a reason, opened again; seen by a list that can be filtered and ordered.

use super::{NEWS, SIGNALS, enter, items, news, signal, start, step};
use crate::support::people::text;
use serde_json::{Value, json};
use zerodesk::core::Caller;
use zerodesk::signals::erase::EraseSignalTexts;
use zerodesk::signals::ids::SignalId;
use zerodesk::signals::used::{mark_used, release};

#[test]
fn a_person_says_what_it_is_about_and_a_later_version_refuses() {
    let (_app, officer) = start();
    let entered = enter(&officer, &news("a", "某物伤人", ""));
    let before = signal(&officer, &entered["id"]);
    assert_eq!(before["state"], "new");
    let matched = step(
        &officer,
        &entered["id"],
        "match",
        &json!({ "product_kind": "K0101", "severity": 3, "version": before["version"] }),
    );
    assert_eq!(
        (&matched["state"], &matched["match_confidence"], &matched["matched_by"]),
        (&json!("matched"), &json!(100), &json!("person"))
    );
    let path = format!("{SIGNALS}/{}/triage", text(&entered["id"]));
    let refused = officer.post(&path, &json!({ "version": before["version"] })).expect(409);
    assert_eq!(refused["code"], "signal_changed");
    officer.post(&path, &json!({})).expect(200);
    // What its source tells later changes nothing of what a person said.
    enter(&officer, &news("a", "某物伤人，续", ""));
    let seen = signal(&officer, &entered["id"]);
    assert_eq!((&seen["product_kind"], &seen["state"]), (&json!("K0101"), &json!("triaged")));
    let problem = officer.post(&format!("{SIGNALS}/{}/match", text(&entered["id"])), &json!({})).expect(422);
    assert_eq!(problem["errors"][0]["pointer"], "/product_kind");
}

#[test]
fn a_dismissal_has_a_reason_and_is_taken_back() {
    let (_app, officer) = start();
    let entered = enter(&officer, &news("a", "某物伤人", ""));
    let path = format!("{SIGNALS}/{}/dismiss", text(&entered["id"]));
    assert_eq!(officer.post(&path, &json!({ "reason": " " })).status, 422);
    let seen = step(&officer, &entered["id"], "dismiss", &json!({ "reason": "与产品质量无关" }));
    assert_eq!(seen["state"], "dismissed");
    assert_eq!(seen["history"].as_array().unwrap().last().unwrap()["reason"], "与产品质量无关");
    assert_eq!(officer.post(&path, &json!({ "reason": "再次" })).expect(409)["code"], "signal_state");
    assert_eq!(step(&officer, &entered["id"], "reopen", &json!({}))["state"], "new");
}

#[test]
fn up_to_a_hundred_are_triaged_at_once_or_none() {
    let (_app, officer) = start();
    let ids: Vec<Value> = (0..5)
        .map(|n| enter(&officer, &news(&format!("n-{n}"), &format!("第{n}件事"), ""))["id"].clone())
        .collect();
    step(&officer, &ids[4], "dismiss", &json!({ "reason": "无关" }));
    let path = format!("{SIGNALS}/triage");
    assert_eq!(officer.post(&path, &json!({ "ids": ids })).status, 409);
    assert_eq!(signal(&officer, &ids[0])["state"], "new", "all or none");
    let done = officer.post(&path, &json!({ "ids": &ids[..4] })).expect(200);
    assert_eq!(done["triaged"], 4);
    let many: Vec<Value> = (0..101).map(|_| json!(SignalId::new())).collect();
    assert_eq!(officer.post(&path, &json!({ "ids": many })).status, 422);
    assert_eq!(officer.post(&path, &json!({ "ids": [] })).status, 422);
}

#[test]
fn the_inbox_is_filtered_ordered_counted_and_exported() {
    let (_app, officer) = start();
    enter(&officer, &news("n-1", "插座漏电", ""));
    let mut rumour = news("n-2", "听说水壶爆炸", "");
    rumour["source"] = json!("opinion");
    let rumour = enter(&officer, &rumour);
    for (query, count) in [
        ("", 2),
        ("?source=opinion", 1),
        ("?reliability=rumour", 1),
        ("?state=triaged", 0),
        ("?open=true", 2),
        ("?q=%E6%BC%8F%E7%94%B5", 1),
    ] {
        assert_eq!(items(&officer, &format!("{SIGNALS}{query}")).len(), count, "{query}");
    }
    let page = officer.get("/signals?sort=published").text;
    for part in ["插座漏电", "听说水壶爆炸", "传闻", "来源可查", "置信度", "data-signals"]
    {
        assert!(page.contains(part), "no {part}");
    }
    let csv = officer.get(&format!("{SIGNALS}?format=csv")).text;
    assert!(csv.contains("插座漏电") && csv.contains("可信度"), "{csv}");
    step(&officer, &rumour["id"], "triage", &json!({}));
    let figures = officer.get(&format!("{SIGNALS}/figures")).expect(200);
    assert_eq!((&figures["all"]["signals"], &figures["all"]["triaged"]), (&json!(2), &json!(1)));
    assert_eq!(figures["all"]["median_days_to_triage"], 2.0);
    assert_eq!(officer.get("/signals/figures").status, 200);
}

#[test]
fn the_text_of_a_dismissed_rumour_is_erased_after_its_period_and_known_again() {
    let (app, officer) = start();
    let mut rumour = news("n-1", "听说磁力珠有误吞风险", NEWS);
    rumour["source"] = json!("opinion");
    let entered = enter(&officer, &rumour);
    let mut again = rumour.clone();
    again["external_id"] = json!("n-2");
    let double = enter(&officer, &again);
    assert_eq!(double["merged_into"], entered["id"]);
    step(&officer, &entered["id"], "dismiss", &json!({ "reason": "查无此事" }));
    app.clock.advance(chrono::Duration::days(179));
    assert_eq!(app.app.execute(&Caller::system(), &EraseSignalTexts {}).unwrap(), 0);
    app.clock.advance(chrono::Duration::days(2));
    assert_eq!(app.app.execute(&Caller::system(), &EraseSignalTexts {}).unwrap(), 1);
    let officer = app.admin("officer-2", "440000");
    let seen = signal(&officer, &entered["id"]);
    assert_eq!(
        (&seen["title"], &seen["text"], &seen["state"]),
        (&json!(""), &json!(""), &json!("dismissed"))
    );
    assert!(seen["erased_at"].is_string());
    let double = signal(&officer, &double["id"]);
    assert_eq!((&double["title"], &double["text"]), (&json!(""), &json!("")), "it told the same");
    assert_eq!(enter(&officer, &rumour)["outcome"], "unchanged", "it does not come back by itself");
    assert_eq!(officer.get(&format!("/signals/{}", text(&entered["id"]))).status, 200);
}

#[test]
fn what_an_assessment_rests_on_is_used_and_released() {
    let (app, officer) = start();
    let root = enter(&officer, &news("a", "磁力珠玩具有误吞风险", NEWS));
    let double = enter(&officer, &news("b", "磁力珠玩具有误吞风险", NEWS));
    let used_in = uuid::Uuid::now_v7();
    let id: SignalId = double["id"].as_str().unwrap().parse().unwrap();

    #[derive(serde::Serialize)]
    struct Use(SignalId, uuid::Uuid, bool);
    impl zerodesk::db::Command for Use {
        type Output = ();
        const NAME: &'static str = "use_signals_in_a_test";
        fn run(&self, tx: &mut zerodesk::db::Tx) -> Result<(), zerodesk::core::Problem> {
            if self.2 { mark_used(tx, &[self.0], self.1) } else { release(tx, self.1) }
        }
    }

    for _ in 0..2 {
        app.app.execute(&Caller::system(), &Use(id, used_in, true)).unwrap();
    }
    let seen = signal(&officer, &root["id"]);
    assert_eq!(
        (&seen["state"], &seen["used_in"]),
        (&json!("used"), &json!([used_in])),
        "the one that it was merged into"
    );
    app.app.execute(&Caller::system(), &Use(id, used_in, false)).unwrap();
    assert_eq!(signal(&officer, &root["id"])["state"], "triaged");
}
