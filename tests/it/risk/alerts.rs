//! Regional problems raise an alert, which an officer deals with (SAMR Order No. 18, art. 50).

use chrono::Duration;
use serde_json::{Value, json};
use zerodesk::core::Caller;
use zerodesk::risk::alerts::settings::ClusterSettings;
use zerodesk::risk::alerts::{FindClusters, MeasureKind, record_measure};
use zerodesk::zero_out::import::Column;

use crate::support::csv::{file, row, uscc};
use crate::support::people::text;
use crate::support::{Http, PATIENCE, TestApp};

use super::ALERTS;

fn app() -> TestApp {
    TestApp::builder()
        .settings(|s| *s.edit() = ClusterSettings { threshold: 2, window_days: 100 })
        .at("2021-09-27T01:00:00Z")
        .start()
}

/// One failed report of enterprise `n` in a region, with its failed items.
fn failed(n: u32, region: &str, day: &str, items: &str) -> Vec<String> {
    row(&[
        (Column::Uscc, &uscc(n)),
        (Column::Name, &format!("公司{n}")),
        (Column::RegionCode, region),
        (Column::ReportNo, &format!("R{n}-{day}-{items}")),
        (Column::InspectedOn, day),
        (Column::FailedItems, items),
        (Column::OrderIssuedOn, ""),
    ])
}

fn find(app: &TestApp) {
    app.app.execute(&Caller::system(), &FindClusters {}).unwrap();
}

fn alerts(who: &Http) -> Vec<Value> {
    let mut found = who.get(ALERTS).expect(200)["items"].as_array().unwrap().clone();
    found.sort_by_key(|alert| text(&alert["region"]));
    found
}

