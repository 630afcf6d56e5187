//! Every path of the course by HTTP alone; each refused step names the article that it would break.

use serde_json::{Value, json};

use super::support::Course103;
use crate::support::people::text;

fn event(name: &str) -> Value {
    json!({ "event": name })
}

fn passed(name: &str, passed: bool) -> Value {
    json!({ "event": name, "passed": passed })
}

#[test]
fn the_longest_path_to_clearance() {
    let mut c = Course103::new();
    // Out of order, by the wrong one, undated.
    for (who, event, status, code, article) in [
        (&c.district, passed("reinspect", true), 409, "too_early", "第四十七条"),
        (&c.district, event("clear"), 409, "case_state", "第四十九条"),
        (&c.district, event("report_up"), 409, "case_state", "第四十七条"),
        (&c.province, event("announce"), 409, "case_state", "第四十七条"),
        (&c.city, event("announce"), 403, "wrong_authority", "第四十七条"),
        (&c.enterprise.http, event("announce"), 403, "forbidden", "第四十七条"),
        (&c.district, passed("second_reinspect", true), 409, "case_state", "第四十八条"),
        (&c.district, json!({ "event": "suspend", "until": "2021-12-31" }), 409, "case_state", "第四十八条"),
        (&c.district, event("revoke_licence"), 409, "case_state", "第十七条"),
        (&c.district, event("start_correction"), 403, "forbidden", "第四十六条"),
        (&c.enterprise.http, event("submit_evidence"), 409, "case_state", "第四十六条"),
        (
            &c.enterprise.http,
            json!({ "event": "start_correction", "occurred_on": "2021-08-02" }),
            422,
            "invalid_fields",
            "第四十六条",
        ),
    ] {
        let refused = c.refused(who, event.clone());
        assert_eq!((refused.status, refused.code.as_str()), (status, code), "{event}: {}", refused.body);
        assert!(refused.article.contains(article), "{event}: {}", refused.article);
    }
    let english = c.district.in_english().post(&format!("{}/events", c.path), &event("clear")).problem();
    assert_eq!(english["article"], "SAMR Order No. 18, art. 49");
    assert_eq!(c.elsewhere.get(&c.path).status, 404);
    let reply = c.elsewhere.post(&format!("{}/events", c.path), &event("clear"));
    assert_eq!(reply.status, 404, "who may not know of it learns no article");

    c.step(
        &c.district,
        json!({ "event": "stop_order", "occurred_on": "2021-08-03", "document": "粤市监停〔2021〕8号" }),
    );
    let again = c.refused(&c.district, event("stop_order"));
    assert_eq!((again.code.as_str(), again.status), ("done_already", 409));
    assert!(again.article.contains("第四十五条"));
    c.at("2021-10-09");
    c.correct();
    c.at("2021-10-20");
    assert_eq!(c.step(&c.district, passed("reinspect", false)), "failed");
    let detail = c.get(&c.district);
    let lines: Vec<(&str, bool)> = detail["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| (line["event"].as_str().unwrap(), line["late"].as_bool().unwrap()))
        .collect();
    assert_eq!(
        lines,
        [
            ("order_issued", false),
            ("stop_order", false),
            ("start_correction", true),
            ("submit_evidence", true),
            ("fail_reinspection", true),
        ],
        "late is recorded, not refused"
    );
    assert_eq!(detail["clocks"]["rectification"]["due_on"], "2021-10-08");
    assert_eq!(detail["clocks"]["rectification"]["late"], true);
    assert_eq!(detail["clocks"]["reinspection"]["standing"], "late");
    assert_eq!(detail["history"][1]["document"], "粤市监停〔2021〕8号");

    // Up level by level, each in turn.
    for (who, name) in [(&c.city, "report_up"), (&c.province, "report_up")] {
        let refused = c.refused(who, event(name));
        assert_eq!(refused.code, "wrong_authority", "{}", refused.body);
        assert!(refused.article.contains("第四十七条"));
    }
    let unreported = c.refused(&c.province, event("announce"));
    assert_eq!((unreported.code.as_str(), unreported.status), ("not_reported", 409));
    assert_eq!(c.step(&c.district, event("report_up")), "reported_to_city");
    assert_eq!(c.refused(&c.district, event("report_up")).code, "wrong_authority");
    assert_eq!(c.refused(&c.province, event("announce")).code, "case_state");
    assert_eq!(c.step(&c.city, event("report_up")), "reported_to_province");
    assert_eq!(c.refused(&c.city, event("announce")).code, "wrong_authority");
    c.at("2021-10-25");
    assert_eq!(
        c.step(&c.province, json!({ "event": "announce", "document": "公告 2021 年第 7 号" })),
        "announced"
    );

    // The second one only in its window: after day 60, before day 90.
    let window = c.get(&c.district)["clocks"]["second_reinspection"].clone();
    assert_eq!((&window["from"], &window["due_on"]), (&json!("2021-12-25"), &json!("2022-01-22")));
    c.at("2021-12-24");
    let early = c.refused(&c.district, passed("reinspect", true));
    assert_eq!((early.code.as_str(), early.status), ("too_early", 409));
    assert!(
        early.article.contains("第四十八条")
            && early.body["detail"].as_str().unwrap().contains("2021年12月25日")
    );
    let offered = c.get(&c.district)["allowed_events"].clone();
    let second = offered.as_array().unwrap().iter().find(|e| e["event"] == "second_reinspect").unwrap();
    assert_eq!((&second["earliest"], &second["open"]), (&json!("2021-12-25"), &json!(false)));
    assert_eq!(second["due_on"], "2022-01-22");
    c.at("2021-12-25");
    let future = json!({ "event": "second_reinspect", "passed": true, "occurred_on": "2021-12-26" });
    let reply = c.district.post(&format!("{}/events", c.path), &future);
    assert_eq!(reply.problem()["errors"][0]["pointer"], "/occurred_on");
    assert_eq!(c.step(&c.district, passed("second_reinspect", true)), "reinspection_passed");
    // Whoever entered the result is not offered the clearance; another officer is.
    let (mine, others) =
        (c.get(&c.district)["allowed_steps"].clone(), c.get(&c.second)["allowed_steps"].clone());
    assert!(!mine.as_array().unwrap().contains(&json!("clear")), "{mine}");
    assert!(others.as_array().unwrap().contains(&json!("clear")), "{others}");
    let own = c.refused(&c.district, event("clear"));
    assert_eq!((own.code.as_str(), own.status), ("inspector_may_not_clear", 409));
    assert_eq!(own.body["errors"][0]["pointer"], "/reviewer");
    assert_eq!(c.get(&c.enterprise.http)["hold"], Value::Null);
    assert_eq!(c.step(&c.second, event("clear")), "cleared");
    let ended = c.refused(&c.district, json!({ "event": "transfer", "region": "440305" }));
    assert!(ended.article.contains("第四十四条"), "{ended:?}");
    assert_eq!(c.get(&c.district)["allowed_steps"], json!([]));
}

#[test]
fn the_path_to_a_revoked_licence() {
    let mut c = Course103::new();
    c.correct();
    assert_eq!(c.step(&c.province, passed("reinspect", false)), "failed");
    // The province itself has re-inspected: nobody is left to report to.
    let report = c.refused(&c.province, event("report_up"));
    assert_eq!(report.code, "not_reported", "{}", report.body);
    assert_eq!(c.step(&c.province, event("announce")), "announced");
    // Too late is recorded.
    c.at("2021-12-01");
    assert_eq!(c.step(&c.city, passed("second_reinspect", false)), "failed_again");
    assert_eq!(c.get(&c.city)["clocks"]["second_reinspection"]["late"], true);
    let no_term = c.refused(&c.city, json!({ "event": "suspend", "until": "2021-12-01" }));
    assert_eq!(no_term.body["errors"][0]["pointer"], "/until");
    assert!(no_term.article.contains("第十七条"));
    assert_eq!(c.step(&c.city, json!({ "event": "suspend", "until": "2022-01-31" })), "suspended");
    c.at("2022-01-31");
    let early = c.refused(&c.city, passed("check", true));
    assert_eq!((early.code.as_str(), early.status), ("too_early", 409));
    assert!(early.article.contains("第四十八条、产品质量法第十七条"), "{}", early.article);
    c.at("2022-02-07");
    assert_eq!(c.refused(&c.city, event("revoke_licence")).code, "case_state");
    assert_eq!(c.step(&c.city, passed("check", false)), "check_failed");
    assert_eq!(c.step(&c.city, event("revoke_licence")), "licence_revoked");
    let detail = c.get(&c.enterprise.http);
    assert_eq!(detail["on_hold"], true, "an end without clearance lifts nothing");
    assert_eq!(detail["hold"]["samples_excepted"], true);
    let overview = c.province.get("/api/v1/reports/overview").expect(200);
    assert_eq!((&overview["cleared"], &overview["cases"]["licence_revoked"]), (&json!(0), &json!(1)));
}

#[test]
fn a_successful_suspension_ends_in_clearance() {
    let mut c = Course103::new();
    c.correct();
    c.step(&c.province, passed("reinspect", false));
    c.step(&c.province, event("announce"));
    c.at("2021-10-20");
    c.step(&c.province, passed("second_reinspect", false));
    c.step(&c.province, json!({ "event": "suspend", "until": "2021-11-19" }));
    c.at("2021-11-20");
    assert_eq!(c.step(&c.province, passed("check", true)), "reinspection_passed");
    assert_eq!(c.refused(&c.province, event("clear")).code, "inspector_may_not_clear");
    assert_eq!(c.step(&c.district, event("clear")), "cleared");
}

/// An enterprise whose nonconformity has no order yet, with the case that its stop order opens.
fn stopped(c: &mut Course103, received: &str) {
    let fresh = c.fresh("R-retest", "");
    let nothing = c.district.post("/api/v1/remediation/cases", &json!({ "nonconformity": fresh }));
    assert_eq!(nothing.problem()["errors"][0]["pointer"], "/ordered_on");
    let open = json!({
        "nonconformity": fresh, "stopped_on": "2021-08-04", "received_on": received, "document": "停〔2021〕1号",
    });
    let opened = c.district.post("/api/v1/remediation/cases", &open).expect(201);
    assert_eq!((&opened["state"], &opened["ordered_on"]), (&json!("stopped"), &Value::Null));
    c.id = text(&opened["id"]);
    c.path = format!("/api/v1/remediation/cases/{}", c.id);
    c.agrees();
}

#[test]
fn a_retest_overturns_the_result() {
    let mut c = Course103::new();
    stopped(&mut c, "2021-08-03");
    let detail = c.get(&c.enterprise.http);
    assert_eq!(detail["on_hold"], true);
    assert_eq!(detail["clocks"]["retest_request"]["due_on"], "2021-08-18");
    assert_eq!(detail["clocks"]["rectification"], Value::Null, "nothing is ordered");
    let by_officer = c.refused(&c.district, event("request_retest"));
    assert_eq!(by_officer.code, "forbidden");
    assert!(by_officer.article.contains("产品质量法第十五条"));
    c.at("2021-08-18");
    assert_eq!(c.step(&c.enterprise.http, event("request_retest")), "retesting");
    let order = c.refused(&c.district, event("order"));
    assert_eq!(order.code, "case_state");
    assert!(order.article.contains("第四十六条"));
    let outcome = |word: &str| json!({ "event": "retest_outcome", "outcome": word });
    assert_eq!(c.refused(&c.enterprise.http, outcome("overturned")).code, "forbidden");
    assert_eq!(c.step(&c.district, outcome("overturned")), "overturned");
    let detail = c.get(&c.enterprise.http);
    assert_eq!((&detail["on_hold"], &detail["cleared_at"]), (&json!(false), &Value::Null));
    let me = c.enterprise.http.get(&format!("/api/v1/enterprises/{}", c.enterprise.id)).expect(200);
    let of = |no: &str| {
        me["nonconformities"].as_array().unwrap().iter().find(|n| n["report_no"] == no).unwrap()["cleared"]
            .clone()
    };
    assert_eq!((of("R-retest"), of("R1"), me["cleared"].clone()), (json!(true), json!(false), json!(false)));
}

#[test]
fn a_retest_after_day_15_is_too_late() {
    let mut c = Course103::new();
    stopped(&mut c, "2021-08-03");
    c.at("2021-08-19");
    let late = c.refused(&c.enterprise.http, event("request_retest"));
    assert_eq!((late.code.as_str(), late.status), ("too_late", 409));
    assert!(late.article.contains("第十五条"));
    let offered = c.get(&c.enterprise.http)["allowed_events"].clone();
    assert!(!offered.as_array().unwrap().iter().any(|e| e["event"] == "request_retest"), "{offered}");
    let dated = json!({ "event": "request_retest", "occurred_on": "2021-08-17" });
    assert_eq!(c.refused(&c.enterprise.http, dated).code, "too_late", "no date of its own makes it earlier");
}

#[test]
fn an_upheld_result_leads_to_the_order() {
    let mut c = Course103::new();
    stopped(&mut c, "2021-08-03");
    c.at("2021-08-17");
    assert_eq!(c.step(&c.enterprise.http, event("request_retest")), "retesting");
    c.at("2021-08-19");
    let upheld = json!({ "event": "retest_outcome", "outcome": "upheld", "occurred_on": "2021-08-19" });
    assert_eq!(c.step(&c.district, upheld), "stopped");
    assert_eq!(c.refused(&c.enterprise.http, event("request_retest")).code, "done_already");
    let order = json!({ "event": "order", "occurred_on": "2021-08-19" });
    assert_eq!(c.step(&c.district, order), "ordered");
    let clocks = c.get(&c.district)["clocks"].clone();
    assert_eq!(clocks["rectification"]["due_on"], "2021-10-18", "the re-test was over before the order");
}

#[test]
fn a_retest_under_an_order_suspends_what_the_rules_say() {
    let mut c = Course103::new();
    c.at("2021-08-10");
    let unknown = c.refused(&c.enterprise.http, event("request_retest"));
    assert_eq!(unknown.body["errors"][0]["pointer"], "/received_on");
    c.step(&c.enterprise.http, json!({ "event": "request_retest", "received_on": "2021-08-03" }));
    let detail = c.get(&c.district);
    assert_eq!(detail["state"], "retesting_order");
    for clock in ["rectification", "reinspection"] {
        let clock = &detail["clocks"][clock];
        assert_eq!((&clock["standing"], &clock["due_on"]), (&json!("suspended"), &Value::Null), "{clock}");
    }
    assert_eq!(c.refused(&c.enterprise.http, event("start_correction")).code, "case_state");
    c.at("2021-08-22");
    assert_eq!(c.step(&c.district, json!({ "event": "retest_outcome", "outcome": "upheld" })), "ordered");
    let clocks = c.get(&c.district)["clocks"].clone();
    // 12 days of standing still: day 72 is 2021-10-14, day 87 is 2021-10-29.
    assert_eq!(clocks["rectification"]["due_on"], "2021-10-14");
    assert_eq!(clocks["reinspection"]["due_on"], "2021-10-29");
}

#[test]
fn a_case_goes_to_another_region_and_both_sides_see_it() {
    let c = Course103::new();
    let there = |who: &crate::support::Http| who.get(&c.path).status;
    assert_eq!(there(&c.elsewhere), 404);
    let unknown =
        c.district.post(&format!("{}/events", c.path), &json!({ "event": "transfer", "region": "999999" }));
    assert_eq!(unknown.problem()["errors"][0]["pointer"], "/region");
    let same = c.refused(&c.district, json!({ "event": "transfer", "region": "440103" }));
    assert!(same.article.contains("第四十四条"));
    let handed = json!({ "event": "transfer", "region": "440305", "document": "移送函 3 号" });
    assert_eq!(c.step(&c.district, handed), "ordered");
    for who in [&c.elsewhere, &c.district, &c.city, &c.province, &c.enterprise.http] {
        let detail = c.get(who);
        assert_eq!(detail["authority"], "440305");
        assert_eq!(detail["history"][1]["event"], "transfer");
        let listed = who.get("/api/v1/remediation/cases").expect(200);
        assert_eq!(listed["items"][0]["id"], json!(c.id));
    }
    c.correct();
    let former = c.refused(&c.district, passed("reinspect", true));
    assert_eq!(former.code, "wrong_authority");
    assert_eq!(c.step(&c.elsewhere, passed("reinspect", true)), "reinspection_passed");
    assert_eq!(c.refused(&c.district, event("clear")).code, "wrong_authority");
    assert_eq!(c.step(&c.province, event("clear")), "cleared");
}

#[test]
fn a_case_of_an_enterprise_that_no_longer_operates_is_closed_and_not_cleared() {
    let c = Course103::new();
    let close = |more: Value| {
        let mut body = json!({ "event": "close", "reason": "deregistered" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let unknown =
        c.district.post(&format!("{}/events", c.path), &json!({ "event": "close", "reason": "tired" }));
    assert_eq!(unknown.problem()["errors"][0]["pointer"], "/reason");
    let proof = c.district.post(&format!("{}/events", c.path), &close(json!({})));
    assert_eq!(proof.problem()["errors"][0]["pointer"], "/document", "the list says that it operates");
    assert_eq!(c.refused(&c.enterprise.http, close(json!({ "document": "x" }))).code, "forbidden");
    assert_eq!(c.step(&c.district, close(json!({ "document": "注销证明" }))), "closed");
    let overview = c.province.get("/api/v1/reports/overview").expect(200);
    assert_eq!((&overview["cleared"], &overview["cases"]["closed"]), (&json!(0), &json!(1)));
    let me = c.enterprise.http.get(&format!("/api/v1/enterprises/{}", c.enterprise.id)).expect(200);
    assert_eq!(me["cleared"], false);
}

#[test]
fn wrong_entries_are_corrected_by_an_event() {
    let mut c = Course103::new();
    let order =
        json!({ "event": "correct", "corrects": 1, "reason": "日期录入有误", "occurred_on": "2021-08-02" });
    assert_eq!(c.refused(&c.enterprise.http, order.clone()).code, "forbidden");
    assert_eq!(c.step(&c.district, order.clone()), "ordered");
    let detail = c.get(&c.district);
    assert_eq!((&detail["ordered_on"], &detail["version"]), (&json!("2021-08-02"), &json!(2)));
    assert_eq!(detail["clocks"]["reinspection"]["due_on"], "2021-10-18");
    assert_eq!(detail["history"][0]["occurred_on"], "2021-08-03", "nothing is overwritten");
    assert_eq!(detail["history"][0]["corrected_by"], 2);
    assert_eq!(c.refused_plain(&c.district, order), (409, "corrected_already".to_owned()));
    c.step(
        &c.district,
        json!({ "event": "correct", "corrects": 2, "reason": "仍有误", "occurred_on": "2021-08-04" }),
    );
    assert_eq!(c.get(&c.district)["ordered_on"], "2021-08-04");

    c.at("2021-08-20");
    c.correct();
    c.step(&c.district, passed("reinspect", false));
    let reported = c.step(&c.district, event("report_up"));
    assert_eq!(reported, "reported_to_city");
    // The failure can't have been a pass while it is reported.
    let turned = json!({ "event": "correct", "corrects": 6, "reason": "看错", "passed": true });
    let unlawful = c.refused(&c.district, turned.clone());
    assert_eq!((unlawful.code.as_str(), unlawful.status), ("correction_unlawful", 409));
    assert!(unlawful.article.contains("第四十七条"), "{unlawful:?}");
    // A day that what follows does not allow.
    let moved = json!({ "event": "correct", "corrects": 4, "reason": "x", "occurred_on": "2021-08-03" });
    let unlawful = c.refused(&c.enterprise.http, moved);
    assert_eq!(unlawful.code, "correction_unlawful");
    assert!(unlawful.article.contains("第四十六条"));
    c.step(&c.district, json!({ "event": "correct", "corrects": 7, "reason": "误报", "annulled": true }));
    assert_eq!(c.step(&c.district, turned), "reinspection_passed");
    assert_eq!(c.get(&c.enterprise.http)["hold"], Value::Null);
    let begin = c.district.post(
        &format!("{}/events", c.path),
        &json!({ "event": "correct", "corrects": 3, "reason": "x", "annulled": true }),
    );
    assert_eq!(begin.refusal().0, 409, "what all else follows can't go");
    // Whoever corrected the result has entered it, too.
    assert_eq!(c.refused(&c.district, event("clear")).code, "inspector_may_not_clear");
    assert_eq!(c.step(&c.second, event("clear")), "cleared");
    let nothing = json!({ "event": "correct", "corrects": 5, "reason": "x" });
    assert_eq!(
        c.refused_plain(&c.district, nothing),
        (422, "invalid_fields".to_owned()),
        "it says nothing else"
    );
    for (body, pointer) in [
        (json!({ "event": "correct", "corrects": 99, "reason": "x", "annulled": true }), "/corrects"),
        (json!({ "event": "correct", "corrects": 6, "reason": " ", "annulled": true }), "/reason"),
        (json!({ "event": "correct", "reason": "x", "annulled": true }), "/corrects"),
        (json!({ "event": "clear", "annulled": true }), "/annulled"),
    ] {
        let reply = c.second.post(&format!("{}/events", c.path), &body);
        assert!(reply.status >= 400, "{}", reply.text);
        if reply.status == 422 {
            assert_eq!(reply.problem()["errors"][0]["pointer"], pointer, "{body}");
        }
    }
    // A clearance by mistake goes back to where it came from.
    let seq = c.get(&c.second)["version"].clone();
    assert_eq!(
        c.step(&c.second, json!({ "event": "correct", "corrects": seq, "reason": "误点", "annulled": true })),
        "reinspection_passed"
    );
    assert_eq!(c.get(&c.second)["cleared_at"], Value::Null);
}

#[test]
fn an_outdated_version_is_refused() {
    let c = Course103::new();
    let mut start = json!({ "event": "start_correction", "version": 2 });
    assert_eq!(c.refused_plain(&c.enterprise.http, start.clone()), (409, "case_changed".to_owned()));
    start["version"] = json!(1);
    assert_eq!(c.step(&c.enterprise.http, start), "correcting");
}

#[test]
fn without_evidence_the_reinspection_waits_for_the_end_of_the_term() {
    let mut c = Course103::new();
    c.at("2021-10-08");
    let early = c.refused(&c.district, passed("reinspect", false));
    assert_eq!(early.code, "too_early");
    c.at("2021-10-09");
    assert_eq!(c.step(&c.district, passed("reinspect", false)), "failed");
}
