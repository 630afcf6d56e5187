//! What a key opens.

use chrono::Duration;
use diesel::prelude::*;
use serde_json::json;
use zerodesk::accounts::settings::AuthSettings;
use zerodesk::api_keys::settings::ApiKeySettings;
use zerodesk::core::key_scope::KeyScope;
use zerodesk::db::schema::api_key;
use zerodesk::server::ROUTES;
use zerodesk::server::rooms::all_pages;
use zerodesk::web::room::Access;

use super::{PATH, SCOPES, keys, program};
use crate::people::{deactivate, id_of};
use crate::support::people::PASSWORD;
use crate::support::ws::By;
use crate::support::{TestApp, Ws};

const NOBODY: &str = "019c0000-0000-7000-8000-000000000000";

/// Every route and every page, called with a key of each scope: what is open to the scope is judged as for its officer, all else is refused.
#[test]
fn a_key_opens_the_routes_of_its_scope_and_nothing_else() {
    // There are more routes and pages than a key may call in a minute.
    let app = TestApp::builder().settings(|s| s.edit::<ApiKeySettings>().calls_per_minute = 10_000).start();
    let officer = app.admin("officer", "440000");
    let (mut opened, mut closed) = (0, 0);
    for scope in KeyScope::ALL {
        let (key, _) = program(&app, &officer, "440000", &[scope.as_str()]);
        for route in ROUTES.iter() {
            let path = route
                .path
                .replace("{id}", NOBODY)
                .replace("{action}", NOBODY)
                .replace("{code}", "not_found")
                .replace("{key}", "corrected")
                .replace("{provider}", "none");
            let reply = match route.method {
                "GET" => key.get(&path),
                method => key.json(method, &path, &json!({})),
            };
            let place = format!("{} {path} with {scope}: {}", route.method, reply.text);
            if route.key == Some(*scope) {
                assert!(![401, 403].contains(&reply.status) && reply.status < 500, "{place}");
                opened += 1;
            } else if matches!(route.access, Access::Public) {
                // Nobody is asked who calls; where somebody is, the key is refused.
                assert!(reply.status != 403 || reply.refusal().1 == "key_scope", "{place}");
            } else {
                assert_eq!(reply.refusal(), (403, "key_scope".to_owned()), "{place}");
                closed += 1;
            }
        }
        for page in all_pages().filter(|page| !matches!(page.access, Access::Public)) {
            let path = page.path.replace("{id}", NOBODY);
            let reply = key.send(page.method, &path, &[("Accept", "text/html")], None);
            assert_eq!(reply.status, 403, "{} {path} with {scope}: {}", page.method, reply.text);
            closed += 1;
        }
    }
    assert!(opened > 15 && closed > 500, "{opened} were open and {closed} closed");
    assert_eq!(KeyScope::ALL.iter().map(|scope| scope.as_str()).collect::<Vec<_>>(), SCOPES);
}

#[test]
fn every_scope_opens_something() {
    for scope in KeyScope::ALL {
        assert!(ROUTES.iter().any(|route| route.key == Some(*scope)), "{scope}");
        // What a person has to prove, no program can.
        assert!(ROUTES.iter().all(|route| route.key.is_none() || !route.step_up));
    }
}

#[test]
fn a_key_sees_its_region_alone_and_exports_nobody() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let (here, _) = program(&app, &officer, "440100", &SCOPES);
    let (there, _) = program(&app, &officer, "440300", &SCOPES);
    let one = format!("/api/v1/consultations/{}", talk.id);
    assert_eq!(here.get(&one).expect(200)["id"], talk.id);
    there.get(&one).expect(404);
    let count =
        |key: &crate::support::Http, path: &str| key.get(path).expect(200)["items"].as_array().unwrap().len();
    for path in ["/api/v1/consultations", "/api/v1/enterprises", "/api/v1/zero-out"] {
        assert_eq!((count(&here, path), count(&there, path)), (1, 0), "{path}");
    }
    here.get("/api/v1/reports/overview").expect(200);
    let file = here.get("/api/v1/consultations?format=csv").refusal();
    assert_eq!(file, (403, "step_up_required".to_owned()));
    // It is no log-in: neither a session nor a socket.
    assert_eq!(here.get("/api/v1/me").refusal(), (403, "key_scope".to_owned()));
    assert_eq!(here.act("/api/v1/auth/logout").refusal(), (403, "key_scope".to_owned()));
    let socket = Ws::try_connect(&app.url, here.token.as_deref().unwrap(), By::Header);
    assert_eq!(socket.err(), Some(403));
}

