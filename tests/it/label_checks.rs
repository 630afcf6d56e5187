//! Labels checked by the checklist of their day, and quick tests by devices that are calibrated.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};
use zerodesk::catalogue::SupervisionClass;
use zerodesk::label_checks::settings::LabelCheckSettings;

use crate::support::http::Reply;
use crate::support::people::text;
use crate::support::{Http, TestApp};

const LABELS: &str = "/api/v1/inspections/labels";

fn today(app: &TestApp) -> NaiveDate {
    app.now().date_naive()
}

/// A photo that differs from others by its number.
fn photo(who: &Http, n: u32) -> Value {
    let mut bytes = crate::attachments::samples::PNG.to_vec();
    bytes.extend(n.to_be_bytes());
    who.upload("/api/v1/attachments", "label.png", &bytes, &[]).expect(201)["id"].clone()
}

fn inspection(number: &str, method: &str) -> Value {
    json!({
        "number": number, "method": method, "purpose": "routine", "level": "municipal", "role": "seller", "operator_name": "启明玩具店",
        "place_region": "440103", "product_kind": "K0601", "product_name": "塑胶积木",
    })
}

/// A check in which all that is not named is as it must be. The named ones have their answer and photos.
fn check(app: &TestApp, number: &str, named: &[(&str, &str, Vec<Value>)]) -> Value {
    let list = app.http().get("/api/v1/label-checklists");
    assert_eq!(list.status, 401);
    let settings = app.app.settings().section::<LabelCheckSettings>();
    let list = settings.on(today(app)).unwrap();
    let answers: Vec<Value> = list
        .checks_for(Some("C06"), Some(SupervisionClass::Strict))
        .map(|check| match named.iter().find(|(key, ..)| *key == check.key) {
            Some((key, answer, photos)) => json!({ "check": key, "answer": answer, "photos": photos }),
            None => json!({ "check": check.key, "answer": "ok" }),
        })
        .collect();
    let found = json!({ "inspected_on": today(app), "inspectors": ["张三", "李四"], "answers": answers });
    json!({ "inspection": inspection(number, "label"), "check": found })
}

fn pointers(reply: &Reply) -> Vec<String> {
    let problem = reply.problem();
    assert_eq!(problem["status"], 422, "{problem}");
    problem["errors"].as_array().unwrap().iter().map(|error| text(&error["pointer"])).collect()
}

#[test]
fn the_outcome_follows_from_the_answers_in_its_order() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let list = officer.get("/api/v1/label-checklists").expect(200)["items"][0].clone();
    assert_eq!((&list["version"], &list["provisional"]), (&json!("labels-2018"), &json!(true)));
    let one = || vec![photo(&officer, 1)];
    let missing = |key: &'static str, photos| (key, "missing", photos);
    let made = officer
        .post(
            LABELS,
            &check(
                &app,
                "BZ-1",
                &[
                    missing("certificate", one()),
                    missing("maker_name", one()),
                    missing("maker_address", one()),
                    ("warning", "false", one()),
                ],
            ),
        )
        .expect(201);
    assert_eq!((&made["outcome"], &made["checklist_version"]), (&json!("three_noes"), &json!("labels-2018")));
    assert_eq!(made["answers"].as_array().unwrap().len(), 12, "those of its class and regime, too");
    let id = text(&made["inspection_id"]);
    let detail = officer.get(&format!("/api/v1/inspections/{id}")).expect(200);
    assert_eq!(
        (&detail["method"], &detail["state"], &detail["outcome"]),
        (&json!("label"), &json!("reported"), &json!("nonconforming"))
    );
    // It causes nothing by itself.
    assert_eq!(detail["nonconformity_id"], Value::Null);
    let mut named = check(&app, "BZ-2", &[("marks_true", "false", vec![photo(&officer, 2)])]);
    named["check"]["source_named"] = json!(true);
    named["check"]["source_name"] = json!("荔湾批发部");
    named["check"]["corrected_on"] = json!(today(&app));
    named["check"]["correction"] = json!("当场下架");
    named["check"]["delivered_on"] = json!(today(&app));
    let made = officer.post(LABELS, &named).expect(201);
    assert_eq!(
        (&made["outcome"], &made["source_name"], &made["corrected_on"]),
        (&json!("label_nonconforming"), &json!("荔湾批发部"), &json!(today(&app)))
    );
    let delivered = officer.get(&format!("/api/v1/inspections/{}", text(&made["inspection_id"]))).expect(200);
    assert_eq!(delivered["state"], "delivered");
    let third =
        officer.post(LABELS, &check(&app, "BZ-3", &[("expiry", "not_applicable", vec![])])).expect(201);
    assert_eq!(third["outcome"], "conforming");
    // The list has all of them, and by what they came to.
    let listed = |query: &str| {
        let found = officer.get(&format!("/api/v1/label-checks{query}")).expect(200);
        found["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| text(&line["label"]["outcome"]))
            .collect::<Vec<_>>()
    };
    assert_eq!(listed(""), ["conforming", "label_nonconforming", "three_noes"]);
    assert_eq!(listed("?conforming=true"), ["conforming"]);
    assert_eq!(listed("?product_class=C42"), Vec::<String>::new());
    // Photos are read by who sees the inspection.
    let photo = text(
        &made["answers"].as_array().unwrap().iter().find(|a| a["answer"] == "false").unwrap()["photos"][0]["id"],
    );
    let path = format!("/api/v1/attachments/{photo}");
    assert_eq!(app.admin("province", "440000").get(&path).status, 200);
    let elsewhere = app.admin("elsewhere", "440300");
    assert_eq!(elsewhere.get(&path).status, 404);
    assert_eq!(elsewhere.get(&format!("/api/v1/inspections/{id}/label")).status, 404);
    for page in ["/label-checks".to_owned(), format!("/label-checks/{id}"), "/label-checks/new".to_owned()] {
        assert_eq!(officer.get(&page).status, 200, "{page}");
    }
    assert!(officer.get(&format!("/label-checks/{id}")).text.contains("三无产品"));
    let checklist = format!("href=\"/label-checks/{id}\"");
    assert!(officer.get(&format!("/inspections/{id}")).text.contains(&checklist));
}

