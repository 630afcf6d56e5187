//! What is entered, what is refused, and how the enterprise is told.

use chrono::Duration;
use serde_json::{Value, json};

use super::{CONDUCT, decision, entered, entry, entry_of, people, step};
use crate::support::TestApp;
use crate::support::people::{PASSWORD, text};

#[test]
fn an_enterprise_is_told_before_an_entry_counts() {
    let app = TestApp::start();
    let (officer, _, enterprise) = people(&app);
    let path = entered(&officer, &entry(&enterprise.id));
    app.mail("factory-1@enterprise.example", "信用行为记录告知");
    let seen = enterprise.http.get(&path).expect(200);
    assert_eq!((&seen["state"], &seen["notified_on"]), (&json!("notified"), &json!("2026-03-02")));
    assert_eq!(seen["counts_from"], "2026-03-16", "ten working days after it was told");
    assert_eq!(seen["counts_until"], "2028-02-10", "730 days after the decision");
    assert_eq!(seen["allowed"], json!(["object"]));
    assert_eq!((&seen["points"], &seen["provisional"]), (&json!(4), &json!(true)));
    let steps: Vec<&Value> = seen["events"].as_array().unwrap().iter().map(|event| &event["step"]).collect();
    assert_eq!(steps, ["enter", "notify"]);
    assert_eq!(seen["events"][0]["by"], Value::Null, "an enterprise does not learn which officer it was");
    assert_eq!(enterprise.http.get("/api/v1/my/conduct").expect(200)["items"].as_array().unwrap().len(), 1);
    let stranger = app.claimed_enterprise(2, "440106", "K0101");
    assert_eq!(stranger.http.get(&path).status, 404);
    assert_eq!(stranger.http.get("/api/v1/my/conduct").expect(200)["items"], json!([]));
    assert_eq!(enterprise.http.get(CONDUCT).status, 403, "the list is for officers");
    let elsewhere = app.admin("elsewhere", "440300");
    assert_eq!(elsewhere.get(&path).status, 404);
    let district = app.admin("district", "440106");
    district.get(&path).expect(200);
    assert_eq!(step(&district, &path, "correct", &json!({})).status, 403, "the province keeps the entry");
}

#[test]
fn who_has_no_account_is_told_on_paper() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let (code, _) = app.listed(7, "440106", "K0101");
    let found = officer.get(&format!("/api/v1/enterprises?q={code}")).expect(200);
    let path = entered(&officer, &entry(&text(&found["items"][0]["id"])));
    let seen = officer.get(&path).expect(200);
    assert_eq!((&seen["state"], &seen["notified_on"]), (&json!("entered"), &Value::Null));
    assert_eq!(seen["counts_from"], "2026-04-01", "thirty days where nobody could be told");
    let told = step(&officer, &path, "notify", &json!({ "document": "告字〔2026〕1号" })).expect(200);
    assert_eq!((&told["state"], &told["counts_from"]), (&json!("notified"), &json!("2026-03-16")));
    assert_eq!(step(&officer, &path, "notify", &json!({})).refusal(), (409, "conduct_state".to_owned()));
}

#[test]
fn who_gets_an_account_later_is_told_then() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let (code, email) = app.listed(7, "440106", "K0101");
    let found = officer.get(&format!("/api/v1/enterprises?q={code}")).expect(200);
    let path = entered(&officer, &entry(&text(&found["items"][0]["id"])));
    let sweep = || zerodesk::conduct::sweep::sweep(&app.app, &|| false).unwrap();
    app.clock.advance(Duration::days(7));
    sweep();
    let officer = app.http().log_in("officer", PASSWORD);
    assert_eq!(officer.get(&path).expect(200)["state"], "entered", "there is nobody to tell");
    let token = app.claim(&code, &email, "enterprise-7");
    app.confirm_claim(&token, "enterprise-7");
    sweep();
    app.mail(&email, "信用行为记录告知");
    let own = app.http().log_in("enterprise-7", PASSWORD);
    let seen = own.get(&path).expect(200);
    assert_eq!(
        (&seen["state"], &seen["notified_on"], &seen["counts_from"]),
        (&json!("notified"), &json!("2026-03-09"), &json!("2026-03-23"))
    );
    sweep();
    assert_eq!(own.get(&path).expect(200)["events"].as_array().unwrap().len(), 2, "told once");
}

#[test]
fn danger_counts_at_once() {
    let app = TestApp::start();
    let (officer, _, enterprise) = people(&app);
    let path = entered(&officer, &entry_of(&enterprise.id, "sold_after_stop"));
    assert_eq!(officer.get(&path).expect(200)["counts_from"], "2026-03-02");
}

