//! Cases that change hands, dates that are entered late, and orders that come with a list.

use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use serde_json::{Value, json};
use zerodesk::remediation::CaseState;
use zerodesk::zero_out::import::Column;

use super::support::Course103;
use crate::support::people::text;

fn event(name: &str) -> Value {
    json!({ "event": name })
}

fn to(region: &str) -> Value {
    json!({ "event": "transfer", "region": region, "document": "移送函" })
}

#[test]
fn a_transferred_failure_is_reported_up_in_the_receiving_region() {
    let mut c = Course103::new();
    c.correct();
    c.step(&c.district, json!({ "event": "reinspect", "passed": false }));
    c.step(&c.district, event("report_up"));
    assert_eq!(c.step(&c.city, event("report_up")), "reported_to_province");
    assert_eq!(c.step(&c.province, to("440305")), "failed");
    assert_eq!(c.get(&c.province)["held_by"], "440305");
    assert_eq!(c.refused(&c.province, event("announce")).code, "not_reported");
    assert_eq!(c.refused(&c.district, event("report_up")).code, "wrong_authority");
    assert_eq!(c.step(&c.elsewhere, event("report_up")), "reported_to_city");
    let shenzhen = c.app.admin("shenzhen", "440300");
    assert_eq!(c.step(&shenzhen, event("report_up")), "reported_to_province");
    assert_eq!(c.step(&c.province, event("announce")), "announced");
    // To the province itself: nobody is left to report to.
    c.at("2021-10-20");
    let other = c.fresh("R-2", "2021-08-03");
    let cases = c.province.get(&format!("/api/v1/remediation/cases?nonconformity={other}")).expect(200);
    c.id = text(&cases["items"][0]["id"]);
    c.path = format!("/api/v1/remediation/cases/{}", c.id);
    c.step(&c.district, json!({ "event": "reinspect", "passed": false }));
    c.step(&c.district, event("report_up"));
    assert_eq!(c.step(&c.city, to("440000")), "failed");
    assert_eq!(c.step(&c.province, event("announce")), "announced");
}

#[test]
fn moving_an_enterprise_keeps_its_case_whole() {
    let mut c = Course103::new();
    c.step(&c.district, to("440305"));
    // The next list finds the enterprise where its case went.
    let report = c.list("R1", &[(Column::RegionCode, "440305")]);
    assert_eq!(report["rejected"], 0, "{report}");
    let detail = c.get(&c.elsewhere);
    assert_eq!((&detail["authority"], &detail["region"]), (&json!("440305"), &json!("440305")));
    c.correct();
    let order =
        json!({ "event": "correct", "corrects": 1, "reason": "日期有误", "occurred_on": "2021-08-02" });
    c.step(&c.elsewhere, order);
    c.at("2021-08-20");
    assert_eq!(c.step(&c.elsewhere, json!({ "event": "reinspect", "passed": true })), "reinspection_passed");
    assert_eq!(c.step(&c.province, event("clear")), "cleared");
}

#[test]
fn a_stop_order_beside_an_order_keeps_its_earlier_day() {
    let mut c = Course103::new();
    c.at("2021-08-10");
    let stop = |on: &str, received: &str| json!({ "event": "stop_order", "occurred_on": on, "received_on": received });
    let early = c.refused(&c.district, stop("2021-07-31", "2021-07-31"));
    assert_eq!((early.status, &early.body["errors"][0]["pointer"]), (422, &json!("/occurred_on")));
    assert!(early.article.contains("第四十五条"));
    c.step(&c.district, stop("2021-08-02", "2021-08-02"));
    let detail = c.get(&c.enterprise.http);
    assert_eq!((&detail["stopped_on"], &detail["ordered_on"]), (&json!("2021-08-02"), &json!("2021-08-03")));
    assert_eq!(detail["clocks"]["retest_request"]["due_on"], "2021-08-17");
    let before =
        c.refused(&c.enterprise.http, json!({ "event": "start_correction", "occurred_on": "2021-08-02" }));
    assert_eq!(before.body["errors"][0]["pointer"], "/occurred_on", "the order is still what is followed");
}