#[test]
fn a_task_leads_to_the_form_by_which_it_is_entered() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let task = |number: &str, method: &str| {
        text(&officer.post("/api/v1/inspections", &inspection(number, method)).expect(201)["id"])
    };
    let label = task("BZ-1", "label");
    let form = format!("/label-checks/new?task={label}");
    let page = officer.get(&format!("/inspections/{label}")).text;
    assert!(page.contains(&format!("href=\"{form}\"")), "{page}");
    assert!(!page.contains("value=\"check\""), "a label is checked by the checklist alone");
    assert!(officer.get(&form).text.contains(&format!("value=\"{label}\" selected")));
    assert!(officer.get("/label-checks").text.contains(&form), "the list leads there as well");
    // There is no checklist to be shown yet.
    let reply = officer.get(&format!("/label-checks/{label}"));
    let address = format!("/inspections/{label}");
    assert_eq!((reply.status, reply.header("location")), (303, address.as_str()));
    let quick = task("KJ-1", "quick");
    assert!(officer.get(&format!("/inspections/{quick}")).text.contains("登记快速检测结果"));
    let device = json!({
        "name": "快检仪", "serial_no": "7",
        "calibration": { "calibrated_on": today(&app), "calibrated_until": today(&app) },
    });
    let device = officer.post("/api/v1/quick-devices", &device).expect(201)["id"].clone();
    let entered = format!("/api/v1/inspections/{quick}/quick-test");
    assert!(officer.get("/quick-tests").text.contains(&format!("data-api=\"{entered}\"")));
    let test = |outcome: &str| json!({ "device": device, "tester": "王五", "outcome": outcome, "minutes": 20, "tested_on": today(&app) });
    assert_eq!(pointers(&officer.post(&entered, &test("conforming"))), ["/outcome"]);
    officer.post(&entered, &test("clear")).expect(200);
    assert!(!officer.get("/quick-tests").text.contains(&entered));
}

