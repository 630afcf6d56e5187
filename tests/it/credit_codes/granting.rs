//! From the application to the end of a code.

use chrono::Duration;
use serde_json::json;

use super::{CODES, application, applied, granted, maker, maker_listed_on, missing, public, sampled, sweep};
use crate::oversight;
use crate::support::people::{PASSWORD, text};
use crate::support::{Http, TestApp};

#[test]
fn an_application_needs_the_consent_and_the_present_text_and_names_what_is_wrong() {
    let app = TestApp::start();
    app.admin("officer", "440000");
    let maker = maker(&app, 1, "440106");
    for (field, value, pointer) in [
        ("consent", json!(false), "/consent"),
        ("text_version", json!("page-2000"), "/text_version"),
        ("product_kind", json!("K9999"), "/product_kind"),
        ("product_name", json!("  "), "/product_name"),
        ("model", json!("x".repeat(101)), "/model"),
    ] {
        let mut body = application();
        body[field] = value;
        let refused = maker.http.post(CODES, &body);
        assert_eq!(refused.status, 422, "{field}");
        assert_eq!(refused.problem()["errors"][0]["pointer"], pointer);
    }
    assert_eq!(maker.http.get(CODES).expect(200)["items"], json!([]), "nothing half-written");
    applied(&maker);
    assert_eq!(maker.http.post(CODES, &application()).refusal(), (409, "credit_code_exists".to_owned()));
    let mut body = application();
    body["model"] = json!("BV 4");
    maker.http.post(CODES, &body).expect(201);
}

#[test]
fn applications_beyond_the_quotas_are_refused_with_a_sentence() {
    let app = TestApp::builder()
        .settings(|s| {
            let mut pages = s.edit::<zerodesk::credit_codes::settings::CodePageSettings>();
            (pages.waiting_per_enterprise, pages.applications_per_day) = (2, 3);
        })
        .start();
    app.admin("officer", "440000");
    let (one, other) = (maker(&app, 1, "440106"), maker(&app, 2, "440106"));
    let apply = |who: &Http, model: &str| {
        let mut body = application();
        body["model"] = json!(model);
        who.post(CODES, &body)
    };
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|n| {
                let (http, apply) = (one.http.clone(), &apply);
                scope.spawn(move || apply(&http, &format!("BV {n}")).status)
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|status| **status == 201).count(), 2, "{answers:?}");
    let refused = apply(&one.http, "BVR 1");
    assert_eq!((refused.status, &refused.problem()["code"]), (429, &json!("too_many_code_applications")));
    apply(&other.http, "BVR 1").expect(201);
    // Taking one back makes room among those that wait, not within the day.
    let first = text(&one.http.get(CODES).expect(200)["items"][0]["id"]);
    one.http.act(&format!("{CODES}/{first}/withdraw")).expect(200);
    let third = text(&apply(&one.http, "BVR 2").expect(201)["id"]);
    one.http.act(&format!("{CODES}/{third}/withdraw")).expect(200);
    let refused = apply(&one.http, "BVR 3");
    assert_eq!(refused.refusal(), (429, "too_many_code_applications".to_owned()));
    assert!(refused.header("retry-after").parse::<u64>().is_ok_and(|seconds| seconds > 0));
    app.clock.advance(Duration::hours(24));
    apply(&app.http().log_in(&one.username, PASSWORD), "BVR 3").expect(201);
}

#[test]
fn never_sampled_is_not_good_and_a_grant_names_what_is_missing() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let maker = maker(&app, 1, "440106");
    let asked = maker.http.get(&format!("{CODES}/eligibility?product_kind=K0301")).expect(200);
    assert_eq!((asked["eligible"].clone(), missing(&asked)), (json!(false), vec!["passed".to_owned()]));
    assert_eq!(asked["provisional"], true);
    let path = applied(&maker);
    let refused = officer.act(&format!("{path}/grant"));
    assert_eq!(refused.refusal(), (409, "credit_code_conditions".to_owned()));
    assert!(refused.text.contains("现有 0 批次"), "{}", refused.text);
    assert_eq!(officer.get(&path).expect(200)["state"], "applied");
    sampled(&officer, &maker, "FORM-1", "conforming");
    let seen = officer.act(&format!("{path}/grant")).expect(200);
    assert_eq!((seen["state"].clone(), seen["in_force"].clone()), (json!("granted"), json!(true)));
    assert_eq!(seen["valid_until"], "2028-03-01");
    app.mail(&maker.address, "准予授码");
}

