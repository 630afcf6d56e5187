//! Doubles: a consultation is merged into another one of its enterprise.

use std::sync::Barrier;

use serde_json::{Value, json};
use zerodesk::accounts::settings::AuthSettings;
use zerodesk::consultations::rating_reminder;
use zerodesk::consultations::settings::ConsultationSettings;
use zerodesk::matching::settings::MatchingSettings;
use zerodesk::response_targets::follow;
use zerodesk::settings::YesNo;

use crate::support::people::{Enterprise, PASSWORD, text};
use crate::support::{Http, TestApp};

/// A service in which tokens outlive a day and nobody is reassigned.
fn app() -> TestApp {
    TestApp::builder()
        .settings(|s| {
            s.edit::<AuthSettings>().access_token_seconds = 86_400;
            s.edit::<MatchingSettings>().reassign_silent = YesNo::No;
        })
        .start()
}

fn conflict(code: &str) -> (u16, String) {
    (409, code.to_owned())
}

/// Asks once more, about no record.
fn ask(enterprise: &Enterprise, subject: &str) -> String {
    let question = json!({ "subject": subject, "question": "如何整改？", "product_kind": "K0101" });
    text(&enterprise.http.post("/api/v1/consultations", &question).expect(201)["id"])
}

fn merge(who: &Http, id: &str, into: &str) -> crate::support::http::Reply {
    let body = json!({ "into": into, "reason": "与另一件重复" });
    who.post(&format!("/api/v1/consultations/{id}/merge"), &body)
}

fn path(id: &str) -> String {
    format!("/api/v1/consultations/{id}")
}

fn pointer(reply: &crate::support::http::Reply) -> Value {
    assert_eq!(reply.status, 422, "{}", reply.text);
    reply.problem()["errors"][0]["pointer"].clone()
}

#[test]
fn a_double_is_over_and_names_the_one_that_goes_on() {
    let app = app();
    let (officer, talk) = app.small_world();
    let (expert, enterprise) = (&talk.expert.http, &talk.enterprise);
    let double = ask(enterprise, "绝缘问题再问");
    let stranger = app.claimed_enterprise(2, "440103", "K0101");
    let elsewhere = app.admin("elsewhere", "440300");
    let others = ask(&stranger, "他人的问诊");
    for (who, status) in [
        (&enterprise.http, 403),
        (expert, 403),
        (&stranger.http, 404),
        (&elsewhere, 404),
        (&app.operator("operator"), 404),
        (&app.http(), 401),
    ] {
        assert_eq!(merge(who, &double, &talk.id).status, status);
    }
    // Not into itself, nor into one that is not there, nor into another enterprise's; and with a reason.
    for wrong in [&double, &uuid::Uuid::now_v7().to_string(), &others] {
        assert_eq!(pointer(&merge(&officer, &double, wrong)), "/into");
    }
    let silent = json!({ "into": talk.id, "reason": " " });
    let refused = officer.post(&format!("{}/merge", path(&double)), &silent);
    assert_eq!(pointer(&refused), "/reason");

    app.following(&enterprise.http, &double).say_acknowledged(&double, "talk", "补充照片");
    let mut follows = app.following(&enterprise.http, &double);
    let mut goes_on = app.following(expert, &talk.id);
    follow::round(&app.app).unwrap();
    let open = || {
        let expert = officer.get(&format!("/api/v1/experts/{}", talk.expert.id)).expect(200);
        expert["private"]["open_consultations"].as_i64().unwrap()
    };
    assert_eq!(open(), 3);
    let merged = merge(&officer, &double, &talk.id).expect(200);
    assert_eq!((&merged["status"], &merged["closed"]), (&json!("concluded"), &json!("merged")));
    assert_eq!(merged["merged_into"], json!({ "id": talk.id, "subject": "绝缘电阻不合格" }));
    assert_eq!(merged["expert"], Value::Null, "the offer has ended");
    follows.wait(|frame| frame["ev"] == "consultation" && frame["status"] == "concluded");
    goes_on.wait(|frame| frame["ev"] == "consultation" && frame["consultation"] == json!(talk.id));

    // Histories of both, with the reason, for the enterprise as well.
    for (id, event) in [(&double, "merge"), (&talk.id, "merged_in")] {
        let history = enterprise.http.get(&format!("{}/history", path(id))).expect(200);
        let last = history.as_array().unwrap().last().unwrap().clone();
        assert_eq!((&last["event"], &last["note"]), (&json!(event), &json!("与另一件重复")));
    }
    let page = enterprise.http.get(&format!("/consultations/{double}")).text;
    assert!(page.contains("已合并") && page.contains(&format!("/consultations/{}", talk.id)), "{page}");
    assert!(!page.contains("请评价本次问诊"), "{page}");
    let mail = app.mail("factory-1@enterprise.example", "已合并到");
    assert!(mail.body_text.contains("绝缘问题再问") && mail.body_text.contains(&talk.id), "{mail:?}");

    // Places, offers, targets and ratings no longer count it.
    assert_eq!(open(), 2, "the stranger's is offered, too");
    let offers = officer.get(&format!("{}/match", path(&double))).expect(200)["offers"].clone();
    assert_eq!(offers[0]["answer"], "withdrawn");
    let rating = enterprise.http.post(&format!("{}/rating", path(&double)), &json!({ "rating": 5 }));
    assert_eq!(rating.refusal(), conflict("consultation_status"));

    // Its talk is read as before, and by who holds the other one; nobody writes in it.
    for who in [&enterprise.http, &officer, expert] {
        let said = who.get(&format!("{}/messages", path(&double))).expect(200);
        assert_eq!(said["items"].as_array().unwrap().len(), 1, "{said}");
    }
    let late = json!({ "client_id": uuid::Uuid::new_v4(), "body": "晚了" });
    for who in [&enterprise.http, expert] {
        let reply = who.post(&format!("{}/messages", path(&double)), &late);
        assert_eq!(reply.refusal(), conflict("consultation_concluded"));
    }
    // It is over for every further step, and nothing is merged in a circle.
    assert_eq!(merge(&officer, &double, &talk.id).refusal(), conflict("consultation_status"));
    assert_eq!(merge(&officer, &talk.id, &double).refusal(), conflict("consultation_status"));
    for (subject, id) in [("merge_consultation", &double), ("take_in_consultation", &talk.id)] {
        let audit = officer.get(&format!("/api/v1/audit?action={subject}")).expect(200);
        assert_eq!(audit["items"][0]["subject_id"], json!(id), "{audit}");
    }
    // Days later it is still nobody's business.
    app.clock.advance(chrono::Duration::days(4));
    follow::round(&app.app).unwrap();
    let officer = app.http().log_in("officer", PASSWORD);
    let seen = officer.get(&path(&double)).expect(200);
    assert!(seen["targets"].as_array().unwrap().iter().all(|t| t["state"] == "ended"), "{seen}");
    rating_reminder::round(&app.app).unwrap();
    app.mails_sent();
    assert!(!app.smtp.received().iter().any(|mail| mail.body_text.contains("尚未评价")));
}

