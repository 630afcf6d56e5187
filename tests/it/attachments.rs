//! Attachments: taken by content, served to those who may see where they are used, deleted
//! when they are used nowhere.

mod evidence;
mod messages;
mod resumable;
pub mod samples;
mod scan;
mod stores;

use chrono::Duration;
use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;
use zerodesk::attachments::Files;
use zerodesk::attachments::housekeeping::sweep;
use zerodesk::attachments::settings::AttachmentSettings;
use zerodesk::db::schema::attachment;
use zerodesk::settings::ProcessSettings;

use crate::support::people::{PASSWORD, text};
use crate::support::{Http, Reply, TestApp};
use samples::{PDF, PNG, docx, sha256};

const UP: &str = "/api/v1/attachments";

fn up(who: &Http, name: &str, file: &[u8]) -> Value {
    who.upload(UP, name, file, &[]).expect(201)
}

fn path(made: &Value) -> String {
    format!("{UP}/{}", text(&made["id"]))
}

/// Sets where an attachment is used, as the storing of a message does.
fn use_in_chat(app: &TestApp, made: &Value, consultation: &str, stream: &str) {
    let id: Uuid = text(&made["id"]).parse().unwrap();
    let changed = diesel::update(attachment::table.filter(attachment::id.eq(id)))
        .set((
            attachment::consultation_id.eq(consultation.parse::<Uuid>().unwrap()),
            attachment::stream.eq(stream),
        ))
        .execute(&mut *app.app.conn().unwrap());
    assert_eq!(changed.unwrap(), 1);
}

fn rows(app: &TestApp) -> i64 {
    attachment::table.count().get_result(&mut *app.app.conn().unwrap()).unwrap()
}

fn status(who: &Http, made: &Value) -> u16 {
    who.get(&path(made)).status
}

#[test]
fn a_file_is_stored_unchanged_and_served_as_inert_content() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let made = up(&officer, "../检验报告.html", PDF);
    assert_eq!(made["name"], "检验报告.html.pdf");
    assert_eq!(made["content_type"], "application/pdf");
    assert_eq!(made["size"], PDF.len());
    assert_eq!(made["sha256"], sha256(PDF));
    let got: Reply = officer.get(&path(&made));
    assert_eq!((got.status, got.text.as_bytes()), (200, PDF));
    assert_eq!(got.header("content-type"), "application/pdf");
    assert!(
        got.header("content-disposition")
            .starts_with("attachment; filename=\"____.html.pdf\"; filename*=UTF-8''%E6")
    );
    assert_eq!(
        got.header("content-security-policy"),
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
    );
    assert_eq!(got.header("x-content-type-options"), "nosniff");
    assert_eq!(got.header("content-length"), PDF.len().to_string());
    assert_eq!(got.header("cache-control"), "private, no-cache");
    let etag = got.header("etag");
    assert_eq!(etag, format!("\"{}\"", sha256(PDF)));
    let again = officer.send("GET", &path(&made), &[("If-None-Match", etag)], None);
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    let picture = officer.send("HEAD", &path(&up(&officer, "a.png", PNG)), &[], None);
    assert!(picture.header("content-disposition").starts_with("inline"), "{picture:?}");
    assert_eq!(
        picture.header("content-security-policy"),
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
    );
}

#[test]
fn clips_are_taken_as_the_settings_say() {
    let clip = [b"\0\0\0\x18ftypisom\0\0\x02\0isommp41".as_slice(), &[0; 1_000]].concat();
    let voice = [b"#!AMR\n".as_slice(), &[0x3c; 100]].concat();
    let app = TestApp::builder().settings(|s| s.edit::<AttachmentSettings>().clip_max_bytes = 1_024).start();
    let who = app.admin("officer", "440000");
    let made = who.upload(UP, "语音.amr", &voice, &[]).expect(201);
    assert_eq!((&made["name"], &made["content_type"]), (&"语音.amr".into(), &"audio/amr".into()));
    let made = who.upload(UP, "现场.mp4", &clip, &[]).expect(201);
    assert_eq!(made["content_type"], "video/mp4");
    let got = who.get(&format!("{UP}/{}", text(&made["id"])));
    assert!(got.header("content-disposition").starts_with("attachment"));
    let long = who.upload(UP, "现场.mp4", &[clip.as_slice(), &[0; 10]].concat(), &[]);
    assert_eq!(long.refusal(), (413, "body_too_large".to_owned()));
    assert_eq!(who.upload(UP, "报告.pdf", &[PDF, &[b' '; 2_000]].concat(), &[]).status, 201);
    let app = TestApp::builder()
        .settings(|s| s.edit::<AttachmentSettings>().kinds = "jpeg, pdf".to_owned())
        .start();
    let who = app.admin("officer", "440000");
    assert_eq!(who.upload(UP, "现场.mp4", &clip, &[]).status, 415);
}

