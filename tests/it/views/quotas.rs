//! Quotas: 429 with a sentence, whatever comes in at once, and others are served meanwhile.

use serde_json::{Value, json};
use std::time::{Duration, Instant};
use uuid::Uuid;
use zerodesk::attachments::settings::AttachmentSettings;
use zerodesk::chat::settings::ChatSettings;
use zerodesk::consultations::settings::ConsultationSettings;

use crate::attachments::samples::PDF;
use crate::support::people::text;
use crate::support::{Http, Reply, TestApp};

fn ask(who: &Http, n: usize) -> Reply {
    let body = json!({ "product_kind": "K0101", "subject": format!("问题 {n}"), "question": "如何整改?" });
    who.post("/api/v1/consultations", &body)
}

#[track_caller]
fn assert_refused(reply: &Reply, code: &str, retry: bool) {
    let problem = reply.problem();
    assert_eq!((reply.status, &problem["code"]), (429, &json!(code)), "{problem}");
    assert!(!text(&problem["detail"]).is_empty());
    assert_eq!(reply.header("retry-after").parse::<u64>().is_ok_and(|s| s > 0), retry, "{problem}");
}

#[test]
fn three_hundred_openings_at_once_leave_the_others_served() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let experts = ["expert-1", "expert-2"].map(|name| app.approved_expert(&officer, name, "K0101"));
    let [greedy, modest] = [1, 2].map(|n| app.claimed_enterprise(n, "440103", "K0101").http);
    let began = Instant::now();
    let answers: Vec<Reply> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..30)
            .map(|part| {
                let who = greedy.clone();
                scope.spawn(move || (0..10).map(|n| ask(&who, part * 10 + n)).collect::<Vec<_>>())
            })
            .collect();
        // Another one asks in the middle of it.
        let asked = Instant::now();
        let served = ask(&modest, 0).expect(201);
        assert_eq!(served["status"], "offered", "{served}");
        assert!(asked.elapsed() < Duration::from_secs(10), "{:?}", asked.elapsed());
        threads.into_iter().flat_map(|t| t.join().unwrap()).collect()
    });
    eprintln!("300 openings in {:?}", began.elapsed());
    let taken = answers.iter().filter(|reply| reply.status == 201).count();
    assert_eq!(taken, 20, "no more than are allowed, however they come");
    for refused in answers.iter().filter(|reply| reply.status != 201) {
        assert_eq!(refused.status, 429, "{}", refused.text);
    }
    // The experts have places left: each takes five at once, of which one enterprise has three at most.
    for expert in &experts {
        let view = officer.get(&format!("/api/v1/experts/{}", expert.id)).expect(200);
        assert!(view["private"]["open_consultations"].as_i64().unwrap() <= 4, "{view}");
    }
    let served = ask(&modest, 1).expect(201);
    assert_eq!(served["status"], "offered", "{served}");
    assert_refused(&ask(&greedy, 300), "too_many_open_consultations", false);
    let waits = officer.get("/api/v1/consultations?status=waiting").expect(200);
    let id = text(&waits["items"][0]["id"]);
    let matched = officer.get(&format!("/api/v1/consultations/{id}/match")).expect(200);
    assert_eq!(matched["candidates"][0]["excluded_by"], "enterprise_share", "{matched}");
}

#[test]
fn openings_are_bounded_within_an_hour_and_a_day() {
    let app = TestApp::builder()
        .settings(|s| {
            let mut quota = s.edit::<ConsultationSettings>();
            (quota.open_per_enterprise, quota.openings_per_hour, quota.openings_per_day) = (100, 2, 3);
        })
        .start();
    let who = app.claimed_enterprise(1, "440103", "K0101").http;
    ask(&who, 0).expect(201);
    app.clock.advance(chrono::Duration::minutes(30));
    let who = app.http().log_in("enterprise-1", crate::support::people::PASSWORD);
    ask(&who, 1).expect(201);
    let refused = ask(&who, 2);
    assert_refused(&refused, "too_many_openings", true);
    assert_eq!(refused.header("retry-after"), "1800");
    app.clock.advance(chrono::Duration::minutes(30));
    let who = app.http().log_in("enterprise-1", crate::support::people::PASSWORD);
    ask(&who, 3).expect(201);
    app.clock.advance(chrono::Duration::minutes(90));
    let who = app.http().log_in("enterprise-1", crate::support::people::PASSWORD);
    assert_refused(&ask(&who, 4), "too_many_openings", true);
}

