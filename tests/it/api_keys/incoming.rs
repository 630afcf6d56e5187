//! Consultations that other systems open in the name of enterprises.

use serde_json::{Value, json};
use zerodesk::consultations::settings::ConsultationSettings;

use super::program;
use crate::support::TestApp;
use crate::support::csv::uscc;

const PATH: &str = "/api/v1/incoming/consultations";

fn asked(reference: &str, uscc: &str) -> Value {
    json!({
        "reference": reference, "uscc": uscc, "product_kind": "K0101",
        "subject": "绝缘电阻不合格", "question": "如何整改？", "contact": "质量部王工",
    })
}

#[test]
fn a_consultation_is_opened_in_the_name_of_an_enterprise_once_for_a_reference() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    app.approved_expert(&officer, "expert-1", "K0101");
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    let (system, _) = program(&app, &officer, "440000", &["consultations:open"]);
    let first = system.post(PATH, &asked(" GD-2026-17 ", &uscc(1).to_lowercase())).expect(201);
    assert_eq!((&first["reference"], &first["repeated"]), (&json!("GD-2026-17"), &json!(false)));
    let opened = &first["consultation"];
    assert_eq!((&opened["status"], &opened["subject"]), (&json!("offered"), &json!("绝缘电阻不合格")));
    assert_eq!(opened["enterprise"]["id"], enterprise.id);
    let id = opened["id"].as_str().unwrap();
    // The enterprise has it, is told, and sees who opened it.
    enterprise.http.get(&format!("/api/v1/consultations/{id}")).expect(200);
    let mail = app.mail("factory-1@enterprise.example", "已代贵企业发起问诊");
    assert!(mail.body_text.contains("市场监管数据中台") && mail.body_text.contains(id), "{}", mail.body_text);
    let page = enterprise.http.get(&format!("/consultations/{id}"));
    assert!(
        page.text.contains("由其他系统代企业发起：市场监管数据中台（GD-2026-17），质量部王工"),
        "{}",
        page.text
    );
    // The same reference again, whatever else is said.
    let mut other = asked("GD-2026-17", &uscc(1));
    other["subject"] = json!("另一主题");
    let again = system.post(PATH, &other).expect(200);
    assert_eq!((&again["repeated"], &again["consultation"]["id"]), (&json!(true), &json!(id)));
    // A new key of the same system knows it, another system does not.
    let (renewed, _) = program(&app, &officer, "440000", &["consultations:open"]);
    assert_eq!(renewed.post(PATH, &asked("GD-2026-17", &uscc(1))).expect(200)["consultation"]["id"], id);
    let body = json!({ "name": "另一系统", "scopes": ["consultations:open"] });
    let made = officer.post(super::PATH, &body).expect(201);
    let stranger = app.http().with_token(made["secret"].as_str().unwrap());
    let theirs = stranger.post(PATH, &asked("GD-2026-17", &uscc(1))).expect(201);
    assert_ne!(theirs["consultation"]["id"], id);
    let audit = officer.get(&format!("/api/v1/audit?subject={id}")).expect(200);
    let actions: Vec<_> =
        audit["items"].as_array().unwrap().iter().map(|e| e["action"].as_str().unwrap()).collect();
    assert!(
        actions.contains(&"open_incoming_consultation") && actions.contains(&"open_consultation"),
        "{audit}"
    );
    assert!(audit.to_string().contains("市场监管数据中台"));
}

#[test]
fn who_is_elsewhere_unknown_or_not_claimed_is_refused() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    app.claimed_enterprise(1, "440103", "K0101");
    app.listed(2, "440103", "K0101");
    let (system, _) = program(&app, &officer, "440100", &["consultations:open"]);
    let (elsewhere, _) = program(&app, &officer, "440300", &["consultations:open"]);
    elsewhere.post(PATH, &asked("1", &uscc(1))).expect(404);
    system.post(PATH, &asked("1", &uscc(77))).expect(404);
    system.post(PATH, &asked("1", "no code")).expect(404);
    let refused = system.post(PATH, &asked("1", &uscc(2))).refusal();
    assert_eq!(refused, (409, "enterprise_unclaimed".to_owned()));
    // People open their own.
    assert_eq!(officer.post(PATH, &asked("1", &uscc(1))).status, 403);
    for (field, value, pointer) in [
        ("reference", json!(" "), "/reference"),
        ("reference", json!("长".repeat(201)), "/reference"),
        ("contact", json!("长".repeat(201)), "/contact"),
        ("subject", json!(""), "/subject"),
        ("question", json!("长".repeat(8_001)), "/question"),
        ("product_kind", json!("K9999"), "/product_kind"),
        ("nonconformity", json!("019c0000-0000-7000-8000-000000000000"), "/nonconformity"),
    ] {
        let mut body = asked("1", &uscc(1));
        body[field] = value;
        let refused = system.post(PATH, &body).problem();
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
    }
    // What was refused has used up no reference.
    system.post(PATH, &asked("1", &uscc(1))).expect(201);
}

#[test]
fn the_limits_of_an_enterprise_hold_for_those_who_open_for_it() {
    let app =
        TestApp::builder().settings(|s| s.edit::<ConsultationSettings>().open_per_enterprise = 2).start();
    let officer = app.admin("officer", "440000");
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    let (system, _) = program(&app, &officer, "440000", &["consultations:open"]);
    app.open(&enterprise);
    system.post(PATH, &asked("1", &uscc(1))).expect(201);
    let refused = system.post(PATH, &asked("2", &uscc(1)));
    assert_eq!(refused.refusal(), (429, "too_many_open_consultations".to_owned()));
    // A nonconformity is talked about in one consultation at a time.
    let mut about = asked("3", &uscc(1));
    about["product_kind"] = json!(null);
    about["nonconformity"] = json!(enterprise.nonconformity);
    assert_eq!(system.post(PATH, &about).status, 429);
}

#[test]
fn two_calls_at_once_with_one_reference_open_one() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    app.claimed_enterprise(1, "440103", "K0101");
    let (system, _) = program(&app, &officer, "440000", &["consultations:open"]);
    let replies: Vec<Value> = std::thread::scope(|scope| {
        let calls: Vec<_> = (0..6)
            .map(|_| {
                let system = system.clone();
                scope.spawn(move || {
                    let reply = system.post(PATH, &asked("same", &uscc(1)));
                    assert!([200, 201].contains(&reply.status), "{}", reply.text);
                    reply.json()
                })
            })
            .collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    assert_eq!(replies.iter().filter(|reply| reply["repeated"] == false).count(), 1);
    assert!(replies.iter().all(|reply| reply["consultation"]["id"] == replies[0]["consultation"]["id"]));
}
