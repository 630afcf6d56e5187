//! What becomes of mails, as operators, officers and mail servers see it: bounces, pauses, the outbox and its page.

use serde_json::{Value, json};
use zerodesk::notifications::settings::MailSettings;
use zerodesk::settings::Secret;

use crate::support::people::{PASSWORD, link, text};
use crate::support::{Http, PATIENCE, TestApp};

const TOKEN: &str = "a-token-of-the-mail-server";
const BOUNCES: &str = "/api/v1/mail/bounces";
const CLAIMS: &str = "/api/v1/enterprise-registrations";

fn start() -> TestApp {
    TestApp::builder().settings(|s| s.edit::<MailSettings>().bounce_token = Secret::new(TOKEN)).start()
}

/// Invites an operator, and gives the path of the invitation.
fn invite(who: &Http, email: &str) -> String {
    let body = json!({ "role": "operator", "name": "林一", "email": email });
    format!("/api/v1/account-invitations/{}", text(&who.post("/api/v1/accounts", &body).expect(201)["id"]))
}

/// The mail of an invitation, once it is in this state.
fn mail_in(who: &Http, invitation: &str, state: &str) -> Value {
    let end = std::time::Instant::now() + PATIENCE;
    loop {
        let mail = who.get(invitation).expect(200)["mail"].clone();
        if mail["state"] == state {
            return mail;
        }
        assert!(std::time::Instant::now() < end, "the mail stays {mail}");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

fn count_to(app: &TestApp, address: &str) -> usize {
    app.smtp.received().iter().filter(|mail| mail.to == [address]).count()
}

#[test]
fn a_bounce_pauses_the_address_until_someone_resumes_it() {
    let app = start();
    let operator = app.operator("ops");
    let invitation = invite(&operator, "Gone@factory.example");
    mail_in(&operator, &invitation, "sent");
    let message = app.smtp.received().last().unwrap().header("Message-ID").to_owned();
    let report = json!({ "message_id": message, "permanent": true, "reason": "550 5.1.1 no such user" });

    let server = app.http().with_token(TOKEN);
    assert_eq!(app.http().post(BOUNCES, &report).refusal().0, 401);
    assert_eq!(app.http().with_token("another").post(BOUNCES, &report).refusal().0, 401);
    assert_eq!(operator.post(BOUNCES, &report).refusal().0, 401);
    let nothing = server.post(BOUNCES, &json!({ "reason": "x" })).problem();
    assert_eq!(nothing["errors"][0]["pointer"], "/message_id");
    let unknown = json!({ "message_id": "<x@y.example>", "reason": "x" });
    assert_eq!(server.post(BOUNCES, &unknown).status, 404);
    for _ in 0..2 {
        let noted = server.post(BOUNCES, &report).expect(200);
        assert_eq!((&noted["state"], &noted["paused"]), (&json!("bounced"), &json!(true)));
    }
    let mail = mail_in(&operator, &invitation, "bounced");
    assert_eq!(mail["why"]["zh"], "已被退回：550 5.1.1 no such user");

    // Nothing is sent there, whatever the case of its letters.
    operator.act(&format!("{invitation}/resend")).expect(200);
    let mail = mail_in(&operator, &invitation, "refused");
    assert_eq!(mail["reason"], "address_paused");
    assert!(text(&mail["why"]["zh"]).starts_with("地址已暂停"), "{mail}");
    app.mails_sent();
    assert_eq!(count_to(&app, "Gone@factory.example"), 1);

    let paused = operator.get("/api/v1/mail/pauses").expect(200);
    assert_eq!(paused["items"][0]["address"], "gone@factory.example");
    let path = format!("/api/v1/mail/pauses/{}", text(&paused["items"][0]["id"]));
    assert!(operator.get("/mail").text.contains("gone@factory.example"));
    assert_eq!(operator.send("DELETE", &path, &[], None).status, 204);
    assert_eq!(operator.get("/api/v1/mail/pauses").expect(200)["items"], json!([]));
    operator.act(&format!("{invitation}/resend")).expect(200);
    mail_in(&operator, &invitation, "sent");
    assert_eq!(count_to(&app, "Gone@factory.example"), 2);
    for action in ["report_bounce", "resume_mail_address"] {
        let audit = operator.get(&format!("/api/v1/audit?action={action}")).expect(200);
        assert!(!audit["items"].as_array().unwrap().is_empty(), "{action}");
    }
}

#[test]
fn a_bounce_by_its_recipient_is_of_the_last_mail_and_one_that_is_not_permanent_pauses_nothing() {
    let app = start();
    let operator = app.operator("ops");
    let invitation = invite(&operator, "full@factory.example");
    mail_in(&operator, &invitation, "sent");
    let server = app.http().with_token(TOKEN);
    let report = json!({ "recipient": "FULL@factory.example", "permanent": false, "reason": "452 full" });
    let noted = server.post(BOUNCES, &report).expect(200);
    assert_eq!((&noted["state"], &noted["paused"]), (&json!("bounced"), &json!(false)));
    mail_in(&operator, &invitation, "bounced");
    operator.act(&format!("{invitation}/resend")).expect(200);
    mail_in(&operator, &invitation, "sent");

    // The officer in charge resumes it with the mail that is sent again.
    let permanent = json!({ "recipient": "full@factory.example", "reason": "550 gone" });
    assert_eq!(server.post(BOUNCES, &permanent).expect(200)["paused"], true);
    operator.post(&format!("{invitation}/resend"), &json!({ "resume": true })).expect(200);
    mail_in(&operator, &invitation, "sent");
    assert_eq!(operator.get("/api/v1/mail/pauses").expect(200)["items"], json!([]));
}

#[test]
fn without_the_setting_there_is_no_call_for_bounces() {
    let app = TestApp::start();
    let report = json!({ "recipient": "a@factory.example", "reason": "x" });
    for token in ["", "a", TOKEN] {
        assert_eq!(app.http().with_token(token).post(BOUNCES, &report).status, 404);
    }
}

#[test]
fn a_refused_invitation_is_sent_again_to_the_corrected_address() {
    let app = TestApp::start();
    let operator = app.operator("ops");
    app.smtp.answer("lin@facotry.example", 550);
    let invitation = invite(&operator, "lin@facotry.example");
    let mail = mail_in(&operator, &invitation, "refused");
    assert!(text(&mail["why"]["zh"]).contains("550"), "{mail}");
    assert!(operator.get("/people").text.contains("邮件未送达"));
    let bad = operator.post(&format!("{invitation}/resend"), &json!({ "email": "lin" })).problem();
    assert_eq!(bad["errors"][0]["pointer"], "/email");
    invite(&operator, "taken@factory.example");
    let taken = json!({ "email": "TAKEN@factory.example" });
    let refused = operator.post(&format!("{invitation}/resend"), &taken).refusal();
    assert_eq!(refused, (409, "invited_already".to_owned()));
    let corrected = json!({ "email": "lin@factory.example" });
    let view = operator.post(&format!("{invitation}/resend"), &corrected).expect(200);
    assert_eq!(view["email"], "lin@factory.example");
    let token = link(&app.mail("lin@factory.example", "")).unwrap();
    let body = json!({ "token": token, "username": "lin", "password": PASSWORD });
    app.http().post("/api/v1/account-invitations/confirm", &body).expect(201);
    let me = app.http().log_in("lin", PASSWORD).get("/api/v1/me").expect(200);
    assert_eq!(me["email"], "lin@factory.example");
}

#[test]
fn a_claim_whose_mail_was_refused_comes_to_the_officers_who_approve_it_by_hand() {
    let app = start();
    let officer = app.admin("officer", "440000");
    let (code, email) = app.listed(1, "440103", "K0101");
    app.smtp.answer(&email, 550);
    let claim = json!({ "uscc": code, "contact": { "name": "李质量", "phone": "13800001234" } });
    app.http().post(CLAIMS, &claim).expect(202);
    app.mails_sent();
    let waiting = officer.get(&format!("{CLAIMS}?state=to_approve")).expect(200);
    let row = &waiting["items"][0];
    assert_eq!((&row["state"], &row["mail"]["state"]), (&json!("mailed"), &json!("refused")), "{waiting}");
    assert!(text(&row["mail"]["why"]["zh"]).contains("550"), "{row}");
    assert!(officer.get("/vetting").text.contains("邮件未送达"), "the page says so");

    let path = format!("{CLAIMS}/{}/approve", text(&row["id"]));
    let (wrong, right) =
        (json!({ "email": "typo@factory.example" }), json!({ "email": "right@factory.example" }));
    app.smtp.answer("typo@factory.example", 550);
    officer.post(&path, &wrong).expect(200);
    app.mails_sent();
    let again = officer.get(&format!("{CLAIMS}?state=to_approve")).expect(200);
    assert_eq!(again["items"][0]["mail"]["state"], "refused", "it can be corrected again");
    officer.post(&path, &right).expect(200);
    let token = link(&app.mail("right@factory.example", "")).unwrap();
    app.mails_sent();
    let done = officer.get(&format!("{CLAIMS}?state=to_approve")).expect(200);
    assert_eq!(done["items"], json!([]));
    // What has arrived is not for the officer to send elsewhere.
    assert_eq!(officer.post(&path, &wrong).refusal(), (409, "already_decided".to_owned()));
    let chosen = json!({ "token": token, "username": "mingzhu", "password": PASSWORD });
    app.http().post(&format!("{CLAIMS}/confirm"), &chosen).expect(201);
}

#[test]
fn claims_to_a_paused_address_wait_for_an_officer() {
    let app = start();
    let officer = app.admin("officer", "440000");
    let (code, email) = app.listed(1, "440103", "K0101");
    let claim = |name: &str| {
        let body = json!({ "uscc": code, "contact": { "name": name } });
        app.http().post(CLAIMS, &body).expect(202);
        app.mails_sent();
    };
    claim("李质量");
    let report = json!({ "recipient": email, "reason": "550 5.1.1 no such user" });
    app.http().with_token(TOKEN).post(BOUNCES, &report).expect(200);
    claim("王厂长");
    let waiting = officer.get(&format!("{CLAIMS}?state=to_approve")).expect(200);
    let told: Vec<_> = waiting["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (text(&row["state"]), text(&row["mail"]["state"])))
        .collect();
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(told, [pair("to_approve", "refused"), pair("mailed", "bounced")]);
    assert_eq!(count_to(&app, &email), 1);
    // Known to work by now, it gets the link.
    let path = format!("{CLAIMS}/{}/approve", text(&waiting["items"][0]["id"]));
    officer.post(&path, &json!({ "email": email, "resume": true })).expect(200);
    app.mails_sent();
    assert_eq!(count_to(&app, &email), 2);
}

#[test]
fn operators_see_what_waits_and_why_and_nobody_sees_a_text() {
    let app = TestApp::start();
    let operator = app.operator("ops");
    let officer = app.admin("officer", "440000");
    app.smtp.answer("grey@factory.example", 450);
    let first = invite(&operator, "grey@factory.example");
    let sent = invite(&operator, "fine@factory.example");
    let sent = text(&mail_in(&operator, &sent, "sent")["id"]);
    let second = invite(&operator, "grey2@factory.example");
    mail_in(&operator, &second, "sent");
    let end = std::time::Instant::now() + PATIENCE;
    let row = loop {
        let row = operator.get("/api/v1/mail?state=queued").expect(200)["items"][0].clone();
        if row["answer"].is_string() {
            break row;
        }
        assert!(std::time::Instant::now() < end, "no answer in {row}");
        std::thread::sleep(std::time::Duration::from_millis(10));
    };
    assert_eq!((&row["recipient"], &row["attempts"]), (&json!("grey@factory.example"), &json!(1)));
    assert!(text(&row["why"]["zh"]).contains("450") && row["next_attempt_at"].is_string(), "{row}");
    let page = operator.get("/mail");
    assert!(
        page.text.contains("grey@factory.example") && page.text.contains("第 1 次发送未成功"),
        "{}",
        page.text
    );

    // By address, and page by page.
    let found = operator.get("/api/v1/mail?q=GREY").expect(200);
    let names = |page: &Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|row| text(&row["recipient"])).collect()
    };
    assert_eq!(names(&found), ["grey2@factory.example", "grey@factory.example"]);
    let one = operator.get("/api/v1/mail?q=GREY&limit=1").expect(200);
    let next = operator.get(&format!("/api/v1/mail?q=GREY&limit=1&cursor={}", text(&one["next_cursor"])));
    assert_eq!(names(&next.expect(200)), ["grey@factory.example"]);
    assert_eq!(operator.get("/api/v1/mail?state=lost").status, 422);

    // Tried at once, without the clock moving; what was sent is not sent again.
    app.smtp.accept("grey@factory.example");
    operator.act(&format!("/api/v1/mail/{}/retry", text(&row["id"]))).expect(200);
    mail_in(&operator, &first, "sent");
    let again = operator.act(&format!("/api/v1/mail/{sent}/retry"));
    assert_eq!(again.refusal(), (409, "mail_ended".to_owned()));

    let all = operator.get("/api/v1/mail").expect(200).to_string();
    let page = operator.get("/mail?state=all").text;
    for mail in app.smtp.received() {
        let token = link(&mail).unwrap();
        assert!(!all.contains(&token) && !page.contains(&token), "a text is shown");
    }
    assert_eq!(app.metric("zerodesk_mail_sent"), 3.0);
    assert_eq!(app.metric("zerodesk_mail_gave_up"), 0.0);

    let expert = app.approved_expert(&officer, "expert", "K0101");
    for (who, status) in [(&app.http(), 401), (&officer, 403), (&expert.http, 403)] {
        for path in ["/api/v1/mail", "/api/v1/mail/pauses"] {
            assert_eq!(who.get(path).status, status, "{path}");
        }
        assert_eq!(who.act(&format!("/api/v1/mail/{sent}/retry")).status, status);
    }
    assert_eq!(officer.get("/mail").status, 403);
}