#[test]
fn a_later_version_moves_no_past_result() {
    let app = TestApp::builder()
        .settings(|s| {
            let mut settings = s.edit::<LabelCheckSettings>();
            let mut later = settings.checklists[0].clone();
            later.version = "labels-2030".to_owned();
            later.in_force_from = "2030-01-01".parse().unwrap();
            later.three_noes = vec!["warning".to_owned()];
            settings.checklists.push(later);
        })
        .start();
    let officer = app.admin("officer", "440100");
    let made = officer
        .post(LABELS, &check(&app, "BZ-1", &[("warning", "missing", vec![photo(&officer, 1)])]))
        .expect(201);
    assert_eq!(made["outcome"], "label_nonconforming");
    app.clock.set("2030-02-01T01:00:00Z".parse().unwrap());
    let officer = app.admin("officer-2", "440100");
    let path = format!("/api/v1/inspections/{}/label", text(&made["inspection_id"]));
    let then = officer.get(&path).expect(200);
    assert_eq!(
        (&then["outcome"], &then["checklist_version"]),
        (&json!("label_nonconforming"), &json!("labels-2018"))
    );
    let now = officer
        .post(LABELS, &check(&app, "BZ-2", &[("warning", "missing", vec![photo(&officer, 2)])]))
        .expect(201);
    assert_eq!((&now["outcome"], &now["checklist_version"]), (&json!("three_noes"), &json!("labels-2030")));
    // A form that was filled in before names the version that it showed.
    let mut old = check(&app, "BZ-3", &[("warning", "missing", vec![photo(&officer, 3)])]);
    old["check"]["checklist"] = json!("labels-2018");
    assert_eq!(officer.post(LABELS, &old).expect(201)["outcome"], "label_nonconforming");
    let both = officer.get("/api/v1/label-checklists").expect(200);
    assert_eq!(both["items"].as_array().unwrap().len(), 2);
    let one = officer.get("/api/v1/label-checklists?on=2026-01-01").expect(200);
    assert_eq!(one["items"][0]["version"], "labels-2018");
}

#[test]
fn the_checklist_goes_by_the_regime_of_the_day() {
    let app = TestApp::start();
    let (province, officer) = (app.admin("province", "440000"), app.admin("officer", "440100"));
    let at = |body: &Value| {
        body["check"]["answers"]
            .as_array()
            .unwrap()
            .iter()
            .position(|one| one["check"] == "standard")
            .unwrap()
    };
    let strict = check(&app, "BZ-1", &[]);
    officer.post(LABELS, &strict).expect(201);
    let change = json!({ "regime": "general", "in_force_from": today(&app), "reason": "风险下降" });
    province.post("/api/v1/regimes/kinds/K0601/changes", &change).expect(201);
    let mut general = check(&app, "BZ-2", &[]);
    let refused = pointers(&officer.post(LABELS, &general));
    assert_eq!(refused, [format!("/check/answers/{}/check", at(&general))], "it is of other regimes");
    general["check"]["answers"].as_array_mut().unwrap().retain(|one| one["check"] != "standard");
    officer.post(LABELS, &general).expect(201);
    // What was checked before is entered by the regime of its day.
    let mut before = check(&app, "BZ-3", &[]);
    before["check"]["inspected_on"] = json!(today(&app).pred_opt().unwrap());
    officer.post(LABELS, &before).expect(201);
    let form = officer.get("/label-checks/new").text;
    assert!(form.contains("data-regimes=\"strict special \""), "{form}");
    let strict = form.split("data-strict=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(strict.split(' ').any(|kind| kind == "K0602") && !strict.contains("K0601"), "{strict}");
}

#[test]
fn what_proves_nothing_is_refused_and_a_repetition_makes_no_second_check() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let refused = |body: &Value| pointers(&officer.post(LABELS, body));
    let all: Vec<(&str, &str, Vec<Value>)> = [
        "certificate",
        "product_name",
        "maker_name",
        "maker_address",
        "specification",
        "expiry",
        "warning",
        "standard",
        "origin_true",
        "maker_true",
        "marks_true",
        "ccc",
    ]
    .map(|key| (key, "not_applicable", vec![]))
    .into();
    assert_eq!(refused(&check(&app, "BZ-0", &all)), ["/check/answers"]);
    let at = |body: &Value, key: &str| {
        body["check"]["answers"].as_array().unwrap().iter().position(|a| a["check"] == key).unwrap()
    };
    let body = check(&app, "BZ-0", &[("warning", "missing", vec![])]);
    assert_eq!(refused(&body), [format!("/check/answers/{}/photos", at(&body, "warning"))]);
    let mut body = check(&app, "BZ-0", &[]);
    body["check"]["answers"].as_array_mut().unwrap().pop();
    assert_eq!(refused(&body), ["/check/answers"]);
    let mut body = check(&app, "BZ-0", &[]);
    body["check"]["answers"][0]["check"] = json!("unknown");
    assert_eq!(refused(&body), ["/check/answers/0/check", "/check/answers"]);
    let mut body = check(&app, "BZ-0", &[]);
    body["check"]["corrected_on"] = json!(today(&app));
    body["check"]["correction"] = json!("x");
    assert_eq!(refused(&body), ["/check/corrected_on"], "nothing failed");
    for (change, wanted) in [
        (json!({ "inspectors": [] }), "/check/inspectors"),
        (json!({ "inspected_on": "2100-01-01" }), "/check/inspected_on"),
        (json!({ "checklist": "none" }), "/check/checklist"),
        (json!({ "source_name": "x" }), "/check/source_named"),
    ] {
        let mut body = check(&app, "BZ-0", &[]);
        for (name, value) in change.as_object().unwrap() {
            body["check"][name] = value.clone();
        }
        assert!(refused(&body).contains(&wanted.to_owned()), "{change}");
    }
    let mut body = check(&app, "BZ-0", &[]);
    body["inspection"]["method"] = json!("sampling");
    assert_eq!(refused(&body), ["/inspection/method"]);
    // Nothing half-written: the number is free.
    let first = check(&app, "BZ-0", &[("warning", "missing", vec![photo(&officer, 7)])]);
    let made = officer.post(LABELS, &first).expect(201);
    // The same again, with the photo uploaded anew, is the same check; another content is not.
    let again = check(&app, "BZ-0", &[("warning", "missing", vec![photo(&officer, 7)])]);
    assert_eq!(officer.post(LABELS, &again).expect(201)["inspection_id"], made["inspection_id"]);
    let other = check(&app, "BZ-0", &[("expiry", "missing", vec![photo(&officer, 8)])]);
    assert_eq!(officer.post(LABELS, &other).refusal(), (409, "label_checked".to_owned()));
    // The same photo for another product.
    let second = check(&app, "BZ-1", &[("warning", "missing", vec![photo(&officer, 7)])]);
    let place = format!("/check/answers/{}/photos/0", at(&second, "warning"));
    assert_eq!(refused(&second), std::slice::from_ref(&place));
    // Another one's photo.
    let colleague = app.admin("colleague", "440100");
    let second = check(&app, "BZ-1", &[("warning", "missing", vec![photo(&colleague, 9)])]);
    assert_eq!(refused(&second), [place]);
    // What was withdrawn never should have been there: its photo shows the product that is entered anew.
    let path = format!("/api/v1/inspections/{}/events", text(&made["inspection_id"]));
    officer.post(&path, &json!({ "step": "withdraw", "reason": "编号有误" })).expect(200);
    let second = check(&app, "BZ-1", &[("warning", "missing", vec![photo(&officer, 7)])]);
    officer.post(LABELS, &second).expect(201);
    assert_eq!(app.operator("operator").post(LABELS, &second).status, 403);
}