#[test]
fn only_what_the_rules_know_and_cover_is_entered() {
    let app = TestApp::start();
    let (officer, _, enterprise) = people(&app);
    let refused = |change: &[(&str, Value)], pointer: &str| {
        let mut entry = entry(&enterprise.id);
        for (field, value) in change {
            entry[*field] = value.clone();
        }
        let problem = officer.post(CONDUCT, &entry).problem();
        assert_eq!(problem["status"], 422, "{change:?}: {problem}");
        let pointers: Vec<&str> =
            problem["errors"].as_array().unwrap().iter().filter_map(|e| e["pointer"].as_str()).collect();
        assert!(pointers.contains(&pointer), "{change:?}: {problem}");
    };
    refused(&[("behaviour", json!("bad_weather"))], "/behaviour");
    refused(&[("decided_on", json!("2026-02-01"))], "/decided_on");
    refused(&[("decided_on", json!("2026-03-03"))], "/decided_on");
    refused(&[("happened_on", json!("0001-01-01"))], "/happened_on");
    refused(&[("role", json!("seller")), ("behaviour", json!("recall_failed"))], "/role");
    refused(&[("behaviour", json!("penalty_ordinary"))], "/document_no");
    refused(&[("source", json!("penalty"))], "/document_no");
    refused(&[("source", json!("import"))], "/source");
    refused(&[("enterprise_id", json!("019a0000-0000-7000-8000-000000000000"))], "/enterprise_id");
    refused(&[("authority_region", json!("999999"))], "/authority_region");
    refused(&[("line", json!({ "product_name": "电线", "product_kind": "K9999" }))], "/line/product_kind");
    refused(&[("inspection_id", json!("019a0000-0000-7000-8000-000000000000"))], "/inspection_id");
    refused(&[("fact_id", json!("019a0000-0000-7000-8000-000000000000"))], "/fact_id");
    let mut typed = entry(&enterprise.id);
    typed["points"] = json!(12);
    assert!([400, 422].contains(&officer.post(CONDUCT, &typed).status), "nobody types points");
    for (field, value) in [
        ("matter", "food"),
        ("matter", "cosmetics"),
        ("matter", "measuring_instrument"),
        ("matter", "special_equipment"),
        ("legal_basis", "《食品安全法》第一百二十四条"),
    ] {
        let mut entry = entry(&enterprise.id);
        entry[field] = json!(value);
        let problem = officer.post(CONDUCT, &entry).problem();
        assert_eq!(problem["code"], "conduct_out_of_scope", "{value}: {problem}");
        assert!(text(&problem["article"]).contains("第二条"), "{value}: {problem}");
    }
    assert_eq!(officer.get(CONDUCT).expect(200)["items"], json!([]), "nothing was written");
    assert_eq!(enterprise.http.post(CONDUCT, &entry(&enterprise.id)).status, 403);
}

#[test]
fn the_same_document_changes_nothing() {
    let app = TestApp::start();
    let (officer, second, enterprise) = people(&app);
    let mut penalty = entry_of(&enterprise.id, "penalty_ordinary");
    penalty["source"] = json!("penalty");
    penalty["document_no"] = json!("粤市监处罚〔2026〕1号");
    let first = officer.post(CONDUCT, &penalty).expect(201);
    penalty["document_no"] = json!("粤市监处罚[2026] 1号");
    let again = second.post(CONDUCT, &penalty).expect(200);
    assert_eq!((&again["id"], again["events"].as_array().unwrap().len()), (&first["id"], 2));
    penalty["behaviour"] = json!("counterfeit");
    let other = officer.post(CONDUCT, &penalty).expect(201);
    assert_eq!(other["fact_id"], first["fact_id"], "one document is about one fact");
    assert_eq!(other["same_fact"], json!([first["id"]]));
    let listed = officer.get(&format!("{CONDUCT}?q=处罚")).expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 2);
}

/// A penalty for a breach of product quality.
fn penalty(enterprise: &str, number: &str) -> Value {
    let mut penalty = entry_of(enterprise, "penalty_ordinary");
    (penalty["source"], penalty["document_no"]) = (json!("penalty"), json!(number));
    penalty
}

