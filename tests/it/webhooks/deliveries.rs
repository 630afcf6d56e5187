//! What is sent, how it is signed, and what becomes of it.

use chrono::{DateTime, Duration, Utc};
use serde_json::json;
use zerodesk::core::Caller;
use zerodesk::jobs::Stop;
use zerodesk::webhooks::settings::WebhookSettings;
use zerodesk::webhooks::worker::Sender;
use zerodesk::webhooks::{TestWebhook, housekeeping};

use super::{ALL, PATH, app, becomes, deliveries, local, try_it, until, webhook};
use crate::support::csv::{file, row, uscc};
use crate::support::people::text;
use crate::support::receiver::Answer;
use crate::support::{Receiver, TestApp};
use zerodesk::zero_out::import::Column;

#[test]
fn events_of_consultations_are_sent_signed_and_without_personal_data() {
    let (app, receiver) = (app(), Receiver::start());
    let officer = app.admin("the-officer", "440000");
    let (id, secret) = webhook(&officer, &receiver, "440000", &ALL[..4]);
    let (_, talk) = app.small_world();
    let conclusion = json!({ "conclusion": "按标准整改" });
    talk.expert.http.post(&format!("/api/v1/consultations/{}/conclude", talk.id), &conclusion).expect(200);
    let reason = json!({ "reason": "仍有疑问" });
    talk.enterprise.http.post(&format!("/api/v1/consultations/{}/reopen", talk.id), &reason).expect(200);
    let mut calls = receiver.wait(5);
    calls.sort_by_key(|call| call.kind());
    let kinds: Vec<String> = calls.iter().map(|call| call.kind()).collect();
    // It is given back to its expert.
    assert_eq!(
        kinds,
        [
            "consultation.assigned",
            "consultation.assigned",
            "consultation.concluded",
            "consultation.opened",
            "consultation.reopened"
        ]
    );
    for call in &calls {
        assert_eq!((call.method.as_str(), call.path.as_str()), ("POST", "/hook?from=zerodesk"));
        assert_eq!(call.header("content-type"), "application/json");
        assert_eq!(call.header("webhook-signature"), call.expected(&secret));
        let at: i64 = call.header("webhook-timestamp").parse().unwrap();
        assert_eq!(at, app.now().timestamp());
        let body = call.json();
        assert_eq!(body["data"]["consultation"], talk.id);
        assert_eq!(body["data"]["enterprise"], talk.enterprise.id);
        assert_eq!(body["data"]["region"], "440103");
        let moment: DateTime<Utc> = body["timestamp"].as_str().unwrap().parse().unwrap();
        assert_eq!(moment, app.now());
        for secret in ["广州第1公司", "绝缘电阻", "专家", "contact", "example", "按标准整改", "疑问"]
        {
            assert!(!call.body.contains(secret), "{secret}: {}", call.body);
        }
    }
    let state =
        |kind: &str| calls.iter().find(|call| call.kind() == kind).unwrap().json()["data"]["state"].clone();
    assert_eq!(state("consultation.assigned"), "active");
    assert_eq!(state("consultation.concluded"), "concluded");
    let sent = until(&officer, &id, |all| all.len() == 5 && all.iter().all(|d| d["state"] == "delivered"));
    let mut ids: Vec<String> = calls.iter().map(|call| call.header("webhook-id").to_owned()).collect();
    let mut listed: Vec<String> = sent.iter().map(|d| text(&d["id"])).collect();
    ids.sort();
    listed.sort();
    assert_eq!(ids, listed);
    assert_eq!(sent[0]["attempts"][0]["status"], 204);
}

