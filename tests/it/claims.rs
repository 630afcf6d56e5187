//! Claims of enterprises' accounts: no secret before the mailbox is proved, each claim by itself, nothing to be learnt from the answers.

use chrono::Duration;
use diesel::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Instant;
use zerodesk::accounts::settings::AuthSettings;
use zerodesk::db::schema::{account, enterprise_registration};
use zerodesk::enterprises::housekeeping::sweep;
use zerodesk::enterprises::settings::ClaimSettings;
use zerodesk::settings::{ServerSettings, Settings};
use zerodesk::zero_out::import::Column;

use crate::support::csv::{file, row, uscc};
use crate::support::http::Reply;
use crate::support::people::{PASSWORD, link, text};
use crate::support::smtp::ReceivedMail;
use crate::support::{Http, PATIENCE, TestApp};

const CLAIMS: &str = "/api/v1/enterprise-registrations";
const STRANGER: &str = "203.0.113.5";
const OWNER: &str = "198.51.100.7";
/// What a stranger writes, to be found wherever it comes.
const MARK: &str = "点此领取补贴 evil.example";

/// A service behind a proxy, so that calls can come from several networks.
fn start_with(change: impl FnOnce(&mut Settings)) -> TestApp {
    TestApp::builder()
        .settings(|s| s.edit::<ServerSettings>().trusted_proxies = "127.0.0.0/8".parse().unwrap())
        .settings(change)
        .start()
}

fn start() -> TestApp {
    start_with(|_| {})
}

/// A call from an address.
fn post_from(app: &TestApp, address: &str, path: &str, body: &Value) -> Reply {
    let headers = [("Content-Type", "application/json"), ("X-Forwarded-For", address)];
    app.http().send("POST", path, &headers, Some(body.to_string().as_bytes()))
}

fn claim_from(app: &TestApp, address: &str, code: &str, contact: &Value) -> Reply {
    post_from(app, address, CLAIMS, &json!({ "uscc": code, "contact": contact }))
}

fn named(name: &str) -> Value {
    json!({ "name": name })
}

fn behind_link(app: &TestApp, what: &str, body: &Value) -> Reply {
    app.http().post(&format!("{CLAIMS}/{what}"), body)
}

fn chosen(token: &str, username: &str) -> Value {
    json!({ "token": token, "username": username, "password": PASSWORD, "name": "李质量" })
}

/// The mails to an address, once all are sent.
fn mails_to(app: &TestApp, address: &str) -> Vec<ReceivedMail> {
    app.mails_sent();
    app.smtp.received().into_iter().filter(|mail| mail.to == [address]).collect()
}

/// The tokens that went to an address, in their order.
fn tokens_to(app: &TestApp, address: &str) -> Vec<String> {
    mails_to(app, address).iter().filter_map(link).collect()
}

/// Enterprise number `n` without an address on record.
fn listed_without_address(app: &TestApp, officer: &Http, n: u32) -> String {
    let list = file(&[row(&[(Column::Uscc, &uscc(n)), (Column::ContactEmail, "")])]);
    assert_eq!(app.import(officer, &list, false)["inserted"], 1);
    uscc(n)
}

#[test]
fn a_strangers_claim_never_ends_with_the_strangers_secrets() {
    let app = start();
    let (code, email) = app.listed(1, "440103", "K0101");
    for (field, value) in [("username", "stranger"), ("password", "stranger-chose-this")] {
        let mut body = json!({ "uscc": code, "contact": { "name": "办事员" } });
        body[field] = value.into();
        let refused = app.http().post(CLAIMS, &body);
        assert_eq!(refused.refusal(), (422, "invalid_fields".to_owned()));
        assert_eq!(refused.json()["errors"][0]["pointer"], format!("/{field}"));
    }
    claim_from(&app, STRANGER, &code, &named("办事员")).expect(202);
    let token = tokens_to(&app, &email).pop().unwrap();

    // The page behind the link says who asked, from where about, and when, before anything is decided.
    let shown = behind_link(&app, "inspect", &json!({ "token": token })).expect(200);
    assert_eq!(shown["contact_name"], "办事员");
    assert_eq!((&shown["uscc"], &shown["network"]), (&json!(code), &json!("203.0.113.0/24")));
    assert_eq!(shown["asked_at"], "2026-03-02T01:00:00Z");
    assert_eq!(shown["state"], "mailed");

    // The link alone makes no account.
    let alone = behind_link(&app, "confirm", &json!({ "token": token }));
    assert_eq!(alone.refusal(), (422, "invalid_fields".to_owned()));
    let stranger = json!({ "username": "stranger", "password": "stranger-chose-this" });
    assert_eq!(app.http().post("/api/v1/auth/login", &stranger).status, 401);

    let made = behind_link(&app, "confirm", &chosen(&token, "mingzhu")).expect(201);
    assert_eq!(made["username"], "mingzhu");
    let me = app.http().log_in("mingzhu", PASSWORD).get("/api/v1/me").expect(200);
    assert_eq!((&me["name"], &me["enterprise_id"]), (&json!("李质量"), &made["enterprise_id"]));
    assert_eq!(app.http().post("/api/v1/auth/login", &stranger).status, 401);
    assert_eq!(behind_link(&app, "inspect", &json!({ "token": token })).status, 422, "it is good once");
}

