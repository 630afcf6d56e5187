//! Uploads in parts.

use chrono::Duration;
use serde_json::{Value, json};
use zerodesk::attachments::Files;
use zerodesk::attachments::housekeeping::sweep;
use zerodesk::attachments::settings::AttachmentSettings;
use zerodesk::settings::ProcessSettings;

use super::samples::{PDF, sha256};
use super::{UP, path};
use crate::support::people::{PASSWORD, text};
use crate::support::{Http, Reply, TestApp};

fn begin(who: &Http, name: &str, size: usize) -> String {
    let made = who.post(&format!("{UP}/uploads"), &json!({ "name": name, "size": size })).expect(201);
    assert_eq!((&made["received"], &made["attachment"]), (&json!(0), &Value::Null));
    format!("{UP}/uploads/{}", text(&made["id"]))
}

fn add(who: &Http, upload: &str, offset: usize, bytes: &[u8]) -> Reply {
    who.upload(&format!("{upload}/parts"), "part", bytes, &[("offset", &offset.to_string())])
}

/// The files in the store.
fn stored(app: &TestApp) -> usize {
    let dir = app.app.settings().section::<ProcessSettings>().data_dir.join("attachments");
    let folders = std::fs::read_dir(dir).unwrap().map(|folder| folder.unwrap().path());
    folders.flat_map(|folder| std::fs::read_dir(folder).unwrap()).count()
}

#[test]
fn a_file_in_parts_is_like_one_that_came_at_once() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let (who, other) = (&talk.enterprise.http, &talk.expert.http);
    let file: Vec<u8> = PDF.iter().copied().chain((0..100_000_u32).flat_map(u32::to_le_bytes)).collect();
    let upload = begin(who, "检验报告.pdf", file.len());
    let (first, rest) = file.split_at(150_000);
    assert_eq!(add(who, &upload, 0, first).expect(200)["received"], 150_000);
    // Its answer was lost: it comes again, and changes nothing.
    assert_eq!(add(who, &upload, 0, first).expect(200)["received"], 150_000);
    assert_eq!(stored(&app), 1);
    let elsewhere = add(who, &upload, 150_001, rest);
    assert_eq!(elsewhere.refusal(), (409, "upload_offset".to_owned()));
    assert_eq!(elsewhere.json()["errors"][0]["pointer"], "/offset");
    assert!(elsewhere.text.contains("150000"), "{}", elsewhere.text);
    let early = who.post(&format!("{upload}/finish"), &json!({}));
    assert_eq!(early.refusal(), (409, "upload_offset".to_owned()));
    // Another person, in another session, knows nothing of it; the owner goes on in another one.
    for reply in [
        other.get(&upload),
        add(other, &upload, 150_000, rest),
        other.post(&format!("{upload}/finish"), &json!({})),
        other.send("DELETE", &upload, &[], None),
        officer.get(&upload),
    ] {
        assert_eq!(reply.status, 404, "{}", reply.text);
    }
    let who = &app.http().log_in("enterprise-1", PASSWORD);
    assert_eq!(who.get(&upload).expect(200)["received"], 150_000);
    let beyond = add(who, &upload, 150_000, &[rest, b"x"].concat());
    assert_eq!((beyond.status, &beyond.json()["errors"][0]["pointer"]), (422, &json!("/file")));
    assert_eq!(add(who, &upload, 150_000, rest).expect(200)["received"], file.len());
    let made = who.post(&format!("{upload}/finish"), &json!({})).expect(201);
    assert_eq!((&made["sha256"], &made["size"]), (&json!(sha256(&file)), &json!(file.len())));
    assert_eq!((&made["name"], &made["content_type"]), (&json!("检验报告.pdf"), &json!("application/pdf")));
    assert_eq!(who.post(&format!("{upload}/finish"), &json!({})).expect(201), made, "the same once more");
    assert_eq!(who.get(&upload).expect(200)["attachment"], made["id"]);
    assert_eq!(stored(&app), 1, "the parts are gone");
    let got = who.send("HEAD", &path(&made), &[], None);
    assert_eq!(got.header("content-length"), file.len().to_string());
}

#[test]
fn an_upload_that_is_finished_twice_at_once_becomes_one_file() {
    let app = TestApp::start();
    let who = app.admin("officer", "440000");
    for round in 0..8 {
        let file = [PDF, format!("% {round}").as_bytes()].concat();
        let upload = begin(&who, "报告.pdf", file.len());
        add(&who, &upload, 0, &file).expect(200);
        let made: Vec<Value> = std::thread::scope(|scope| {
            let finish = || who.post(&format!("{upload}/finish"), &json!({})).expect(201);
            let both = [scope.spawn(finish), scope.spawn(finish)];
            both.map(|one| one.join().unwrap()).into()
        });
        assert_eq!(made[0], made[1]);
        assert_eq!(who.get(&upload).expect(200)["attachment"], made[0]["id"]);
    }
    assert_eq!(stored(&app), 8, "eight files, and none of their parts");
}