#[test]
fn events_of_cases_and_imports_are_sent_by_their_kinds() {
    let (app, receiver, states) = (app(), Receiver::start(), Receiver::start());
    let officer = app.admin("officer", "440000");
    webhook(&officer, &receiver, "440000", &["case.opened", "import.finished"]);
    webhook(&officer, &states, "440000", &["case.state_changed", "case.cleared"]);
    let list = file(&[row(&[(Column::Uscc, &uscc(1))])]);
    let import = app.import(&officer, &list, false);
    let mut calls = receiver.wait(2);
    calls.sort_by_key(|call| call.kind());
    let (opened, finished) = (calls[0].json(), calls[1].json());
    assert_eq!((&opened["type"], &opened["data"]["state"]), (&json!("case.opened"), &json!("ordered")));
    assert_eq!(finished["data"]["import"], import["id"]);
    assert_eq!((&finished["data"]["state"], &finished["data"]["inserted"]), (&json!("done"), &json!(1)));
    let case = text(&opened["data"]["case"]);
    let event = json!({ "event": "reinspect", "passed": true });
    officer.post(&format!("/api/v1/remediation/cases/{case}/events"), &event).expect(200);
    let changed = states.wait(1)[0].json();
    assert_eq!(
        (&changed["data"]["from"], &changed["data"]["state"]),
        (&json!("ordered"), &json!("reinspection_passed"))
    );
    assert_eq!((receiver.calls().len(), states.calls().len()), (2, 1), "each gets what it asks for");
}

#[test]
fn what_fails_is_tried_again_under_its_id_with_the_same_body() {
    let (app, receiver) = (app(), Receiver::start());
    let officer = app.admin("officer", "440000");
    let (id, secret) = webhook(&officer, &receiver, "440000", &ALL);
    let long = format!("{}{}", "<script>\u{202E}", "长".repeat(2_000));
    receiver.answer(Answer::of(500).saying(&long));
    receiver.answer(Answer::of(503).with("retry-after", "3600"));
    let delivery = try_it(&officer, &id);
    let first = becomes(&officer, &id, "pending", 1);
    assert_eq!((&first["id"], &first["event"]), (&json!(delivery), &json!("webhook.test")));
    let answer = text(&first["attempts"][0]["answer"]);
    assert!(answer.starts_with("<script>⟨U+202E⟩长") && answer.len() < 1_100, "{answer}");
    let next =
        |d: &serde_json::Value| d["next_attempt_at"].as_str().unwrap().parse::<DateTime<Utc>>().unwrap();
    let pause = next(&first) - app.now();
    assert!(pause >= Duration::seconds(5) && pause <= Duration::seconds(10), "{pause}");
    // Another test waits for this one.
    let refused = officer.act(&format!("{PATH}/{id}/test")).refusal();
    assert_eq!(refused, (409, "webhook_delivery_pending".to_owned()));
    app.clock.advance(Duration::seconds(10));
    let second = becomes(&officer, &id, "pending", 2);
    assert_eq!(next(&second) - app.now(), Duration::hours(1), "what the receiver asks for");
    app.clock.advance(Duration::hours(1));
    let done = becomes(&officer, &id, "delivered", 3);
    assert_eq!((&done["attempts_made"], &done["next_attempt_at"]), (&json!(3), &json!(null)));
    let calls = receiver.wait(3);
    for call in &calls {
        assert_eq!((call.header("webhook-id"), &call.body), (delivery.as_str(), &calls[0].body));
        assert_eq!(call.header("webhook-signature"), call.expected(&secret));
    }
    assert_ne!(calls[0].header("webhook-timestamp"), calls[2].header("webhook-timestamp"));
}

#[test]
fn a_server_that_ends_between_sending_and_writing_down_sends_the_same_id_again() {
    let (mut app, receiver) = (app(), Receiver::start());
    let officer = app.admin("officer", "440000");
    let (id, _) = webhook(&officer, &receiver, "440000", &ALL);
    app.stop();
    let webhook = id.parse().unwrap();
    let delivery = app.app.execute(&Caller::system(), &TestWebhook { id: webhook }).unwrap();
    let (sender, stop) = (Sender::new(&app.app).unwrap(), Stop::new());
    let taken = sender.claim(&app.app, 8, &[]).unwrap();
    assert_eq!(taken.len(), 1);
    assert_eq!(sender.send_only(&app.app, taken[0].clone()).answered, Ok(204));
    // Whoever has it in hand has it for the length of the lease.
    sender.round(&app.app, &stop).unwrap();
    assert_eq!(receiver.calls().len(), 1);
    app.clock.advance(Duration::seconds(60));
    sender.round(&app.app, &stop).unwrap();
    let calls = receiver.calls();
    assert_eq!(calls.len(), 2);
    for call in &calls {
        assert_eq!((call.header("webhook-id"), &call.body), (delivery.to_string().as_str(), &calls[0].body));
    }
    app.clock.advance(Duration::days(1));
    sender.round(&app.app, &stop).unwrap();
    assert_eq!(receiver.calls().len(), 2, "delivered is delivered");
}