#[test]
fn a_failure_within_the_years_stands_in_the_way() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let maker = maker_listed_on(&app, 1, "440106", "2025-08-01");
    sampled(&officer, &maker, "FORM-1", "conforming");
    let path = applied(&maker);
    assert_eq!(missing(&officer.get(&path).expect(200)), ["no_failure"]);
    assert_eq!(officer.act(&format!("{path}/grant")).status, 409);
    let reason = json!({ "reason": "三年内有不合格记录" });
    let seen = officer.post(&format!("{path}/refuse"), &reason).expect(200);
    assert_eq!((seen["state"].clone(), seen["allowed"].clone()), (json!("refused"), json!([])));
    app.mail(&maker.address, "三年内有不合格记录");
    // It can apply again.
    applied(&maker);
}

#[test]
fn a_lost_condition_shows_at_the_next_scan_and_is_written_down_by_the_job() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let maker = maker(&app, 1, "440106");
    sampled(&officer, &maker, "FORM-1", "conforming");
    let (path, token) = granted(&officer, &maker);
    assert_eq!(public(&app, &token).expect(200)["in_force"], true);
    sweep(&app);
    assert_eq!(officer.get(&path).expect(200)["suspended_at"], json!(null), "nothing has changed");
    // A failure of which the maker knows. Nobody has followed the code since.
    sampled(&officer, &maker, "FORM-2", "nonconforming");
    let seen = public(&app, &token).expect(200);
    assert_eq!((seen["in_force"].clone(), seen["record"].clone()), (json!(false), json!(null)));
    assert_eq!(seen["not_since"], "2026-03-02");
    assert_eq!(officer.get(&path).expect(200)["suspended_at"], json!(null), "not written down yet");
    sweep(&app);
    let seen = officer.get(&path).expect(200);
    assert!(seen["suspended_at"].is_string());
    let last = seen["history"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["step"], "suspend");
    assert!(last["conditions"].as_array().unwrap().contains(&json!("no_failure")), "{last}");
    assert_eq!(last["by"], json!(null));
    // Officers know who granted it; the enterprise knows its own people.
    let by = |who: &Http, step: &str| {
        let seen = who.get(&path).expect(200);
        let history = seen["history"].as_array().unwrap();
        history.iter().find(|event| event["step"] == step).unwrap()["by"].clone()
    };
    assert_eq!(by(&officer, "grant"), "name of officer");
    assert_eq!(by(&maker.http, "grant"), json!(null));
    assert!(by(&maker.http, "apply").is_string());
    let page = maker.http.get(&path.replace(CODES, "/codes")).text;
    assert!(page.contains("监管部门") && !page.contains("name of officer"), "{page}");
    let told = app.mail(&maker.address, "无抽查不合格");
    assert!(!told.body_text.contains(&token), "the mail needs no token");
    sweep(&app);
    assert_eq!(
        officer.get(&path).expect(200)["history"].as_array().unwrap().len(),
        seen["history"].as_array().unwrap().len()
    );
    let figures = officer.get(&format!("{CODES}/figures")).expect(200);
    assert_eq!(
        (figures["suspended"].clone(), figures["most_days_to_suspension"].clone()),
        (json!(1), json!(0))
    );
}

#[test]
fn a_condition_that_is_met_again_brings_the_code_back_without_an_application() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let maker = maker(&app, 1, "440106");
    sampled(&officer, &maker, "FORM-1", "conforming");
    let (path, token) = granted(&officer, &maker);
    for (status, in_force, step) in [("suspended", false, "suspend"), ("operating", true, "resume")] {
        register(&app, &maker.id, |row| row.operating_status = Some(status));
        assert_eq!(public(&app, &token).expect(200)["in_force"], in_force, "{status}");
        sweep(&app);
        let seen = officer.get(&path).expect(200);
        assert_eq!(seen["history"].as_array().unwrap().last().unwrap()["step"], step);
        assert_eq!(seen["suspended_at"].is_null(), in_force);
    }
    app.mail(&maker.address, "恢复显示");
}