#[test]
fn a_quick_test_needs_a_calibrated_device_and_a_suspect_one_waits() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let (day, tests) = (today(&app), "/api/v1/inspections/quick-tests");
    let until = day.checked_add_days(Days::new(10)).unwrap();
    let calibration = json!({ "calibrated_on": day, "calibrated_until": until, "certificate_no": "J-1" });
    let device = json!({ "name": "快检仪", "serial_no": "7", "calibration": calibration });
    let made = officer.post("/api/v1/quick-devices", &device).expect(201);
    assert_eq!((&made["usable"], &made["region"]), (&json!(true), &json!("440100")));
    assert_eq!(pointers(&officer.post("/api/v1/quick-devices", &device)), ["/serial_no"]);
    let quick = |number: &str, outcome: &str, on: NaiveDate| {
        let test = json!({ "device": made["id"], "tester": "王五", "outcome": outcome, "minutes": 20, "tested_on": on });
        json!({ "inspection": inspection(number, "quick"), "test": test })
    };
    let clear = officer.post(tests, &quick("KJ-1", "clear", day)).expect(201);
    assert_eq!((&clear["state"], &clear["outcome"]), (&json!("closed"), &json!("clear")));
    let suspect = officer.post(tests, &quick("KJ-2", "suspect", day)).expect(201);
    assert_eq!(suspect["state"], "suspect");
    assert_eq!(officer.post(tests, &quick("KJ-2", "suspect", day)).expect(201)["id"], suspect["id"]);
    let other = officer.post(tests, &quick("KJ-2", "clear", day)).refusal();
    assert_eq!(other, (409, "label_checked".to_owned()), "another result is no repetition");
    assert_eq!(pointers(&officer.post(tests, &quick("KJ-3", "conforming", day))), ["/test/outcome"]);
    // Before the calibration, and after it.
    let before = day.checked_sub_days(Days::new(1)).unwrap();
    assert_eq!(pointers(&officer.post(tests, &quick("KJ-3", "clear", before))), ["/test/device"]);
    app.clock.set(app.now() + chrono::Duration::days(11));
    let officer = app.admin("officer-2", "440100");
    let later = today(&app);
    assert_eq!(pointers(&officer.post(tests, &quick("KJ-3", "clear", later))), ["/test/device"]);
    // A test that was made while it held can still be entered.
    officer.post(tests, &quick("KJ-4", "invalid", day)).expect(201);
    let path = format!("/api/v1/quick-devices/{}", text(&made["id"]));
    assert_eq!(officer.get(&path).expect(200)["usable"], false);
    let calibration = json!({ "calibrated_on": later, "calibrated_until": later });
    let renewed = officer.post(&format!("{path}/calibrations"), &calibration).expect(201);
    assert_eq!((&renewed["usable"], renewed["calibrations"].as_array().unwrap().len()), (&json!(true), 2));
    officer.post(tests, &quick("KJ-3", "clear", later)).expect(201);
    officer.json("PATCH", &path, &json!({ "active": false })).expect(200);
    assert_eq!(pointers(&officer.post(tests, &quick("KJ-5", "clear", later))), ["/test/device"]);
    // The suspect one is listed until it has a formal sample or a reason.
    let waiting = || officer.get("/quick-tests").text.contains("KJ-2");
    assert!(waiting());
    // The form of its formal sample is filled in with what the test knows.
    let page = officer.get("/quick-tests").text;
    assert!(
        page.contains("/inspections/new?follows=")
            && page.contains("purpose=routine")
            && page.contains("role=seller"),
        "{page}"
    );
    let events = format!("/api/v1/inspections/{}/events", text(&suspect["id"]));
    officer.post(&events, &json!({ "step": "explain", "reason": "商家已停业" })).expect(200);
    assert!(!waiting());
    assert!(officer.get("/quick-tests?all=true").text.contains("KJ-2"));
    // Devices of the region above can be used, those of others are not known.
    let district = app.admin("district", "440103");
    assert_eq!(district.get(&path).status, 200);
    assert_eq!(district.json("PATCH", &path, &json!({ "active": true })).status, 403);
    let elsewhere = app.admin("elsewhere", "440300");
    assert_eq!(elsewhere.get(&path).status, 404);
    assert_eq!(elsewhere.json("PATCH", &path, &json!({ "active": true })).status, 404);
    assert_eq!(officer.get("/quick-devices").status, 200);
}