#[test]
fn without_a_chosen_name_the_account_has_none_of_the_claimants() {
    let app = start();
    let (code, email) = app.listed(1, "440103", "K0101");
    claim_from(&app, STRANGER, &code, &named(MARK)).expect(202);
    let token = tokens_to(&app, &email).pop().unwrap();
    let body = json!({ "token": token, "username": "mingzhu", "password": PASSWORD });
    behind_link(&app, "confirm", &body).expect(201);
    let me = app.http().log_in("mingzhu", PASSWORD).get("/api/v1/me").expect(200);
    assert_ne!(me["name"], MARK);
    assert!(mails_to(&app, &email).iter().all(|mail| !mail.body_text.contains(MARK)));
}

#[test]
fn claims_stand_beside_each_other_and_end_when_one_is_confirmed() {
    let app = start();
    let (code, email) = app.listed(1, "440103", "K0101");
    for n in 0..12 {
        claim_from(&app, STRANGER, &code, &named(&format!("办事员{n}"))).expect(202);
    }
    let strangers = tokens_to(&app, &email);
    assert_eq!(strangers.len(), 12);
    claim_from(&app, OWNER, &code, &named("李质量")).expect(202);
    let all = tokens_to(&app, &email);
    assert_eq!(all.len(), 13, "the rightful claim has its mail");
    for token in &all {
        let shown = behind_link(&app, "inspect", &json!({ "token": token })).expect(200);
        assert_eq!(shown["state"], "mailed", "no claim ends the link of another");
    }
    behind_link(&app, "confirm", &chosen(&all[12], "mingzhu")).expect(201);
    let opened = app.mail(&email, "账号已开通");
    assert!(opened.body_text.contains("另有 12 份未确认的申请随之终止"), "{}", opened.body_text);
    let shown = behind_link(&app, "inspect", &json!({ "token": strangers[3] })).expect(200);
    assert_eq!(shown["state"], "superseded");
    let late = behind_link(&app, "confirm", &chosen(&strangers[3], "stranger"));
    assert_eq!(late.refusal(), (409, "already_claimed".to_owned()));
}

#[test]
fn what_one_claimant_and_one_network_cause_is_limited_each_by_itself() {
    let app = start();
    let (code, email) = app.listed(1, "440103", "K0101");
    for _ in 0..9 {
        claim_from(&app, STRANGER, &code, &named("办事员")).expect(202);
    }
    assert_eq!(tokens_to(&app, &email).len(), 5, "the same again and again");
    for n in 0..40 {
        claim_from(&app, STRANGER, &code, &named(&format!("办事员{n}"))).expect(202);
    }
    assert_eq!(tokens_to(&app, &email).len(), 40, "from one network");
    claim_from(&app, OWNER, &code, &named("办事员")).expect(202);
    assert_eq!(tokens_to(&app, &email).len(), 41, "another network has its own");
    let rightful = json!({ "name": "厂长", "email": email.to_uppercase() });
    claim_from(&app, STRANGER, &code, &rightful).expect(202);
    assert_eq!(
        tokens_to(&app, &email).len(),
        42,
        "who names the address on record is counted apart, beside the stranger"
    );
    claim_from(&app, STRANGER, &code, &named("晚到的人")).expect(202);
    assert_eq!(tokens_to(&app, &email).len(), 42);
    app.clock.advance(Duration::minutes(10));
    for _ in 0..2 {
        claim_from(&app, STRANGER, &code, &named("晚到的人")).expect(202);
    }
    assert_eq!(tokens_to(&app, &email).len(), 43, "beyond the limits one in a while");
    app.clock.advance(Duration::hours(25));
    claim_from(&app, STRANGER, &code, &named("办事员")).expect(202);
    assert_eq!(tokens_to(&app, &email).len(), 44, "a day later");
}

