//! Certificates come behind the one-time link, are bounded, and are seen by those who decide alone.

use chrono::Duration;
use diesel::prelude::*;
use serde_json::{Value, json};
use std::thread;
use zerodesk::attachments::{AttachmentState, Files, housekeeping};
use zerodesk::db::schema::attachment;
use zerodesk::experts::housekeeping::sweep;
use zerodesk::experts::settings::ApplicationSettings;

use crate::attachments::samples::{PDF, PNG};
use crate::support::people::{PASSWORD, text};
use crate::support::{Http, Reply, TestApp};

const APPLICATIONS: &str = "/api/v1/expert-applications";
const CERTIFICATES: &str = "/api/v1/expert-applications/certificates";
const CHEN: &str = "chen@hospital.example";

fn application(regions: &[&str]) -> Value {
    json!({
        "name": "陈工", "title": "正高级工程师", "email": CHEN, "regions": regions,
        "employer": "广州质检院", "post": "检测室主任", "qualifications": "硕士，注册计量师",
        "specialties": [
            { "product_kind": "K0101", "level": 3 }, { "product_class": "C40", "level": 2 },
        ],
    })
}

fn add(app: &TestApp, token: &str, name: &str, file: &[u8]) -> Reply {
    app.http().upload(CERTIFICATES, name, file, &[("token", token)])
}

fn inspect(app: &TestApp, token: &str) -> Value {
    app.http().post(&format!("{APPLICATIONS}/inspect"), &json!({ "token": token })).expect(200)
}

fn confirm(app: &TestApp, token: &str, username: &str) -> String {
    let body = json!({ "token": token, "username": username, "password": PASSWORD });
    text(&app.http().post(&format!("{APPLICATIONS}/confirm"), &body).expect(201)["id"])
}

fn file(made: &Value) -> String {
    format!("/api/v1/attachments/{}", text(&made["id"]))
}

fn kept(app: &TestApp) -> i64 {
    attachment::table
        .filter(attachment::application_id.is_not_null())
        .count()
        .get_result(&mut *app.app.conn().unwrap())
        .unwrap()
}

#[test]
fn certificates_are_seen_by_those_who_decide_and_by_nobody_else() {
    let app = TestApp::start();
    let here = app.admin("guangzhou", "440100");
    let elsewhere = app.admin("shenzhen", "440300");
    let operator = app.operator("ops");
    let enterprise = app.claimed_enterprise(1, "440103", "K0101").http;
    let colleague = app.approved_expert(&app.admin("province", "440000"), "colleague", "K0101");
    let token = app.token_of(CHEN, APPLICATIONS, &application(&["440100"]));
    let photo = add(&app, &token, "职称证.png", PNG).expect(201);
    let scan = add(&app, &token, "学位证.pdf", PDF).expect(201);
    let shown = inspect(&app, &token);
    assert_eq!(shown["certificates"].as_array().unwrap().len(), 2, "{shown}");
    assert_eq!(
        (&shown["most_certificates"], &shown["most_certificate_bytes"]),
        (&json!(10), &json!(5_242_880))
    );
    assert_eq!(shown["certificates"][0]["name"], "职称证.png");
    // Before the mailbox is confirmed nobody sees them.
    for who in [&here, &operator, &enterprise, &app.http()] {
        assert!([401, 404].contains(&who.get(&file(&photo)).status));
    }
    let id = confirm(&app, &token, "chen");
    for who in [&here, &operator] {
        let read = who.get(&file(&photo));
        assert_eq!((read.status, read.bytes.as_slice()), (200, PNG));
        assert!(read.header("content-disposition").starts_with("inline"));
        let seen = who.get(&format!("{APPLICATIONS}/{id}")).expect(200);
        let own = &seen["private"];
        assert_eq!(own["certificates"].as_array().unwrap().len(), 2, "{seen}");
        assert_eq!(
            [&own["employer"], &own["post"], &own["qualifications"]],
            ["广州质检院", "检测室主任", "硕士，注册计量师"]
        );
    }
    for who in [&elsewhere, &enterprise, &colleague.http] {
        assert_eq!(who.get(&file(&scan)).status, 404);
        assert!([403, 404].contains(&who.get(&format!("{APPLICATIONS}/{id}")).status));
        assert!([403, 404].contains(&who.get(&format!("/vetting/{id}")).status));
    }
    let page = here.get(&format!("/vetting/{id}")).text;
    for words in
        ["职称证.png", "学位证.pdf", "检测室主任", "注册计量师", &format!("src=\"{}\"", file(&photo))]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    // Approved, the officers of the expert's regions go on seeing them; others, the enterprise included, do not.
    here.act(&format!("{APPLICATIONS}/{id}/approve")).expect(200);
    let own = app.http().log_in("chen", PASSWORD);
    assert_eq!(here.get(&file(&photo)).status, 200);
    for who in [&elsewhere, &enterprise, &own] {
        assert_eq!(who.get(&file(&photo)).status, 404);
        let seen = who.get(&format!("/api/v1/experts/{id}")).expect(200);
        assert!(seen["private"]["certificates"].as_array().is_none_or(Vec::is_empty), "{seen}");
    }
}

