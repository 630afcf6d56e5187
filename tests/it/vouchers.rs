//! Testing vouchers: drawn as anybody can repeat it, redeemed once by a code, accounted to the cent.

use chrono::{Days, Duration, NaiveDate};
use serde_json::{Value, json};
use std::process::Command;
use zerodesk::vouchers::endings::expire;

use crate::support::http::Reply;
use crate::support::people::{Enterprise, PASSWORD, text};
use crate::support::{Http, TestApp};

const VOUCHERS: &str = "/api/v1/vouchers";
const REDEEM: &str = "/api/v1/voucher-redemptions";

fn today(app: &TestApp) -> NaiveDate {
    zerodesk::core::clock::shanghai_date(app.now())
}

/// An issue of Guangzhou: applications until the day after tomorrow.
fn issue(app: &TestApp) -> Value {
    json!({
        "name": "水泥检测券", "budget_fen": 800_000,
        "tiers": [{ "amount_fen": 100_000, "count": 2 }, { "amount_fen": 500_000, "count": 1 }],
        "apply_from": today(app), "apply_until": today(app) + Days::new(2), "valid_until": today(app) + Days::new(60),
    })
}

/// An approved issue; gives its path.
#[track_caller]
fn open(app: &TestApp, body: &Value) -> String {
    let (writer, second) = (app.admin("writer", "440100"), app.admin("second", "440100"));
    let path = format!("{VOUCHERS}/{}", text(&writer.post(VOUCHERS, body).expect(201)["id"]));
    assert_eq!(writer.act(&format!("{path}/approve")).refusal(), (409, "second_officer_needed".to_owned()));
    assert_eq!(second.act(&format!("{path}/approve")).expect(200)["state"], "open");
    path
}

fn again(app: &TestApp, username: &str) -> Http {
    app.http().log_in(username, PASSWORD)
}

/// A drawn issue of three vouchers, five of whose enterprises have applied; gives its path, with everybody logged in anew.
fn drawn(app: &TestApp, body: &Value, seed: Option<&str>) -> (String, Vec<Enterprise>) {
    let mut all: Vec<Enterprise> = (1..=5).map(|n| app.claimed_enterprise(n, "440103", "K0201")).collect();
    let path = open(app, body);
    for one in &all {
        one.http.act(&format!("{path}/application")).expect(200);
    }
    app.clock.advance(Duration::days(3));
    for (n, one) in (1..).zip(&mut all) {
        one.http = again(app, &format!("enterprise-{n}"));
    }
    let writer = again(app, "writer");
    let framed = writer.act(&format!("{path}/freeze")).expect(200);
    assert_eq!((&framed["state"], &framed["frame_rows"]), (&json!("framed"), &json!(5)));
    writer.post(&format!("{path}/draw"), &json!({ "seed": seed })).expect(200);
    (path, all)
}

/// The voucher of a winner, with the winner.
fn won(all: &[Enterprise]) -> (&Enterprise, Value) {
    let found = all.iter().find_map(|one| {
        let list = one.http.get("/api/v1/issued-vouchers").expect(200);
        let first = list["items"][0].clone();
        (!first.is_null()).then_some((one, first))
    });
    found.unwrap()
}

/// A fresh code for a voucher.
fn code(one: &Enterprise, voucher: &Value) -> String {
    text(
        &one.http.act(&format!("/api/v1/issued-vouchers/{}/code", text(&voucher["id"]))).expect(200)["secret"],
    )
}

fn redeem(who: &Http, code: &str, amount: i64) -> Reply {
    let body =
        json!({ "code": code, "amount_fen": amount, "service": "水泥强度检测", "hospital": hospital() });
    who.post(REDEEM, &body)
}

/// The code of a product hospital.
fn hospital() -> String {
    "H01".to_owned()
}

fn account(who: &Http, path: &str, day: NaiveDate) -> Value {
    let account = who.get(&format!("{path}?as_of={day}")).expect(200)["account"].clone();
    let of = |name: &str| account[name].as_i64().unwrap();
    assert_eq!(
        of("issued_fen"),
        of("redeemed_fen") + of("open_fen") + of("expired_fen") + of("revoked_fen"),
        "{account}"
    );
    account
}

