//! Campaigns: the ledger of hazards with its second officer, registers with possible doubles, shops around schools, figures that stay.

use chrono::{Days, Duration, NaiveDate};
use serde_json::{Value, json};
use std::time::Instant;
use zerodesk::campaigns::overdue::sweep;

use crate::support::csv::uscc;
use crate::support::http::Reply;
use crate::support::people::{Enterprise, PASSWORD, text};
use crate::support::{Http, TestApp};

const CAMPAIGNS: &str = "/api/v1/campaigns";
const HAZARDS: &str = "/api/v1/hazards";
const IMPORTS: &str = "/api/v1/campaign-imports";

fn today(app: &TestApp) -> NaiveDate {
    zerodesk::core::clock::shanghai_date(app.now())
}

/// A campaign of Guangzhou that is under way; gives its id.
#[track_caller]
fn running(app: &TestApp, planner: &Http, second: &Http, theme: &str) -> String {
    let until = today(app).checked_add_days(Days::new(200)).unwrap();
    let mut body = json!({
        "theme": theme, "name": format!("专项行动 {theme}"), "level": "municipal",
        "period_from": today(app), "period_until": until,
    });
    if theme == "campus" {
        body["radius_m"] = json!(300);
    }
    let made = planner.post(CAMPAIGNS, &body).expect(201);
    assert_eq!((&made["state"], &made["theme"]), (&json!("draft"), &json!(theme)));
    let id = text(&made["id"]);
    let programme = format!("/api/v1/programmes/{id}");
    planner.act(&format!("{programme}/submit")).expect(200);
    second.act(&format!("{programme}/approve")).expect(200);
    planner.act(&format!("{programme}/start")).expect(200);
    id
}

fn officers(app: &TestApp) -> (Http, Http) {
    (app.admin("planner", "440100"), app.admin("second", "440100"))
}

/// Enters a hazard at an enterprise; gives its path.
#[track_caller]
fn hazard(who: &Http, campaign: &str, enterprise: &Enterprise, item: &str) -> String {
    let body = json!({
        "campaign": campaign, "enterprise_id": enterprise.id, "product": "rebar", "item": item,
        "description": "现场发现不合格钢筋流入工地",
    });
    format!("{HAZARDS}/{}", text(&who.post(HAZARDS, &body).expect(201)["id"]))
}

fn step(who: &Http, path: &str, body: Value) -> Reply {
    who.post(&format!("{path}/events"), &body)
}

fn pointer(reply: Reply) -> String {
    let problem = reply.problem();
    assert_eq!(problem["status"], 422, "{problem}");
    text(&problem["errors"][0]["pointer"])
}

#[test]
fn a_hazard_goes_from_found_to_struck_off_and_its_finder_does_not_verify() {
    let app = TestApp::start();
    let (planner, second) = officers(&app);
    let campaign = running(&app, &planner, &second, "key_products");
    let firm = app.claimed_enterprise(1, "440103", "K0101");
    let path = hazard(&planner, &campaign, &firm, "弯曲性能不合格");
    assert_eq!(
        step(&planner, &path, json!({ "step": "verify" })).refusal(),
        (409, "hazard_verifier".to_owned())
    );
    assert_eq!(step(&second, &path, json!({ "step": "close" })).refusal(), (409, "hazard_state".to_owned()));
    let ordered = step(&planner, &path, json!({ "step": "order" })).expect(200);
    assert_eq!(ordered["state"], "ordered");
    let due: NaiveDate = text(&ordered["due_on"]).parse().unwrap();
    assert!(due >= today(&app) + Days::new(30) && app.app.catalogue().calendar.is_working_day(due), "{due}");
    app.mail("factory-1@enterprise.example", "弯曲性能不合格");
    // The enterprise sees its own and answers; it takes no other step.
    assert_eq!(firm.http.get(HAZARDS).expect(200)["items"].as_array().unwrap().len(), 1);
    assert_eq!(step(&firm.http, &path, json!({ "step": "close" })).status, 403);
    assert_eq!(pointer(step(&firm.http, &path, json!({ "step": "correct" }))), "/said");
    let photo =
        firm.http.upload("/api/v1/attachments", "a.png", crate::attachments::samples::PNG, &[]).expect(201);
    let told = json!({ "step": "correct", "said": "已召回并更换", "attachments": [photo["id"]] });
    let corrected = step(&firm.http, &path, told).expect(200);
    assert_eq!(corrected["state"], "corrected");
    let file = format!("/api/v1/attachments/{}", text(&photo["id"]));
    assert_eq!((second.get(&file).status, app.admin("elsewhere", "440300").get(&file).status), (200, 404));
    // Sent back, corrected again, verified by another, struck off.
    assert_eq!(pointer(step(&second, &path, json!({ "step": "return" }))), "/said");
    step(&second, &path, json!({ "step": "return", "said": "未见更换记录" })).expect(200);
    step(&firm.http, &path, json!({ "step": "correct", "said": "补交更换记录" })).expect(200);
    assert_eq!(
        step(&planner, &path, json!({ "step": "verify" })).refusal(),
        (409, "hazard_verifier".to_owned())
    );
    step(&second, &path, json!({ "step": "verify" })).expect(200);
    let closed = step(&planner, &path, json!({ "step": "close" })).expect(200);
    assert_eq!((&closed["state"], closed["history"].as_array().unwrap().len()), (&json!("closed"), 7));
    // Names of officers are for officers.
    let seen = firm.http.get(&path).expect(200)["history"].clone();
    for event in seen.as_array().unwrap() {
        assert_eq!(event["by"].is_string(), event["step"] == "correct", "{event}");
    }
    for page in [path.replace("/api/v1", ""), "/hazards".to_owned(), format!("/campaigns/{campaign}")] {
        assert_eq!(planner.get(&page).status, 200, "{page}");
    }
    assert_eq!(firm.http.get("/my/hazards").status, 200);
}