#[test]
fn a_corrected_check_shows_what_it_came_to() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let failed = check(&app, "BZ-1", &[("warning", "missing", vec![photo(&officer, 1)])]);
    let id = text(&officer.post(LABELS, &failed).expect(201)["inspection_id"]);
    let path = format!("/api/v1/inspections/{id}");
    let label = format!("{path}/label");
    let correct = |more: Value| {
        let mut body = json!({ "step": "correct", "reason": "误判" });
        for (key, value) in more.as_object().unwrap() {
            body[key] = value.clone();
        }
        officer.post(&format!("{path}/events"), &body).expect(200)
    };
    let listed = |query: &str| {
        let found = officer.get(&format!("/api/v1/label-checks{query}")).expect(200);
        let outcomes = found["items"].as_array().unwrap().iter().map(|line| line["label"]["outcome"].clone());
        outcomes.collect::<Vec<_>>()
    };
    let figures = || {
        let found = officer.get("/api/v1/reports/sampling?method=label").expect(200);
        found.to_string()
    };
    assert_eq!(listed("?conforming=false"), [json!("label_nonconforming")]);
    let before = figures();
    correct(json!({ "corrects": 2, "result": { "outcome": "conforming", "items": [] } }));
    let shown = officer.get(&label).expect(200);
    assert_eq!((&shown["outcome"], &shown["result_corrected"]), (&json!("conforming"), &json!(true)));
    assert!(officer.get(&format!("/label-checks/{id}")).text.contains("检查结论已在办理过程中更正"));
    assert_eq!(
        (listed("?conforming=true"), listed("?conforming=false")),
        (vec![json!("conforming")], vec![])
    );
    assert_ne!(figures(), before);
    // What the checklist was answered with is not put right by the general form.
    let form = officer.get(&format!("/inspections/{id}/events/3/correct")).text;
    assert!(form.contains("再按检查表重新登记") && !form.contains("result.outcome"), "{form}");
    // It never was checked: nothing is shown of it, and it can be checked again.
    correct(json!({ "corrects": 3, "annulled": true }));
    assert_eq!(officer.get(&label).status, 404);
    assert_eq!(officer.get(&format!("/label-checks/{id}")).status, 303);
    assert_eq!(listed(""), [Value::Null]);
    let again = check(&app, "BZ-1", &[("expiry", "missing", vec![photo(&officer, 2)])]);
    let made = officer.post(&label, &again["check"]).expect(201);
    assert_eq!((&made["outcome"], &made["result_corrected"]), (&json!("label_nonconforming"), &json!(false)));
    let missing: Vec<&Value> =
        made["answers"].as_array().unwrap().iter().filter(|answer| answer["answer"] == "missing").collect();
    assert_eq!((missing.len(), &missing[0]["check"]["key"]), (1, &json!("expiry")));
    assert_eq!(listed(""), [json!("label_nonconforming")]);
    // The same again changes nothing, another one is refused.
    officer.post(&label, &again["check"]).expect(201);
    assert_eq!(officer.post(&label, &failed["check"]).refusal(), (409, "label_checked".to_owned()));
}

