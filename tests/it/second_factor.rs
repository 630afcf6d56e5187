//! Second factors: setting one up, logging in with it, its codes and their limits, and proving again who one is.

use chrono::Duration;
use diesel::prelude::*;
use serde_json::{Value, json};
use zerodesk::accounts::factors::settings::FactorSettings;
use zerodesk::db::schema::{account_totp, recovery_code};
use zerodesk::settings::{Secret, ServerSettings, Settings, SigningKey};

use crate::support::people::{PASSWORD, text};
use crate::support::{Http, Reply, TestApp};

/// The authenticator app of a test.
pub struct Phone(String);

impl Phone {
    /// One that was given this secret.
    pub fn of(secret: &str) -> Self {
        Self(secret.to_owned())
    }

    /// The code that it shows now.
    pub fn code(&self, app: &TestApp) -> String {
        let secret = totp_rs::Secret::try_from_base32(&self.0).unwrap();
        let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
        totp.generate(app.now().timestamp().try_into().unwrap()).to_string()
    }
}

/// Sets up an app for someone; gives the recovery codes as well.
#[track_caller]
pub fn set_up(app: &TestApp, who: &Http) -> (Phone, Vec<String>) {
    let made = who.act("/api/v1/me/totp").expect(200);
    let phone = Phone(text(&made["secret"]));
    let done = who.post("/api/v1/me/totp/confirm", &json!({ "code": phone.code(app) })).expect(200);
    app.clock.advance(Duration::seconds(30));
    (phone, done["recovery_codes"].as_array().unwrap().iter().map(text).collect())
}

fn log_in(app: &TestApp, name: &str, code: Option<&str>) -> Reply {
    app.http().post("/api/v1/auth/login", &json!({ "username": name, "password": PASSWORD, "code": code }))
}

fn demanding(settings: &mut Settings) {
    settings.edit::<FactorSettings>().second_factor_roles = "admin, operator".to_owned();
}

#[test]
fn a_code_is_asked_for_after_the_password_and_good_once() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    assert_eq!(officer.get("/api/v1/me/totp").expect(200)["state"], "off");
    let made = officer.act("/api/v1/me/totp").expect(200);
    assert!(text(&made["uri"]).contains(made["secret"].as_str().unwrap()));
    assert!(text(&made["qr_svg"]).starts_with("<svg "));
    assert_eq!(officer.get("/api/v1/me/totp").expect(200)["state"], "pending");
    log_in(&app, "officer", None).expect(200);
    let wrong = officer.post("/api/v1/me/totp/confirm", &json!({ "code": "000000" }));
    assert_eq!(wrong.refusal(), (422, "wrong_code".to_owned()));
    assert_eq!(wrong.json()["errors"][0]["pointer"], "/code");
    let phone = Phone(text(&made["secret"]));
    let other = app.http().log_in("officer", PASSWORD);
    let code = phone.code(&app);
    let done = officer.post("/api/v1/me/totp/confirm", &json!({ "code": code })).expect(200);
    let codes: Vec<String> = done["recovery_codes"].as_array().unwrap().iter().map(text).collect();
    assert_eq!(codes.len(), 10);
    let state = officer.get("/api/v1/me/totp").expect(200);
    assert_eq!((&state["state"], &state["recovery_codes_left"]), (&json!("on"), &json!(10)));
    assert_eq!(other.get("/api/v1/me").status, 401, "a session without the factor ends");
    app.mail("officer@regulator.example", "双重验证");

    let asked = log_in(&app, "officer", None);
    assert_eq!(asked.refusal(), (401, "second_factor_required".to_owned()));
    assert_eq!(asked.json()["errors"][0]["pointer"], "/code");
    assert_eq!(asked.json().get("access_token"), None);
    assert_eq!(log_in(&app, "officer", Some(&code)).refusal(), (401, "wrong_code".to_owned()), "used up");
    app.clock.advance(Duration::seconds(30));
    let code = phone.code(&app);
    log_in(&app, "officer", Some(&code)).expect(200);
    assert_eq!(log_in(&app, "officer", Some(&code)).status, 401, "good once");

    let typed = codes[0].to_uppercase().replace('-', " ");
    log_in(&app, "officer", Some(&typed)).expect(200);
    assert_eq!(log_in(&app, "officer", Some(&codes[0])).status, 401, "a recovery code is good once, too");
    app.mail("officer@regulator.example", "恢复码");

    // Nothing in the database helps who reads it.
    let conn = &mut *app.app.conn().unwrap();
    let kept: Option<Vec<u8>> = account_totp::table.select(account_totp::secret).first(conn).unwrap();
    let plain = totp_rs::Secret::try_from_base32(&phone.0).unwrap();
    assert!(!kept.unwrap().windows(plain.len()).any(|part| part == &plain[..]));
    let hashes: Vec<Vec<u8>> = recovery_code::table.select(recovery_code::hash).load(conn).unwrap();
    assert!(hashes.iter().all(|hash| hash.len() == 32) && hashes.len() == 10);
}