#[test]
fn the_facts_of_a_letter_count_the_hazards_that_it_rests_on() {
    let app = TestApp::start();
    let (planner, second) = officers(&app);
    let campaign = running(&app, &planner, &second, "key_products");
    let firm = app.claimed_enterprise(1, "440103", "K0101");
    let ids: Vec<Value> = ["弯曲性能不合格", "弯曲性能不合格", "重量偏差"]
        .map(|item| hazard(&planner, &campaign, &firm, item))
        .iter()
        .map(|path| json!({ "kind": "hazard", "id": path.rsplit('/').next() }))
        .collect();
    let mut body = crate::oversight::letter("440103");
    (body["basis"], body["facts_note"]) = (json!(ids), Value::Null);
    let path = crate::oversight::written(&planner, &body);
    let facts = planner.get(&path).expect(200)["facts"].clone();
    assert_eq!((&facts["results"], &facts["enterprises"]), (&json!(3), &json!(1)), "{facts}");
    let lines: Vec<_> =
        facts["counts"].as_array().unwrap().iter().map(|c| (&c["item"], &c["count"])).collect();
    assert_eq!(lines, [(&json!("弯曲性能不合格"), &json!(2)), (&json!("重量偏差"), &json!(1))]);
    assert!(planner.get(&path.replace("/api/v1", "")).text.contains("不合格结果和隐患"));
}

#[test]
fn a_campaign_is_not_closed_with_open_hazards() {
    let app = TestApp::start();
    let (planner, second) = officers(&app);
    let campaign = running(&app, &planner, &second, "key_products");
    let firm = app.claimed_enterprise(1, "440103", "K0101");
    let first = hazard(&planner, &campaign, &firm, "重量偏差");
    let other = hazard(&planner, &campaign, &firm, "无生产许可证");
    let close = format!("/api/v1/programmes/{campaign}/close");
    let refused = planner.act(&close);
    assert_eq!(refused.refusal(), (409, "hazards_open".to_owned()));
    assert!(text(&planner.act(&close).problem()["detail"]).contains("2 项"), "with the count");
    // The finder takes one back that was never ordered; an ordered one leaves by a second officer alone.
    step(&planner, &first, json!({ "step": "annul", "said": "重复登记" })).expect(200);
    step(&planner, &other, json!({ "step": "order" })).expect(200);
    let annul = json!({ "step": "annul", "said": "登记有误" });
    assert_eq!(step(&planner, &other, annul.clone()).refusal(), (409, "hazard_verifier".to_owned()));
    assert_eq!(planner.act(&close).refusal().0, 409);
    step(&second, &other, annul).expect(200);
    planner.act(&close).expect(200);
    let body = json!({ "campaign": campaign, "enterprise_id": firm.id, "product": "rebar", "item": "迟", "description": "迟" });
    assert_eq!(planner.post(HAZARDS, &body).refusal(), (409, "campaign_state".to_owned()));
}

