//! The command line invites, shows and changes people as the pages do.

use std::process::Command;

use serde_json::json;

use super::{deactivate, id_of};
use crate::support::TestApp;
use crate::support::people::text;

/// `zerodesk admin` beside a running server; whether it did well, and what it said.
fn admin(app: &TestApp, args: &[&str]) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_zerodesk"))
        .arg("admin")
        .args(args)
        .current_dir(folder.path())
        .env("ZERODESK_LOG_FILTER", "error")
        .env("DATABASE_URL", app.database().service_url())
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn colleagues_are_invited_and_an_experts_regions_are_changed() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let enterprise = app.claimed_enterprise(1, "440106", "K0101");
    let code = text(&officer.get(&format!("/api/v1/enterprises/{}", enterprise.id)).expect(200)["uscc"]);
    let invite = |code: &str| {
        let who = ["invite", "--role", "enterprise", "--email", "c@enterprise.example", "--name", "同事"];
        admin(&app, &[&who[..], &["--enterprise", code][..]].concat())
    };
    let (well, said) = invite(&code.to_lowercase());
    assert!(well && said.contains("invited c@enterprise.example"), "{said}");
    let seen = enterprise.http.get("/api/v1/enterprises/me/colleagues").expect(200);
    assert_eq!(seen["invitations"][0]["email"], "c@enterprise.example", "{seen}");
    let (well, said) = invite(&code);
    assert!(!well && said.contains("is open already"), "{said}");
    let (well, said) = invite("91440000000000000X");
    assert!(!well && said.contains("uscc"), "{said}");

    let expert = app.approved_expert(&officer, "expert-1", "K0101");
    let (well, said) = admin(&app, &["change", "expert-1", "--region", "440100,440300"]);
    assert!(well, "{said}");
    let path = format!("/api/v1/accounts/{}", id_of(&expert.http));
    assert_eq!(officer.get(&path).expect(200)["expert"]["regions"], json!(["440100", "440300"]));
    let (well, said) = admin(&app, &["change", "officer", "--region", "440100,440300"]);
    assert!(!well && said.contains("several regions"), "{said}");
}

#[test]
fn what_is_a_persons_is_shown_before_it_is_handed_on() {
    let app = TestApp::start();
    let province = app.admin("province", "440000");
    let city = app.admin("city", "440100");
    let body = json!({ "role": "admin", "name": "林三", "email": "three@invited.example" });
    city.post("/api/v1/accounts", &body).expect(201);
    let (well, said) = admin(&app, &["show", "city"]);
    assert!(well && said.contains("open matters: 1") && said.contains("1 invitations"), "{said}");
    deactivate(&province, &id_of(&city), None);
    let (well, said) = admin(&app, &["show", "city"]);
    assert!(well && said.contains("deactivated") && said.contains("open matters: 0"), "{said}");
    assert!(!admin(&app, &["show", "nobody"]).0);
}