#[test]
fn no_correction_makes_a_history_unlawful() {
    let c = Course103::new();
    c.step(&c.district, to("440305"));
    let correct = |seq: i32, more: Value| {
        let mut body = json!({ "event": "correct", "corrects": seq, "reason": "录入有误" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    for (body, code, article) in [
        (correct(1, json!({ "occurred_on": "2021-07-31" })), "invalid_fields", "第四十六条"),
        (correct(1, json!({ "occurred_on": "2021-08-05" })), "invalid_fields", ""),
        (correct(2, json!({ "region": "440103" })), "correction_unlawful", "第四十四条"),
        (correct(2, json!({ "passed": true })), "invalid_fields", ""),
        (correct(1, json!({ "annulled": true })), "correction_unlawful", "第四十四条"),
        (correct(1, json!({})), "invalid_fields", ""),
        (correct(7, json!({ "annulled": true })), "invalid_fields", ""),
    ] {
        let refused = c.elsewhere.post(&format!("{}/events", c.path), &body).problem();
        assert_eq!(refused["code"], code, "{body}: {refused}");
        let named = refused["article"].as_str().unwrap_or_default();
        assert!(named.contains(article), "{body}: {named}");
    }
    // Corrected, the correction corrected, and then annulled as a whole: the case is back with its district. While nothing has
    // followed, whoever handed it over corrects that as well as who got it.
    c.step(&c.elsewhere, correct(2, json!({ "region": "440304" })));
    assert_eq!(c.get(&c.city)["authority"], "440304");
    assert_eq!(c.elsewhere.get(&c.path).status, 404, "it never had the case");
    c.step(&c.district, correct(3, json!({ "region": "440306" })));
    c.step(&c.province, correct(4, json!({ "annulled": true })));
    let detail = c.get(&c.district);
    assert_eq!((&detail["authority"], &detail["handed_over_by"]), (&json!("440103"), &json!([])));
    assert_eq!(detail["history"].as_array().unwrap().len(), 5, "nothing is overwritten");
    let annulled = c.district.post(&format!("{}/events", c.path), &correct(5, json!({ "region": "440305" })));
    assert_eq!(
        annulled.problem()["errors"][0]["pointer"],
        "/corrects",
        "what never happened is not corrected"
    );
    c.correct();
    // Once the other side has acted, the hand-over is no longer the first one's to take back.
    c.step(&c.district, to("440305"));
    c.step(&c.elsewhere, json!({ "event": "reinspect", "passed": false }));
    let back = c.refused(&c.district, correct(8, json!({ "annulled": true })));
    assert_eq!(back.code, "wrong_authority");
}

#[test]
fn every_refusal_of_a_step_names_its_article_in_both_languages() {
    let c = Course103::new();
    for (who, body, pair) in [
        (&c.district, json!({ "event": "reinspect" }), ("第四十七条", "art. 47")),
        (&c.district, json!({ "event": "second_reinspect", "passed": true }), ("第四十八条", "art. 48")),
        (&c.district, json!({ "event": "transfer" }), ("第四十四条", "art. 44")),
        (&c.district, json!({ "event": "close", "reason": "tired" }), ("第四十九条", "art. 49")),
        (&c.district, json!({ "event": "order", "occurred_on": "2031-01-01" }), ("第四十六条", "art. 46")),
        (&c.enterprise.http, json!({ "event": "submit_evidence" }), ("第四十六条", "art. 46")),
        (&c.enterprise.http, json!({ "event": "clear" }), ("第四十九条", "art. 49")),
        (&c.city, json!({ "event": "announce" }), ("第四十七条", "art. 47")),
    ] {
        let path = format!("{}/events", c.path);
        let (zh, en) = (who.post(&path, &body).problem(), who.in_english().post(&path, &body).problem());
        for problem in [&zh, &en] {
            assert!(text(&problem["articles"]["zh"]).contains(pair.0), "{body}: {problem}");
            assert!(text(&problem["articles"]["en"]).contains(pair.1), "{body}: {problem}");
        }
        assert!(text(&zh["article"]).contains(pair.0) && text(&zh["detail"]).contains(pair.0), "{zh}");
        assert!(text(&en["article"]).contains(pair.1) && text(&en["detail"]).contains(pair.1), "{en}");
    }
}

/// Makes `c` the case of a new nonconformity that its stop order has opened.
fn stopped(c: &mut Course103, report_no: &str) {
    let fresh = c.fresh(report_no, "");
    let open = json!({ "nonconformity": fresh, "stopped_on": "2021-08-04", "received_on": "2021-08-03" });
    let opened = c.district.post("/api/v1/remediation/cases", &open).expect(201);
    c.id = text(&opened["id"]);
    c.path = format!("/api/v1/remediation/cases/{}", c.id);
}

fn reasons(c: &Course103, report: &Value) -> Vec<(String, String)> {
    let path = format!("/api/v1/zero-out/imports/{}/rejections", text(&report["id"]));
    let rows = c.province.get(&path).expect(200);
    let rows = rows["items"].as_array().unwrap().iter();
    rows.map(|row| (text(&row["column"]), text(&row["code"]))).collect()
}

#[test]
fn an_import_enters_the_order_of_a_stopped_case() {
    let mut c = Course103::new();
    stopped(&mut c, "R-a");
    c.at("2021-08-10");
    let order = |c: &Course103, no: &str, on: &str| c.list(no, &[(Column::OrderIssuedOn, on)]);
    // Before the stop, it would not be an order that follows it.
    let early = order(&c, "R-a", "2021-08-03");
    assert_eq!((&early["rejected"], c.get(&c.district)["state"].clone()), (&json!(1), json!("stopped")));
    assert_eq!(reasons(&c, &early), [("order_issued_on".to_owned(), "order_not_allowed".to_owned())]);
    let taken = order(&c, "R-a", "2021-08-06");
    assert_eq!((&taken["updated"], &taken["rejected"]), (&json!(1), &json!(0)), "{taken}");
    c.agrees();
    let detail = c.get(&c.enterprise.http);
    assert_eq!((&detail["state"], &detail["ordered_on"]), (&json!("ordered"), &json!("2021-08-06")));
    assert_eq!(detail["clocks"]["rectification"]["due_on"], "2021-10-08");
    let line = &detail["history"][1];
    assert_eq!((&line["event"], &line["occurred_on"]), (&json!("order_issued"), &json!("2021-08-06")));
    assert_eq!((&line["actor_role"], &line["actor_region"]), (&json!("admin"), &json!("440000")));
    let again = order(&c, "R-a", "2021-08-06");
    assert_eq!(again["unchanged"], 1, "{again}");
    let moved = order(&c, "R-a", "2021-08-07");
    assert_eq!(reasons(&c, &moved)[0].1, "order_date_conflicts");
    c.correct();

    // While the result is tested again there is no order, and none after it was overturned.
    stopped(&mut c, "R-b");
    c.step(&c.enterprise.http, event("request_retest"));
    let testing = order(&c, "R-b", "2021-08-10");
    assert_eq!(reasons(&c, &testing)[0].1, "order_not_allowed");
    c.step(&c.district, json!({ "event": "retest_outcome", "outcome": "overturned" }));
    let over = order(&c, "R-b", "2021-08-10");
    assert_eq!(reasons(&c, &over)[0].1, "order_not_allowed");
    assert_eq!(c.get(&c.district)["state"], "overturned");
    c.agrees();
}

#[test]
fn a_dry_run_enters_no_order() {
    let mut c = Course103::new();
    stopped(&mut c, "R-a");
    let code = crate::support::csv::uscc(1);
    let cells = [
        (Column::Uscc, code.as_str()),
        (Column::Name, "广州第1公司"),
        (Column::ContactEmail, "factory-1@enterprise.example"),
        (Column::ReportNo, "R-a"),
        (Column::OrderIssuedOn, "2021-08-04"),
    ];
    let list = crate::support::csv::file(&[crate::support::csv::row(&cells)]);
    let report = c.app.import(&c.province, &list, true);
    assert_eq!((&report["updated"], c.get(&c.district)["state"].clone()), (&json!(1), json!("stopped")));
    c.agrees();
}

#[test]
fn the_database_settles_what_the_course_settles() {
    #[derive(QueryableByName)]
    struct Settled {
        #[diesel(sql_type = Bool)]
        settled: bool,
    }
    let c = Course103::new();
    let conn = &mut *c.app.app.conn().unwrap();
    for state in CaseState::ALL {
        let sql = diesel::sql_query("SELECT case_settles($1) AS settled").bind::<Text, _>(state.as_str());
        assert_eq!(sql.get_result::<Settled>(conn).unwrap().settled, state.settles(), "{state}");
    }
    let nothing = diesel::sql_query("SELECT case_settles(NULL) AS settled");
    assert!(!nothing.get_result::<Settled>(conn).unwrap().settled, "no case, nothing settled");
}