#[test]
fn what_is_not_corrected_in_time_is_overdue_and_proposed_for_listing() {
    let app = TestApp::start();
    let (planner, second) = officers(&app);
    let campaign = running(&app, &planner, &second, "key_products");
    let firm = app.claimed_enterprise(1, "440103", "K0101");
    let path = hazard(&planner, &campaign, &firm, "弯曲性能不合格");
    let visit = json!({
        "campaign": campaign, "enterprise_id": firm.id, "product": "rebar", "item": "堆放不当", "description": "露天堆放", "source": "visit",
    });
    assert_eq!(pointer(planner.post(HAZARDS, &visit)), "/consented", "help and enforcement are apart");
    let mut consented = visit.clone();
    consented["consented"] = json!(true);
    let helped = format!("{HAZARDS}/{}", text(&planner.post(HAZARDS, &consented).expect(201)["id"]));
    let due = today(&app) + Days::new(3);
    for one in [&path, &helped] {
        step(&planner, one, json!({ "step": "order", "due_on": due })).expect(200);
    }
    sweep(&app.app, &|| false).unwrap();
    assert_eq!(planner.get(&path).expect(200)["overdue"], false);
    app.clock.advance(Duration::days(4));
    let planner = app.http().log_in("planner", PASSWORD);
    sweep(&app.app, &|| false).unwrap();
    sweep(&app.app, &|| false).unwrap();
    let late = planner.get(&path).expect(200);
    assert_eq!((&late["overdue"], &late["overdue_since"]), (&json!(true), &json!(due + Days::new(1))));
    assert!(late["listing_proposed_at"].is_string());
    let overdue = |seen: &Value| seen["history"].to_string().matches("\"overdue\"").count();
    assert_eq!(overdue(&late), 1, "once for a term: {late}");
    let helped = planner.get(&helped).expect(200);
    assert!(helped["listing_proposed_at"].is_null() && helped["overdue"] == true, "{helped}");
    assert_eq!(
        planner.get(&format!("{HAZARDS}?overdue=true")).expect(200)["items"].as_array().unwrap().len(),
        2
    );
    // Another term, and that is missed as well.
    let later = due + Days::new(10);
    step(&planner, &path, json!({ "step": "extend", "said": "停产检修", "due_on": later })).expect(200);
    assert_eq!(planner.get(&path).expect(200)["overdue"], false);
    app.clock.advance(Duration::days(11));
    let planner = app.http().log_in("planner", PASSWORD);
    sweep(&app.app, &|| false).unwrap();
    assert_eq!(overdue(&planner.get(&path).expect(200)), 2);
}

#[test]
fn what_is_corrected_after_its_term_was_late_though_nobody_had_noticed() {
    let app = TestApp::start();
    let (planner, second) = officers(&app);
    let campaign = running(&app, &planner, &second, "key_products");
    let firm = app.claimed_enterprise(1, "440103", "K0101");
    let path = hazard(&planner, &campaign, &firm, "弯曲性能不合格");
    step(&planner, &path, json!({ "step": "order", "due_on": today(&app) + Days::new(3) })).expect(200);
    app.clock.advance(Duration::days(4));
    let firm = app.http().log_in("enterprise-1", PASSWORD);
    let late = step(&firm, &path, json!({ "step": "correct", "said": "已更换" })).expect(200);
    assert_eq!(late["state"], "corrected");
    assert!(late["overdue_since"].is_string() && late["listing_proposed_at"].is_string(), "{late}");
    let steps: Vec<String> =
        late["history"].as_array().unwrap().iter().map(|one| text(&one["step"])).collect();
    assert_eq!(steps, ["find", "order", "overdue", "correct"]);
}