#[test]
fn files_of_unknown_kinds_are_refused_and_not_stored() {
    let app = TestApp::builder().settings(|s| s.edit::<AttachmentSettings>().max_bytes = 4096).start();
    let who = app.admin("officer", "440000").in_english();
    let refused = |reply: Reply| {
        let problem = reply.problem();
        assert_eq!(problem["errors"][0]["pointer"], "/file", "{problem}");
        (reply.status, text(&problem["code"]))
    };
    for (name, file) in [
        ("photo.png", &b"<html><script>alert(1)</script></html>"[..]),
        ("photo.svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
        ("report.pdf", b"MZ\x90\0\x03\0\0\0"),
        ("report.docx", b"PK\x03\x04 and nothing"),
        ("x.gif", b"GIF89a\x01\0\x01\0"),
    ] {
        let found = refused(who.upload(UP, name, file, &[]));
        assert_eq!(found, (415, "unsupported_file_type".to_owned()), "{name}");
    }
    assert_eq!(refused(who.upload(UP, "x.pdf", b"", &[])).0, 422);
    // One byte over the limit, and so large that it is refused before it is read.
    for size in [4097, 100_000] {
        let mut large = PDF.to_vec();
        large.resize(size, b' ');
        assert_eq!(refused(who.upload(UP, "x.pdf", &large, &[])), (413, "body_too_large".to_owned()));
    }
    let extra = who.upload(UP, "x.pdf", PDF, &[("note", "x")]).problem();
    assert_eq!(extra["errors"][0]["pointer"], "/note");
    assert_eq!(who.post(UP, &json!({})).refusal(), (415, "unsupported_media_type".to_owned()));
    assert_eq!(rows(&app), 0);
    let mut fits = PDF.to_vec();
    fits.resize(4096, b' ');
    up(&who, "x.pdf", &fits);
    up(&who, "x.docx", &docx());
    assert_eq!(rows(&app), 2);
}

#[test]
fn only_kinds_allowed_by_the_settings_are_accepted() {
    let app =
        TestApp::builder().settings(|s| s.edit::<AttachmentSettings>().kinds = "png, pdf".to_owned()).start();
    let who = app.admin("officer", "440000");
    assert_eq!(who.upload(UP, "x.docx", &docx(), &[]).refusal().0, 415);
    up(&who, "x.png", PNG);
}

#[test]
fn a_repeated_upload_is_one_attachment() {
    let app = TestApp::start();
    let who = app.admin("officer", "440000");
    let with_key = |file: &[u8]| {
        let edge = "x";
        let head =
            format!("--{edge}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n");
        let body = [head.as_bytes(), file, b"\r\n--x--\r\n"].concat();
        let headers = [("Content-Type", "multipart/form-data; boundary=x"), ("Idempotency-Key", "k1")];
        who.send("POST", UP, &headers, Some(&body))
    };
    let made = with_key(PDF).expect(201);
    assert_eq!(with_key(PDF).expect(201), made);
    assert_eq!(rows(&app), 1);
    assert_eq!(with_key(PNG).refusal(), (409, "idempotency_key_reused".to_owned()));
    // A crash between the storing of the bytes and the note of it is repaired by the repetition.
    let id: Uuid = text(&made["id"]).parse().unwrap();
    diesel::update(attachment::table.find(id))
        .set(attachment::state.eq("uploading"))
        .execute(&mut *app.app.conn().unwrap())
        .unwrap();
    assert_eq!(status(&who, &made), 404, "not whole yet");
    assert_eq!(with_key(PDF).expect(201), made);
    assert_eq!(status(&who, &made), 200);
}

#[test]
fn an_attachment_is_readable_by_those_who_see_where_it_is_used() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let elsewhere = app.admin("officer-sz", "440300");
    let stranger = app.approved_expert(&officer, "expert-2", "K0101");
    let other = app.claimed_enterprise(2, "440103", "K0101");
    let operator = app.http().log_in("the-operator", PASSWORD);
    assert_eq!(operator.upload(UP, "a.pdf", PDF, &[]).status, 403);
    let everyone = [
        &talk.enterprise.http,
        &talk.expert.http,
        &officer,
        &elsewhere,
        &stranger.http,
        &other.http,
        &operator,
        &app.http(),
    ];
    let seen = |made: &Value| everyone.map(|who| status(who, made));

    let unused = up(&talk.enterprise.http, "a.pdf", PDF);
    assert_eq!(seen(&unused), [200, 404, 404, 404, 404, 404, 404, 401], "the owner alone");
    let said = up(&talk.enterprise.http, "a.pdf", PDF);
    use_in_chat(&app, &said, &talk.id, "talk");
    assert_eq!(seen(&said), [200, 200, 200, 404, 404, 404, 404, 401]);
    let noted = up(&talk.expert.http, "a.pdf", PDF);
    use_in_chat(&app, &noted, &talk.id, "notes");
    assert_eq!(seen(&noted), [404, 200, 200, 404, 404, 404, 404, 401], "notes never reach the enterprise");
    // An expert who hands the consultation over sees nothing of it any more, not even their own files.
    let on = json!({ "reason": "x", "expert": stranger.id });
    let handed = talk.expert.http.post(&format!("/api/v1/consultations/{}/transfer", talk.id), &on);
    assert_eq!(handed.status, 204, "{}", handed.text);
    assert_eq!((status(&talk.expert.http, &said), status(&talk.expert.http, &noted)), (404, 404));
}