#[test]
fn a_flood_of_claims_takes_no_place_of_others_in_the_officers_queue() {
    let app = start_with(|settings| settings.edit::<ClaimSettings>().waiting_per_enterprise = 6);
    let officer = app.admin("officer", "440000");
    let code = listed_without_address(&app, &officer, 1);
    // One sender with many networks of IPv6, as many are handed out together.
    for n in 0..12 {
        claim_from(&app, &format!("2001:db8:0:{n:x}::1"), &code, &named(&format!("办事员{n}"))).expect(202);
    }
    claim_from(&app, OWNER, &code, &named("厂长")).expect(202);
    let waiting = officer.get("/api/v1/enterprise-registrations?state=to_approve").expect(200);
    let names: Vec<_> =
        waiting["items"].as_array().unwrap().iter().map(|c| text(&c["contact_name"])).collect();
    assert_eq!(names.len(), 6, "{names:?}");
    assert!(names.contains(&"厂长".to_owned()), "{names:?}");
}

#[test]
fn answers_tell_nothing_of_the_list() {
    let app = start_with(|s| s.edit::<ClaimSettings>().answer_milliseconds = 60);
    let admin = app.admin("officer", "440000");
    let (open, _) = app.listed(1, "440103", "K0101");
    app.claimed_enterprise(2, "440103", "K0101");
    let without = listed_without_address(&app, &admin, 3);
    let mut answers = BTreeSet::new();
    for code in [uscc(99), open.clone(), uscc(2), without.clone()] {
        // The later ones are over every limit of mails.
        for _ in 0..12 {
            let begun = Instant::now();
            let reply = claim_from(&app, STRANGER, &code, &named("办事员"));
            assert!(begun.elapsed().as_millis() >= 60);
            let mut body = reply.json();
            assert!(uuid::Uuid::parse_str(&text(&body["id"])).is_ok());
            body["id"] = Value::Null;
            let names: BTreeSet<_> = reply.headers.keys().map(ToString::to_string).collect();
            answers.insert((reply.status, body.to_string(), names));
        }
    }
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(answers.first().unwrap().0, 202);
}

#[test]
fn whoever_reads_the_mailbox_can_say_that_it_was_not_them() {
    let app = start();
    let (code, email) = app.listed(1, "440103", "K0101");
    for _ in 0..2 {
        claim_from(&app, STRANGER, &code, &named("办事员")).expect(202);
    }
    let tokens = tokens_to(&app, &email);
    let declined = behind_link(&app, "decline", &json!({ "token": tokens[0] })).expect(200);
    assert_eq!(declined, json!({ "state": "declined" }));
    for token in &tokens {
        assert_eq!(behind_link(&app, "confirm", &chosen(token, "stranger")).status, 422);
        assert_eq!(behind_link(&app, "decline", &json!({ "token": token })).status, 422);
    }
    claim_from(&app, STRANGER, &code, &named("办事员")).expect(202);
    assert_eq!(tokens_to(&app, &email).len(), 2, "this claimant causes no more mails");
    claim_from(&app, STRANGER, &code, &named("李质量")).expect(202);
    let tokens = tokens_to(&app, &email);
    assert_eq!(tokens.len(), 3, "another does");
    behind_link(&app, "confirm", &chosen(&tokens[2], "mingzhu")).expect(201);
    let audit = app.operator("auditor").get("/api/v1/audit?action=decline_registration").expect(200);
    assert_eq!(audit["items"].as_array().unwrap().len(), 1);
}

#[test]
fn too_many_claims_from_one_network_are_refused_alike() {
    let app = start_with(|s| s.edit::<ClaimSettings>().per_network_hour = 4);
    let (code, email) = app.listed(1, "440103", "K0101");
    for n in 0..4 {
        claim_from(&app, STRANGER, if n % 2 == 0 { &code } else { "91440101MA5CXXXX0X" }, &named("办事员"));
    }
    for code in [code.clone(), uscc(99)] {
        let refused = claim_from(&app, STRANGER, &code, &named("办事员"));
        assert_eq!(refused.refusal(), (429, "too_many_requests".to_owned()));
        assert_eq!(refused.header("retry-after"), "3600");
    }
    claim_from(&app, OWNER, &code, &named("李质量")).expect(202);
    assert_eq!(tokens_to(&app, &email).len(), 3);
}