#[test]
fn a_hazard_of_an_inspection_needs_a_final_failure_of_that_enterprise() {
    let app = TestApp::start();
    let (planner, second) = officers(&app);
    let campaign = running(&app, &planner, &second, "key_products");
    let firm = app.claimed_enterprise(1, "440103", "K0101");
    let mut body = json!({
        "campaign": campaign, "enterprise_id": firm.id, "product_kind": "K0101", "item": "重量偏差", "description": "检验不合格",
        "inspection_id": "00000000-0000-7000-8000-000000000000",
    });
    assert_eq!(pointer(planner.post(HAZARDS, &body)), "/inspection_id");
    body["inspection_id"] = Value::Null;
    let made = planner.post(HAZARDS, &body).expect(201);
    assert_eq!(
        (&made["product"], &made["source"]),
        (&json!("rebar"), &json!("officer")),
        "the product of the kind"
    );
    for (name, value, wanted) in [
        ("item", json!(" "), "/item"),
        ("product_kind", json!("K9999"), "/product_kind"),
        ("found_on", json!(today(&app) + Days::new(1)), "/found_on"),
        ("enterprise_id", json!("00000000-0000-7000-8000-000000000000"), "/enterprise_id"),
        ("subject_id", json!("00000000-0000-7000-8000-000000000000"), "/subject_id"),
    ] {
        let mut wrong = body.clone();
        wrong[name] = value;
        assert_eq!(pointer(planner.post(HAZARDS, &wrong)), wanted);
    }
    // Of a region that is not the officer's own nobody learns whether there is such an enterprise.
    let elsewhere = app.admin("elsewhere", "440300");
    body["campaign"] = Value::Null;
    assert_eq!(pointer(elsewhere.post(HAZARDS, &body)), "/enterprise_id");
    let path = format!("{HAZARDS}/{}", text(&made["id"]));
    assert_eq!((elsewhere.get(&path).status, app.admin("province", "440000").get(&path).status), (404, 200));
    let stranger = app.claimed_enterprise(2, "440103", "K0101");
    assert_eq!(stranger.http.get(&path).status, 404);
    assert_eq!(step(&stranger.http, &path, json!({ "step": "correct", "said": "x" })).status, 404);
}

/// An entry of a register.
fn entry(name: &str, code: Option<u32>, address: &str) -> Value {
    json!({ "name": name, "uscc": code.map(uscc), "region": "440103", "address": address, "product": "cement" })
}

#[test]
fn the_same_shop_under_two_names_is_marked_and_decided() {
    let app = TestApp::start();
    let (planner, second) = officers(&app);
    let campaign = running(&app, &planner, &second, "key_products");
    let path = format!("{CAMPAIGNS}/{campaign}/subjects");
    let here = "广州市荔湾区芳村大道12号";
    let list = json!({ "subjects": [
        entry("永固水泥制品厂", Some(1), here),
        entry("永固水泥制品厂有限公司", None, "广州荔湾区芳村大道12号"),
        entry("宏基建材", Some(1), "别处 9 号"),
        entry("宏基建材", Some(2), here),
        entry("永固水泥制品厂", None, "广州市荔湾区芳村大道14号"),
    ] });
    let added = planner.post(&path, &list).expect(200);
    assert_eq!((&added["added"], &added["doubles"], &added["known"]), (&json!(5), &json!(2), &json!(0)));
    let again = planner.post(&path, &list).expect(200);
    assert_eq!(
        (&again["added"], &again["known"]),
        (&json!(0), &json!(5)),
        "a list that comes again changes nothing"
    );
    let doubles =
        planner.get(&format!("/api/v1/campaign-subjects?campaign={campaign}&double=true")).expect(200);
    let grounds: Vec<String> =
        doubles["items"].as_array().unwrap().iter().map(|one| text(&one["double_ground"])).collect();
    assert_eq!(grounds, ["uscc", "likeness"], "the newest first");
    let ids: Vec<String> = doubles["items"].as_array().unwrap().iter().map(|one| text(&one["id"])).collect();
    let decide = |id: &str, decision: &str| {
        planner.post(&format!("/api/v1/campaign-subjects/{id}/double"), &json!({ "decision": decision }))
    };
    assert_eq!(decide(&ids[0], "different").expect(200)["double_decided"], "different");
    assert!(decide(&ids[1], "same").expect(200)["removed_at"].is_string());
    let seen = planner.get(&format!("{CAMPAIGNS}/{campaign}")).expect(200);
    assert_eq!(
        (&seen["figures"]["registered"], &seen["figures"]["possible_doubles"]),
        (&json!(4), &json!(0)),
        "{seen}"
    );
    let wrong = json!({ "subjects": [{ "name": "甲", "region": "440300", "product": "tea" }] });
    let problem = planner.post(&path, &wrong).expect(422);
    let pointers: Vec<String> =
        problem["errors"].as_array().unwrap().iter().map(|e| text(&e["pointer"])).collect();
    assert_eq!(pointers, ["/subjects/0/region", "/subjects/0/product"]);
}