#[test]
fn a_key_ends_with_its_time_its_revocation_and_the_rights_of_its_officer() {
    let app = TestApp::builder().settings(|s| s.edit::<AuthSettings>().access_token_seconds = 86_400).start();
    let province = app.admin("province", "440000");
    let city = app.admin("city", "440100");
    let path = "/api/v1/consultations";
    let (key, id) = program(&app, &city, "440103", &["consultations:read"]);
    key.get(path).expect(200);
    // Deactivated, and reactivated.
    let account = id_of(&city);
    deactivate(&province, &account, None);
    assert_eq!(key.get(path).refusal(), (401, "invalid_token".to_owned()));
    assert_eq!(keys(&province)[0]["state"], "resting");
    province.act(&format!("/api/v1/accounts/{account}/reactivate")).expect(200);
    key.get(path).expect(200);
    // Moved to another region.
    let moved =
        province.json("PATCH", &format!("/api/v1/accounts/{account}"), &json!({ "region": "440300" }));
    moved.expect(200);
    key.get(path).expect(401);
    province
        .json("PATCH", &format!("/api/v1/accounts/{account}"), &json!({ "region": "440100" }))
        .expect(200);
    key.get(path).expect(200);
    // Revoked, by another officer of the region.
    province.send("DELETE", &format!("{PATH}/{id}"), &[], None).expect(204);
    key.get(path).expect(401);
    province.send("DELETE", &format!("{PATH}/{id}"), &[], None).expect(204);
    assert_eq!(keys(&province)[0]["state"], "revoked");
    // Its time is over.
    let body = json!({ "name": "x", "scopes": ["consultations:read"], "days": 1 });
    let made = province.post(PATH, &body).expect(201);
    let short = app.http().with_token(made["secret"].as_str().unwrap());
    short.get(path).expect(200);
    app.clock.advance(Duration::days(1));
    short.get(path).expect(401);
    let province = app.http().log_in("province", PASSWORD);
    assert_eq!(keys(&province)[0]["state"], "expired");
    for wrong in ["zdk_", "zdk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        app.http().with_token(wrong).get(path).expect(401);
    }
}

#[test]
fn a_key_is_shown_once_hashed_and_noted_with_the_hour_of_its_use() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let body = json!({ "name": "数据中台", "scopes": ["reports:read", "cases:read"] });
    let made = officer.post(PATH, &body).expect(201);
    let secret = made["secret"].as_str().unwrap();
    assert!(secret.starts_with("zdk_") && secret.len() == 47, "{secret}");
    let id = made["id"].as_str().unwrap();
    for path in [PATH.to_owned(), format!("{PATH}/{id}"), "/api-keys".to_owned()] {
        let text = officer.get(&path).text;
        assert!(!text.contains(secret) && text.contains(&secret[..10]), "{path}");
    }
    let hash: Vec<u8> = api_key::table.select(api_key::hash).first(&mut app.database().connect()).unwrap();
    assert_eq!(hash, zerodesk::core::secret::sha256(secret.as_bytes()));
    assert_eq!(keys(&officer)[0]["last_used_at"], json!(null));
    app.clock.advance(Duration::minutes(10));
    app.http().with_token(secret).get("/api/v1/reports/overview").expect(200);
    assert_eq!(keys(&officer)[0]["last_used_at"], "2026-03-02T01:00:00Z");
    let page = officer.get("/api-keys");
    for wanted in ["数据中台", "读取统计数据", "有效期至", "有效"] {
        assert!(page.text.contains(wanted), "{wanted}");
    }
    // Made and revoked, in the audit.
    officer.send("DELETE", &format!("{PATH}/{id}"), &[], None).expect(204);
    let audit = officer.get(&format!("/api/v1/audit?subject={id}")).expect(200);
    let actions: Vec<_> =
        audit["items"].as_array().unwrap().iter().map(|e| e["action"].as_str().unwrap().to_owned()).collect();
    assert_eq!(actions, ["revoke_api_key", "create_api_key"]);
    assert!(!audit.to_string().contains(secret));
}

