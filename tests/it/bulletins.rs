//! Bulletins: of final results alone, published by a second officer, read by everybody, marked where a result no longer stands.

use serde_json::{Value, json};

use crate::inspections::{INSPECTIONS, form, registered, reported, result, step};
use crate::support::people::text;
use crate::support::{Http, TestApp};

const BULLETINS: &str = "/api/v1/bulletins";
const PUBLIC: &str = "/api/v1/public/bulletins";

/// An inspection of a seller whose result is final; gives its path.
#[track_caller]
fn final_result(who: &Http, number: &str, product: &str, outcome: &str) -> String {
    let mut form = form(number);
    form["product_name"] = json!(product);
    form["operator_address"] = json!("天河路 1 号");
    let path = registered(who, &form);
    reported(who, &path, &format!("R-{number}"), outcome);
    step(who, &path, "deliver", "2026-01-16", &json!({ "party": "operator" })).expect(200);
    let on = if outcome == "conforming" { "2026-01-16" } else { "2026-02-05" };
    step(who, &path, "finalise", on, &json!({})).expect(200);
    path
}

/// Corrects the result of an inspection: it was conforming.
#[track_caller]
fn correct(who: &Http, path: &str) {
    let seen = who.get(path).expect(200);
    let report = seen["events"].as_array().unwrap().iter().find(|event| event["step"] == "report").unwrap();
    let mut body = json!({ "step": "correct", "reason": "登记有误", "corrects": report["ordinal"] });
    body["result"] = result("R-9", "conforming")["result"].clone();
    assert_eq!(who.post(&format!("{path}/events"), &body).expect(200)["outcome"], "conforming");
}

fn written(title: &str) -> Value {
    json!({ "title": title, "period_from": "2026-01-01", "period_until": "2026-01-31" })
}

/// Writes a bulletin; gives its path.
#[track_caller]
fn draft(who: &Http, title: &str) -> String {
    format!("{BULLETINS}/{}", text(&who.post(BULLETINS, &written(title)).expect(201)["id"]))
}

/// A published bulletin of one result; gives its id.
pub fn published(officer: &Http, second: &Http, title: &str, product: &str) -> String {
    final_result(officer, "FORM-6001", product, "nonconforming");
    let path = draft(officer, title);
    officer.act(&format!("{path}/submit")).expect(200);
    text(&second.act(&format!("{path}/publish")).expect(200)["id"])
}

fn items(who: &Http, path: &str) -> Vec<Value> {
    who.get(path).expect(200)["items"].as_array().unwrap().clone()
}