#[test]
fn shops_are_those_within_the_radius_of_a_school() {
    let app = TestApp::start();
    let (planner, second) = officers(&app);
    let campaign = running(&app, &planner, &second, "campus");
    let path = format!("{CAMPAIGNS}/{campaign}");
    let shop = |name: &str, latitude: f64| json!({ "subjects": [{ "name": name, "region": "440103", "latitude": latitude, "longitude": 113.25 }] });
    let add = |body: &Value| planner.post(&format!("{path}/subjects"), body);
    assert_eq!(pointer(add(&shop("早到的店", 23.1))), "/subjects/0/latitude", "schools come first");
    let school = json!({ "schools": [{ "name": "育才小学", "region": "440103", "latitude": 23.1, "longitude": 113.25 }] });
    planner.post(&format!("{path}/schools"), &school).expect(200);
    // A thousandth of a degree of latitude is some 111 metres.
    let near = add(&shop("校门文具", 23.102)).expect(200);
    assert_eq!(pointer(add(&shop("远处超市", 23.11))), "/subjects/0/latitude");
    let shops = planner.get("/api/v1/campus-shops").expect(200);
    let one = &shops["items"][0];
    assert_eq!((&one["school"], &one["name"]), (&json!("育才小学"), &json!("校门文具")));
    assert!((220..=225).contains(&one["distance_m"].as_i64().unwrap()), "{one}");
    // Checked once a day; what failed and what was taken off the shelf counts.
    let check = format!("/api/v1/campaign-subjects/{}/checks", text(&near["ids"][0]));
    let found = json!({ "checked_on": today(&app), "outcome": "label_failed", "off_shelf": 12 });
    planner.post(&check, &found).expect(200);
    assert_eq!(pointer(planner.post(&check, &found)), "/checked_on");
    let fine = json!({ "checked_on": today(&app) - Days::new(1), "outcome": "fine", "off_shelf": 1 });
    assert_eq!(pointer(planner.post(&check, &fine)), "/off_shelf");
    let schools = planner.get(&format!("{path}/schools")).expect(200);
    let told = format!("/api/v1/campaign-schools/{}/told", text(&schools["items"][0]["id"]));
    planner.post(&told, &json!({})).expect(200);
    let figures = planner.get(&path).expect(200)["figures"].clone();
    for (name, wanted) in [
        ("registered", 1),
        ("checked", 1),
        ("label_failed", 1),
        ("off_shelf", 12),
        ("schools", 1),
        ("schools_told", 1),
    ] {
        assert_eq!(figures[name], wanted, "{name}: {figures}");
    }
    assert_eq!(planner.get(&format!("/campaigns/{campaign}")).status, 200);
    // A school that was entered by mistake goes, and the shop finds the next one.
    let other = json!({ "schools": [{ "name": "育才中学", "region": "440103", "latitude": 23.103, "longitude": 113.25 }] });
    planner.post(&format!("{path}/schools"), &other).expect(200);
    assert_eq!(
        planner.get("/api/v1/campus-shops").expect(200)["items"][0]["school"],
        "育才中学",
        "the nearest"
    );
    let all = planner.get(&format!("{path}/schools")).expect(200);
    let wrong =
        all["items"].as_array().unwrap().iter().find(|one| one["name"] == "育才中学").unwrap().clone();
    let remove = format!("/api/v1/campaign-schools/{}/remove", text(&wrong["id"]));
    assert_eq!(pointer(planner.post(&remove, &json!({ "reason": " " }))), "/reason");
    assert!(planner.post(&remove, &json!({ "reason": "登记有误" })).expect(200)["removed_at"].is_string());
    assert_eq!(planner.post(&remove, &json!({ "reason": "再次" })).status, 422);
    let told = planner.post(&remove.replace("/remove", "/told"), &json!({}));
    assert_eq!(told.status, 422, "it is not there any more");
    assert_eq!(planner.get("/api/v1/campus-shops").expect(200)["items"][0]["school"], "育才小学");
    assert_eq!(planner.get(&path.replace("/api/v1", "")).status, 200);
    assert_eq!(planner.get(&format!("{}/schools", path.replace("/api/v1", ""))).status, 200);
    assert_eq!(planner.get(&path).expect(200)["figures"]["schools"], 1);
}