#[test]
fn files_go_with_a_question() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let expert = app.approved_expert(&officer, "expert-1", "K0101");
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    let other = app.claimed_enterprise(2, "440103", "K0101");
    let ask = |attachments: Value| {
        let question = json!({
            "subject": "绝缘不合格", "question": "如何整改？", "product_kind": "K0101", "attachments": attachments,
        });
        enterprise.http.post("/api/v1/consultations", &question)
    };
    // Somebody else's file, one that is not there, too many: nothing is opened.
    let theirs = up(&other.http, "a.pdf", PDF);
    for wrong in [json!([theirs["id"]]), json!([Uuid::now_v7()]), json!(["x"])] {
        assert!([400, 422].contains(&ask(wrong).status));
    }
    let many: Vec<Uuid> = (0..11).map(|_| Uuid::now_v7()).collect();
    assert_eq!(ask(json!(many)).problem()["errors"][0]["pointer"], "/attachments");
    let listed = enterprise.http.get("/api/v1/consultations").expect(200);
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(0), "{listed}");

    let made = [up(&enterprise.http, "照片.png", PNG), up(&enterprise.http, "报告.pdf", PDF)];
    let opened = ask(json!([made[0]["id"], made[1]["id"]])).expect(201);
    let id = text(&opened["id"]);
    expert.http.act(&format!("/api/v1/consultations/{id}/accept")).expect(200);
    let messages = expert.http.get(&format!("/api/v1/consultations/{id}/messages")).expect(200);
    let first = &messages["items"][0];
    assert_eq!(first["seq"], 1, "{messages}");
    assert_eq!(first["attachments"].as_array().map(Vec::len), Some(2), "{messages}");
    for file in &made {
        assert_eq!((status(&expert.http, file), status(&other.http, file)), (200, 404));
    }
    let page = enterprise.http.get("/ask").text;
    assert!(page.contains("data-files=\"attachments\""), "the form takes files");
}

#[test]
fn unused_attachments_are_deleted_with_their_bytes() {
    let app = TestApp::start();
    let (_, talk) = app.small_world();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let files = Files::open(app.app.settings()).unwrap();
    let stored = || {
        let dir = app.app.settings().section::<ProcessSettings>().data_dir.join("attachments");
        let folders = std::fs::read_dir(dir).unwrap().map(|f| f.unwrap().path());
        folders.flat_map(|folder| std::fs::read_dir(folder).unwrap()).count()
    };
    let clear = || runtime.block_on(sweep(&app.app, &files)).unwrap();
    let used = up(&talk.enterprise.http, "a.pdf", PDF);
    use_in_chat(&app, &used, &talk.id, "talk");
    let old = up(&talk.enterprise.http, "b.pdf", PDF);
    app.clock.advance(Duration::hours(23));
    let who = app.http().log_in("enterprise-1", PASSWORD);
    let young = up(&who, "c.pdf", PDF);
    clear();
    assert_eq!((rows(&app), stored()), (3, 3), "not yet");
    app.clock.advance(Duration::hours(2));
    // As after a crash between the bytes and the row.
    let id = text(&old["id"]).parse().unwrap();
    runtime.block_on(files.remove(id)).unwrap();
    clear();
    assert_eq!((rows(&app), stored()), (2, 2));
    let who = app.http().log_in("enterprise-1", PASSWORD);
    assert_eq!([&used, &old, &young].map(|made| status(&who, made)), [200, 404, 200]);
}

#[test]
fn unused_attachments_of_an_account_are_limited() {
    let app = TestApp::builder().settings(|s| s.edit::<AttachmentSettings>().unused_per_account = 2).start();
    let who = app.admin("officer", "440000");
    up(&who, "a.pdf", PDF);
    up(&who, "a.pdf", PDF);
    assert_eq!(who.upload(UP, "a.pdf", PDF, &[]).refusal(), (429, "too_many_unused_attachments".to_owned()));
    up(&app.admin("another", "440000"), "a.pdf", PDF);
}