/// What is changed in the register.
#[derive(Default)]
struct Changed<'a> {
    name: Option<&'a str>,
    operating_status: Option<&'a str>,
}

/// Changes the row of an enterprise, as an import would.
fn register<'a>(app: &TestApp, id: &str, change: impl FnOnce(&mut Changed<'a>)) {
    use diesel::prelude::*;
    use zerodesk::db::schema::enterprise as e;
    let mut changed = Changed::default();
    change(&mut changed);
    let id = zerodesk::core::ids::EnterpriseId(id.parse().unwrap());
    let row = (
        changed.name.map(|name| e::name.eq(name)),
        changed.operating_status.map(|status| e::operating_status.eq(status)),
        e::updated_at.eq(app.now()),
    );
    diesel::update(e::table.find(id)).set(row).execute(&mut app.database().connect()).unwrap();
}

#[test]
fn a_maker_with_another_name_asks_for_a_renewal() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let maker = maker(&app, 1, "440106");
    sampled(&officer, &maker, "FORM-1", "conforming");
    let (path, token) = granted(&officer, &maker);
    let consent = json!({ "text_version": "page-2022", "consent": true });
    let early = maker.http.post(&format!("{path}/renewal"), &consent);
    assert_eq!(early.refusal(), (409, "credit_code_too_early".to_owned()));
    register(&app, &maker.id, |row| row.name = Some("广州新名公司"));
    assert_eq!(public(&app, &token).expect(200)["in_force"], false);
    assert_eq!(missing(&officer.get(&path).expect(200)), ["same_name"]);
    maker.http.post(&format!("{path}/renewal"), &consent).expect(200);
    let seen = officer.act(&format!("{path}/renew")).expect(200);
    assert_eq!((seen["in_force"].clone(), seen["maker_name"].clone()), (json!(true), json!("广州新名公司")));
    assert_eq!(public(&app, &token).expect(200)["record"]["maker"], "广州新名公司");
}

#[test]
fn a_term_ends_by_itself_and_can_be_renewed() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let maker = maker(&app, 1, "440106");
    sampled(&officer, &maker, "FORM-1", "conforming");
    let (path, token) = granted(&officer, &maker);
    // Sixty days before its end the enterprise is reminded, once.
    app.clock.set("2028-01-01T01:00:00Z".parse().unwrap());
    sweep(&app);
    app.mail(&maker.address, "2028年3月1日");
    assert_eq!(public(&app, &token).expect(200)["in_force"], true);
    app.clock.set("2028-03-01T15:59:00Z".parse().unwrap());
    assert_eq!(public(&app, &token).expect(200)["in_force"], true, "its last day in Shanghai");
    app.clock.advance(Duration::minutes(1));
    let seen = public(&app, &token).expect(200);
    assert_eq!((seen["in_force"].clone(), seen["not_since"].clone()), (json!(false), json!("2028-03-02")));
    sweep(&app);
    let (officer, own) =
        (app.http().log_in("officer", PASSWORD), app.http().log_in(&maker.username, PASSWORD));
    assert_eq!(officer.get(&path).expect(200)["state"], "lapsed");
    own.post(&format!("{path}/renewal"), &json!({ "text_version": "page-2022", "consent": true }))
        .expect(200);
    let seen = officer.act(&format!("{path}/renew")).expect(200);
    assert_eq!((seen["in_force"].clone(), seen["valid_until"].clone()), (json!(true), json!("2030-03-01")));
    assert_eq!(text(&seen["versions"][0]["token"]), token, "labels that are printed stay good");
}