#[test]
fn what_comes_behind_the_link_is_bounded() {
    let app = TestApp::builder()
        .settings(|s| {
            let mut settings = s.edit::<ApplicationSettings>();
            (settings.certificates, settings.certificate_bytes) = (2, 4_096);
        })
        .start();
    let token = app.token_of(CHEN, APPLICATIONS, &application(&["440100"]));
    let refused = add(&app, "no-token", "a.png", PNG);
    assert_eq!((refused.status, &refused.problem()["errors"][0]["pointer"]), (422, &json!("/token")));
    let refused = app.http().upload(CERTIFICATES, "a.png", PNG, &[]);
    assert_eq!(refused.status, 422, "a token is needed");
    assert_eq!(add(&app, &token, "a.pdf", &[PDF, &vec![b' '; 5_000]].concat()).status, 413);
    assert_eq!(
        add(&app, &token, "a.pdf", b"no such kind").refusal(),
        (415, "unsupported_file_type".to_owned())
    );
    // Side by side, no more than there may be.
    let made: Vec<u16> = thread::scope(|all| {
        let uploads: Vec<_> = (0..5)
            .map(|n| {
                all.spawn({
                    let (app, token) = (&app, &token);
                    move || add(app, token, &format!("{n}.png"), PNG).status
                })
            })
            .collect();
        uploads.into_iter().map(|upload| upload.join().unwrap()).collect()
    });
    assert_eq!(made.iter().filter(|status| **status == 201).count(), 2, "{made:?}");
    assert_eq!(kept(&app), 2);
    let first = inspect(&app, &token)["certificates"][0].clone();
    let remove = |token: &str| {
        app.http().post(&format!("{CERTIFICATES}/remove"), &json!({ "token": token, "id": first["id"] }))
    };
    assert_eq!(remove("no-token").status, 422);
    let stranger = app.token_of("other@hospital.example", APPLICATIONS, &json!({
        "name": "李工", "title": "工程师", "email": "other@hospital.example", "specialties": [{ "product_kind": "K0101" }],
    }));
    assert_eq!(remove(&stranger).status, 404, "not of this application");
    assert_eq!(remove(&token).status, 204);
    assert_eq!(add(&app, &token, "c.png", PNG).status, 201, "a place is free again");
    confirm(&app, &token, "chen");
    assert_eq!(add(&app, &token, "d.png", PNG).status, 422, "the link is used");
}

fn round(app: &TestApp) {
    sweep(&app.app).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let files = Files::open(app.app.settings()).unwrap();
    runtime.block_on(housekeeping::sweep(&app.app, &files)).unwrap();
}

fn gone(app: &TestApp, officer: &Http, made: &Value) -> bool {
    let rows: i64 = attachment::table
        .filter(attachment::state.eq(AttachmentState::Uploaded))
        .count()
        .get_result(&mut *app.app.conn().unwrap())
        .unwrap();
    rows == 0 && officer.get(&file(made)).status == 404
}

#[test]
fn certificates_go_with_what_is_declined_and_with_what_was_rejected_some_time_ago() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let token = app.token_of(CHEN, APPLICATIONS, &application(&["440100"]));
    let declined = add(&app, &token, "a.png", PNG).expect(201);
    app.http().post(&format!("{APPLICATIONS}/decline"), &json!({ "token": token })).expect(200);
    assert!(gone(&app, &officer, &declined));
    app.clock.advance(Duration::hours(25));
    round(&app);
    assert_eq!(
        attachment::table.count().get_result::<i64>(&mut *app.app.conn().unwrap()).unwrap(),
        0,
        "row and bytes are deleted"
    );

    let other = "li@hospital.example";
    let mut body = application(&["440100"]);
    body["email"] = json!(other);
    let token = app.token_of(other, APPLICATIONS, &body);
    let rejected = add(&app, &token, "b.png", PNG).expect(201);
    let id = confirm(&app, &token, "gongli");
    let officer = app.http().log_in("officer", PASSWORD);
    officer.post(&format!("{APPLICATIONS}/{id}/reject"), &json!({ "reason": "证书不符" })).expect(200);
    app.clock.advance(Duration::days(29));
    round(&app);
    let officer = app.http().log_in("officer", PASSWORD);
    assert_eq!(officer.get(&file(&rejected)).status, 200, "kept for the days of the setting");
    app.clock.advance(Duration::days(2));
    round(&app);
    let officer = app.http().log_in("officer", PASSWORD);
    assert!(gone(&app, &officer, &rejected));

    // A link that ends unused takes its files along.
    let last = "wang@hospital.example";
    body["email"] = json!(last);
    let token = app.token_of(last, APPLICATIONS, &body);
    let unused = add(&app, &token, "c.png", PNG).expect(201);
    app.clock.advance(Duration::hours(49));
    round(&app);
    let officer = app.http().log_in("officer", PASSWORD);
    assert!(gone(&app, &officer, &unused));
}