#[test]
fn a_corrected_number_is_the_one_by_which_its_fact_is_known() {
    let app = TestApp::start();
    let (officer, _, enterprise) = people(&app);
    let fact = |path: &str| text(&officer.get(path).expect(200)["fact_id"]);
    let path = entered(&officer, &penalty(&enterprise.id, "粤市监处罚〔2026〕1号"));
    let mut correction = decision();
    correction["correction"] = json!({ "document_no": "粤市监处罚〔2026〕2号" });
    step(&officer, &path, "correct", &correction).expect(200);
    let mut same = penalty(&enterprise.id, "粤市监处罚（2026）第002 号");
    same["behaviour"] = json!("counterfeit");
    assert_eq!(fact(&entered(&officer, &same)), fact(&path), "the right number");
    let other = entered(&officer, &penalty(&enterprise.id, "粤市监处罚〔2026〕1号"));
    assert_ne!(fact(&other), fact(&path), "the decision of the wrong number is another one");
}

#[test]
fn an_earlier_notice_on_paper_names_its_number() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let (code, _) = app.listed(7, "440106", "K0101");
    let found = officer.get(&format!("/api/v1/enterprises?q={code}")).expect(200);
    let path = entered(&officer, &entry(&text(&found["items"][0]["id"])));
    app.clock.advance(Duration::days(5));
    let officer = app.http().log_in("officer", PASSWORD);
    let mut told = json!({ "occurred_on": "2026-03-03" });
    let refused = step(&officer, &path, "notify", &told).problem();
    assert_eq!(refused["errors"][0]["pointer"], "/document");
    told["document"] = json!("粤市监信告〔2026〕1号");
    assert_eq!(step(&officer, &path, "notify", &told).expect(200)["notified_on"], "2026-03-03");
}

#[test]
fn corrections_to_one_number_at_the_same_time_wait_for_each_other() {
    let app = TestApp::start();
    let (officer, _, enterprise) = people(&app);
    let numbers = (10..16).map(|number| format!("粤市监处罚〔2026〕{number}号"));
    let paths: Vec<String> =
        numbers.map(|number| entered(&officer, &penalty(&enterprise.id, &number))).collect();
    let mut correction = decision();
    correction["correction"] = json!({ "document_no": "粤市监处罚〔2026〕99号" });
    let mut answers: Vec<u16> = std::thread::scope(|scope| {
        let (officer, correction) = (&officer, &correction);
        let each =
            paths.iter().map(|path| scope.spawn(move || step(officer, path, "correct", correction).status));
        let running: Vec<_> = each.collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    });
    answers.sort_unstable();
    assert_eq!(answers, [200, 422, 422, 422, 422, 422]);
}

#[test]
fn an_entry_that_stands_alone_is_corrected_to_be_about_the_fact_of_another_one() {
    let app = TestApp::start();
    let (officer, _, enterprise) = people(&app);
    let sample = entered(&officer, &entry(&enterprise.id));
    let fined = entered(&officer, &penalty(&enterprise.id, "粤市监处罚〔2026〕1号"));
    let fact = |path: &str| officer.get(path).expect(200)["fact_id"].clone();
    let (first, second) = (fact(&sample), fact(&fined));
    assert_ne!(first, second);
    app.clock.advance(Duration::days(1));
    let officer = app.http().log_in("officer", PASSWORD);
    let mut correction = decision();
    for wrong in [json!("01920000-0000-7000-8000-000000000000"), second.clone()] {
        correction["correction"] = json!({ "fact_id": wrong });
        let refused = step(&officer, &fined, "correct", &correction).problem();
        assert_eq!(refused["errors"][0]["pointer"], "/correction/fact_id");
    }
    correction["correction"] = json!({ "fact_id": first });
    let corrected = step(&officer, &fined, "correct", &correction).expect(200);
    assert_eq!(
        (&corrected["fact_id"], &corrected["counts_from"]),
        (&first, &json!("2026-03-16")),
        "not put off"
    );
    let page = officer.get(fined.trim_start_matches("/api/v1")).text;
    assert!(page.contains("与另一条记录属同一事实"), "{page}");
    // On the day before, they were two facts; the document is known by the fact to which it was moved.
    let facts_on = |day: &str| {
        let said = officer.get(&format!("/api/v1/credit/{}?as_of={day}", enterprise.id)).expect(200);
        said["roles"][0]["own"]["facts"].as_array().unwrap().len()
    };
    assert_eq!((facts_on("2026-03-02"), facts_on("2026-03-03")), (2, 1));
    let mut more = penalty(&enterprise.id, "粤市监处罚〔2026〕1号");
    more["behaviour"] = json!("counterfeit");
    let more = officer.post(CONDUCT, &more).expect(201);
    assert_eq!(more["fact_id"], first);
    correction["correction"] = json!({ "fact_id": second });
    let refused = step(&officer, &fined, "correct", &correction).problem();
    assert_eq!(refused["errors"][0]["pointer"], "/correction/fact_id", "it stands beside others");
}