#[test]
fn wrong_codes_have_to_wait_and_the_right_one_ends_that() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let (phone, _) = set_up(&app, &officer);
    for _ in 0..5 {
        assert_eq!(log_in(&app, "officer", Some("000000")).refusal().1, "wrong_code");
    }
    let waits = log_in(&app, "officer", Some(&phone.code(&app)));
    assert_eq!((waits.refusal(), waits.header("retry-after")), ((429, "too_many_failures".to_owned()), "30"));
    app.mail("officer@regulator.example", "验证码");
    app.clock.advance(Duration::seconds(30));
    log_in(&app, "officer", Some(&phone.code(&app))).expect(200);
    assert_eq!(log_in(&app, "officer", Some("000000")).status, 401, "counted from the beginning");
}

#[test]
fn who_knows_the_password_does_not_keep_the_person_waiting() {
    let proxies =
        |s: &mut Settings| s.edit::<ServerSettings>().trusted_proxies = "127.0.0.1".parse().unwrap();
    let app = TestApp::builder().settings(proxies).start();
    let officer = app.admin("officer", "440000");
    let (phone, _) = set_up(&app, &officer);
    let from = |address: &str, code: &str| {
        let body = json!({ "username": "officer", "password": PASSWORD, "code": code }).to_string();
        let headers = [("Content-Type", "application/json"), ("X-Forwarded-For", address)];
        app.http().send("POST", "/api/v1/auth/login", &headers, Some(body.as_bytes()))
    };
    let usual = "198.51.100.20";
    let tokens = from(usual, &phone.code(&app)).expect(200);
    let session = app.http().with_token(tokens["access_token"].as_str().unwrap());
    app.clock.advance(Duration::seconds(30));
    // Somebody who knows the password, from an address each time.
    for n in 0..5 {
        assert_eq!(from(&format!("203.0.113.{n}"), "000000").refusal().1, "wrong_code");
    }
    assert_eq!(from("203.0.113.99", "000000").status, 429, "all of them have one count");
    assert_eq!(from("203.0.113.98", &phone.code(&app)).status, 429, "right codes as well");
    assert_eq!(from(usual, &phone.code(&app)).status, 200);
    let again = session.post("/api/v1/auth/step-up", &json!({ "code": "000000" }));
    assert_eq!(again.refusal(), (422, "wrong_code".to_owned()), "a session has a count of its own");
    // Where the person usually works, wrong codes count as well.
    app.clock.advance(Duration::seconds(30));
    for _ in 0..5 {
        assert_eq!(from(usual, "000000").refusal().1, "wrong_code");
    }
    assert_eq!(from(usual, &phone.code(&app)).status, 429);
    assert_eq!(from("203.0.113.97", "000000").refusal().1, "wrong_code", "apart from the others");
}