#[test]
fn figures_of_a_past_day_never_change() {
    let app = TestApp::start();
    let (planner, second) = officers(&app);
    let campaign = running(&app, &planner, &second, "key_products");
    let firm = app.claimed_enterprise(1, "440103", "K0101");
    hazard(&planner, &campaign, &firm, "重量偏差");
    let first = today(&app);
    let at = |who: &Http, day: NaiveDate| {
        who.get(&format!("{CAMPAIGNS}/{campaign}?as_of={day}")).expect(200)["figures"].clone()
    };
    let before = at(&planner, first);
    assert_eq!((&before["hazards"], &before["hazards_open"]), (&json!(1), &json!(1)));
    assert_eq!(at(&planner, first - Days::new(1))["hazards"], 0);
    app.clock.advance(Duration::days(2));
    let (planner, second) = (app.http().log_in("planner", PASSWORD), app.http().log_in("second", PASSWORD));
    // What is entered now for an earlier day does not reach back.
    let path = hazard(&planner, &campaign, &firm, "弯曲性能");
    step(&planner, &path, json!({ "step": "annul", "said": "误登" })).expect(200);
    let list = planner.get(&format!("{HAZARDS}?campaign={campaign}&state=found")).expect(200);
    let found = format!("{HAZARDS}/{}", text(&list["items"][0]["id"]));
    step(&planner, &found, json!({ "step": "order" })).expect(200);
    step(&planner, &found, json!({ "step": "correct", "said": "已更换" })).expect(200);
    step(&second, &found, json!({ "step": "verify" })).expect(200);
    step(&second, &found, json!({ "step": "close" })).expect(200);
    assert_eq!(at(&planner, first), before);
    let now = at(&planner, today(&app));
    assert_eq!(
        (&now["hazards"], &now["hazards_closed"], &now["hazards_open"]),
        (&json!(1), &json!(1), &json!(0))
    );
    // An officer of a district counts the own part alone.
    let district = app.admin("district", "440106");
    assert_eq!(at(&district, today(&app))["hazards"], 0);
}

/// Hands a file in for the register of a campaign; gives the import at its end.
#[track_caller]
pub fn hand_in(who: &Http, campaign: &str, rows: &str, dry_run: bool) -> Value {
    let file = format!("单位名称,地区代码,统一社会信用代码,地址,重点产品,纬度,经度\n{rows}").into_bytes();
    let path = format!("{CAMPAIGNS}/{campaign}/imports");
    let fields: &[(&str, &str)] = if dry_run { &[("dry_run", "true")] } else { &[] };
    let asked = who.upload(&path, "名录.csv", &file, fields).expect(202);
    ended(who, &text(&asked["id"]))
}