#[test]
fn whoever_holds_the_other_one_reads_it_and_a_merge_is_undone_by_an_officer() {
    let app = app();
    let (officer, talk) = app.small_world();
    let enterprise = &talk.enterprise;
    let double = ask(enterprise, "绝缘问题再问");
    merge(&officer, &double, &talk.id).expect(200);
    let reads = |who: &Http| who.get(&path(&double)).status;
    let second = app.approved_expert(&officer, "expert-2", "K0101");
    assert_eq!((reads(&talk.expert.http), reads(&second.http)), (200, 404));
    // Handed on with the one that goes on.
    let order = json!({ "expert": second.id, "reason": "换人" });
    officer.post(&format!("{}/assign", path(&talk.id)), &order).expect(200);
    assert_eq!((reads(&talk.expert.http), reads(&second.http)), (404, 200));

    // The enterprise goes on there; an officer undoes it.
    let again = json!({ "reason": "并非同一问题" });
    let reopen = format!("{}/reopen", path(&double));
    assert_eq!(enterprise.http.post(&reopen, &again).refusal(), conflict("consultation_status"));
    let open = officer.post(&reopen, &again).expect(200);
    assert_eq!((&open["closed"], &open["merged_into"]), (&Value::Null, &Value::Null));
    let asked = text(&open["expert"]["id"]);
    let other = if asked == second.id { &talk.expert.http } else { &second.http };
    assert_eq!(reads(other), 404, "who is not asked reads it no longer");
    let related = officer.get(&format!("{}/related", path(&talk.id))).expect(200);
    assert!(!related.to_string().contains("\"merged\""), "{related}");
    // And can be done again.
    merge(&officer, &double, &talk.id).expect(200);
}