#[test]
fn who_must_have_a_factor_sets_it_up_before_anything_else() {
    let app = TestApp::builder().settings(demanding).start();
    let tokens = {
        app.admin("officer", "440000");
        log_in(&app, "officer", None).expect(200)
    };
    assert_eq!(tokens["second_factor_setup_required"], true);
    let officer = app.http().with_token(tokens["access_token"].as_str().unwrap());
    for path in ["/api/v1/enterprises", "/api/v1/audit", "/api/v1/remediation/cases", "/api/v1/me/identities"]
    {
        assert_eq!(officer.get(path).refusal(), (403, "second_factor_setup_required".to_owned()), "{path}");
    }
    assert_eq!(officer.send("DELETE", "/api/v1/me/totp", &[], None).status, 403);
    let socket = [("upgrade", "websocket"), ("connection", "upgrade"), ("sec-websocket-version", "13")];
    let handshake = [&socket[..], &[("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")]].concat();
    assert_eq!(officer.send("GET", "/api/v1/ws", &handshake, None).status, 403);
    assert_eq!(officer.get("/api/v1/me").status, 200);
    let again = json!({ "refresh_token": tokens["refresh_token"] });
    let again = app.http().post("/api/v1/auth/refresh", &again).expect(200);
    assert_eq!(again["second_factor_setup_required"], true, "a renewal frees nobody");

    // The pages lead there as well.
    let cookie = format!("zerodesk_session={}", again["access_token"].as_str().unwrap());
    let visit = |path: &str| app.http().send("GET", path, &[("Cookie", &cookie)], None);
    for path in ["/", "/cases?x=1"] {
        let led = visit(path);
        assert_eq!(led.status, 303, "{path}");
        assert!(
            led.header("location").starts_with("/account/security?next=%2F"),
            "{}",
            led.header("location")
        );
    }
    let page = visit("/account/security?next=%2Fcases");
    assert!(
        page.status == 200
            && page.text.contains("请先完成设置")
            && !page.text.contains("<nav class=\"pages\"")
    );

    set_up(&app, &officer);
    officer.get("/api/v1/enterprises").expect(200);
    assert_eq!(visit("/cases").status, 200);
    let kept = officer.send("DELETE", "/api/v1/me/totp", &[], None);
    assert_eq!(kept.refusal(), (409, "second_factor_mandatory".to_owned()));
    // An expert need not have one, and may.
    let expert = app.approved_expert(&officer, "expert-1", "K0101");
    set_up(&app, &expert.http);
    assert_eq!(log_in(&app, "expert-1", None).refusal().1, "second_factor_required");
    assert_eq!(expert.http.send("DELETE", "/api/v1/me/totp", &[], None).status, 204);
    log_in(&app, "expert-1", None).expect(200);
}

#[test]
fn a_lost_factor_is_reset_by_who_is_in_charge() {
    let app = TestApp::start();
    let province = app.admin("province", "440000");
    let city = app.admin("city", "440100");
    let elsewhere = app.admin("elsewhere", "440300");
    let colleague = app.admin("colleague", "440100");
    let operator = app.operator("operator");
    set_up(&app, &city);
    let path = format!("/api/v1/accounts/{}/totp", text(&city.get("/api/v1/me").expect(200)["id"]));
    let reset = |who: &Http| who.send("DELETE", &path, &[], None).status;
    assert_eq!(app.http().send("DELETE", &path, &[], None).status, 401);
    assert_eq!((reset(&elsewhere), reset(&city)), (404, 409), "nobody resets the own one");
    assert_eq!(
        reset(&colleague),
        403,
        "who works beside is not in charge, as with a link for another password"
    );
    assert_eq!(reset(&province), 204);
    assert_eq!(city.get("/api/v1/me").status, 401, "the sessions end");
    app.mail("city@regulator.example", "已重置");
    assert_eq!(reset(&operator), 409);
    let city = app.http().log_in("city", PASSWORD);
    set_up(&app, &city);
    app.clock.advance(Duration::minutes(20));
    assert_eq!(app.http().log_in("operator", PASSWORD).send("DELETE", &path, &[], None).status, 204);
    let audit = app.http().log_in("operator", PASSWORD).get("/api/v1/audit?limit=50").expect(200).to_string();
    assert!(audit.contains("reset_second_factor") && audit.contains("set_up_second_factor"));
}