#[test]
fn approval_mails_a_link_to_the_address_that_the_officer_confirmed() {
    let app = start();
    let admin = app.admin("officer", "440000");
    let code = listed_without_address(&app, &admin, 3);
    let (victim, checked) = ("victim@elsewhere.example", "quality@factory.example");
    let contact = json!({ "name": MARK, "email": victim, "phone": "13800001234" });
    for _ in 0..3 {
        claim_from(&app, STRANGER, &code, &contact).expect(202);
    }
    claim_from(&app, OWNER, &code, &named("李质量")).expect(202);
    let waiting = admin.get(&format!("{CLAIMS}?state=to_approve")).expect(200);
    let (owner, stranger) = (&waiting["items"][0], &waiting["items"][1]);
    assert_eq!(waiting["items"].as_array().unwrap().len(), 2, "the same claim waits once");
    assert_eq!((&stranger["repeated"], &owner["repeated"]), (&json!(2), &json!(0)));
    // The telephone on record stands beside the claimant's, and is not the same.
    assert!(stranger.get("phone_on_record").is_some_and(|known| *known != stranger["contact_phone"]));
    let path = |claim: &Value, what: &str| format!("{CLAIMS}/{}/{what}", text(&claim["id"]));

    let nowhere = admin.act(&path(owner, "approve"));
    assert_eq!(nowhere.json()["errors"][0]["pointer"], "/email", "the claimant named none");
    let approved = admin.post(&path(owner, "approve"), &json!({ "email": checked })).expect(200);
    assert_eq!(approved["state"], "mailed");
    let accounts: i64 = account::table
        .filter(account::enterprise_id.is_not_null())
        .count()
        .get_result(&mut *app.app.conn().unwrap())
        .unwrap();
    assert_eq!(accounts, 0, "approval makes no account");
    let token = tokens_to(&app, checked).pop().unwrap();
    behind_link(&app, "confirm", &chosen(&token, "mingzhu")).expect(201);
    app.http().log_in("mingzhu", PASSWORD);

    // The other claimant is told, without a word of what was written there.
    let told = app.mail(victim, "企业账号申请已终止");
    assert!(!told.body_text.contains(MARK) && told.body_text.contains("您好！"), "{}", told.body_text);
    let late = admin.post(&path(stranger, "approve"), &json!({ "email": checked }));
    assert_eq!(late.refusal(), (409, "already_decided".to_owned()));
}

#[test]
fn the_claimant_is_told_of_an_approval_whose_link_goes_to_somebody_else() {
    let app = start();
    let admin = app.admin("officer", "440000");
    let code = listed_without_address(&app, &admin, 3);
    let (claimant, checked) = ("typed@factory.example", "quality@factory.example");
    claim_from(&app, OWNER, &code, &json!({ "name": "李质量", "email": claimant })).expect(202);
    let waiting = admin.get(&format!("{CLAIMS}?state=to_approve")).expect(200);
    let path = format!("{CLAIMS}/{}/approve", text(&waiting["items"][0]["id"]));
    admin.post(&path, &json!({ "email": checked })).expect(200);
    assert_eq!(tokens_to(&app, checked).len(), 1);
    let told = mails_to(&app, claimant);
    assert_eq!(told.len(), 1);
    assert!(told[0].body_text.contains("已发送到监管人员核实的企业邮箱"), "{}", told[0].body_text);
    assert!(link(&told[0]).is_none(), "the link is not for the claimant");
}

#[test]
fn an_approval_with_a_wrong_address_can_be_taken_back() {
    let app = start();
    let admin = app.admin("officer", "440000");
    let code = listed_without_address(&app, &admin, 3);
    claim_from(&app, STRANGER, &code, &json!({ "name": "办事员", "email": "typed@wrong.example" }))
        .expect(202);
    let waiting = admin.get(&format!("{CLAIMS}?state=to_approve")).expect(200);
    let id = text(&waiting["items"][0]["id"]);
    admin.act(&format!("{CLAIMS}/{id}/approve")).expect(200);
    let token = tokens_to(&app, "typed@wrong.example").pop().unwrap();
    let revocable = |page: &str| page.contains(&format!("/api/v1/enterprise-registrations/{id}/reject"));
    let page = admin.get("/vetting").text;
    assert!(page.contains("已发送链接、尚未确认的认领") && revocable(&page), "the page offers it as well");
    admin.post(&format!("{CLAIMS}/{id}/reject"), &json!({ "reason": "地址有误" })).expect(200);
    assert!(!revocable(&admin.get("/vetting").text));
    assert_eq!(behind_link(&app, "confirm", &chosen(&token, "stranger")).status, 422);
}