#[test]
fn an_expert_merges_what_the_expert_holds_and_learns_nothing_of_what_others_hold() {
    let app = app();
    let (officer, talk) = app.small_world();
    let (enterprise, first) = (&talk.enterprise, &talk.expert);
    let double = ask(enterprise, "绝缘问题再问");
    first.http.act(&format!("{}/accept", path(&double))).expect(200);
    let third = ask(enterprise, "他人承接的秘密主题");
    let second = app.approved_expert(&officer, "expert-2", "K0101");
    let order = json!({ "expert": second.id, "reason": "分工" });
    officer.post(&format!("{}/assign", path(&third)), &order).expect(200);
    // Of one that another holds the expert does not know.
    assert_eq!(pointer(&merge(&first.http, &double, &third)), "/into");
    assert_eq!(merge(&second.http, &double, &third).status, 404);
    merge(&first.http, &double, &talk.id).expect(200);
    let held = first.http.get(&path(&double)).expect(200);
    assert_eq!(held["expert"]["id"], json!(first.id), "who held it is named");
    // An officer merges what two hold: who is not on the other one is not told which it is.
    merge(&officer, &talk.id, &third).expect(200);
    let seen = first.http.get(&path(&talk.id)).expect(200);
    assert_eq!((&seen["closed"], &seen["merged_into"]), (&json!("merged"), &Value::Null));
    let secret = "秘密主题";
    assert!(!first.http.get(&format!("/consultations/{}", talk.id)).text.contains(secret));
    assert!(!first.http.get(&format!("{}/history", path(&talk.id))).text.contains(secret));
    assert!(!first.http.get(&format!("{}/related", path(&talk.id))).text.contains(secret));
    let mail = app.mail("expert-1@expert.example", "您无需再处理");
    assert!(!mail.body_text.contains(secret), "{mail:?}");
    // Who holds the last one reads both that were merged, one by way of the other.
    for id in [&talk.id, &double] {
        second.http.get(&path(id)).expect(200);
    }
}

#[test]
fn merges_at_the_same_moment_leave_one_of_them_open() {
    let app = app();
    let officer = app.admin("officer", "440000");
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    for round in 0..4 {
        let [one, other, third] = ["甲", "乙", "丙"].map(|name| ask(&enterprise, &format!("{name}{round}")));
        let barrier = Barrier::new(2);
        let at_once = |id: &str, into: &str| {
            barrier.wait();
            merge(&officer, id, into).status
        };
        let statuses = std::thread::scope(|threads| {
            let left = threads.spawn(|| at_once(&one, &other));
            let right = threads.spawn(|| at_once(&other, &one));
            [left.join().unwrap(), right.join().unwrap()]
        });
        let mut sorted = statuses;
        sorted.sort_unstable();
        assert_eq!(sorted, [200, 409], "two into each other");
        let open: Vec<Value> =
            [&one, &other].map(|id| officer.get(&path(id)).expect(200)["status"].clone()).to_vec();
        assert_eq!(open.iter().filter(|status| **status == "concluded").count(), 1, "{open:?}");
        let left = if open[0] == "concluded" { &other } else { &one };
        // The one that is left, and a third one, into each other: again one is left.
        let statuses = std::thread::scope(|threads| {
            let first = threads.spawn(|| at_once(left, &third));
            let second = threads.spawn(|| at_once(left, &third));
            [first.join().unwrap(), second.join().unwrap()]
        });
        let mut sorted = statuses;
        sorted.sort_unstable();
        assert_eq!(sorted, [200, 409], "one twice");
    }
    let page = officer.get("/api/v1/consultations?status=waiting&limit=100").expect(200);
    assert_eq!(page["items"].as_array().unwrap().len(), 4, "each round leaves one");
}

#[test]
fn a_merged_one_leaves_room_for_another_question() {
    let app = TestApp::builder()
        .settings(|s| {
            let mut most = s.edit::<ConsultationSettings>();
            (most.open_per_enterprise, most.openings_per_hour, most.openings_per_day) = (2, 2, 2);
        })
        .start();
    let officer = app.admin("officer", "440000");
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    let (one, other) = (ask(&enterprise, "甲"), ask(&enterprise, "乙"));
    let third = json!({ "subject": "丙", "question": "x", "product_kind": "K0101" });
    let refused = enterprise.http.post("/api/v1/consultations", &third);
    assert_eq!(refused.status, 429, "{}", refused.text);
    merge(&officer, &one, &other).expect(200);
    enterprise.http.post("/api/v1/consultations", &third).expect(201);
    let refused = enterprise.http.post("/api/v1/consultations", &third);
    assert_eq!(refused.status, 429, "{}", refused.text);
}