#[test]
fn the_page_of_an_alert_lists_the_records_that_it_counts() {
    let app = app();
    let province = app.admin("officer-gd", "440000");
    let list = file(&[
        failed(1, "440103", "2021-08-01", "绝缘厚度;标志"),
        failed(2, "440106", "2021-08-02", "绝缘厚度"),
        failed(3, "440305", "2021-08-04", "绝缘厚度"),
        failed(4, "440305", "2021-08-05", "标志"),
    ]);
    app.import(&province, &list, false);
    find(&app);
    let alert = alerts(&province)[0].clone();
    assert_eq!(alert["nonconformities"], 3);
    let page = province.get(&format!("/alerts/{}", text(&alert["id"]))).text;
    for counted in ["公司1", "公司2", "公司3"] {
        assert!(page.contains(counted), "no {counted}: {page}");
    }
    assert!(!page.contains("公司4"), "{page}");
    assert!(page.contains("100 天内超过 2 条") && page.contains(r#"<span class="count">3</span>"#), "{page}");
    // Closed in the moment in which it was raised, it counts and lists the same.
    province.post(&format!("{ALERTS}/{}/dismiss", text(&alert["id"])), &json!({ "reason": "x" })).expect(200);
    let page = province.get(&format!("/alerts/{}", text(&alert["id"]))).text;
    assert!(["公司1", "公司2", "公司3"].iter().all(|counted| page.contains(counted)), "{page}");
}

#[test]
fn an_import_raises_alerts_by_city_and_province_above_the_threshold() {
    let app = app();
    let (province, guangzhou, shenzhen) = (
        app.admin("officer-gd", "440000"),
        app.admin("officer-gz", "440100"),
        app.admin("officer-sz", "440300"),
    );
    let list = file(&[
        failed(1, "440103", "2021-08-01", "绝缘厚度;标志"),
        failed(2, "440106", "2021-08-02", "绝缘厚度"),
        failed(2, "440106", "2021-09-03", "绝缘厚度"),
        failed(3, "440305", "2021-08-04", "绝缘厚度;标志"),
        // Before the window.
        failed(4, "440103", "2021-06-01", "标志"),
    ]);
    app.import(&province, &list, false);
    // The worker is woken by the import.
    let end = std::time::Instant::now() + PATIENCE;
    while alerts(&province).is_empty() {
        assert!(std::time::Instant::now() < end, "no alert came");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let seen = alerts(&province);
    let figures: Vec<_> = seen
        .iter()
        .map(|a| {
            json!([
                a["region"],
                a["item"],
                a["nonconformities"],
                a["enterprises"],
                a["first_on"],
                a["last_on"]
            ])
        })
        .collect();
    assert_eq!(
        figures,
        [
            json!(["440000", "绝缘厚度", 4, 3, "2021-08-01", "2021-09-03"]),
            json!(["440100", "绝缘厚度", 3, 2, "2021-08-01", "2021-09-03"]),
        ]
    );
    assert_eq!(seen[0]["product_kind"], "K0101");
    assert_eq!(
        (&seen[0]["threshold"], &seen[0]["window_days"], &seen[0]["state"]),
        (&json!(2), &json!(100), &json!("open"))
    );
    assert_eq!(alerts(&guangzhou), seen[1..], "an officer sees the own region and what is under it");
    assert_eq!(alerts(&shenzhen), Vec::<Value>::new());
    let hidden = format!("{ALERTS}/{}", text(&seen[1]["id"]));
    assert_eq!(shenzhen.get(&hidden).status, 404);
    assert_eq!(shenzhen.post(&format!("{hidden}/dismiss"), &json!({ "reason": "x" })).status, 404);

    // While open, its figures follow the list; no second alert is raised.
    app.import(&province, &file(&[failed(5, "440305", "2021-09-05", "绝缘厚度")]), false);
    find(&app);
    let now = alerts(&province);
    assert_eq!(now.len(), 2);
    assert_eq!((&now[0]["nonconformities"], &now[0]["enterprises"]), (&json!(5), &json!(4)));
    assert_eq!(now[1]["nonconformities"], 3);
    app.clock.advance(Duration::days(200));
    find(&app);
    let later = app.admin("gd2", "440000");
    assert!(alerts(&later).iter().all(|a| a["nonconformities"] == 0 && a["last_on"].is_null()));
}

#[test]
fn an_alert_leads_to_a_meeting_or_is_dismissed_and_only_new_failures_raise_another() {
    let app = app();
    let (province, guangzhou) = (app.admin("officer-gd", "440000"), app.admin("officer-gz", "440100"));
    let rows: Vec<_> = (1..=3).map(|n| failed(n, "440103", "2021-09-01", "标志")).collect();
    app.import(&province, &file(&rows), false);
    find(&app);
    let [of_province, of_city] = alerts(&province).try_into().unwrap();
    let at = |alert: &Value, what: &str| format!("{ALERTS}/{}/{what}", text(&alert["id"]));
    let record = json!({
        "held_on": "2021-09-26", "participants": ["市场监管局 李处长", "省质检院 陈工"],
        "findings": "标志内容不符合 GB 5023.1。", "measures": "编写标志指引,组织培训。",
    });
    for (at_fault, pointer) in [
        (json!({ "held_on": "2021-09-28" }), "/held_on"),
        (json!({ "participants": [] }), "/participants"),
        (json!({ "participants": ["x", " "] }), "/participants/1"),
        (json!({ "findings": "" }), "/findings"),
        (json!({ "measures": " " }), "/measures"),
    ] {
        let mut body = record.clone();
        body.as_object_mut().unwrap().extend(at_fault.as_object().unwrap().clone());
        let refused = guangzhou.post(&at(&of_city, "meeting"), &body);
        assert_eq!((refused.status, &refused.problem()["errors"][0]["pointer"]), (422, &json!(pointer)));
    }
    let held = guangzhou.post(&at(&of_city, "meeting"), &record).expect(200);
    assert_eq!(
        (&held["state"], &held["meeting"]["participants"]),
        (&json!("meeting"), &record["participants"])
    );
    assert_eq!(
        guangzhou.post(&at(&of_city, "dismiss"), &json!({ "reason": "x" })).refusal().1,
        "alert_closed"
    );
    let dismissed =
        province.post(&at(&of_province, "dismiss"), &json!({ "reason": "仅限广州一地" })).expect(200);
    assert_eq!((&dismissed["state"], &dismissed["reason"]), (&json!("dismissed"), &json!("仅限广州一地")));
    assert_eq!(guangzhou.post(&at(&of_province, "dismiss"), &json!({ "reason": "x" })).status, 404);

    // It is closed with what came of it; what was not dealt with can't be.
    assert_eq!(
        province.post(&at(&of_province, "close"), &json!({ "outcome": "x" })).refusal().1,
        "alert_closed"
    );
    assert_eq!(guangzhou.post(&at(&of_city, "close"), &json!({ "outcome": " " })).status, 422);
    assert_eq!(guangzhou.post(&at(&of_city, "meeting"), &record).refusal().1, "alert_closed");
    let closed = guangzhou.post(&at(&of_city, "close"), &json!({ "outcome": "标志已整改" })).expect(200);
    assert_eq!((&closed["state"], &closed["outcome"]), (&json!("closed"), &json!("标志已整改")));
    let steps: Vec<String> =
        closed["history"].as_array().unwrap().iter().map(|event| text(&event["step"])).collect();
    assert_eq!(steps, ["raise", "meeting", "close"]);

    // The same failures raise no further alert, nor do new ones up to the threshold.
    app.clock.advance(Duration::minutes(1));
    let more = |from: u32, to: u32| {
        let rows: Vec<_> = (from..=to).map(|n| failed(n, "440103", "2021-09-20", "标志")).collect();
        app.import(&province, &file(&rows), false);
        find(&app);
        province.get(&format!("{ALERTS}?state=open")).expect(200)["items"].as_array().unwrap().len()
    };
    assert_eq!(more(4, 5), 0);
    assert_eq!(more(6, 6), 2, "three new ones");
    assert_eq!(alerts(&province).len(), 4);
    let audit = province.get("/api/v1/audit?limit=200").expect(200);
    let done: Vec<_> = audit["items"].as_array().unwrap().iter().map(|row| text(&row["action"])).collect();
    for action in ["raise_alert", "hold_quality_meeting", "dismiss_quality_alert"] {
        assert!(done.iter().any(|d| d == action), "{action} in {done:?}");
    }
}

#[test]
fn an_alert_whose_records_were_all_withdrawn_is_closed() {
    let app = app();
    let province = app.admin("officer-gd", "440000");
    let list = |from: u32, to: u32| {
        file(&(from..=to).map(|n| failed(n, "440103", "2021-09-01", "标志")).collect::<Vec<_>>())
    };
    let withdraw = |import: &Value| {
        let path = format!("/api/v1/zero-out/imports/{}/withdraw", text(&import["id"]));
        province.post(&path, &json!({ "reason": "误传" })).expect(200);
        find(&app);
    };
    let states = || alerts(&province).iter().map(|a| text(&a["state"])).collect::<Vec<_>>();
    let first = app.import(&province, &list(1, 3), false);
    let second = app.import(&province, &list(4, 4), false);
    find(&app);
    withdraw(&first);
    assert_eq!(states(), ["open", "open"], "one record is left");
    withdraw(&second);
    assert_eq!(states(), ["withdrawn", "withdrawn"]);
    let closed = alerts(&province)[0].clone();
    assert_eq!((&closed["nonconformities"], &closed["closed_at"].is_null()), (&json!(0), &false));
    let at = |what: &str| format!("{ALERTS}/{}/{what}", text(&closed["id"]));
    assert_eq!(province.post(&at("dismiss"), &json!({ "reason": "x" })).refusal().1, "alert_closed");
    let page = province.get(&format!("/alerts/{}", text(&closed["id"]))).text;
    assert!(page.contains("记录已随导入撤回") && page.contains("无需处理"), "{page}");
    let audit = province.get("/api/v1/audit?limit=200").expect(200);
    assert!(audit["items"].as_array().unwrap().iter().any(|row| row["action"] == "withdraw_alert"));
    // The same records, listed again, raise it again.
    app.import(&province, &list(1, 3), false);
    find(&app);
    assert_eq!(
        province.get(&format!("{ALERTS}?state=open")).expect(200)["items"].as_array().unwrap().len(),
        2
    );
}

#[test]
fn a_letter_about_an_alert_counts_nothing_that_an_earlier_one_was_dealt_with_for() {
    let app = app();
    let province = app.admin("officer-gd", "440000");
    let import = |from: u32, to: u32| {
        let rows: Vec<_> = (from..=to).map(|n| failed(n, "440103", "2021-09-01", "标志")).collect();
        app.import(&province, &file(&rows), false);
        find(&app);
    };
    import(1, 3);
    for alert in alerts(&province) {
        let path = format!("{ALERTS}/{}/dismiss", text(&alert["id"]));
        province.post(&path, &json!({ "reason": "已分别处理" })).expect(200);
    }
    app.clock.advance(Duration::minutes(1));
    import(4, 6);
    let open = province.get(&format!("{ALERTS}?state=open")).expect(200)["items"].clone();
    let of_city = open.as_array().unwrap().iter().find(|alert| alert["region"] == "440100").unwrap();
    assert_eq!(of_city["nonconformities"], 3);
    let mut body = crate::oversight::letter("440100");
    (body["basis"], body["facts_note"]) = (json!([{ "kind": "alert", "id": of_city["id"] }]), Value::Null);
    let path = crate::oversight::written(&province, &body);
    let facts = province.get(&path).expect(200)["facts"].clone();
    assert_eq!((&facts["results"], &facts["enterprises"]), (&json!(3), &json!(3)), "{facts}");
}

/// A letter of this alert, as the domain of letters says it.
#[derive(serde::Serialize)]
struct Letter(zerodesk::risk::ids::AlertId, uuid::Uuid);

impl zerodesk::db::Command for Letter {
    type Output = ();
    const NAME: &'static str = "test_letter";

    fn run(&self, tx: &mut zerodesk::db::Tx) -> Result<(), zerodesk::core::Problem> {
        record_measure(tx, self.0, MeasureKind::Letter, self.1)
    }
}

#[test]
fn a_letter_that_came_of_an_alert_stands_in_its_life_once() {
    let app = app();
    let province = app.admin("officer-gd", "440000");
    let rows: Vec<_> = (1..=3).map(|n| failed(n, "440103", "2021-09-01", "标志")).collect();
    app.import(&province, &file(&rows), false);
    find(&app);
    let [of_province, of_city] = alerts(&province).try_into().unwrap();
    let id = zerodesk::risk::ids::AlertId(text(&of_city["id"]).parse().unwrap());
    let letter = uuid::Uuid::now_v7();
    for _ in 0..2 {
        app.app.execute(&Caller::system(), &Letter(id, letter)).unwrap();
    }
    let seen = province.get(&format!("{ALERTS}/{}", id)).expect(200);
    assert_eq!((&seen["state"], seen["answered_at"].is_null()), (&json!("measure"), false));
    assert_eq!(seen["history"].as_array().unwrap().len(), 2);
    assert_eq!(seen["history"][1]["measure_id"], json!(letter));
    let dismissed = format!("{ALERTS}/{}/dismiss", text(&of_province["id"]));
    province.post(&dismissed, &json!({ "reason": "x" })).expect(200);
    let other = zerodesk::risk::ids::AlertId(text(&of_province["id"]).parse().unwrap());
    let refused = app.app.execute(&Caller::system(), &Letter(other, letter)).unwrap_err();
    assert_eq!(refused.status, 409);
    // Of both causes the list tells apart.
    let of = |cause: &str| {
        province.get(&format!("{ALERTS}?cause={cause}")).expect(200)["items"].as_array().unwrap().len()
    };
    assert_eq!((of("cluster"), of("index"), of("assessment")), (2, 0, 0));
    assert_eq!(province.get(&format!("{ALERTS}?cause=x")).status, 422);
}
