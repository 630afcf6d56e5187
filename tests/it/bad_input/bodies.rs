//! Bad bodies, of every route that takes one.

use Who::{Enterprise, Expert, Nobody, Officer};
use diesel::prelude::*;
use serde_json::json;
use zerodesk::accounts::settings::AuthSettings;
use zerodesk::db::schema::audit_entry;

use super::{assert_none, contents, in_both, wanted};
use crate::support::TestApp;
use crate::support::csv::uscc;
use crate::support::people::PASSWORD;

/// Who sends a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Nobody,
    Enterprise,
    Expert,
    Officer,
}

const LOGIN: &str = "auth/login";
const CLAIM: &str = "enterprise-registrations";
const APPLY: &str = "expert-applications";
const OPEN: &str = "consultations";
const SAY: &str = "consultations/{talk}/messages";
const ADVICE: &str = "consultations/{talk}/advice";
const STEP: &str = "remediation/cases/{case}/events";

/// Who sends what to which path under `/api/v1/`, and the answer. `{…}` are filled in; see below.
pub const CASES: &[(Who, &str, &str, &str)] = &[
    (Nobody, LOGIN, "", "400 bad_json"),
    (Nobody, LOGIN, "{", "400 bad_json"),
    (Nobody, LOGIN, "{'a':1}", "400 bad_json"),
    (Nobody, LOGIN, r#"{"username":"a","password":"b"} x"#, "400 bad_json"),
    (Nobody, LOGIN, "\u{feff}{}", "400 bad_json"),
    (Nobody, LOGIN, "{\"username\":\"\\ud800\",\"password\":\"x\"}", "400 bad_json"),
    (Nobody, LOGIN, "null", "422 invalid_fields -"),
    (Nobody, LOGIN, "[]", "422 invalid_fields -"),
    (Nobody, LOGIN, "\"x\"", "422 invalid_fields -"),
    (Nobody, LOGIN, "7", "422 invalid_fields -"),
    (Nobody, LOGIN, "{}", "422 invalid_fields /username"),
    (Nobody, LOGIN, r#"{"username":"a"}"#, "422 invalid_fields /password"),
    (Nobody, LOGIN, r#"{"username":1,"password":"b"}"#, "422 invalid_fields /username"),
    (Nobody, LOGIN, r#"{"username":null,"password":"b"}"#, "422 invalid_fields /username"),
    (Nobody, LOGIN, r#"{"username":"a","password":["b"]}"#, "422 invalid_fields /password"),
    (Nobody, LOGIN, r#"{"username":"a","password":"b","c":1}"#, "422 invalid_fields /c"),
    (Nobody, LOGIN, r#"{"username":"a","username":"a","password":"b"}"#, "422 invalid_fields /username"),
    (Nobody, LOGIN, r#"{"username":"a\u0000","password":"b"}"#, "422 invalid_fields /username"),
    (Nobody, LOGIN, r#"{"username":"nobody","password":"x"}"#, "401 bad_credentials"),
    (Nobody, LOGIN, r#"{"username":"officer","password":""}"#, "401 bad_credentials"),
    (Nobody, LOGIN, r#"{"username":"officer","password":"correct horse battery "}"#, "401 bad_credentials"),
    (Nobody, "auth/refresh", "{}", "422 invalid_fields /refresh_token"),
    (Nobody, "auth/refresh", r#"{"refresh_token":7}"#, "422 invalid_fields /refresh_token"),
    (Nobody, CLAIM, "{}", "422 invalid_fields /uscc"),
    (Nobody, CLAIM, r#"{"uscc":"x","contact":{"name":"x"}}"#, "422 invalid_fields /uscc"),
    (Nobody, CLAIM, r#"{"uscc":"9144030071526726XH","contact":{"name":"x"}}"#, "422 invalid_fields /uscc"),
    (
        Nobody,
        CLAIM,
        r#"{"uscc":"{uscc}","username":"abc","contact":{"name":"x"}}"#,
        "422 invalid_fields /username",
    ),
    (
        Nobody,
        CLAIM,
        r#"{"uscc":"{uscc}","contact":{"name":"x"},"password":"{password}"}"#,
        "422 invalid_fields /password",
    ),
    (
        Nobody,
        CLAIM,
        r#"{"uscc":"{uscc}","contact":{"name":"x"},"network":"::"}"#,
        "422 invalid_fields /network",
    ),
    (Nobody, CLAIM, r#"{"uscc":"{uscc}","contact":{}}"#, "422 invalid_fields /contact/name"),
    (Nobody, CLAIM, r#"{"uscc":"{uscc}","contact":{"name":" "}}"#, "422 invalid_fields /contact/name"),
    (Nobody, CLAIM, r#"{"uscc":"{uscc}","contact":"x"}"#, "422 invalid_fields /contact"),
    (
        Nobody,
        CLAIM,
        r#"{"uscc":"{uscc}","contact":{"name":"x","email":"y"}}"#,
        "422 invalid_fields /contact/email",
    ),
    (
        Nobody,
        CLAIM,
        r#"{"uscc":"{uscc}","contact":{"name":"x","fax":"y"}}"#,
        "422 invalid_fields /contact/fax",
    ),
    (
        Nobody,
        CLAIM,
        r#"{"uscc":"{uscc}","contact":{"name":"x"},"language":"fr"}"#,
        "422 invalid_fields /language",
    ),
    (Nobody, CLAIM, r#"{"uscc":"","contact":{"name":""}}"#, "422 invalid_fields /uscc /contact/name"),
    (Nobody, "enterprise-registrations/confirm", "{}", "422 invalid_fields /token"),
    (
        Nobody,
        "enterprise-registrations/confirm",
        r#"{"token":"","username":"abc","password":"{password}"}"#,
        "422 invalid_fields /token",
    ),
    (
        Nobody,
        "enterprise-registrations/confirm",
        r#"{"token":"made-up","username":"abc","password":"{password}"}"#,
        "422 invalid_fields /token",
    ),
    (Nobody, "enterprise-registrations/confirm", r#"{"token":"made-up"}"#, "422 invalid_fields /username"),
    (
        Nobody,
        "enterprise-registrations/confirm",
        r#"{"token":"{token}","username":"abc"}"#,
        "422 invalid_fields /password",
    ),
    (
        Nobody,
        "enterprise-registrations/confirm",
        r#"{"token":"{token}","username":"ab","password":"{password}"}"#,
        "422 invalid_fields /username",
    ),
    (
        Nobody,
        "enterprise-registrations/confirm",
        r#"{"token":"{token}","username":"a b c","password":"{password}"}"#,
        "422 invalid_fields /username",
    ),
    (
        Nobody,
        "enterprise-registrations/confirm",
        r#"{"token":"{token}","username":"名字名字","password":"{password}"}"#,
        "422 invalid_fields /username",
    ),
    (
        Nobody,
        "enterprise-registrations/confirm",
        r#"{"token":"{token}","username":"abc","password":"short"}"#,
        "422 invalid_fields /password",
    ),
    (
        Nobody,
        "enterprise-registrations/confirm",
        r#"{"token":"{token}","username":"expert-1","password":"{password}"}"#,
        "409 username_taken",
    ),
    (Nobody, "enterprise-registrations/inspect", r#"{"token":"made-up"}"#, "422 invalid_fields /token"),
    (Nobody, "enterprise-registrations/decline", r#"{"token":"made-up"}"#, "422 invalid_fields /token"),
    (Nobody, "expert-applications/inspect", r#"{"token":"made-up"}"#, "422 invalid_fields /token"),
    (Nobody, "expert-applications/decline", r#"{"token":"made-up"}"#, "422 invalid_fields /token"),
    (
        Nobody,
        "expert-applications/confirm",
        r#"{"token":"made-up","username":"abc","password":"{password}"}"#,
        "422 invalid_fields /token",
    ),
    (Nobody, APPLY, r#"{{expert},{kinds},"username":"abc"}"#, "422 invalid_fields /username"),
    (Nobody, APPLY, r#"{{expert},{kinds},"password":"{password}"}"#, "422 invalid_fields /password"),
    (Nobody, APPLY, r#"{{expert},"specialties":[]}"#, "422 invalid_fields /specialties"),
    (Nobody, APPLY, r#"{{expert},"specialties":[{}]}"#, "422 invalid_fields /specialties/0"),
    (
        Nobody,
        APPLY,
        r#"{{expert},"specialties":[{"product_kind":"K0101","product_class":"C01"}]}"#,
        "422 invalid_fields /specialties/0",
    ),
    (
        Nobody,
        APPLY,
        r#"{{expert},"specialties":[{"product_kind":"飞船"}]}"#,
        "422 invalid_fields /specialties/0/product_kind",
    ),
    (
        Nobody,
        APPLY,
        r#"{{expert},"specialties":[{"product_class":"C99"}]}"#,
        "422 invalid_fields /specialties/0/product_class",
    ),
    (
        Nobody,
        APPLY,
        r#"{{expert},"specialties":[{"product_kind":"K0101","level":4}]}"#,
        "422 invalid_fields /specialties/0/level",
    ),
    (
        Nobody,
        APPLY,
        r#"{{expert},"specialties":[{"product_kind":"K0101","items":["x"," "]}]}"#,
        "422 invalid_fields /specialties/0/items/1",
    ),
    (Nobody, APPLY, r#"{{expert},"specialties":"all"}"#, "422 invalid_fields /specialties"),
    (Nobody, APPLY, r#"{{expert},{kinds},"capacity":0}"#, "422 invalid_fields /capacity"),
    (Nobody, APPLY, r#"{{expert},{kinds},"capacity":1001}"#, "422 invalid_fields /capacity"),
    (Nobody, APPLY, r#"{{expert},{kinds},"capacity":99999999999}"#, "422 invalid_fields /capacity"),
    (Nobody, APPLY, r#"{{expert},{kinds},"capacity":2.5}"#, "422 invalid_fields /capacity"),
    (Nobody, APPLY, r#"{{expert},{kinds},"hospital":"H99"}"#, "422 invalid_fields /hospital"),
    (Nobody, APPLY, r#"{{expert},{kinds},"regions":["440000","1"]}"#, "422 invalid_fields /regions/1"),
    (Nobody, APPLY, r#"{{expert},{kinds},"languages":["zh-CN","la"]}"#, "422 invalid_fields /languages/1"),
    (
        Nobody,
        APPLY,
        r#"{{expert},{kinds},"conflicts":[{"uscc":"x","relation":"owner"}]}"#,
        "422 invalid_fields /conflicts/0/uscc",
    ),
    (
        Nobody,
        APPLY,
        r#"{{expert},{kinds},"conflicts":[{"uscc":"{uscc}","relation":"cousin"}]}"#,
        "422 invalid_fields /conflicts/0/relation",
    ),
    (Nobody, APPLY, r#"{{expert},{kinds},"email":"again@example.com"}"#, "422 invalid_fields /email"),
    (Nobody, APPLY, r#"{"name":"x","title":"x","email":"no address",{kinds}}"#, "422 invalid_fields /email"),
    (Expert, "PUT experts/me/availability", "{}", "422 invalid_fields /available"),
    (Expert, "PUT experts/me/availability", r#"{"available":"yes"}"#, "422 invalid_fields /available"),
    (Expert, "PUT experts/me/specialties", r#"{"specialties":[]}"#, "422 invalid_fields /specialties"),
    (Enterprise, "PUT experts/me/availability", r#"{"available":true}"#, "403 forbidden"),
    (Enterprise, OPEN, "{}", "422 invalid_fields /subject"),
    (Enterprise, OPEN, r#"{"subject":"x","question":"x"}"#, "422 invalid_fields /nonconformity"),
    (
        Enterprise,
        OPEN,
        r#"{"subject":" ","question":"","product_kind":"K0101"}"#,
        "422 invalid_fields /subject /question",
    ),
    (
        Enterprise,
        OPEN,
        r#"{"subject":"x","question":"x","product_kind":"飞船"}"#,
        "422 invalid_fields /product_kind",
    ),
    (
        Enterprise,
        OPEN,
        r#"{"subject":"x","question":"x","nonconformity":"1"}"#,
        "422 invalid_fields /nonconformity",
    ),
    (
        Enterprise,
        OPEN,
        r#"{"subject":"x","question":"x","nonconformity":"{nobody}"}"#,
        "422 invalid_fields /nonconformity",
    ),
    (
        Enterprise,
        OPEN,
        r#"{"subject":"x","question":"x","nonconformity":"{nonconformity}","product_kind":"K0101"}"#,
        "422 invalid_fields /nonconformity",
    ),
    (
        Enterprise,
        OPEN,
        r#"{"subject":"x","question":"x","nonconformity":"{nonconformity}"}"#,
        "409 consultation_open_already",
    ),
    (
        Enterprise,
        OPEN,
        r#"{"subject":"{long}","question":"x","product_kind":"K0101"}"#,
        "422 invalid_fields /subject",
    ),
    (
        Enterprise,
        OPEN,
        r#"{"subject":"x\u0007","question":"x","product_kind":"K0101"}"#,
        "422 invalid_fields /subject",
    ),
    (Expert, OPEN, r#"{"subject":"x","question":"x","product_kind":"K0101"}"#, "403 forbidden"),
    (Enterprise, SAY, "{}", "422 invalid_fields /client_id"),
    (Enterprise, SAY, r#"{"client_id":"1","body":"x"}"#, "422 invalid_fields /client_id"),
    (Enterprise, SAY, r#"{"client_id":"{nobody}","body":" \n"}"#, "422 invalid_fields /body"),
    (Enterprise, SAY, r#"{"client_id":"{nobody}","body":"x\u0000"}"#, "422 invalid_fields /body"),
    (Enterprise, SAY, r#"{"client_id":"{nobody}","body":"{very long}"}"#, "422 invalid_fields /body"),
    (Enterprise, SAY, r#"{"client_id":"{nobody}","body":"x","stream":"all"}"#, "422 invalid_fields /stream"),
    (
        Enterprise,
        SAY,
        r#"{"client_id":"{nobody}","body":"x","attachments":["{nobody}"]}"#,
        "422 invalid_fields /attachments",
    ),
    (Enterprise, SAY, r#"{"client_id":"{nobody}","body":"x","stream":"notes"}"#, "404 not_found"),
    (Officer, SAY, r#"{"client_id":"{nobody}","body":"x"}"#, "403 forbidden"),
    (Expert, ADVICE, "{}", "422 invalid_fields /actions"),
    (Expert, ADVICE, r#"{"actions":[]}"#, "422 invalid_fields /actions"),
    (Expert, ADVICE, r#"{"actions":[{"description":""}]}"#, "422 invalid_fields /actions/0/description"),
    (
        Expert,
        ADVICE,
        r#"{"actions":[{"description":"x","kind":"magic"}]}"#,
        "422 invalid_fields /actions/0/kind",
    ),
    (
        Expert,
        ADVICE,
        r#"{"actions":[{"description":"x","due_on":"tomorrow"}]}"#,
        "422 invalid_fields /actions/0/due_on",
    ),
    (Enterprise, ADVICE, r#"{"actions":[{"description":"x"}]}"#, "403 forbidden"),
    (Expert, "consultations/{talk}/conclude", r#"{"conclusion":" "}"#, "422 invalid_fields /conclusion"),
    (Officer, "consultations/{talk}/conclude", r#"{"conclusion":"x"}"#, "403 forbidden"),
    (Expert, "consultations/{talk}/transfer", "{}", "422 invalid_fields /reason"),
    (
        Expert,
        "consultations/{talk}/transfer",
        r#"{"reason":"x","expert":"{nobody}"}"#,
        "422 invalid_fields /expert",
    ),
    (Enterprise, "consultations/{talk}/rating", r#"{"rating":0}"#, "422 invalid_fields /rating"),
    (Enterprise, "consultations/{talk}/rating", r#"{"rating":6}"#, "422 invalid_fields /rating"),
    (Enterprise, "consultations/{talk}/rating", r#"{"rating":"good"}"#, "422 invalid_fields /rating"),
    (Enterprise, "consultations/{talk}/rating", r#"{"rating":5}"#, "409 not_concluded"),
    (Expert, "consultations/{talk}/accept", "", "409 consultation_status"),
    (Expert, "consultations/{talk}/decline", r#"{"why":"x"}"#, "422 invalid_fields /why"),
    (Officer, "remediation/cases", "{}", "422 invalid_fields /nonconformity"),
    (
        Officer,
        "remediation/cases",
        r#"{"nonconformity":"{nobody}","ordered_on":"2021-08-03"}"#,
        "422 invalid_fields /nonconformity",
    ),
    (
        Officer,
        "remediation/cases",
        r#"{"nonconformity":"{nonconformity}","ordered_on":"03.08.2021"}"#,
        "422 invalid_fields /ordered_on",
    ),
    (
        Officer,
        "remediation/cases",
        r#"{"nonconformity":"{nonconformity}","ordered_on":"2999-01-01"}"#,
        "422 invalid_fields /ordered_on",
    ),
    (
        Officer,
        "remediation/cases",
        r#"{"nonconformity":"{nonconformity}","ordered_on":"2021-07-01"}"#,
        "422 invalid_fields /ordered_on",
    ),
    (
        Officer,
        "remediation/cases",
        r#"{"nonconformity":"{nonconformity}","ordered_on":"2021-08-03"}"#,
        "409 case_exists",
    ),
    (Enterprise, STEP, "{}", "422 invalid_fields /event"),
    (Enterprise, STEP, r#"{"event":"vanish"}"#, "422 invalid_fields /event"),
    (Enterprise, STEP, r#"{"event":"start_correction","passed":true}"#, "422 invalid_fields /passed"),
    (
        Enterprise,
        STEP,
        r#"{"event":"start_correction","occurred_on":"2999-01-01"}"#,
        "422 invalid_fields /occurred_on",
    ),
    (
        Enterprise,
        STEP,
        r#"{"event":"start_correction","occurred_on":"2021-08-02"}"#,
        "422 invalid_fields /occurred_on",
    ),
    (Enterprise, STEP, r#"{"event":"submit_evidence"}"#, "409 case_state"),
    (Enterprise, STEP, r#"{"event":"clear"}"#, "403 forbidden"),
    (Officer, STEP, r#"{"event":"reinspect"}"#, "422 invalid_fields /passed"),
    (Officer, STEP, r#"{"event":"clear"}"#, "409 case_state"),
    (Officer, STEP, r#"{"event":"start_correction"}"#, "403 forbidden"),
    (
        Enterprise,
        "remediation/cases/{case}/evidence",
        r#"{"description":""}"#,
        "422 invalid_fields /description",
    ),
    (
        Enterprise,
        "remediation/cases/{case}/evidence",
        r#"{"description":"x","action":"{nobody}"}"#,
        "422 invalid_fields /action",
    ),
    (
        Officer,
        "remediation/cases/{case}/actions",
        r#"{"description":" "}"#,
        "422 invalid_fields /description",
    ),
    (Officer, "expert-applications/{nobody}/approve", "", "404 not_found"),
    (Officer, "expert-applications/{nobody}/reject", "{}", "404 not_found"),
    (Officer, "expert-applications/{application}/reject", "{}", "422 invalid_fields /reason"),
    (Officer, "enterprise-registrations/{nobody}/reject", r#"{"reason":"x"}"#, "404 not_found"),
];

/// The rows of the audit for which something holds.
fn audited(app: &TestApp, condition: &str) -> i64 {
    let filter = diesel::dsl::sql::<diesel::sql_types::Bool>(condition);
    audit_entry::table.filter(filter).count().get_result(&mut *app.app.conn().unwrap()).unwrap()
}

#[test]
fn every_bad_body_is_refused_with_its_field() {
    let app = TestApp::builder().settings(|s| s.edit::<AuthSettings>().login_failures = 1000).start();
    let (officer, talk) = app.small_world();
    let (code, email) = app.listed(78, "440103", "K0101");
    let token = app.claim(&code, &email, "someone");
    let fills = [
        ("{expert}", r#""name":"x","title":"x","email":"x@y.example""#.to_owned()),
        ("{token}", token),
        ("{kinds}", r#""specialties":[{"product_kind":"K0101"}]"#.to_owned()),
        ("{password}", PASSWORD.to_owned()),
        ("{uscc}", uscc(77)),
        ("{talk}", talk.id.clone()),
        ("{case}", talk.enterprise.case.clone().unwrap()),
        ("{application}", app.applied_expert("expert-9", "K0101", &["440100"])),
        ("{nonconformity}", talk.enterprise.nonconformity.clone()),
        ("{nobody}", "019c0000-0000-7000-8000-000000000000".to_owned()),
        ("{long}", "长".repeat(201)),
        ("{very long}", "长".repeat(8001)),
    ];
    let filled =
        |text: &str| fills.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value));
    // Failed log-ins stand in the audit, and nothing else does.
    let except = ["audit_entry", "audit_head"];
    let audited_before = audited(&app, "action <> 'log_in_failed'");
    let (before, mut differences) = (contents(&app, &except), Vec::new());
    for (who, path, body, answer) in CASES {
        let caller = match who {
            Nobody => app.http(),
            Enterprise => talk.enterprise.http.clone(),
            Expert => talk.expert.http.clone(),
            Officer => officer.clone(),
        };
        let (method, path) = path.split_once(' ').unwrap_or(("POST", path));
        let (path, body) = (format!("/api/v1/{}", filled(path)), filled(body));
        let json = [("Content-Type", "application/json")];
        let bare = path.ends_with("/accept") || path.ends_with("/approve");
        let found = in_both(&caller, |who| match bare {
            true => who.act(&path),
            false => who.send(method, &path, &json, Some(body.as_bytes())),
        });
        if found != wanted(answer) {
            differences.push(format!("{who:?} {path} {body:.100}: {answer} wanted, {found:?}"));
        }
    }
    assert_none(differences);
    assert_eq!(contents(&app, &except), before);
    assert_eq!(audited(&app, "action <> 'log_in_failed'"), audited_before);
}

#[test]
fn bodies_of_another_type_size_or_coding_are_refused() {
    let app = TestApp::start();
    let before = contents(&app, &[]);
    let big = json!({ "username": "x".repeat(300_000), "password": "x" }).to_string();
    let json = ("Content-Type", "application/json");
    for (headers, body, answer) in [
        (vec![], "{}", "415 unsupported_media_type"),
        (vec![("Content-Type", "text/plain")], "{}", "415 unsupported_media_type"),
        (vec![("Content-Type", "application/xml")], "<a/>", "415 unsupported_media_type"),
        (vec![json, ("Content-Encoding", "gzip")], "{}", "415 unsupported_content_encoding"),
        (vec![json, ("Idempotency-Key", "a b")], "{}", "422 invalid_fields Idempotency-Key"),
        (vec![json], big.as_str(), "413 body_too_large"),
    ] {
        let found = in_both(&app.http(), |who| {
            who.send("POST", "/api/v1/auth/login", &headers, Some(body.as_bytes()))
        });
        assert_eq!(found, wanted(answer), "{headers:?}");
    }
    assert_eq!(contents(&app, &[]), before);
}