#[test]
fn what_is_sensitive_needs_a_session_that_proved_lately_who_is_in_it() {
    // A session whose access token outlives the proof.
    let app = TestApp::builder()
        .settings(|s| s.edit::<zerodesk::accounts::settings::AuthSettings>().access_token_seconds = 86_400)
        .start();
    let officer = app.admin("officer", "440000");
    let file = |who: &Http| who.get("/api/v1/reports/experts?format=csv");
    assert_eq!(file(&officer).status, 200, "a log-in proves it");
    app.clock.advance(Duration::minutes(15));
    assert_eq!(file(&officer).refusal(), (403, "step_up_required".to_owned()));
    let accept = [("Accept", "text/csv")];
    assert_eq!(officer.send("GET", "/api/v1/reports/experts", &accept, None).status, 403);
    officer.get("/api/v1/reports/experts").expect(200);
    assert_eq!(officer.act("/api/v1/me/totp").refusal(), (403, "step_up_required".to_owned()));
    let state = officer.get("/api/v1/auth/step-up").expect(200);
    assert_eq!((&state["by"], &state["proved_until"]), (&json!("password"), &Value::Null));

    let prove = |body: Value| officer.post("/api/v1/auth/step-up", &body);
    assert_eq!(prove(json!({})).status, 422);
    assert_eq!(prove(json!({ "password": "not my password" })).json()["errors"][0]["pointer"], "/password");
    assert_eq!(prove(json!({ "code": "123456" })).refusal(), (409, "no_second_factor".to_owned()));
    prove(json!({ "password": PASSWORD })).expect(200);
    assert_eq!(file(&officer).status, 200);

    let (phone, codes) = set_up(&app, &officer);
    app.clock.advance(Duration::minutes(15));
    assert_eq!(file(&officer).status, 403);
    assert_eq!(officer.get("/api/v1/auth/step-up").expect(200)["by"], "code");
    let refused = prove(json!({ "password": PASSWORD }));
    assert_eq!((refused.status, &refused.json()["errors"][0]["pointer"]), (422, &json!("/code")));
    assert_eq!(prove(json!({ "code": "000000" })).refusal(), (422, "wrong_code".to_owned()));
    prove(json!({ "code": phone.code(&app) })).expect(200);
    assert_eq!(file(&officer).status, 200);
    let new = officer.act("/api/v1/me/totp/recovery-codes").expect(200);
    assert_ne!(new["recovery_codes"][0], codes[0]);
    app.clock.advance(Duration::minutes(15));
    assert_eq!(prove(json!({ "code": codes[1] })).status, 422, "the old ones are gone");
    prove(json!({ "code": new["recovery_codes"][0] })).expect(200);
    for _ in 0..5 {
        prove(json!({ "code": "000000" }));
    }
    assert_eq!(prove(json!({ "code": phone.code(&app) })).status, 429);
}

#[test]
fn clearing_a_case_needs_such_a_session() {
    let app = TestApp::builder()
        .settings(|s| s.edit::<zerodesk::accounts::settings::AuthSettings>().access_token_seconds = 86_400)
        .start();
    let (officer, talk) = app.small_world();
    let path = format!("/api/v1/remediation/cases/{}/events", talk.enterprise.case.unwrap());
    app.clock.advance(Duration::minutes(15));
    let step = |event: &str| officer.post(&path, &json!({ "event": event }));
    assert_eq!(step("clear").refusal(), (403, "step_up_required".to_owned()));
    assert_ne!(step("hold").refusal().1, "step_up_required");
    officer.post("/api/v1/auth/step-up", &json!({ "password": PASSWORD })).expect(200);
    assert_ne!(step("clear").refusal().1, "step_up_required");
}