#[test]
fn a_quick_test_that_was_annulled_is_entered_again() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let device = |number: &str| {
        let body = json!({
            "name": "快检仪", "serial_no": number,
            "calibration": { "calibrated_on": today(&app), "calibrated_until": today(&app) },
        });
        text(&officer.post("/api/v1/quick-devices", &body).expect(201)["id"])
    };
    let (wrong, right) = (device("7"), device("8"));
    let id = text(&officer.post("/api/v1/inspections", &inspection("KJ-1", "quick")).expect(201)["id"]);
    let path = format!("/api/v1/inspections/{id}");
    let test = |device: &str, outcome: &str| {
        let test = json!({ "device": device, "tester": "王五", "outcome": outcome, "minutes": 20, "tested_on": today(&app) });
        officer.post(&format!("{path}/quick-test"), &test)
    };
    test(&wrong, "suspect").expect(200);
    assert_eq!(test(&right, "clear").refusal(), (409, "label_checked".to_owned()));
    let form = officer.get(&format!("/inspections/{id}/events/2/correct")).text;
    assert!(form.contains("在快速检测页面重新登记") && !form.contains("quick.outcome"), "{form}");
    let annulled = json!({ "step": "correct", "reason": "设备登记错误", "corrects": 2, "annulled": true });
    officer.post(&format!("{path}/events"), &annulled).expect(200);
    assert!(
        officer.get("/quick-tests").text.contains(&format!("{path}/quick-test")),
        "it is to be made again"
    );
    assert_eq!(test(&right, "clear").expect(200)["outcome"], "clear");
    let tests =
        |device: &str| officer.get(&format!("/api/v1/quick-devices/{device}")).expect(200)["tests"].clone();
    assert_eq!((tests(&wrong), tests(&right)), (json!(0), json!(1)), "what was annulled never was made");
}

#[test]
fn a_calibration_that_was_entered_wrongly_is_annulled_and_stays() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let body = json!({
        "name": "快检仪", "serial_no": "9",
        "calibration": { "calibrated_on": today(&app), "calibrated_until": today(&app) + Days::new(365) },
    });
    let device = officer.post("/api/v1/quick-devices", &body).expect(201);
    assert_eq!(device["usable"], true);
    let path = format!("/api/v1/quick-devices/{}/calibrations/1/annul", text(&device["id"]));
    assert_eq!(pointers(&officer.post(&path, &json!({ "reason": " " }))), ["/reason"]);
    let elsewhere = app.admin("elsewhere", "440300");
    assert_eq!(elsewhere.post(&path, &json!({ "reason": "x" })).status, 404);
    let annulled = officer.post(&path, &json!({ "reason": "日期登记错误" })).expect(200);
    assert_eq!((&annulled["usable"], &annulled["calibrated_until"]), (&json!(false), &Value::Null));
    assert_eq!(annulled["calibrations"][0]["annul_reason"], "日期登记错误");
    assert_eq!(officer.post(&path, &json!({ "reason": "再次" })).status, 404, "once");
    assert!(officer.get("/quick-devices").text.contains("日期登记错误"));
    let id = text(&officer.post("/api/v1/inspections", &inspection("KJ-9", "quick")).expect(201)["id"]);
    let test = json!({ "device": device["id"], "tester": "王五", "outcome": "clear", "minutes": 20, "tested_on": today(&app) });
    assert_eq!(pointers(&officer.post(&format!("/api/v1/inspections/{id}/quick-test"), &test)), ["/device"]);
}