#[test]
fn anybody_repeats_the_lottery_from_what_is_published() {
    let app = TestApp::start();
    let mut body = issue(&app);
    body["seed_event"] = json!("2026 年 2 月 1 日排列五开奖号码的 SHA-256");
    let seed = "ab".repeat(32);
    let (path, all) = drawn(&app, &body, Some(&seed));
    let public = app.http().get(&path.replace("/api/v1", "/api/v1/public")).expect(200);
    let frame = app.http().get(&text(&public["frame_url"]));
    assert_eq!((&public["seed"], &public["wanted"]), (&json!(seed), &json!(3)));
    assert!(!frame.text.contains("广州第") && !public.to_string().contains("广州第"), "nobody is named");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &frame.text).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/programmes/repeat_draw.py");
    let output = Command::new("/usr/bin/python3")
        .arg(script)
        .arg(file.path())
        .args([seed.as_str(), "3"])
        .output()
        .unwrap();
    let lines: Vec<String> = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
    let drawn: Vec<String> =
        public["drawn"].as_array().unwrap().iter().map(|row| text(&row["row_id"])).collect();
    assert_eq!((&lines[0], &lines[1..]), (&text(&public["frame_sha256"]), drawn.as_slice()));
    assert_eq!(public["drawn"][0]["amount_fen"], 500_000, "the first one gets the most");
    // Each enterprise finds its own id, and the winners are told.
    let mine: Vec<String> =
        all.iter().map(|one| text(&one.http.get(&path).expect(200)["own"]["row_id"])).collect();
    assert!(drawn.iter().all(|row| mine.contains(row)));
    let winner = mine.iter().position(|row| *row == drawn[0]).unwrap() + 1;
    app.mail(&format!("factory-{winner}@enterprise.example"), "5,000.00");
    let page = app.http().get(&path.replace("/api/v1", "/public"));
    assert!(page.status == 200 && page.text.contains(&drawn[0]));
    let twice = again(&app, "writer").post(&format!("{path}/draw"), &json!({ "seed": seed }));
    assert_eq!(twice.refusal(), (409, "voucher_issue_state".to_owned()));
}

#[test]
fn who_is_not_open_on_the_list_in_the_region_can_not_apply() {
    let app = TestApp::start();
    let mut body = issue(&app);
    body["product_kinds"] = json!(["K0201"]);
    let path = open(&app, &body);
    let apply = |who: &Enterprise| who.http.act(&format!("{path}/application"));
    let fits = app.claimed_enterprise(1, "440103", "K0201");
    assert!(apply(&fits).expect(200)["own"]["applied_at"].is_string());
    apply(&fits).expect(200);
    let other_kind = app.claimed_enterprise(2, "440103", "K0301");
    assert_eq!(apply(&other_kind).refusal(), (409, "voucher_not_eligible".to_owned()));
    let elsewhere = app.claimed_enterprise(3, "440305", "K0201");
    assert_eq!(apply(&elsewhere).status, 404);
    let seen = again(&app, "second").get(&path).expect(200);
    assert_eq!(seen["applications"], 1);
    // It is taken back and applied for again while the days last; the frame waits for them.
    fits.http.send("DELETE", &format!("{path}/application"), &[], None).expect(200);
    assert_eq!(again(&app, "writer").act(&format!("{path}/freeze")).refusal().1, "voucher_issue_state");
    app.clock.advance(Duration::days(3));
    let late = again(&app, "enterprise-1").act(&format!("{path}/application"));
    assert_eq!(late.refusal(), (409, "voucher_issue_state".to_owned()));
    let framed = again(&app, "writer").act(&format!("{path}/freeze")).expect(200);
    assert_eq!(framed["frame_rows"], 0);
    let own = again(&app, "enterprise-1").get(&path).expect(200)["own"].clone();
    assert_eq!(own["left_out"], "withdrawn");
}

