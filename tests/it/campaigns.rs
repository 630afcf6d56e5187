//! Campaigns: the ledger of hazards with its second officer, registers with possible doubles, shops around schools, figures that stay.

use chrono::{Days, Duration, NaiveDate};
use serde_json::{Value, json};
use zerodesk::campaigns::overdue::sweep;

use crate::support::csv::uscc;
use crate::support::http::Reply;
use crate::support::people::{Enterprise, PASSWORD, text};
use crate::support::{Http, TestApp};

const CAMPAIGNS: &str = "/api/v1/campaigns";
const HAZARDS: &str = "/api/v1/hazards";

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
    for page in [path.replace("/api/v1", ""), "/hazards".to_owned(), format!("/campaigns/{campaign}")] {
        assert_eq!(planner.get(&page).status, 200, "{page}");
    }
    assert_eq!(firm.http.get("/my/hazards").status, 200);
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

#[test]
fn a_register_comes_as_a_list_whole_or_not_at_all() {
    let app = TestApp::start();
    let (planner, second) = officers(&app);
    let campaign = running(&app, &planner, &second, "key_products");
    let path = format!("{CAMPAIGNS}/{campaign}/subjects/list");
    let list = |rows: &str| format!("单位名称,地区代码,地址,重点产品\n{rows}").into_bytes();
    let good = list("永固水泥厂,440103,芳村大道12号,cement\n宏基钢材,440103,芳村大道14号,rebar\n");
    let added = planner.upload(&path, "register.csv", &good, &[]).expect(200);
    assert_eq!((&added["added"], &added["known"]), (&json!(2), &json!(0)));
    assert_eq!(planner.upload(&path, "register.csv", &good, &[]).expect(200)["known"], 2);
    let wrong = list("新店,440103,某路1号,cement\n外地店,440300,某路2号,cement\n");
    let refused = planner.upload(&path, "register.csv", &wrong, &[]).expect(422);
    assert_eq!(refused["errors"][0]["pointer"], "/subjects/1/region");
    let figures = planner.get(&format!("{CAMPAIGNS}/{campaign}")).expect(200)["figures"].clone();
    assert_eq!(figures["registered"], 2, "all or none");
    assert_eq!(app.admin("elsewhere", "440300").upload(&path, "register.csv", &good, &[]).status, 404);
}