#[test]
fn a_bulletin_is_published_by_a_second_officer_and_read_by_everybody() {
    let app = TestApp::start();
    let (officer, second) = (app.admin("officer", "440000"), app.admin("second", "440000"));
    let visitor = app.http();
    for (number, product, outcome) in [
        ("FORM-7001", "聚氯乙烯绝缘电线", "nonconforming"),
        ("FORM-7002", "橡套软电缆", "nonconforming"),
        ("FORM-7003", "护套线", "conforming"),
    ] {
        final_result(&officer, number, product, outcome);
    }
    let open = registered(&officer, &form("FORM-7004"));
    reported(&officer, &open, "R-FORM-7004", "nonconforming");
    let made = officer.post(BULLETINS, &written("一季度电线电缆监督抽查通报")).expect(201);
    let path = format!("{BULLETINS}/{}", text(&made["id"]));
    assert_eq!(
        made["totals"],
        json!({ "results": 3, "counted": 3, "nonconforming": 2, "marked": 0, "percent": 66.67 }),
        "what is not final is not in it"
    );
    // Nobody but the office knows of a draft.
    assert_eq!(visitor.get(&path).status, 401);
    assert_eq!(items(&visitor, PUBLIC), [] as [Value; 0]);
    assert_eq!(visitor.get(&format!("{PUBLIC}/440000-2026-001")).status, 404);
    assert_eq!(officer.act(&format!("{path}/publish")).refusal(), (409, "bulletin_state".to_owned()));
    assert_eq!(officer.act(&format!("{path}/submit")).expect(200)["state"], "submitted");
    assert_eq!(officer.act(&format!("{path}/publish")).refusal(), (409, "second_officer_needed".to_owned()));
    let done = second.act(&format!("{path}/publish")).expect(200);
    let number = text(&done["number"]);
    let today = zerodesk::core::clock::shanghai_date(app.now());
    assert_eq!(number, format!("440000-{}-001", today.format("%Y")));
    assert_eq!((&done["state"], &done["published_on"]), (&json!("published"), &json!(today.to_string())));
    assert_eq!(items(&officer, &format!("{INSPECTIONS}?state=published")).len(), 3);
    let steps: Vec<String> = done["history"].as_array().unwrap().iter().map(|e| text(&e["step"])).collect();
    assert_eq!(steps, ["create", "submit", "publish"]);

    // Everybody reads it, and these columns alone.
    let public = format!("{PUBLIC}/{number}");
    let seen = visitor.get(&public).expect(200);
    assert_eq!(seen["totals"]["nonconforming"], 2);
    let mut known: Vec<&String> = seen.as_object().unwrap().keys().collect();
    known.sort();
    assert_eq!(
        known,
        [
            "method",
            "number",
            "period_from",
            "period_until",
            "place_region",
            "published_on",
            "region",
            "title",
            "totals"
        ]
    );
    let results = items(&visitor, &format!("{public}/items"));
    let mut columns: Vec<&String> = results[0].as_object().unwrap().keys().collect();
    columns.sort();
    assert_eq!(
        columns,
        [
            "batch",
            "failed_items",
            "id",
            "laboratory",
            "level",
            "mark",
            "marked_on",
            "model",
            "operator_name",
            "ordinal",
            "outcome",
            "place_region",
            "producer_name",
            "product_kind",
            "product_name",
            "sampled_on",
            "trademark"
        ]
    );
    let failed = results.iter().find(|item| item["product_name"] == "橡套软电缆").unwrap();
    assert_eq!(
        failed["failed_items"],
        json!([{ "item": "导体电阻", "requirement": "≤7.41", "measured": "9.2", "unit": null }])
    );
    let csv = visitor.get(&format!("{public}/items?format=csv"));
    assert_eq!(csv.status, 200);
    let page = visitor.get(&format!("/bulletins/{number}"));
    for given in [visitor.get(&format!("{public}/items")).text, csv.text.clone(), page.text.clone()] {
        assert!(given.contains("橡套软电缆") && given.contains("天河五金店"), "{given}");
        // Names of people, addresses, forms.
        for hidden in ["张三", "李四", "王五", "赵六", "孙七", "天河路", "FORM-7001"] {
            assert!(!given.contains(hidden), "{hidden} in {given}");
        }
    }
    assert!(csv.text.contains("不合格项目") && csv.header("content-disposition").contains("filename*="));
    let book = visitor.get(&format!("{public}/items?format=xlsx"));
    assert_eq!(
        (book.status, book.header("content-type")),
        (200, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    );
    // A search over all of them, by product, producer, and how a name is read.
    for words in ["橡套", "明珠", "xtrdl", "电缆 天河五金"] {
        let words: String = form_urlencoded::byte_serialize(words.as_bytes()).collect();
        let found = items(&visitor, &format!("/api/v1/public/bulletin-results?q={words}"));
        assert!(
            found.iter().any(|item| item["product_name"] == "橡套软电缆" && item["bulletin"] == number),
            "{words}"
        );
        assert!(visitor.get(&format!("/bulletins?q={words}")).text.contains(&number), "{words}");
    }
    assert!(visitor.get("/bulletins").text.contains("一季度电线电缆监督抽查通报"));
    // What is published is in no second bulletin.
    let again = draft(&officer, "再次通报");
    assert_eq!(officer.act(&format!("{again}/submit")).refusal(), (409, "bulletin_empty".to_owned()));
    let audit = app.operator("operator").get("/api/v1/audit?subject_type=bulletin").expect(200);
    let actions: Vec<String> =
        audit["items"].as_array().unwrap().iter().map(|row| text(&row["action"])).collect();
    for word in ["create_bulletin", "submit_bulletin", "publish_bulletin"] {
        assert!(actions.iter().any(|known| known == word), "no {word} in {actions:?}");
    }
}

#[test]
fn what_is_corrected_afterwards_is_marked_and_counted_no_more() {
    let app = TestApp::start();
    let (officer, second) = (app.admin("officer", "440000"), app.admin("second", "440000"));
    let first = final_result(&officer, "B-1", "聚氯乙烯绝缘电线", "nonconforming");
    final_result(&officer, "B-2", "橡套软电缆", "nonconforming");
    let path = draft(&officer, "通报");
    officer.act(&format!("{path}/submit")).expect(200);
    let number = text(&second.act(&format!("{path}/publish")).expect(200)["number"]);
    correct(&officer, &first);
    let public = format!("{PUBLIC}/{number}");
    let seen = app.http().get(&public).expect(200);
    assert_eq!(
        seen["totals"],
        json!({ "results": 2, "counted": 1, "nonconforming": 1, "marked": 1, "percent": 100.0 })
    );
    let results = items(&app.http(), &format!("{public}/items"));
    let marked: Vec<(&Value, &Value, &Value)> =
        results.iter().map(|item| (&item["product_name"], &item["outcome"], &item["mark"])).collect();
    assert!(
        marked.contains(&(&json!("聚氯乙烯绝缘电线"), &json!("nonconforming"), &json!("corrected"))),
        "it stays, and is marked: {marked:?}"
    );
    assert!(marked.contains(&(&json!("橡套软电缆"), &json!("nonconforming"), &Value::Null)), "{marked:?}");
    let page = app.http().get(&format!("/bulletins/{number}")).text;
    assert!(page.contains("已更正") && page.contains("<s>不合格</s>"), "{page}");
    let corrections = items(&app.http(), &format!("{public}/corrections"));
    assert_eq!(corrections.len(), 1, "the result that stands is not in it: {corrections:?}");
    assert_eq!(corrections[0]["product_name"], "聚氯乙烯绝缘电线");
    let letter = app.http().get(&format!("/bulletins/{number}/corrections?lang=zh-CN")).text;
    for wanted in ["特此更正", "《<bdi>通报</bdi>》", number.as_str(), "聚氯乙烯绝缘电线"] {
        assert!(letter.contains(wanted), "{wanted}: {letter}");
    }
    assert!(!letter.contains("橡套软电缆"), "{letter}");
    let english = app.http().get(&format!("/bulletins/{number}/corrections?lang=en")).text;
    assert!(english.contains("no longer stand") && english.contains("Guangdong"), "{english}");
    let csv = app.http().get(&format!("{public}/corrections?format=csv"));
    assert!(csv.status == 200 && csv.text.contains("已更正"), "{}", csv.text);
    assert_eq!(app.http().get(&format!("{PUBLIC}/440000-2026-999/corrections")).status, 404);
}

#[test]
fn a_bulletin_without_corrections_says_so_and_a_draft_has_the_form_that_changes_it() {
    let app = TestApp::start();
    let (officer, second) = (app.admin("officer", "440000"), app.admin("second", "440000"));
    let id = published(&officer, &second, "通报", "橡套软电缆");
    let number = text(&officer.get(&format!("{BULLETINS}/{id}")).expect(200)["number"]);
    let letter = app.http().get(&format!("/bulletins/{number}/corrections")).text;
    assert!(letter.contains("该通报没有更正"), "{letter}");
    let done = officer.get(&format!("/sampling-bulletins/{id}")).text;
    assert!(
        done.contains(&format!("/bulletins/{number}/corrections")) && !done.contains("修改通报"),
        "{done}"
    );
    let path = draft(&officer, "草稿");
    let page = officer.get(&path.replace(BULLETINS, "/sampling-bulletins")).text;
    for wanted in ["修改通报", "data-method=\"PUT\"", "value=\"草稿\"", "value=\"2026-01-31\""] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
}

#[test]
fn what_has_changed_since_it_was_handed_in_is_sent_back() {
    let app = TestApp::start();
    let (officer, second) = (app.admin("officer", "440000"), app.admin("second", "440000"));
    let first = final_result(&officer, "C-1", "聚氯乙烯绝缘电线", "nonconforming");
    let path = draft(&officer, "通报");
    officer.act(&format!("{path}/submit")).expect(200);
    // What becomes final meanwhile is not in it: nobody has looked through it.
    final_result(&officer, "C-2", "橡套软电缆", "conforming");
    assert_eq!(items(&second, &format!("{path}/items")).len(), 1);
    correct(&officer, &first);
    assert_eq!(second.act(&format!("{path}/publish")).refusal(), (409, "bulletin_changed".to_owned()));
    let back = second.post(&format!("{path}/return"), &json!({ "reason": "结果已更正" })).expect(200);
    assert_eq!((&back["state"], &back["history"][2]["reason"]), (&json!("returned"), &json!("结果已更正")));
    let mut changed = written("更正后的通报");
    changed["place_region"] = json!("440100");
    assert_eq!(officer.json("PUT", &path, &changed).expect(200)["totals"]["results"], 2);
    officer.act(&format!("{path}/submit")).expect(200);
    let done = second.act(&format!("{path}/publish")).expect(200);
    assert_eq!((&done["totals"]["nonconforming"], &done["allowed"]), (&json!(0), &json!([])));
    for step in ["submit", "publish"] {
        assert_eq!(
            second.act(&format!("{path}/{step}")).refusal(),
            (409, "bulletin_state".to_owned()),
            "{step}"
        );
    }
}

#[test]
fn drafts_are_of_their_region_and_bad_fields_are_named() {
    let app = TestApp::start();
    let (province, city) = (app.admin("officer", "440000"), app.admin("city", "440100"));
    let elsewhere = app.admin("elsewhere", "440300");
    let (of_province, of_city) = (draft(&province, "省级通报"), draft(&city, "广州市通报"));
    for (who, path, status) in [
        (&province, &of_province, 200),
        (&province, &of_city, 200),
        (&city, &of_province, 404),
        (&city, &of_city, 200),
        (&elsewhere, &of_city, 404),
    ] {
        assert_eq!(who.get(path).status, status);
        assert_eq!(who.get(&format!("{path}/items")).status, status);
        let id = path.rsplit('/').next().unwrap();
        assert_eq!(items(who, BULLETINS).iter().any(|item| item["id"] == id), status == 200);
        if status == 404 {
            assert_eq!(who.act(&format!("{path}/submit")).status, 404);
        }
    }
    for (key, value, pointer) in [
        ("title", json!(" "), "/title"),
        ("place_region", json!("440300"), "/place_region"),
        ("period_until", json!("2025-12-31"), "/period_until"),
        ("period_until", json!("2030-12-31"), "/period_until"),
        ("programme_id", json!("019c0000-0000-7000-8000-000000000000"), "/programme_id"),
        ("method", json!("quick"), "/method"),
    ] {
        let mut bad = written("通报");
        bad[key] = value;
        let problem = city.post(BULLETINS, &bad).problem();
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
    assert_eq!(items(&province, &format!("{BULLETINS}?q=广州市&state=draft")).len(), 1);
    let given_up = city.post(&format!("{of_city}/withdraw"), &json!({ "reason": "重复" })).expect(200);
    assert_eq!(given_up["state"], "withdrawn");
    let page = province.get("/sampling-bulletins").text;
    assert!(page.contains("省级通报") && page.contains("广州市通报"));
    assert!(
        province
            .get(&format!("/sampling-bulletins/{}", of_city.rsplit('/').next().unwrap()))
            .text
            .contains("重复")
    );
}

#[test]
fn a_producer_that_has_denied_a_failed_product_is_not_named() {
    let app = TestApp::start();
    let (officer, second) = (app.admin("officer", "440000"), app.admin("second", "440000"));
    let mut form = form("FORM-6101");
    form["producer_name"] = json!("清白电缆厂");
    let path = registered(&officer, &form);
    reported(&officer, &path, "R-6101", "nonconforming");
    for party in ["operator", "producer"] {
        step(&officer, &path, "deliver", "2026-01-16", &json!({ "party": party })).expect(200);
    }
    step(&officer, &path, "ask_producer", "2026-01-16", &json!({})).expect(200);
    step(&officer, &path, "deny", "2026-01-20", &json!({ "reason": "假冒本厂产品" })).expect(200);
    step(&officer, &path, "finalise", "2026-02-05", &json!({})).expect(200);
    let bulletin = draft(&officer, "一月通报");
    officer.act(&format!("{bulletin}/submit")).expect(200);
    let early = officer.act(&format!("{bulletin}/submit")).problem();
    assert!(text(&early["detail"]).contains("待审批"), "in the words of the reader: {early}");
    let number = text(&second.act(&format!("{bulletin}/publish")).expect(200)["number"]);
    let read = items(&app.http(), &format!("{PUBLIC}/{number}/items"));
    assert_eq!((read.len(), &read[0]["producer_name"]), (1, &Value::Null));
    assert_eq!(read[0]["operator_name"], "天河五金店");
}

#[test]
fn what_was_marked_as_published_by_itself_is_in_a_bulletin_once() {
    let app = TestApp::start();
    let (officer, second) = (app.admin("officer", "440000"), app.admin("second", "440000"));
    let path = final_result(&officer, "FORM-8001", "护套线", "nonconforming");
    step(&officer, &path, "publish", "2026-03-02", &json!({})).expect(200);
    let version = officer.get(&path).expect(200)["version"].clone();
    let (first, other) = (draft(&officer, "通报"), draft(&officer, "另一份通报"));
    for bulletin in [&first, &other] {
        assert_eq!(officer.act(&format!("{bulletin}/submit")).expect(200)["totals"]["results"], 1);
    }
    let number = text(&second.act(&format!("{first}/publish")).expect(200)["number"]);
    assert_eq!(items(&app.http(), &format!("{PUBLIC}/{number}/items")).len(), 1);
    assert_eq!(officer.get(&path).expect(200)["version"], version, "it is published already");
    assert_eq!(second.act(&format!("{other}/publish")).refusal(), (409, "bulletin_changed".to_owned()));
    assert_eq!(officer.get(&draft(&officer, "再次通报")).expect(200)["totals"]["results"], 0);
}