#[test]
fn codes_of_a_voucher_are_made_so_often_within_a_day() {
    let app = TestApp::builder()
        .settings(|s| s.edit::<zerodesk::vouchers::settings::VoucherSettings>().codes_per_day = 2)
        .start();
    let (_, all) = drawn(&app, &issue(&app), None);
    let (winner, voucher) = won(&all);
    let path = format!("/api/v1/issued-vouchers/{}/code", text(&voucher["id"]));
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..6)
            .map(|_| {
                let (http, path) = (winner.http.clone(), &path);
                scope.spawn(move || http.act(path).status)
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 2, "{answers:?}");
    let refused = winner.http.act(&path);
    assert_eq!(refused.refusal(), (429, "too_many_voucher_codes".to_owned()));
    assert!(refused.header("retry-after").parse::<u64>().is_ok_and(|seconds| seconds > 0));
}

#[test]
fn a_code_serves_once_and_a_voucher_gives_no_more_than_is_left() {
    let app = TestApp::start();
    let (path, all) = drawn(&app, &issue(&app), None);
    let officer = again(&app, "writer");
    let (winner, voucher) = won(&all);
    let amount = voucher["amount_fen"].as_i64().unwrap();
    let first = code(winner, &voucher);
    let second = code(winner, &voucher);
    assert_eq!(redeem(&officer, &first, 100).refusal(), (409, "voucher_code".to_owned()), "replaced");
    assert_eq!(
        redeem(&officer, &second, amount + 1).refusal(),
        (409, "voucher_state".to_owned()),
        "too much"
    );
    let part = redeem(&officer, &second.to_lowercase(), amount - 1).expect(200);
    assert_eq!(part["rest_fen"], 1);
    assert_eq!(redeem(&officer, &second, 1).refusal(), (409, "voucher_code".to_owned()), "used");
    let third = code(winner, &voucher);
    assert_eq!(redeem(&officer, &third, 1).expect(200)["rest_fen"], 0);
    let spent = winner.http.get(&format!("/api/v1/issued-vouchers/{}", text(&voucher["id"]))).expect(200);
    assert_eq!(spent["state"], "spent");
    let refused = winner.http.act(&format!("/api/v1/issued-vouchers/{}/code", text(&voucher["id"])));
    assert_eq!(refused.refusal(), (409, "voucher_state".to_owned()));
    assert_eq!(account(&officer, &path, today(&app))["redeemed_fen"], amount);
    // Who has nothing to do with it neither sees nor redeems.
    let stranger = all.iter().find(|one| one.id != winner.id).unwrap();
    assert_eq!(stranger.http.get(&format!("/api/v1/issued-vouchers/{}", text(&voucher["id"]))).status, 404);
    assert_eq!(redeem(&stranger.http, &third, 1).status, 403);
    // A redemption by mistake is given back, once.
    let back = format!("{REDEEM}/{}/reverse", text(&part["id"]));
    officer.post(&back, &json!({ "reason": "金额录入错误" })).expect(200);
    assert_eq!(
        officer.post(&back, &json!({ "reason": "再次" })).refusal(),
        (409, "voucher_state".to_owned())
    );
    let after = account(&officer, &path, today(&app));
    assert_eq!(after["redeemed_fen"], 1);
    let file = officer.get("/api/v1/voucher-entries?format=csv");
    assert!(file.status == 200 && file.text.contains("水泥强度检测") && file.text.contains("金额录入错误"));
}