#[test]
fn servers_share_what_is_to_be_sent() {
    let (app, receiver) = (app(), Receiver::start());
    let other = app.another().start();
    let officer = app.admin("officer", "440000");
    let (id, _) = webhook(&officer, &receiver, "440000", &["case.opened"]);
    let codes: Vec<String> = (1..=40).map(uscc).collect();
    let rows: Vec<_> = codes.iter().map(|code| row(&[(Column::Uscc, code)])).collect();
    app.import(&officer, &file(&rows), false);
    until(&officer, &id, |all| all.len() == 40 && all.iter().all(|d| d["state"] == "delivered"));
    let mut ids: Vec<String> =
        receiver.calls().iter().map(|call| call.header("webhook-id").to_owned()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), receiver.calls().len()), (40, 40), "each once");
    drop(other);
}

#[test]
fn after_a_rotation_both_secrets_sign_for_a_day() {
    let (app, receiver) = (app(), Receiver::start());
    let officer = app.admin("officer", "440000");
    let (id, old) = webhook(&officer, &receiver, "440000", &ALL);
    let made = officer.act(&format!("{PATH}/{id}/rotate")).expect(200);
    let new = text(&made["secret"]);
    assert!(new != old && made["old_secret_until"].is_string());
    try_it(&officer, &id);
    let call = receiver.wait(1).remove(0);
    assert_eq!(call.header("webhook-signature"), format!("{} {}", call.expected(&new), call.expected(&old)));
    until(&officer, &id, |all| all[0]["state"] == "delivered");
    app.clock.advance(Duration::hours(24));
    let officer = app.http().log_in("officer", crate::support::people::PASSWORD);
    try_it(&officer, &id);
    let call = receiver.wait(2).remove(1);
    assert_eq!(call.header("webhook-signature"), call.expected(&new));
    for text in [officer.get(PATH).text, officer.get(&format!("{PATH}/{id}")).text] {
        assert!(!text.contains("whsec_") && !text.contains("\"secret\""), "shown once: {text}");
    }
}

#[test]
fn an_endpoint_that_is_gone_is_stopped_its_officer_told_and_what_failed_sent_again_once_it_is_back() {
    let (app, receiver) = (app(), Receiver::start());
    let officer = app.admin("officer", "440000");
    let (id, _) = webhook(&officer, &receiver, "440000", &ALL);
    receiver.answer(Answer::of(410));
    let first = try_it(&officer, &id);
    becomes(&officer, &id, "failed", 1);
    let mail = app.mail("officer@regulator.example", "事件推送已自动停用");
    assert!(mail.body_text.contains(&receiver.url()) && mail.body_text.contains("410"), "{}", mail.body_text);
    assert!(mail.body_text.contains(&format!("/webhooks/{id}")));
    let shown = officer.get(&format!("{PATH}/{id}")).expect(200);
    assert_eq!((&shown["state"], &shown["disabled_reason"]), (&json!("disabled"), &json!("gone")));
    // Nothing is sent to it, tests included.
    for path in ["test", "replay"] {
        let body = json!({ "delivery": first });
        let reply = match path {
            "test" => officer.act(&format!("{PATH}/{id}/test")),
            _ => officer.post(&format!("{PATH}/{id}/replay"), &body),
        };
        assert_eq!(reply.refusal(), (409, "webhook_rests".to_owned()));
    }
    app.import(&officer, &file(&[row(&[(Column::Uscc, &uscc(1))])]), false);
    assert_eq!(deliveries(&officer, &id).len(), 1, "no events are noted for it");
    let started = officer.json("PATCH", &format!("{PATH}/{id}"), &json!({ "active": true })).expect(200);
    assert_eq!((&started["state"], &started["disabled_reason"]), (&json!("active"), &json!(null)));
    let since = (app.now() - Duration::hours(1)).to_rfc3339();
    let again = officer.post(&format!("{PATH}/{id}/replay"), &json!({ "failed_since": since })).expect(200);
    assert_eq!(again, json!({ "deliveries": 1, "more": false }));
    let done = becomes(&officer, &id, "delivered", 2);
    assert_eq!(done["id"], first);
    let calls = receiver.wait(2);
    assert_eq!(calls[0].header("webhook-id"), calls[1].header("webhook-id"));
    // One that was delivered can be had again, too.
    officer.post(&format!("{PATH}/{id}/replay"), &json!({ "delivery": first })).expect(200);
    becomes(&officer, &id, "delivered", 3);
}