#[test]
fn no_mail_to_a_stranger_holds_what_a_stranger_wrote() {
    let app = start();
    let admin = app.admin("officer", "440000");
    let (code, _) = app.listed(1, "440103", "K0101");
    app.claimed_enterprise(2, "440103", "K0101");
    let without = listed_without_address(&app, &admin, 3);
    let contact = json!({ "name": MARK, "email": "victim@elsewhere.example", "phone": "020-83330000" });
    for language in ["zh-CN", "en"] {
        for code in [&code, &uscc(2), &without] {
            let body = json!({ "uscc": code, "contact": contact, "language": language });
            post_from(&app, STRANGER, CLAIMS, &body).expect(202);
        }
        let application = json!({
            "name": MARK, "title": MARK, "email": "victim@elsewhere.example", "employer": MARK, "phone": "020-83330000",
            "language": language,
            "specialties": [{ "product_kind": "K0101", "items": [MARK] }], "signed_reports": [MARK],
        });
        post_from(&app, STRANGER, "/api/v1/expert-applications", &application).expect(202);
        let waiting = admin.get(&format!("{CLAIMS}?state=to_approve")).expect(200);
        let path = |what: &str| format!("{CLAIMS}/{}/{what}", text(&waiting["items"][0]["id"]));
        admin.act(&path("approve")).expect(200);
        admin.post(&path("reject"), &json!({ "reason": "请补充材料" })).expect(200);
    }
    app.mails_sent();
    let mails = app.smtp.received();
    let subjects: BTreeSet<_> = mails.iter().map(|mail| mail.header("Subject").to_owned()).collect();
    assert!(subjects.len() >= 10, "{subjects:?}");
    for mail in mails {
        let text = format!("{:?} {}", mail.headers, mail.body_text);
        assert!(!text.contains("evil.example") && !text.contains("点此领取补贴"), "{text}");
    }
}

#[test]
fn links_end_and_old_claims_are_deleted() {
    let app = start();
    let admin = app.admin("officer", "440000");
    let (code, email) = app.listed(1, "440103", "K0101");
    let without = listed_without_address(&app, &admin, 3);
    for code in [&code, &without] {
        claim_from(&app, STRANGER, code, &named("办事员")).expect(202);
    }
    let token = tokens_to(&app, &email).pop().unwrap();
    let left = || {
        sweep(&app.app).unwrap();
        enterprise_registration::table.count().get_result::<i64>(&mut *app.app.conn().unwrap()).unwrap()
    };
    let hours = app.app.settings().section::<AuthSettings>().registration_link_hours;
    app.clock.advance(Duration::hours(i64::from(hours) + 1));
    assert_eq!(behind_link(&app, "inspect", &json!({ "token": token })).status, 422);
    assert_eq!(behind_link(&app, "confirm", &chosen(&token, "stranger")).status, 422);
    assert_eq!(left(), 2);
    app.clock.advance(Duration::days(91));
    assert_eq!(left(), 1, "nobody decided it");
    app.clock.advance(Duration::days(91));
    assert_eq!(left(), 0);
}

#[test]
fn a_repeated_confirmation_gets_the_same_answer() {
    let app = start();
    let (code, email) = app.listed(1, "440103", "K0101");
    let token = app.claim(&code, &email, "mingzhu");
    let body = chosen(&token, "mingzhu").to_string();
    let headers = [("Content-Type", "application/json"), ("Idempotency-Key", "once")];
    let path = format!("{CLAIMS}/confirm");
    let send = || app.http().send("POST", &path, &headers, Some(body.as_bytes())).expect(201);
    assert_eq!(send(), send());
}

#[test]
fn what_cannot_be_seen_is_shown_behind_the_link() {
    let app = start();
    let (code, email) = app.listed(1, "440103", "K0101");
    claim_from(&app, STRANGER, &code, &named("李\u{202e}四")).expect(202);
    let token = link(&app.smtp.wait_for(|mail| mail.to == [email.as_str()], PATIENCE)).unwrap();
    let shown = behind_link(&app, "inspect", &json!({ "token": token })).expect(200);
    assert_eq!(shown["contact_name"], "李⟨U+202E⟩四");
}
