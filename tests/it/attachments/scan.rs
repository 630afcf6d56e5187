//! Uploaded files and the real daemon of ClamAV: what is found is kept from everyone, and so is what could not be scanned yet.

use diesel::prelude::*;
use serde_json::{Value, json};
use std::path::Path;
use uuid::Uuid;
use zerodesk::attachments::Files;
use zerodesk::attachments::scan::{ScanSettings, job};
use zerodesk::db::schema::{attachment, audit_entry};
use zerodesk::settings::ProcessSettings;

use super::samples::PDF;
use super::{UP, path, up};
use crate::support::clamd::{Clamd, FOUND, MALICIOUS};
use crate::support::people::text;
use crate::support::{Http, ReservedPort, TestApp};

fn scanned_at(address: &str) -> TestApp {
    TestApp::builder()
        .settings(|s| {
            s.edit::<ScanSettings>().address = address.to_owned();
            s.edit::<ScanSettings>().timeout_seconds = 10;
        })
        .start()
}

fn infected() -> Vec<u8> {
    [PDF, MALICIOUS].concat()
}

fn round(app: &TestApp) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let files = Files::open(app.app.settings()).unwrap();
    runtime.block_on(job::round(&app.app, &files)).unwrap();
}

/// Files that the store holds.
fn stored(app: &TestApp) -> usize {
    fn count(folder: &Path) -> usize {
        let entries = std::fs::read_dir(folder).into_iter().flatten().map(Result::unwrap);
        entries.map(|e| if e.file_type().unwrap().is_dir() { count(&e.path()) } else { 1 }).sum()
    }
    count(&app.app.settings().section::<ProcessSettings>().data_dir.join("attachments"))
}

fn refusal(who: &Http, made: &Value) -> (u16, String) {
    who.get(&path(made)).refusal()
}

#[test]
fn what_the_scanner_finds_is_refused_deleted_and_audited() {
    let folder = tempfile::tempdir().unwrap();
    // By TCP; the other test goes by the socket.
    let port = ReservedPort::new();
    let _clamd = Clamd::start(folder.path(), Some(port.number()));
    let app = scanned_at(&format!("tcp:127.0.0.1:{}", port.number()));
    let who = app.admin("officer", "440000");
    let clean = up(&who, "clean.pdf", PDF);
    assert_eq!(clean["scan"], "clean");
    assert_eq!(who.get(&path(&clean)).bytes, PDF);

    let refused = who.upload(UP, "bad.pdf", &infected(), &[]);
    assert_eq!(refused.refusal(), (422, "infected_file".to_owned()));
    assert!(refused.text.contains("已被隔离") && refused.problem()["errors"][0]["pointer"] == "/file");
    let mut conn = app.database().connect();
    let (id, found, quarantined): (Uuid, Option<String>, bool) = attachment::table
        .filter(attachment::scan.eq("infected"))
        .select((attachment::id, attachment::scan_found, attachment::quarantined_at.is_not_null()))
        .first(&mut conn)
        .unwrap();
    assert_eq!((found.as_deref(), quarantined), (Some(FOUND), true));
    assert_eq!(stored(&app), 1, "the bytes are gone");
    assert_eq!(refusal(&who, &json!({ "id": id })), (409, "attachment_quarantined".to_owned()));
    let (region, data): (Option<String>, Value) = audit_entry::table
        .filter(audit_entry::action.eq("quarantine_attachment"))
        .filter(audit_entry::subject_id.eq(id))
        .select((audit_entry::region, audit_entry::data))
        .first(&mut conn)
        .unwrap();
    assert_eq!(region.as_deref(), Some("440000"));
    assert_eq!((&data["name"], &data["found"]), (&json!("bad.pdf"), &json!(FOUND)));
}

#[test]
fn while_the_scanner_is_away_nobody_gets_a_file_and_what_is_found_later_is_kept_from_all_who_had_it() {
    let folder = tempfile::tempdir().unwrap();
    let app = scanned_at(&format!("unix:{}/clamd.sock", folder.path().display()));
    let (officer, talk) = app.small_world();
    let enterprise = &talk.enterprise.http;
    let (good, bad) = (up(enterprise, "good.pdf", PDF), up(enterprise, "bad.pdf", &infected()));
    let messages = format!("/api/v1/consultations/{}/messages", talk.id);
    let body =
        json!({ "client_id": Uuid::new_v4(), "body": "见附件", "attachments": [good["id"], bad["id"]] });
    enterprise.post(&messages, &body).expect(201);
    let everyone = [enterprise, &talk.expert.http, &officer];
    for made in [&good, &bad] {
        assert_eq!(made["scan"], "waiting");
        for who in everyone {
            let waits = who.get(&path(made));
            assert_eq!(waits.refusal(), (409, "attachment_not_scanned".to_owned()));
            assert!(waits.text.contains("病毒检查"));
        }
    }
    round(&app);
    assert_eq!(refusal(enterprise, &good).0, 409, "the scanner is away still");

    let clamd = Clamd::start(folder.path(), None);
    round(&app);
    for who in everyone {
        assert_eq!(who.get(&path(&good)).bytes, PDF);
        let gone = who.get(&path(&bad));
        assert_eq!(gone.refusal(), (409, "attachment_quarantined".to_owned()));
        assert!(gone.text.contains("隔离"));
    }
    assert_eq!(stored(&app), 1);
    let case = talk.enterprise.case.clone().unwrap();
    let evidence = format!("/api/v1/remediation/cases/{case}/evidence");
    let used = enterprise.post(&evidence, &json!({ "description": "x", "attachments": [bad["id"]] }));
    assert_eq!(used.status, 422, "what something was found in is used nowhere any more");
    for who in [enterprise, &officer] {
        let page = who.get(&format!("/consultations/{}", talk.id));
        assert_eq!(page.status, 200);
        assert!(page.text.contains("含恶意代码，已隔离"), "its readers are told");
        assert!(!page.text.contains(&format!("attachments/{}", text(&bad["id"]))), "there is no link to it");
    }
    // What came before there was a scanner is scanned as well, and kept until then.
    diesel::update(attachment::table)
        .filter(attachment::scan.eq("clean"))
        .set(attachment::scan.eq("unscanned"))
        .execute(&mut *app.app.conn().unwrap())
        .unwrap();
    drop(clamd);
    assert_eq!(refusal(enterprise, &good), (409, "attachment_not_scanned".to_owned()));
}