#[test]
fn a_sampler_checks_a_label_and_the_organiser_delivers_the_result() {
    let app = TestApp::start();
    let province = app.admin("officer", "440000");
    let body = crate::inspections::body(&province, "抽样服务中心", true);
    let sampler = crate::inspections::person(&app, &province, "sampler", "sampler-1", &body);
    let officer = app.admin("officer-gz", "440100");
    let mut task = inspection("BZ-5", "label");
    task["sampler"] = json!(body);
    let id = text(&officer.post("/api/v1/inspections", &task).expect(201)["id"]);
    let label = format!("/api/v1/inspections/{id}/label");
    let page = sampler.get(&format!("/label-checks/new?task={id}")).text;
    assert!(page.contains("由组织部门送达") && !page.contains("name=\"delivered\""), "{page}");
    let mut found = check(&app, "BZ-5", &[])["check"].clone();
    found["delivered_on"] = json!(today(&app));
    assert_eq!(pointers(&sampler.post(&label, &found)), ["/check/delivered_on"]);
    found["delivered_on"] = Value::Null;
    assert_eq!(sampler.post(&label, &found).expect(201)["outcome"], "conforming");
    // It annuls what it entered, and checks it again, as long as nobody else has acted.
    let annulled = json!({ "step": "correct", "reason": "检查表填错", "corrects": 2, "annulled": true });
    sampler.post(&format!("/api/v1/inspections/{id}/events"), &annulled).expect(200);
    found["answers"][0]["note"] = json!("重新检查");
    sampler.post(&label, &found).expect(201);
    officer
        .post(&format!("/api/v1/inspections/{id}/events"), &json!({ "step": "deliver", "party": "operator" }))
        .expect(200);
    let late = json!({ "step": "correct", "reason": "检查表填错", "corrects": 4, "annulled": true });
    assert_eq!(sampler.post(&format!("/api/v1/inspections/{id}/events"), &late).status, 403);
}

#[test]
fn a_challenge_of_a_label_that_is_right_overturns_the_result() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let seller = app.claimed_enterprise(1, "440103", "K0601");
    let mut failed = check(&app, "BZ-1", &[("warning", "missing", vec![photo(&officer, 1)])]);
    failed["inspection"]["operator"] = json!(seller.id);
    failed["check"]["delivered_on"] = json!(today(&app));
    let id = text(&officer.post(LABELS, &failed).expect(201)["inspection_id"]);
    let path = format!("/api/v1/inspections/{id}");
    let grounds = json!({ "step": "contest", "reason": "警示说明在包装背面" });
    assert_eq!(seller.http.post(&format!("{path}/events"), &grounds).expect(200)["state"], "contested");
    let allowed = officer.get(&path).expect(200)["allowed"].clone();
    let may = |step: &str| allowed.as_array().unwrap().contains(&json!(step));
    assert_eq!([may("overturn"), may("refuse_retest"), may("order_retest")], [true, true, false]);
    let page = officer.get(&format!("/inspections/{id}")).text;
    assert!(page.contains("异议成立，推翻原结论") && page.contains("异议不成立"), "{page}");
    let ended = officer.post(&format!("{path}/events"), &json!({ "step": "overturn" })).expect(200);
    assert_eq!((&ended["state"], &ended["outcome"]), (&json!("overturned"), &json!("conforming")));
    let open = ended["terms"].as_array().unwrap().iter().filter(|term| term["met_on"].is_null()).count();
    assert_eq!(open, 0, "{ended}");
    // Nothing shows the failure any more.
    assert_eq!(officer.get(&format!("{path}/label")).expect(200)["outcome"], "conforming");
    let listed = |query: &str| {
        officer.get(&format!("/api/v1/label-checks{query}")).expect(200)["items"].as_array().unwrap().len()
    };
    assert_eq!((listed("?conforming=false"), listed("?conforming=true")), (0, 1));
    assert!(seller.http.get("/my/inspections").text.contains("异议成立，结果改为合格"));
}