#[test]
fn an_endpoint_that_fails_for_days_is_stopped() {
    let receiver = Receiver::start();
    let app = TestApp::builder()
        .settings(|s| {
            local(s);
            let mut webhooks = s.edit::<WebhookSettings>();
            (webhooks.give_up_hours, webhooks.disable_after_hours) = (1, 2);
        })
        .start();
    let officer = app.admin("officer", "440000");
    let (id, _) = webhook(&officer, &receiver, "440000", &ALL);
    receiver.always(Answer::of(500));
    try_it(&officer, &id);
    becomes(&officer, &id, "pending", 1);
    app.clock.advance(Duration::hours(1));
    becomes(&officer, &id, "failed", 2);
    assert!(officer.get(&format!("{PATH}/{id}")).expect(200)["failing_since"].is_string());
    app.clock.advance(Duration::hours(1));
    let officer = app.http().log_in("officer", crate::support::people::PASSWORD);
    try_it(&officer, &id);
    app.mail("officer@regulator.example", "推送连续多日失败");
    let shown = officer.get(&format!("{PATH}/{id}")).expect(200);
    assert_eq!((&shown["state"], &shown["disabled_reason"]), (&json!("disabled"), &json!("failing")));
    // What rests beyond its time is given up, and all of it deleted in the end.
    app.clock.advance(Duration::hours(3));
    housekeeping::sweep(&app.app).unwrap();
    let officer = app.http().log_in("officer", crate::support::people::PASSWORD);
    assert!(deliveries(&officer, &id).iter().all(|d| d["state"] == "failed"));
    app.clock.advance(Duration::days(31));
    housekeeping::sweep(&app.app).unwrap();
    let officer = app.http().log_in("officer", crate::support::people::PASSWORD);
    assert!(deliveries(&officer, &id).is_empty());
}

#[test]
fn what_is_sent_again_at_once_is_bounded() {
    let receiver = Receiver::start();
    let app = TestApp::builder()
        .settings(|s| {
            local(s);
            let mut webhooks = s.edit::<WebhookSettings>();
            (webhooks.replay_most, webhooks.give_up_hours) = (2, 1);
        })
        .start();
    let officer = app.admin("officer", "440000");
    let (id, _) = webhook(&officer, &receiver, "440000", &["case.opened"]);
    receiver.always(Answer::of(500));
    let codes: Vec<String> = (1..=3).map(uscc).collect();
    let rows: Vec<_> = codes.iter().map(|code| row(&[(Column::Uscc, code)])).collect();
    app.import(&officer, &file(&rows), false);
    until(&officer, &id, |all| all.len() == 3 && all.iter().all(|d| d["attempts_made"] == 1));
    app.clock.advance(Duration::hours(1));
    let officer = app.http().log_in("officer", crate::support::people::PASSWORD);
    until(&officer, &id, |all| all.iter().all(|d| d["state"] == "failed"));
    receiver.always(Answer::of(204));
    let body = json!({ "failed_since": "2026-01-01T00:00:00Z" });
    let replay = format!("{PATH}/{id}/replay");
    assert_eq!(officer.post(&replay, &body).expect(200), json!({ "deliveries": 2, "more": true }));
    until(&officer, &id, |all| all.iter().filter(|d| d["state"] == "delivered").count() == 2);
    assert_eq!(officer.post(&replay, &body).expect(200), json!({ "deliveries": 1, "more": false }));
    until(&officer, &id, |all| all.iter().all(|d| d["state"] == "delivered"));
    for body in [json!({}), json!({ "delivery": id, "failed_since": "2026-01-01T00:00:00Z" })] {
        let refused = officer.post(&replay, &body).problem();
        assert_eq!(
            (&refused["status"], &refused["errors"][0]["pointer"]),
            (&json!(422), &json!("/delivery"))
        );
    }
    officer.post(&replay, &json!({ "delivery": id })).expect(404);
}