#[test]
fn what_is_done_with_a_key_says_which() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let (key, id) = program(&app, &officer, "440000", &["zero_out:import"]);
    let list = crate::support::csv::file(&[crate::support::csv::row(&[])]);
    app.import(&key, &list, false);
    let audit = officer.get("/api/v1/audit?action=request_import").expect(200);
    let entry = &audit["items"][0];
    assert_eq!(
        (&entry["data"]["api_key"], &entry["actor_id"]),
        (&json!(id), &json!(id_of(&officer))),
        "{entry}"
    );
    let page = officer.get("/audit?action=request_import");
    assert!(page.text.contains("接口密钥") && page.text.contains("市场监管数据中台"), "{}", page.text);
}

#[test]
fn calls_are_limited_for_each_key() {
    let app = TestApp::builder().settings(|s| s.edit::<ApiKeySettings>().calls_per_minute = 3).start();
    let officer = app.admin("officer", "440000");
    let (key, _) = program(&app, &officer, "440000", &["reports:read"]);
    let (other, _) = program(&app, &officer, "440000", &["reports:read"]);
    let path = "/api/v1/reports/overview";
    for _ in 0..3 {
        key.get(path).expect(200);
    }
    let refused = key.get(path);
    assert_eq!(refused.refusal(), (429, "key_too_busy".to_owned()));
    assert_eq!(refused.header("retry-after"), "60");
    other.get(path).expect(200);
    app.clock.advance(Duration::seconds(60));
    key.get(path).expect(200);
}

#[test]
fn what_is_no_key_is_refused_by_its_field() {
    let app = TestApp::builder().settings(|s| s.edit::<ApiKeySettings>().per_officer = 1).start();
    let officer = app.admin("city", "440100");
    for (body, pointer) in [
        (json!({ "name": " ", "scopes": ["cases:read"] }), "/name"),
        (json!({ "name": "长".repeat(61), "scopes": ["cases:read"] }), "/name"),
        (json!({ "name": "x", "scopes": [] }), "/scopes"),
        (json!({ "name": "x", "scopes": ["everything"] }), "/scopes/0"),
        (json!({ "name": "x", "scopes": ["cases:read"], "days": 0 }), "/days"),
        (json!({ "name": "x", "scopes": ["cases:read"], "days": 367 }), "/days"),
        (json!({ "name": "x", "scopes": ["cases:read"], "region": "440000" }), "/region"),
        (json!({ "name": "x", "scopes": ["cases:read"], "region": "440300" }), "/region"),
    ] {
        let refused = officer.post(PATH, &body).problem();
        assert_eq!(
            (&refused["status"], &refused["errors"][0]["pointer"]),
            (&json!(422), &json!(pointer)),
            "{body}: {refused}"
        );
    }
    let (_, id) = program(&app, &officer, "440103", &["cases:read"]);
    let another = json!({ "name": "x", "scopes": ["cases:read"] });
    assert_eq!(officer.post(PATH, &another).problem()["errors"][0]["pointer"], "/name");
    let elsewhere = app.admin("elsewhere", "440300");
    elsewhere.get(&format!("{PATH}/{id}")).expect(404);
    elsewhere.send("DELETE", &format!("{PATH}/{id}"), &[], None).expect(404);
    officer.send("DELETE", &format!("{PATH}/{id}"), &[], None).expect(204);
    officer.post(PATH, &another).expect(201);
}
