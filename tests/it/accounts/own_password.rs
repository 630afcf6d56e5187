//! Who knows the password changes it.

use diesel::prelude::*;
use serde_json::json;
use zerodesk::accounts::settings::AuthSettings;
use zerodesk::db::schema::published;

use super::{ANOTHER, failures, faults, log_in};
use crate::support::TestApp;
use crate::support::people::PASSWORD;

#[test]
fn a_change_ends_the_other_sessions_and_keeps_this_one() {
    let app = TestApp::start();
    let http = app.admin_at("officer", "440000", "officer@regulator.example");
    let other = app.http().log_in("officer", PASSWORD);
    let mut socket = app.ws(&other);
    let change = json!({ "current": PASSWORD, "new": ANOTHER });
    http.json("PUT", "/api/v1/me/password", &change).expect(204);
    assert_eq!(http.get("/api/v1/me").status, 200, "this session stays");
    assert_eq!(other.get("/api/v1/me").status, 401);
    assert_eq!(socket.closed(), 4001);
    assert_eq!(log_in(&app, "officer", PASSWORD).status, 401);
    assert_eq!(log_in(&app, "officer", ANOTHER).status, 200);
    let mail = app.mail("officer@regulator.example", "密码已更改");
    assert!(!mail.body_text.contains(ANOTHER) && mail.body_text.contains("officer"));
}

#[test]
fn each_refusal_names_its_field_in_both_languages() {
    let app = TestApp::start();
    let http = app.admin_at("officer", "440000", "o.zhou@regulator.example");
    let try_to = |http: &crate::support::Http, current: &str, new: &str| {
        let reply = http.json("PUT", "/api/v1/me/password", &json!({ "current": current, "new": new }));
        assert_eq!(reply.status, 422, "{}", reply.text);
        faults(&reply).remove(0)
    };
    let english = http.in_english();
    let (pointer, said) = try_to(&http, "not the password", ANOTHER);
    assert_eq!((pointer.as_str(), said.as_str()), ("/current", "当前密码不正确"));
    assert_eq!(try_to(&english, "not the password", ANOTHER).1, "is not your present password");
    for (new, zh, en) in [
        (PASSWORD, "与当前密码相同", "is the present password"),
        ("ｃｏｒｒｅｃｔ　ｈｏｒｓｅ　ｂａｔｔｅｒｙ", "与当前密码相同", "is the present password"),
        ("short", "须为 10 到 128 个字符", "must be 10 to 128 characters"),
        ("password12345", "是常见或已泄露的密码，或与其相近，请换一个", "is a common password"),
        (
            "o.zhou-2026",
            "不能由用户名、姓名、企业名称或代码、邮箱或电话加少量字符组成",
            "must not be the username",
        ),
    ] {
        let (pointer, said) = try_to(&http, PASSWORD, new);
        assert_eq!((pointer.as_str(), said.as_str()), ("/new", zh), "{new}");
        assert!(try_to(&english, PASSWORD, new).1.starts_with(en), "{new}");
    }
    assert_eq!(log_in(&app, "officer", PASSWORD).status, 200, "nothing was changed");
    assert_eq!(app.http().json("PUT", "/api/v1/me/password", &json!({})).status, 401);
}

#[test]
fn people_of_an_enterprise_choose_no_password_made_of_its_name_or_code() {
    let app = TestApp::start();
    let (_, talk) = app.small_world();
    let http = &talk.enterprise.http;
    let (name, uscc): (String, String) = published::enterprise::table
        .inner_join(
            published::account::table
                .on(published::account::enterprise_id.eq(published::enterprise::id.nullable())),
        )
        .filter(published::account::username.eq("enterprise-1"))
        .select((published::enterprise::name, published::enterprise::uscc))
        .first(&mut app.database().connect())
        .unwrap();
    for new in [format!("{name}2026!"), format!("{uscc}!!"), uscc.to_lowercase()] {
        let change = json!({ "current": PASSWORD, "new": new });
        let reply = http.json("PUT", "/api/v1/me/password", &change);
        assert_eq!(reply.status, 422, "{new}: {}", reply.text);
        let (pointer, said) = faults(&reply).remove(0);
        assert!(pointer == "/new" && said.contains("企业名称或代码"), "{new}: {said}");
    }
    http.json("PUT", "/api/v1/me/password", &json!({ "current": PASSWORD, "new": ANOTHER })).expect(204);
}

#[test]
fn wrong_present_passwords_count_towards_the_limits_on_log_ins() {
    let app = TestApp::builder().settings(|s| s.edit::<AuthSettings>().login_failures = 3).start();
    let http = app.admin("officer", "440000");
    let wrong = json!({ "current": "not the password", "new": ANOTHER });
    let tries: Vec<u16> = (0..6).map(|_| http.json("PUT", "/api/v1/me/password", &wrong).status).collect();
    assert_eq!(tries[..3], [422, 422, 422]);
    assert!(tries[3..].contains(&429), "{tries:?}");
}

#[test]
fn a_wrong_present_password_is_audited_without_what_was_typed() {
    let app = TestApp::builder().settings(|s| s.edit::<AuthSettings>().login_failures = 1).start();
    let (operator, http) = (app.operator("operator"), app.admin("officer", "440000"));
    let wrong = json!({ "current": "a-secret-that-was-typed", "new": "another-secret-of-mine" });
    assert_eq!(http.json("PUT", "/api/v1/me/password", &wrong).status, 422);
    let rows = failures(&operator, 1);
    assert_eq!(
        rows[0]["data"],
        json!({ "name": "officer", "address": "127.0.0.1", "code": "bad_credentials" })
    );
    assert_eq!(rows[0]["subject_id"], http.get("/api/v1/me").expect(200)["id"]);
    assert_eq!(rows[0]["actor_role"], "admin", "by who is logged in");
    // For another mail address it is asked for as well, and refusals are noted, too.
    let wrong = json!({ "email": "new@regulator.example", "current": "a-secret-that-was-typed" });
    assert_eq!(http.json("PUT", "/api/v1/me", &wrong).status, 429);
    let rows = failures(&operator, 2);
    assert_eq!(rows[0]["data"]["code"], "too_many_failures");
    assert!(!format!("{rows:?}").contains("secret"), "{rows:?}");
}

#[test]
fn a_wrong_proof_of_who_is_in_a_session_is_audited_with_its_address() {
    let app = TestApp::start();
    let (operator, http) = (app.operator("operator"), app.admin("officer", "440000"));
    let wrong = json!({ "password": "a-secret-that-was-typed" });
    assert_eq!(http.post("/api/v1/auth/step-up", &wrong).status, 422);
    let rows = failures(&operator, 1);
    assert_eq!(
        rows[0]["data"],
        json!({ "name": "officer", "address": "127.0.0.1", "code": "bad_credentials" })
    );
    for _ in 0..4 {
        assert_eq!(http.post("/api/v1/auth/step-up", &wrong).status, 422);
    }
    assert_eq!(http.post("/api/v1/auth/step-up", &wrong).status, 429);
    let rows = failures(&operator, 6);
    assert_eq!(rows[0]["data"]["code"], "too_many_failures");
    assert!(!format!("{rows:?}").contains("secret"), "{rows:?}");
}