#[test]
fn a_code_is_revoked_at_once_and_a_print_run_is_ended_alone() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let maker = maker(&app, 1, "440106");
    sampled(&officer, &maker, "FORM-1", "conforming");
    let (path, first) = granted(&officer, &maker);
    let seen = maker.http.post(&format!("{path}/versions"), &json!({ "batch": "2026年3月批" })).expect(200);
    let second = text(&seen["versions"][0]["token"]);
    assert_ne!(first, second);
    let reason = json!({ "reason": "该批标签印错型号" });
    for _ in 0..2 {
        maker.http.post(&format!("{path}/versions/1/end"), &reason).expect(200);
    }
    assert_eq!(maker.http.post(&format!("{path}/versions/9/end"), &reason).status, 404);
    assert_eq!(public(&app, &first).expect(200)["in_force"], false);
    assert_eq!(public(&app, &second).expect(200)["in_force"], true);
    let seen = officer.post(&format!("{path}/revoke"), &json!({ "reason": "冒用" })).expect(200);
    assert_eq!((seen["state"].clone(), seen["allowed"].clone()), (json!("revoked"), json!([])));
    let seen = public(&app, &second).expect(200);
    assert_eq!((seen["in_force"].clone(), seen["not_since"].clone()), (json!(false), json!("2026-03-02")));
    assert!(!seen.to_string().contains("冒用"), "no reason on the public page");
    assert_eq!(maker.http.post(&format!("{path}/versions"), &json!({ "batch": "x" })).status, 409);
}

#[test]
fn who_may_see_and_do_what() {
    let app = TestApp::start();
    let (officer, elsewhere) = (app.admin("officer", "440000"), app.admin("elsewhere", "440300"));
    let (one, other) = (maker(&app, 1, "440106"), maker(&app, 2, "440106"));
    sampled(&officer, &one, "FORM-1", "conforming");
    let (path, _) = granted(&officer, &one);
    for who in [&elsewhere, &other.http] {
        assert_eq!(who.get(&path).status, 404);
        assert_eq!(who.get(CODES).expect(200)["items"], json!([]));
    }
    let reason = json!({ "reason": "x" });
    assert_eq!(one.http.post(&format!("{path}/revoke"), &reason).status, 403);
    assert_eq!(officer.post(&format!("{path}/give-up"), &reason).status, 403);
    assert_eq!(other.http.post(&format!("{path}/give-up"), &reason).status, 404);
    // The trial grade is for officers.
    let own = one.http.get(&path).expect(200);
    assert_eq!((own["grade"].clone(), own["trial_grade"].clone()), (json!(null), json!(null)));
    assert!(officer.get(&path).expect(200)["trial_grade"].is_boolean());
    let counts = officer.get(&format!("{CODES}/counts")).expect(200);
    assert_eq!(counts["waiting"], 0);
    applied(&other);
    assert_eq!(officer.get(&format!("{CODES}/counts")).expect(200)["waiting"], 1);
    assert_eq!(elsewhere.get(&format!("{CODES}/counts")).expect(200)["waiting"], 0);
}

#[test]
fn a_listing_takes_a_code_out_of_force_and_its_end_brings_it_back() {
    let app = TestApp::start();
    let (officer, second) = (app.admin("officer", "440000"), app.admin("second", "440000"));
    let maker = maker(&app, 1, "440106");
    sampled(&officer, &maker, "FORM-1", "conforming");
    let (path, token) = granted(&officer, &maker);
    let (_, basis) = oversight::case_of(&app, 2, "440103");
    let mut listing = oversight::listing("440100", &basis);
    listing["to"] = json!({ "kind": "enterprise", "enterprise_id": maker.id });
    let listing = oversight::written(&officer, &listing);
    oversight::step(&second, &listing, "approve", &json!({})).expect(200);
    assert_eq!(public(&app, &token).expect(200)["in_force"], true, "not before it is listed");
    oversight::step(&officer, &listing, "list", &json!({})).expect(200);
    assert_eq!(public(&app, &token).expect(200)["in_force"], false);
    assert_eq!(missing(&officer.get(&path).expect(200)), ["not_listed"]);
    oversight::step(&officer, &listing, "withdraw", &json!({ "reason": "依据有误" })).expect(200);
    assert_eq!(public(&app, &token).expect(200)["in_force"], true);
}
