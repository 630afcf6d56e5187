//! The same over a real S3 server: small files in one request, large ones in parts.

use chrono::Duration;
use zerodesk::attachments::Files;
use zerodesk::attachments::housekeeping::sweep;
use zerodesk::attachments::settings::{AttachmentSettings, FileStore};
use zerodesk::settings::Secret;

use super::samples::{PDF, sha256};
use super::{UP, path, rows, up};
use crate::support::TestApp;
use crate::support::s3::{BUCKET, S3Server};

fn on(server: &S3Server) -> TestApp {
    TestApp::builder()
        .settings(|s| {
            let mut files = s.edit::<AttachmentSettings>();
            files.store = FileStore::S3;
            files.s3_endpoint = server.endpoint.clone();
            files.s3_bucket = BUCKET.to_owned();
            files.s3_access_key = Secret::new("key");
            files.s3_secret_key = Secret::new("secret");
        })
        .start()
}

#[test]
fn an_s3_store_stores_serves_and_deletes() {
    let server = S3Server::start();
    let app = on(&server);
    let who = app.admin("officer", "440000");
    let made = up(&who, "a.pdf", PDF);
    let key = server.keys().remove(0);
    let id = made["id"].as_str().unwrap();
    assert_eq!(key, format!("{}/{id}", &id[34..]));
    assert_eq!(server.object(&key), PDF);
    assert_eq!(who.get(&path(&made)).text.as_bytes(), PDF);
    // Larger than one part.
    let mut great = PDF.to_vec();
    great.resize(12 * 1024 * 1024 + 7, b' ');
    let big = up(&who, "great.pdf", &great);
    assert_eq!(big["sha256"], sha256(&great));
    assert!(who.get(&path(&big)).text.as_bytes() == great);
    assert_eq!(server.keys().len(), 2);
    // Another server sees the same files.
    let another = app.another().start();
    let there = another.http().with_token(who.token.as_deref().unwrap());
    assert_eq!(there.get(&path(&made)).text.as_bytes(), PDF);

    app.clock.advance(Duration::hours(25));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let files = Files::open(app.app.settings()).unwrap();
    runtime.block_on(sweep(&app.app, &files)).unwrap();
    assert_eq!((rows(&app), server.keys().len()), (0, 0));
}

#[test]
fn a_failing_store_gives_503_and_the_upload_can_be_repeated() {
    let server = S3Server::start();
    let app = on(&server);
    let who = app.admin("officer", "440000");
    assert_eq!(ureq::delete(server.url("")).call().unwrap().status(), 204);
    let refused = who.upload(UP, "a.pdf", PDF, &[]);
    assert_eq!(refused.refusal(), (503, "unavailable".to_owned()));
    assert!(!refused.text.contains("attachments/"), "the cause stays inside");
    assert_eq!(ureq::put(server.url("")).send_empty().unwrap().status(), 200);
    let made = up(&who, "a.pdf", PDF);
    assert_eq!(who.get(&path(&made)).status, 200);
}
