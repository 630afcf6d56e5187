//! Notices in browsers, through a push service that decrypts as a browser does: who is away is told once for each consultation, and never of what
//! was read meanwhile.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use p256::elliptic_curve::point::AffineCoordinates;
use p256::{PublicKey, SecretKey};
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::hmac;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde_json::{Value, json};
use std::time::Instant;
use uuid::Uuid;
use zerodesk::accounts::settings::AuthSettings;
use zerodesk::jobs::Stop;
use zerodesk::matching::settings::MatchingSettings;
use zerodesk::settings::{Settings, YesNo};
use zerodesk::web_push::settings::WebPushSettings;
use zerodesk::web_push::worker::Sender;
use zerodesk::web_push::{decide, housekeeping};

use crate::people::{deactivate, id_of};
use crate::support::people::{PASSWORD, Talk, text};
use crate::support::receiver::{Answer, Call, Receiver};
use crate::support::{Http, PATIENCE, TestApp};
use crate::unread_mails::{leave, look, read, say, say_in};

const PATH: &str = "/api/v1/me/push-subscriptions";

fn local(settings: &mut Settings) {
    settings.edit::<AuthSettings>().access_token_seconds = 86_400;
    settings.edit::<MatchingSettings>().reassign_silent = YesNo::No;
    let mut push = settings.edit::<WebPushSettings>();
    push.plain_http = YesNo::Yes;
    push.allowed_networks = "127.0.0.1".parse().unwrap();
    push.hosts = "127.0.0.1, push.example.com".parse().unwrap();
    push.contact = "mailto:help@example.com".to_owned();
}

fn app() -> TestApp {
    TestApp::builder().settings(local).start()
}

/// A browser with its keys.
struct Browser {
    secret: SecretKey,
    auth: [u8; 16],
}

impl Browser {
    fn new() -> Self {
        let (mut scalar, mut auth) = ([0; 32], [0; 16]);
        getrandom::fill(&mut scalar).unwrap();
        getrandom::fill(&mut auth).unwrap();
        // Surely less than the order of the curve.
        scalar[0] = 1;
        Self { secret: SecretKey::from_slice(&scalar).unwrap(), auth }
    }

    fn public(&self) -> Vec<u8> {
        let point = self.secret.public_key();
        let affine = point.as_affine();
        [&[4][..], affine.x().as_slice(), affine.y().as_slice()].concat()
    }

    /// What it sends to the server, as `PushSubscription.toJSON()` has it.
    fn json(&self, endpoint: &str) -> Value {
        let (p256dh, auth) = (URL_SAFE_NO_PAD.encode(self.public()), URL_SAFE_NO_PAD.encode(self.auth));
        json!({ "endpoint": endpoint, "expirationTime": null, "keys": { "p256dh": p256dh, "auth": auth } })
    }

    /// What a message says.
    fn reads(&self, call: &Call) -> Value {
        let mac = |key: &[u8], parts: &[&[u8]]| {
            hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), &parts.concat()).as_ref().to_vec()
        };
        let (salt, rest) = call.bytes.split_at(16);
        assert_eq!(rest[..4], 4096_u32.to_be_bytes());
        assert_eq!(rest[4], 65);
        let (sender, record) = rest[5..].split_at(65);
        let theirs = PublicKey::from_sec1_bytes(sender).unwrap();
        let shared = (theirs.to_projective() * *self.secret.to_nonzero_scalar()).to_affine();
        let agreed = mac(&self.auth, &[shared.x().as_slice()]);
        let input = mac(&agreed, &[b"WebPush: info\0", &self.public(), sender, &[1]]);
        let base = mac(salt, &[&input]);
        let key = &mac(&base, &[b"Content-Encoding: aes128gcm\0", &[1]])[..16];
        let nonce = &mac(&base, &[b"Content-Encoding: nonce\0", &[1]])[..12];
        let mut record = record.to_vec();
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, key).unwrap());
        let nonce = Nonce::try_assume_unique_for_key(nonce).unwrap();
        let plain = key.open_in_place(nonce, Aad::empty(), &mut record).unwrap();
        let plain = plain.strip_suffix(&[2]).expect("the delimiter of the last record");
        serde_json::from_slice(plain).unwrap()
    }
}

#[track_caller]
fn subscribe(who: &Http, at: &Receiver) -> (Browser, String) {
    // A browser can't subscribe without the key, which is made when it is first asked for.
    who.get("/api/v1/push/key").expect(200);
    let browser = Browser::new();
    let made = who.post(PATH, &browser.json(&at.url())).expect(201);
    (browser, text(&made["id"]))
}

/// All that is to be decided and sent now.
fn settle(app: &TestApp) {
    look(app);
    while decide::due(&app.app).unwrap() {}
    Sender::new(&app.app).unwrap().round(&app.app, &Stop::new()).unwrap();
}