/// An import at its end.
#[track_caller]
fn ended(who: &Http, id: &str) -> Value {
    let end = Instant::now() + std::time::Duration::from_secs(30);
    loop {
        let view = who.get(&format!("{IMPORTS}/{id}")).expect(200);
        if ["done", "failed"].contains(&view["state"].as_str().unwrap()) {
            return view;
        }
        assert!(Instant::now() < end, "{view}");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

#[track_caller]
fn counts(view: &Value) -> [i64; 4] {
    assert_eq!(view["state"], "done", "{view}");
    let counts = ["rows", "inserted", "unchanged", "rejected"].map(|key| view[key].as_i64().unwrap());
    assert_eq!(counts[0], counts[1] + counts[2] + counts[3], "{view}");
    counts
}

fn registered(who: &Http, campaign: &str) -> i64 {
    who.get(&format!("{CAMPAIGNS}/{campaign}")).expect(200)["figures"]["registered"].as_i64().unwrap()
}

#[test]
fn a_register_comes_as_a_file_that_is_checked_first_and_taken_row_by_row() {
    let app = TestApp::start();
    let (planner, second) = officers(&app);
    let campaign = running(&app, &planner, &second, "key_products");
    let rows = format!(
        "永固水泥厂,440103,{},芳村大道12号,cement,,\n宏基钢材,440103 荔湾区,,芳村大道14号,钢筋,,\n\
         外地店,440300,,某路2号,cement,,\n没有产品的店,440103,,某路3号,茶叶,,\n身份证号,440103,440103199001011234,某路4号,cement,,\n\
         ,440103,,某路5号,cement,,\n永固水泥厂有限公司,440103,{},别处9号,cement,,\n",
        uscc(1),
        uscc(1),
    );
    let check = hand_in(&planner, &campaign, &rows, true);
    assert_eq!(counts(&check), [7, 3, 0, 4]);
    assert_eq!(registered(&planner, &campaign), 0, "a check writes nothing");
    let asked = planner.act(&format!("{IMPORTS}/{}/import", text(&check["id"]))).expect(202);
    let done = ended(&planner, &text(&asked["id"]));
    assert_eq!((counts(&done), &done["check"]), ([7, 3, 0, 4], &check["id"]));
    let again = planner.act(&format!("{IMPORTS}/{}/import", text(&check["id"]))).expect(202);
    assert_eq!(again["id"], asked["id"], "a check is imported once");
    assert_eq!(registered(&planner, &campaign), 3);
    let path = format!("{IMPORTS}/{}/rejections", text(&done["id"]));
    let rejected = planner.get(&path).expect(200);
    let told: Vec<(i64, String, String)> = rejected["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["row"].as_i64().unwrap(), text(&one["column"]), text(&one["code"])))
        .collect();
    let named = |row, column: &str, code: &str| (row, column.to_owned(), code.to_owned());
    assert!(told.contains(&named(4, "region", "region_outside_scope")), "{told:?}");
    assert!(told.contains(&named(5, "product", "key_product_unknown")), "{told:?}");
    assert!(told.iter().any(|(row, column, _)| (*row, column.as_str()) == (6, "uscc")), "{told:?}");
    assert!(told.contains(&named(7, "name", "value_missing")), "{told:?}");
    for format in ["csv", "xlsx"] {
        assert_eq!(planner.get(&format!("{path}?format={format}")).status, 200, "{format}");
    }
    assert!(planner.get(&format!("{path}?format=csv")).text.contains("外地店"));
    // What may be the same is marked as by hand; what is there already stays as it is.
    let doubles =
        planner.get(&format!("/api/v1/campaign-subjects?campaign={campaign}&double=true")).expect(200);
    assert_eq!(doubles["items"][0]["double_ground"], "uscc");
    assert_eq!(counts(&hand_in(&planner, &campaign, &rows, false)), [7, 0, 3, 4]);
    let list = planner.get(&format!("{IMPORTS}?campaign={campaign}&q=名录")).expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 3);
    let id = text(&done["id"]);
    for page in [
        format!("/campaigns/{campaign}/imports"),
        format!("/campaign-imports/{id}"),
        format!("/campaigns/{campaign}"),
    ] {
        assert_eq!(planner.get(&page).status, 200, "{page}");
    }
    let elsewhere = app.admin("elsewhere", "440300");
    let upload = elsewhere.upload(&format!("{CAMPAIGNS}/{campaign}/imports"), "a.csv", b"x", &[]);
    assert_eq!((upload.status, elsewhere.get(&format!("{IMPORTS}/{id}")).status), (404, 404));
}

#[test]
fn a_file_is_taken_back_as_a_whole_while_nothing_rests_on_it() {
    let app = TestApp::start();
    let (planner, second) = officers(&app);
    let campaign = running(&app, &planner, &second, "key_products");
    let first =
        hand_in(&planner, &campaign, "甲厂,440103,,一路1号,cement,,\n乙厂,440103,,一路2号,cement,,\n", false);
    let other = hand_in(&planner, &campaign, "丙厂,440103,,一路3号,cement,,\n", false);
    let withdraw = |view: &Value| {
        let path = format!("{IMPORTS}/{}/withdraw", text(&view["id"]));
        planner.post(&path, &json!({ "reason": "传错文件" }))
    };
    let entries = planner.get(&format!("/api/v1/campaign-subjects?campaign={campaign}&q=甲厂")).expect(200);
    let check = format!("/api/v1/campaign-subjects/{}/checks", text(&entries["items"][0]["id"]));
    let found = json!({ "checked_on": today(&app), "outcome": "fine" });
    planner.post(&check, &found).expect(200);
    let refused = withdraw(&first).problem();
    assert_eq!((&refused["status"], &refused["code"]), (&json!(409), &json!("import_in_use")));
    assert_eq!(refused["errors"][0]["pointer"], "/rows/2", "{refused}");
    let standing = planner.get(&format!("{IMPORTS}/{}/standing", text(&first["id"]))).expect(200);
    let items = standing["items"].as_array().unwrap();
    assert_eq!(
        (items.len(), &items[0]["row"], &items[0]["checked"]),
        (1, &json!(2), &json!(true)),
        "{standing}"
    );
    let page = planner.get(&format!("/campaign-imports/{}/withdraw", text(&first["id"]))).text;
    assert!(page.contains("已登记检查") && page.contains("甲厂") && !page.contains("<textarea"), "{page}");
    assert_eq!(withdraw(&other).expect(200)["state"], "withdrawn");
    assert_eq!(withdraw(&other).refusal(), (409, "import_not_withdrawable".to_owned()));
    // The check was a mistake: it is annulled, and with it nothing rests on the file.
    let annul = json!({ "checked_on": today(&app), "reason": "登记到了另一家" });
    let annulled = planner.post(&format!("{check}/annul"), &annul).expect(200);
    assert_eq!((&annulled["checks"], &annulled["outcome"]), (&json!(0), &Value::Null));
    let one = planner.get(check.trim_end_matches("/checks")).expect(200);
    assert_eq!(one["history"][0]["annulled_reason"], "登记到了另一家");
    assert_eq!(planner.get(check.replace("/api/v1", "").trim_end_matches("/checks")).status, 200);
    assert_eq!(pointer(planner.post(&format!("{check}/annul"), &annul)), "/checked_on");
    withdraw(&first).expect(200);
    assert_eq!(registered(&planner, &campaign), 0);
    assert_eq!(counts(&hand_in(&planner, &campaign, "甲厂,440103,,一路1号,cement,,\n", false)), [1, 1, 0, 0]);
    planner.act(&format!("/api/v1/programmes/{campaign}/close")).expect(200);
    let path = format!("{CAMPAIGNS}/{campaign}/imports");
    assert_eq!(planner.upload(&path, "a.csv", b"x", &[]).refusal(), (409, "campaign_state".to_owned()));
}

#[test]
fn the_template_has_the_regions_and_products_of_the_campaign_and_is_taken_as_it_is() {
    let app = TestApp::start();
    let (planner, second) = officers(&app);
    let campaign = running(&app, &planner, &second, "key_products");
    let template = format!("{CAMPAIGNS}/{campaign}/imports/template");
    for language in ["zh-CN", "en"] {
        let file = planner.get(&format!("{template}?language={language}"));
        assert_eq!(file.status, 200, "{language}");
    }
    assert_eq!(app.admin("elsewhere", "440300").get(&template).status, 404);
    assert_eq!(app.claimed_enterprise(1, "440103", "K0101").http.get(&template).status, 404);
}

#[test]
fn a_decision_on_a_double_does_not_reach_back() {
    let app = TestApp::start();
    let (planner, second) = officers(&app);
    let campaign = running(&app, &planner, &second, "key_products");
    let list = json!({ "subjects": [entry("永固水泥厂", Some(1), "芳村大道12号"), entry("宏基建材", Some(1), "别处9号")] });
    let added = planner.post(&format!("{CAMPAIGNS}/{campaign}/subjects"), &list).expect(200);
    assert_eq!(added["doubles"], 1);
    let first = today(&app);
    let at = |who: &Http, day: NaiveDate| {
        who.get(&format!("{CAMPAIGNS}/{campaign}?as_of={day}")).expect(200)["figures"].clone()
    };
    let before = at(&planner, first);
    assert_eq!(before["possible_doubles"], 1);
    app.clock.advance(Duration::days(2));
    let planner = app.http().log_in("planner", PASSWORD);
    let decide = format!("/api/v1/campaign-subjects/{}/double", text(&added["ids"][1]));
    planner.post(&decide, &json!({ "decision": "same" })).expect(200);
    assert_eq!(at(&planner, first), before);
    assert_eq!(at(&planner, today(&app))["possible_doubles"], 0);
    let ahead = today(&app) + Days::new(1);
    assert_eq!(pointer(planner.get(&format!("{CAMPAIGNS}/{campaign}?as_of={ahead}"))), "?as_of");
}

#[test]
fn what_a_hazard_names_is_of_its_enterprise() {
    let app = TestApp::start();
    let (planner, second) = officers(&app);
    let campaign = running(&app, &planner, &second, "key_products");
    let (firm, other) =
        (app.claimed_enterprise(1, "440103", "K0101"), app.claimed_enterprise(2, "440103", "K0101"));
    let list = json!({ "subjects": [entry("广州第2公司", Some(2), "芳村大道12号")] });
    let added = planner.post(&format!("{CAMPAIGNS}/{campaign}/subjects"), &list).expect(200);
    let mut body = json!({
        "campaign": campaign, "enterprise_id": firm.id, "product": "cement", "item": "x", "description": "x",
        "subject_id": added["ids"][0],
    });
    assert_eq!(pointer(planner.post(HAZARDS, &body)), "/subject_id");
    body["enterprise_id"] = json!(other.id);
    planner.post(HAZARDS, &body).expect(201);
    body["source"] = json!("visit");
    body["consented"] = json!(true);
    body["engagement_id"] = json!("00000000-0000-7000-8000-000000000000");
    assert_eq!(pointer(planner.post(HAZARDS, &body)), "/engagement_id");
}