#[test]
fn what_has_come_of_a_file_counts_among_what_is_kept() {
    let app = TestApp::builder()
        .settings(|s| s.edit::<AttachmentSettings>().kept_bytes_per_account = 10_000)
        .start();
    let who = app.admin("officer", "440000");
    let file: Vec<u8> = PDF.iter().copied().chain(std::iter::repeat_n(b' ', 6_000 - PDF.len())).collect();
    let (first, second) = (begin(&who, "a.pdf", 6_000), begin(&who, "b.pdf", 6_000));
    add(&who, &first, 0, &file[..5_000]).expect(200);
    // Neither file is finished, and both together are too much.
    let beyond = add(&who, &second, 0, &file[..5_001]);
    assert_eq!(beyond.refusal(), (429, "too_many_uploads".to_owned()));
    let late = who.post(&format!("{UP}/uploads"), &json!({ "name": "c.pdf", "size": 5_001 }));
    assert_eq!(late.refusal(), (429, "too_many_uploads".to_owned()));
    let whole = who.upload(UP, "d.pdf", &file, &[]);
    assert_eq!(whole.refusal(), (429, "too_many_uploads".to_owned()));
    // One that came before is no more; what it becomes does not count twice.
    add(&who, &first, 0, &file[..5_000]).expect(200);
    add(&who, &first, 5_000, &file[5_000..]).expect(200);
    who.post(&format!("{first}/finish"), &json!({})).expect(201);
    add(&who, &second, 0, &file[..4_000]).expect(200);
    assert_eq!(add(&who, &second, 4_000, &file[4_000..]).refusal(), (429, "too_many_uploads".to_owned()));
    // Given up, it makes room.
    assert_eq!(who.send("DELETE", &second, &[], None).status, 204);
    who.upload(UP, "e.pdf", &file[..4_000], &[]).expect(201);
}

#[test]
fn what_is_no_file_that_is_taken_is_refused_at_its_beginning_or_end() {
    let app = TestApp::builder().settings(|s| s.edit::<AttachmentSettings>().max_bytes = 2_000).start();
    let who = app.admin("officer", "440000");
    let refused = |body: Value| {
        let reply = who.post(&format!("{UP}/uploads"), &body);
        (reply.status, text(&reply.json()["errors"][0]["pointer"]).to_owned())
    };
    assert_eq!(refused(json!({ "name": "a.pdf", "size": 2_001 })), (422, "/size".to_owned()));
    assert_eq!(refused(json!({ "name": "a.pdf", "size": 0 })), (422, "/size".to_owned()));
    assert_eq!(refused(json!({ "name": " ", "size": 5 })), (422, "/name".to_owned()));
    let upload = begin(&who, "a.exe", 4);
    for (offset, pointer) in [("-1", "/offset"), ("x", "/offset")] {
        let reply = who.upload(&format!("{upload}/parts"), "part", b"MZ", &[("offset", offset)]);
        assert_eq!((reply.status, &reply.json()["errors"][0]["pointer"]), (422, &json!(pointer)));
    }
    assert_eq!(add(&who, &upload, 0, b"").status, 422);
    add(&who, &upload, 0, b"MZ\x90\0").expect(200);
    let reply = who.post(&format!("{upload}/finish"), &json!({}));
    assert_eq!(reply.refusal(), (415, "unsupported_file_type".to_owned()));
    assert_eq!(who.send("DELETE", &upload, &[], None).status, 204);
    assert_eq!((who.get(&upload).status, stored(&app)), (404, 0));
}

#[test]
fn what_nobody_goes_on_with_is_deleted() {
    let app = TestApp::start();
    let who = app.admin("officer", "440000");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let files = Files::open(app.app.settings()).unwrap();
    let clear = || runtime.block_on(sweep(&app.app, &files)).unwrap();
    let (old, young) = (begin(&who, "a.pdf", 10), begin(&who, "b.pdf", 10));
    add(&who, &old, 0, b"%PDF-").expect(200);
    app.clock.advance(Duration::hours(23));
    let who = app.http().log_in("officer", PASSWORD);
    add(&who, &young, 0, b"%PDF-").expect(200);
    clear();
    assert_eq!(stored(&app), 2, "not yet");
    app.clock.advance(Duration::hours(2));
    clear();
    let who = app.http().log_in("officer", PASSWORD);
    assert_eq!((who.get(&old).status, who.get(&young).status, stored(&app)), (404, 200, 1));
    assert_eq!(who.get(&young).expect(200)["received"], 5);
}