fn pass(app: &TestApp, seconds: i64) {
    app.clock.advance(Duration::seconds(seconds));
    settle(app);
}

#[derive(QueryableByName)]
struct States {
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many messages are in each state.
fn states(app: &TestApp) -> Vec<(String, i64)> {
    diesel::sql_query("SELECT state, count(*) AS count FROM push_message GROUP BY 1 ORDER BY 1")
        .load::<States>(&mut app.database().connect())
        .unwrap()
        .into_iter()
        .map(|row| (row.state, row.count))
        .collect()
}

/// Waits until the messages are in these states: what came of a call is written down after it.
#[track_caller]
fn become_(app: &TestApp, wanted: &[(&str, i64)]) {
    let wanted: Vec<_> = wanted.iter().map(|(state, count)| ((*state).to_owned(), *count)).collect();
    let end = Instant::now() + PATIENCE;
    while states(app) != wanted {
        assert!(Instant::now() < end, "{:?} and not {wanted:?}", states(app));
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

/// Waits until it is written down that the push service answered so, and that another attempt follows.
#[track_caller]
fn answered(app: &TestApp, status: i32) {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let end = Instant::now() + PATIENCE;
    let sql = "SELECT count(*) AS count FROM push_message WHERE state = 'pending' AND status = $1";
    loop {
        let query = diesel::sql_query(sql).bind::<diesel::sql_types::Integer, _>(status);
        if query.get_result::<Found>(&mut app.database().connect()).unwrap().count == 1 {
            return;
        }
        assert!(Instant::now() < end, "{:?}", states(app));
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

fn items(who: &Http) -> Vec<Value> {
    who.get(PATH).expect(200)["items"].as_array().unwrap().clone()
}

#[test]
fn who_is_away_is_told_encrypted_and_not_what_was_written() {
    let app = app();
    let (_, talk) = app.small_world();
    let (who, service) = (&talk.enterprise.http, Receiver::start());
    let key = who.get("/api/v1/push/key").expect(200);
    assert_eq!(key["enabled"], true);
    let (browser, id) = subscribe(who, &service);
    say(&app, &talk.expert.http, &talk, "请提供检验报告原件");
    pass(&app, 29);
    assert!(service.calls().is_empty());
    pass(&app, 1);
    let calls = service.wait(1);
    let call = &calls[0];
    assert_eq!((call.method.as_str(), call.header("content-encoding")), ("POST", "aes128gcm"));
    assert_eq!((call.header("ttl"), call.header("urgency")), ("86400", "normal"));
    let topic = URL_SAFE_NO_PAD.encode(talk.id.parse::<Uuid>().unwrap().as_bytes());
    assert_eq!(call.header("topic"), topic);
    let said = browser.reads(call);
    assert_eq!(said["body"], "您有 1 条未读消息，请登录查看。");
    assert_eq!(said["url"], format!("/consultations/{}", talk.id));
    assert!(!said.to_string().contains("检验报告") && !said.to_string().contains(&talk.expert.name));
    // Signed by the key that browsers know.
    let (token, public) =
        call.header("authorization").strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
    assert_eq!(public, text(&key["public_key"]));
    let (signed, signature) = token.rsplit_once('.').unwrap();
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, URL_SAFE_NO_PAD.decode(public).unwrap())
        .verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap())
        .unwrap();
    let claims = URL_SAFE_NO_PAD.decode(signed.split_once('.').unwrap().1).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["aud"], format!("http://127.0.0.1:{}", service.port()));
    assert_eq!(claims["sub"], "mailto:help@example.com");
    become_(&app, &[("delivered", 1)]);
    let one = items(who).remove(0);
    assert_eq!((text(&one["id"]), one["current"].as_bool()), (id, Some(true)));
    assert!(one["delivered_at"].is_string());
    // What is written later is told of by itself, under the same topic.
    say(&app, &talk.expert.http, &talk, "one");
    say(&app, &talk.expert.http, &talk, "two");
    pass(&app, 30);
    let calls = service.wait(2);
    assert_eq!(calls[1].header("topic"), topic);
    assert_eq!(browser.reads(&calls[1])["body"], "您有 2 条未读消息，请登录查看。");
    pass(&app, 3_600);
    assert_eq!(service.calls().len(), 2);
    assert!(items(&talk.expert.http).is_empty());
}

#[test]
fn text_is_shown_where_the_settings_say_so() {
    let app = TestApp::builder()
        .settings(|settings| {
            local(settings);
            settings.edit::<WebPushSettings>().message_text = YesNo::Yes;
        })
        .start();
    let (_, talk) = app.small_world();
    let service = Receiver::start();
    let (browser, _) = subscribe(&talk.enterprise.http, &service);
    say(&app, &talk.expert.http, &talk, "请提供检验报告原件");
    pass(&app, 30);
    let said = browser.reads(&service.wait(1)[0]);
    assert_eq!(said["title"], "绝缘电阻不合格");
    assert_eq!(said["body"], format!("{}：请提供检验报告原件", talk.expert.name));
}

#[test]
fn what_fails_is_tried_again_and_who_is_gone_is_forgotten() {
    let app = app();
    let (_, talk) = app.small_world();
    let (who, service) = (&talk.enterprise.http, Receiver::start());
    subscribe(who, &service);
    service.answer(Answer::of(503).with("retry-after", "120"));
    service.answer(Answer::of(201));
    say(&app, &talk.expert.http, &talk, "one");
    pass(&app, 30);
    service.wait(1);
    answered(&app, 503);
    pass(&app, 60);
    assert_eq!(service.calls().len(), 1, "the push service asked for two minutes");
    pass(&app, 61);
    service.wait(2);
    become_(&app, &[("delivered", 1)]);
    // A browser that the push service does not know any more.
    service.always(Answer::of(410));
    say(&app, &talk.expert.http, &talk, "two");
    pass(&app, 30);
    service.wait(3);
    become_(&app, &[]);
    assert!(items(who).is_empty());
}

#[test]
fn what_was_read_meanwhile_is_not_told_of() {
    let app = app();
    let (_, talk) = app.small_world();
    let (who, service) = (&talk.enterprise.http, Receiver::start());
    subscribe(who, &service);
    say(&app, &talk.expert.http, &talk, "one");
    read(who, &talk, 1);
    pass(&app, 60);
    assert!(service.calls().is_empty() && states(&app).is_empty());
    // Between two attempts.
    service.answer(Answer::of(500));
    say(&app, &talk.expert.http, &talk, "two");
    pass(&app, 30);
    service.wait(1);
    answered(&app, 500);
    read(who, &talk, 2);
    pass(&app, 600);
    become_(&app, &[("withheld", 1)]);
    assert_eq!(service.calls().len(), 1);
}

#[test]
fn who_does_without_such_mails_gets_no_notices() {
    let app = app();
    let (_, talk) = app.small_world();
    let (who, service) = (&talk.enterprise.http, Receiver::start());
    subscribe(who, &service);
    who.json("PUT", "/api/v1/me", &json!({ "mails": { "unread": false } })).expect(200);
    say(&app, &talk.expert.http, &talk, "one");
    pass(&app, 60);
    assert!(service.calls().is_empty() && states(&app).is_empty());
}

#[test]
fn who_is_connected_is_told_once_gone() {
    let app = app();
    let (_, talk) = app.small_world();
    let (who, service) = (&talk.enterprise.http, Receiver::start());
    subscribe(who, &service);
    let socket = app.following(who, &talk.id);
    say(&app, &talk.expert.http, &talk, "one");
    pass(&app, 60);
    assert!(service.calls().is_empty() && states(&app).is_empty());
    leave(&app, who, socket);
    pass(&app, 60);
    service.wait(1);
}

#[test]
fn an_officer_is_told_of_notes_that_mention_them_and_of_no_others() {
    let app = app();
    let (officer, talk) = app.small_world();
    let service = Receiver::start();
    let (browser, _) = subscribe(&officer, &service);
    say(&app, &talk.expert.http, &talk, "one");
    say_in(&app, &talk.expert.http, &talk.id, "notes", "nobody is named");
    pass(&app, 60);
    assert!(service.calls().is_empty() && states(&app).is_empty());
    say_in(&app, &talk.expert.http, &talk.id, "notes", "@name of officer please look");
    pass(&app, 60);
    let told = browser.reads(&service.wait(1)[0]);
    assert_eq!(
        (&told["body"], &told["url"]),
        (&json!("您有 1 条未读消息，请登录查看。"), &json!(format!("/consultations/{}", talk.id)))
    );
    // What was read meanwhile, and who does without such mails.
    say_in(&app, &talk.expert.http, &talk.id, "notes", "@name of officer once more");
    let read = json!({ "stream": "notes", "seq": 3 });
    assert_eq!(officer.json("PUT", &format!("/api/v1/consultations/{}/read", talk.id), &read).status, 204);
    pass(&app, 60);
    officer.json("PUT", "/api/v1/me", &json!({ "mails": { "mentions": false } })).expect(200);
    say_in(&app, &talk.expert.http, &talk.id, "notes", "@name of officer and again");
    pass(&app, 60);
    assert_eq!(service.calls().len(), 1);
}

/// The subscriptions of all people.
fn subscriptions(app: &TestApp) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let conn = &mut app.database().connect();
    diesel::sql_query("SELECT count(*) AS count FROM push_subscription")
        .get_result::<Count>(conn)
        .unwrap()
        .count
}

#[test]
fn a_subscription_ends_with_its_session_and_with_the_account() {
    let app = app();
    let (officer, talk) = app.small_world();
    let service = Receiver::start();
    let Talk { expert, enterprise, .. } = &talk;
    subscribe(&expert.http, &service);
    let second = app.http().log_in("enterprise-1", PASSWORD);
    second.post(PATH, &Browser::new().json("http://push.example.com/second")).expect(201);
    assert_eq!(subscriptions(&app), 2);
    assert_eq!(items(&enterprise.http).len(), 1);
    assert_eq!(items(&enterprise.http)[0]["current"], false);
    second.act("/api/v1/auth/logout").expect(204);
    assert!(items(&enterprise.http).is_empty());
    deactivate(&officer, &id_of(&expert.http), None);
    assert_eq!(subscriptions(&app), 0);
    // One whose time is over goes by itself, and is not told of anything before.
    subscribe(&enterprise.http, &service);
    app.clock.advance(Duration::days(400));
    housekeeping::sweep(&app.app).unwrap();
    assert_eq!(subscriptions(&app), 0);
}

#[test]
fn a_browser_belongs_to_who_used_it_last_and_is_removed_by_its_person() {
    let app = app();
    let (_, talk) = app.small_world();
    let service = Receiver::start();
    let browser = Browser::new();
    talk.enterprise.http.get("/api/v1/push/key").expect(200);
    talk.enterprise.http.post(PATH, &browser.json(&service.url())).expect(201);
    let taken = talk.expert.http.post(PATH, &browser.json(&service.url())).expect(201);
    assert!(items(&talk.enterprise.http).is_empty());
    let path = format!("{PATH}/{}", text(&taken["id"]));
    assert_eq!(talk.enterprise.http.send("DELETE", &path, &[], None).status, 404);
    assert_eq!(talk.enterprise.http.act(&format!("{path}/test")).status, 404);
    assert_eq!(talk.expert.http.act(&format!("{path}/test")).status, 202);
    settle(&app);
    assert_eq!(browser.reads(&service.wait(1)[0])["body"], "测试提醒：此浏览器可以接收提醒。");
    assert_eq!(talk.expert.http.send("DELETE", &path, &[], None).status, 204);
    assert!(items(&talk.expert.http).is_empty());
}

#[test]
fn endpoints_and_keys_are_checked() {
    let app = app();
    let (_, talk) = app.small_world();
    let who = &talk.enterprise.http;
    let pointer = |body: &Value| {
        let problem = who.post(PATH, body).problem();
        assert_eq!(problem["status"], 422, "{problem}");
        text(&problem["errors"][0]["pointer"])
    };
    let browser = Browser::new();
    for endpoint in [
        "https://evil.example/send",
        "https://10.0.0.1/send",
        "https://push.example.com.evil.net/",
        "ftp://push.example.com/",
        "nothing",
        "",
    ] {
        assert_eq!(pointer(&browser.json(endpoint)), "/endpoint", "{endpoint}");
    }
    let mut body = browser.json("https://push.example.com/send");
    body["keys"]["p256dh"] = json!(URL_SAFE_NO_PAD.encode([4; 65]));
    assert_eq!(pointer(&body), "/keys/p256dh");
    body = browser.json("https://push.example.com/send");
    body["keys"]["auth"] = json!("AAAA");
    assert_eq!(pointer(&body), "/keys/auth");
}

#[test]
fn where_it_is_switched_off_nobody_is_subscribed() {
    let app = TestApp::builder()
        .settings(|settings| {
            local(settings);
            settings.edit::<WebPushSettings>().enabled = YesNo::No;
        })
        .start();
    let officer = app.admin("officer", "440000");
    assert_eq!(officer.get("/api/v1/push/key").expect(200)["enabled"], false);
    let refused = officer.post(PATH, &Browser::new().json("https://push.example.com/send")).refusal();
    assert_eq!(refused, (409, "push_off".to_owned()));
}

#[test]
fn the_service_worker_may_act_for_all_pages() {
    let app = app();
    let worker = app.http().get("/sw.js");
    assert_eq!(worker.status, 200);
    assert!(worker.header("content-type").starts_with("text/javascript"));
    assert_eq!(worker.header("service-worker-allowed"), "/");
    assert_eq!(worker.header("cache-control"), "no-cache");
    assert_eq!(worker.header("content-security-policy"), "default-src 'none'");
    let (_, talk) = app.small_world();
    let page = talk.enterprise.http.get("/account");
    assert!(page.text.contains("在此浏览器接收提醒"));
}