#[test]
fn places_of_experts_are_bounded_and_go_on_when_one_comes_free() {
    let app =
        TestApp::builder().settings(|s| s.edit::<ConsultationSettings>().places_per_enterprise = 1).start();
    let officer = app.admin("officer", "440000");
    let expert = app.approved_expert(&officer, "expert-1", "K0101");
    let who = app.claimed_enterprise(1, "440103", "K0101").http;
    let first = text(&ask(&who, 0).expect(201)["id"]);
    let second = ask(&who, 1).expect(201);
    assert_eq!(second["status"], "waiting");
    let path = format!("/api/v1/consultations/{}", text(&second["id"]));
    let why = who.get(&format!("{path}/match")).expect(200);
    assert!(text(&why["reason"]).contains("上限"), "{why}");
    expert.http.act(&format!("/api/v1/consultations/{first}/accept")).expect(200);
    let body = json!({ "conclusion": "完成" });
    expert.http.post(&format!("/api/v1/consultations/{first}/conclude"), &body).expect(200);
    zerodesk::consultations::matcher::worker(&app.app).unwrap();
    assert_eq!(who.get(&path).expect(200)["status"], "offered");
}

#[test]
fn uploads_kept_are_bounded_in_number_and_bytes_however_they_come() {
    let app = TestApp::builder()
        .settings(|s| {
            let mut files = s.edit::<AttachmentSettings>();
            files.kept_files_per_account = 3;
            files.kept_bytes_per_enterprise = 1_000_000;
        })
        .start();
    let who = app.claimed_enterprise(1, "440103", "K0101").http;
    let answers: Vec<Reply> = std::thread::scope(|scope| {
        let up = || who.upload("/api/v1/attachments", "a.pdf", PDF, &[]);
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(up)).collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|reply| reply.status == 201).count(), 3);
    for refused in answers.iter().filter(|reply| reply.status != 201) {
        assert_refused(refused, "too_many_uploads", false);
    }
    let other = app.claimed_enterprise(2, "440103", "K0101").http;
    let mut large = PDF.to_vec();
    large.resize(600_000, b' ');
    assert_eq!(other.upload("/api/v1/attachments", "a.pdf", &large, &[]).status, 201);
    assert_refused(&other.upload("/api/v1/attachments", "b.pdf", &large, &[]), "too_many_uploads", false);
    assert_eq!(other.upload("/api/v1/attachments", "c.pdf", PDF, &[]).status, 201);
}

#[test]
fn the_volume_of_a_day_is_bounded_and_outlives_a_restart() {
    let mut app = TestApp::builder()
        .settings(|s| {
            (s.edit::<ChatSettings>().messages_per_day, s.edit::<ChatSettings>().bytes_per_day) = (3, 5_000)
        })
        .start();
    let (_, talk) = app.small_world();
    let path = format!("/api/v1/consultations/{}/messages", talk.id);
    let say = |who: &Http, body: &str| who.post(&path, &json!({ "client_id": Uuid::new_v4(), "body": body }));
    let id = Uuid::new_v4();
    let repeated = json!({ "client_id": id, "body": "您好" });
    talk.enterprise.http.post(&path, &repeated).expect(201);
    for _ in 0..5 {
        assert_eq!(
            talk.enterprise.http.post(&path, &repeated).status,
            200,
            "a repeated message is not counted again"
        );
    }
    let mut socket = app.following(&talk.enterprise.http, &talk.id);
    socket.say_acknowledged(&talk.id, "talk", "二");
    socket.say_acknowledged(&talk.id, "talk", "三");
    socket.say(&talk.id, "talk", Uuid::new_v4(), "四");
    let refused = socket.wait_ev("error");
    assert_eq!(refused["problem"]["code"], "too_many_messages", "{refused}");
    assert_refused(&say(&talk.enterprise.http, "四"), "too_many_messages", true);
    say(&talk.expert.http, "another account").expect(201);
    assert_refused(&say(&talk.expert.http, &"长".repeat(1_700)), "too_many_messages", true);
    // What was counted is written within seconds, and read by whoever starts next.
    let written = |app: &TestApp| -> Option<i64> {
        use diesel::prelude::*;
        use zerodesk::db::schema::chat_volume as v;
        v::table.select(diesel::dsl::max(v::messages)).first(&mut *app.app.conn().unwrap()).unwrap()
    };
    let end = Instant::now() + crate::support::PATIENCE;
    while written(&app) != Some(3) {
        assert!(Instant::now() < end, "{:?}", written(&app));
        std::thread::sleep(Duration::from_millis(50));
    }
    app.stop();
    let again = app.another().start();
    let who = again.http().log_in("enterprise-1", crate::support::people::PASSWORD);
    let end = Instant::now() + crate::support::PATIENCE;
    // The first look into the table is made as the server starts.
    let answer: Value = loop {
        let reply = who.post(&path, &repeated);
        if reply.status == 429 || Instant::now() > end {
            break reply.problem();
        }
    };
    assert_eq!(answer["code"], "too_many_messages", "{answer}");
}