#[test]
fn two_who_redeem_by_one_code_at_once_get_one() {
    let app = TestApp::start();
    let (path, all) = drawn(&app, &issue(&app), None);
    let (winner, voucher) = won(&all);
    let code = code(winner, &voucher);
    let officers: Vec<Http> = (0..4).map(|n| app.admin(&format!("clerk-{n}"), "440100")).collect();
    let done: Vec<u16> = std::thread::scope(|scope| {
        let calls: Vec<_> =
            officers.iter().map(|who| scope.spawn(|| redeem(who, &code, 60_000).status)).collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    assert_eq!(done.iter().filter(|status| **status == 200).count(), 1, "{done:?}");
    assert_eq!(account(&officers[0], &path, today(&app))["redeemed_fen"], 60_000);
}

#[test]
fn what_is_left_expires_or_is_revoked_and_past_days_stay() {
    let app = TestApp::start();
    let (path, all) = drawn(&app, &issue(&app), None);
    let officer = again(&app, "writer");
    let (winner, voucher) = won(&all);
    redeem(&officer, &code(winner, &voucher), 40_000).expect(200);
    let day = today(&app);
    let before = account(&officer, &path, day);
    assert_eq!((&before["issued_fen"], &before["open_fen"]), (&json!(700_000), &json!(660_000)));
    app.clock.advance(Duration::days(1));
    let officer = again(&app, "writer");
    let revoke = format!("/api/v1/issued-vouchers/{}/revoke", text(&voucher["id"]));
    officer.post(&revoke, &json!({ "reason": "企业已注销" })).expect(200);
    assert_eq!(
        officer.post(&revoke, &json!({ "reason": "再次" })).refusal(),
        (409, "voucher_state".to_owned())
    );
    let close = format!("{path}/close");
    assert_eq!(officer.act(&close).refusal(), (409, "voucher_issue_state".to_owned()), "two are open");
    app.clock.advance(Duration::days(60));
    let officer = again(&app, "writer");
    expire(&app.app, &|| false).unwrap();
    expire(&app.app, &|| false).unwrap();
    let now = account(&officer, &path, today(&app));
    assert_eq!((&now["open_fen"], &now["redeemed_fen"]), (&json!(0), &json!(40_000)));
    assert_eq!(account(&officer, &path, day), before, "what was on a past day stays");
    officer.act(&close).expect(200);
}

#[test]
fn what_does_not_fit_is_refused_by_its_field() {
    let app = TestApp::start();
    let writer = app.admin("writer", "440100");
    for (name, value, wanted) in [
        ("name", json!(" "), "/name"),
        ("budget_fen", json!(0), "/budget_fen"),
        ("budget_fen", json!(699_999), "/budget_fen"),
        ("limit_fen", json!(500_001), "/limit_fen"),
        ("limit_fen", json!(400_000), "/tiers/1/amount_fen"),
        ("tiers", json!([]), "/tiers"),
        ("tiers", json!([{ "amount_fen": -1, "count": 1 }]), "/tiers/0/amount_fen"),
        ("tiers", json!([{ "amount_fen": 5, "count": 0 }]), "/tiers/0/count"),
        ("product_kinds", json!(["K9999"]), "/product_kinds/0"),
        ("apply_until", json!(today(&app) - Days::new(1)), "/apply_until"),
        ("valid_until", json!(today(&app)), "/valid_until"),
        ("region", json!("440300"), "/region"),
    ] {
        let mut body = issue(&app);
        body[name] = value;
        let problem = writer.post(VOUCHERS, &body).expect(422);
        let pointers: Vec<String> =
            problem["errors"].as_array().unwrap().iter().map(|error| text(&error["pointer"])).collect();
        assert!(pointers.contains(&wanted.to_owned()), "{wanted}: {pointers:?}");
    }
    let mut huge = issue(&app);
    huge["tiers"] = json!([{ "amount_fen": i64::MAX, "count": i32::MAX }]);
    assert_eq!(writer.post(VOUCHERS, &huge).status, 422, "no sum overflows");
    let mut part = issue(&app);
    part["budget_fen"] = json!(1.5);
    assert!([400, 422].contains(&writer.post(VOUCHERS, &part).status), "no parts of a fen");
    assert_eq!(redeem(&writer, "0000-0000-0000-0000", 1).status, 422);
    assert_eq!(redeem(&writer, "2222-2222-2222-2222", 1).refusal(), (409, "voucher_code".to_owned()));
}

/// An approved issue of one voucher of 5,000 yuan, for which the enterprise has applied; gives its path.
#[track_caller]
fn applied(app: &TestApp, (writer, second): (&Http, &Http), one: &Enterprise) -> String {
    let mut body = issue(app);
    body["tiers"] = json!([{ "amount_fen": 500_000, "count": 1 }]);
    let path = format!("{VOUCHERS}/{}", text(&writer.post(VOUCHERS, &body).expect(201)["id"]));
    second.act(&format!("{path}/approve")).expect(200);
    one.http.act(&format!("{path}/application")).expect(200);
    path
}

#[test]
fn two_draws_do_not_give_one_enterprise_more_than_its_limit() {
    let app = TestApp::start();
    let (writer, second) = (app.admin("writer", "440100"), app.admin("second", "440100"));
    let one = app.claimed_enterprise(1, "440103", "K0201");
    let paths = [(); 2].map(|()| applied(&app, (&writer, &second), &one));
    app.clock.advance(Duration::days(3));
    let writer = again(&app, "writer");
    // Both frames are fixed before either is drawn.
    let rows =
        paths.each_ref().map(|path| writer.act(&format!("{path}/freeze")).expect(200)["frame_rows"].clone());
    assert_eq!(rows, [json!(1), json!(0)]);
    for path in &paths {
        writer.post(&format!("{path}/draw"), &json!({})).expect(200);
    }
    let http = again(&app, "enterprise-1");
    assert_eq!(http.get("/api/v1/issued-vouchers").expect(200)["items"].as_array().unwrap().len(), 1);
    assert_eq!(http.get(&paths[1]).expect(200)["own"]["left_out"], "limit");
}

#[test]
fn what_was_redeemed_of_a_revoked_voucher_counts_against_the_limit() {
    let app = TestApp::start();
    let (writer, second) = (app.admin("writer", "440100"), app.admin("second", "440100"));
    let mut one = app.claimed_enterprise(1, "440103", "K0201");
    let path = applied(&app, (&writer, &second), &one);
    app.clock.advance(Duration::days(3));
    let (writer, second) = (again(&app, "writer"), again(&app, "second"));
    one.http = again(&app, "enterprise-1");
    writer.act(&format!("{path}/freeze")).expect(200);
    writer.post(&format!("{path}/draw"), &json!({})).expect(200);
    let (_, voucher) = won(std::slice::from_ref(&one));
    let entry = redeem(&writer, &code(&one, &voucher), 200_000).expect(200)["id"].clone();
    let revoke = format!("/api/v1/issued-vouchers/{}/revoke", text(&voucher["id"]));
    writer.post(&revoke, &json!({ "reason": "企业已停产" })).expect(200);
    let another = |amount: i64| {
        let mut body = issue(&app);
        body["tiers"] = json!([{ "amount_fen": amount, "count": 1 }]);
        let path = format!("{VOUCHERS}/{}", text(&writer.post(VOUCHERS, &body).expect(201)["id"]));
        second.act(&format!("{path}/approve")).expect(200);
        path
    };
    let apply = |path: &str| one.http.act(&format!("{path}/application"));
    let (fits, too_much) = (another(300_000), another(300_001));
    apply(&fits).expect(200);
    assert_eq!(apply(&too_much).refusal(), (409, "voucher_not_eligible".to_owned()));
    // A redemption that is given back counts no more.
    writer.post(&format!("{REDEEM}/{}/reverse", text(&entry)), &json!({ "reason": "误核销" })).expect(200);
    apply(&too_much).expect(200);
}

#[test]
fn a_frame_is_drawn_in_time_or_given_up_and_who_applied_is_told() {
    let app = TestApp::start();
    let (writer, second) = (app.admin("writer", "440100"), app.admin("second", "440100"));
    let one = app.claimed_enterprise(1, "440103", "K0201");
    let path = applied(&app, (&writer, &second), &one);
    app.clock.advance(Duration::days(3));
    let writer = again(&app, "writer");
    let framed = writer.act(&format!("{path}/freeze")).expect(200);
    assert_eq!(framed["allowed"], json!(["draw"]));
    let (draw, withdraw) = (format!("{path}/draw"), format!("{path}/withdraw"));
    let reason = json!({ "reason": "逾期未摇号" });
    assert_eq!(writer.post(&withdraw, &reason).refusal(), (409, "voucher_issue_state".to_owned()));
    app.clock.advance(Duration::days(60));
    let writer = again(&app, "writer");
    assert_eq!(writer.post(&draw, &json!({})).refusal(), (409, "voucher_issue_state".to_owned()));
    assert_eq!(writer.post(&withdraw, &reason).expect(200)["state"], "withdrawn");
    app.mail("factory-1@enterprise.example", "逾期未摇号");
    let public = app.http().get(&path.replace("/api/v1", "/api/v1/public")).expect(200);
    assert_eq!(
        (&public["state"], &public["frame_rows"]),
        (&json!("withdrawn"), &json!(1)),
        "what was published stays"
    );
    let ahead = today(&app) + Days::new(1);
    assert_eq!(writer.get(&format!("{path}?as_of={ahead}")).status, 422);
}