#[test]
fn a_secret_is_encrypted_anew_under_the_first_key() {
    let key = |kid: &str| SigningKey {
        kid: kid.to_owned(),
        secret: Secret::new(format!("a key of the tests, of thirty-two bytes at least: {kid}")),
    };
    let keys = move |kids: &'static [&'static str]| {
        move |s: &mut Settings| {
            s.edit::<FactorSettings>().factor_keys = kids.iter().map(|kid| key(kid)).collect()
        }
    };
    let mut app = TestApp::builder().settings(keys(&["old"])).start();
    let officer = app.admin("officer", "440000");
    let (phone, codes) = set_up(&app, &officer);
    let kid = |app: &TestApp| -> Option<String> {
        account_totp::table.select(account_totp::secret_kid).first(&mut *app.app.conn().unwrap()).unwrap()
    };
    assert_eq!(kid(&app).as_deref(), Some("old"));
    let both = app.another().settings(keys(&["new", "old"])).start();
    app.stop();
    log_in(&both, "officer", Some(&phone.code(&both))).expect(200);
    assert_eq!(kid(&both).as_deref(), Some("new"));
    let new = both.another().settings(keys(&["new"])).start();
    new.clock.advance(Duration::seconds(30));
    log_in(&new, "officer", Some(&phone.code(&new))).expect(200);
    log_in(&new, "officer", Some(&codes[0])).expect(200);
    // With its key the app's secret is lost, and the recovery codes are the way back.
    let lost = new.another().settings(keys(&["another"])).start();
    lost.clock.advance(Duration::seconds(30));
    assert_eq!(log_in(&lost, "officer", Some(&phone.code(&lost))).refusal(), (401, "wrong_code".to_owned()));
    log_in(&lost, "officer", Some(&codes[1])).expect(200);
}

#[test]
fn the_pages_ask_for_the_code_after_the_password() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let (phone, _) = set_up(&app, &officer);
    let ours = [("Sec-Fetch-Site", "same-origin"), ("Content-Type", "application/x-www-form-urlencoded")];
    let post = |path: &str, cookie: &str, body: &str| {
        let headers = [&ours[..], &[("Cookie", cookie)]].concat();
        app.http().send("POST", path, &headers, Some(body.as_bytes()))
    };
    let password = format!("username=officer&password={}&next=%2Fcases", PASSWORD.replace(' ', "+"));
    let asked = post("/login", "x=y", &password);
    assert_eq!((asked.status, asked.header("location")), (303, "/login/code?next=%2Fcases"));
    let set: Vec<&str> = asked.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap()).collect();
    assert!(set.iter().all(|cookie| !cookie.contains("zerodesk_session")), "{set:?}");
    let cookie = set.iter().find(|cookie| cookie.starts_with("zerodesk_code=")).unwrap();
    let cookie = cookie.split(';').next().unwrap();
    assert_eq!(app.http().get("/login/code?next=%2Fcases").header("location"), "/login?next=%2Fcases");
    let page = app.http().send("GET", "/login/code?next=%2Fcases", &[("Cookie", cookie)], None);
    assert!(page.status == 200 && page.text.contains("one-time-code"));
    let wrong = post("/login/code", cookie, "code=000000&next=%2Fcases");
    assert!(wrong.status == 401 && wrong.text.contains("验证码或恢复码不正确"), "{}", wrong.status);
    assert_eq!(post("/login/code", "x=y", "code=000000").header("location"), "/login?next=%2F");
    let operator = app.operator("an-operator");
    let noted = operator.get("/api/v1/audit?action=log_in_failed").expect(200);
    let data = &noted["items"][0]["data"];
    assert_eq!(
        (&data["name"], &data["address"], &data["code"]),
        (&json!("officer"), &json!("127.0.0.1"), &json!("wrong_code"))
    );
    let right = format!("code={}&next=%2Fcases", phone.code(&app));
    let done = post("/login/code", cookie, &right);
    assert_eq!((done.status, done.header("location")), (303, "/cases"));
    assert!(
        done.headers
            .get_all("set-cookie")
            .iter()
            .any(|v| v.to_str().unwrap().starts_with("zerodesk_session="))
    );
    app.clock.advance(Duration::minutes(10));
    assert_eq!(
        post("/login/code", cookie, "code=000000").header("location"),
        "/login?next=%2F",
        "its time is over"
    );
}
