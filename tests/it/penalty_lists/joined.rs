//! The failed sample and the penalty for it are one fact: by the number of the report in the list, or by an officer.

use serde_json::json;

use super::{CONDUCT, PENALTIES, counts, hand_in, items};
use crate::conduct;
use crate::inspections::{confirmed, form_of, registered, step};
use crate::support::csv::uscc;
use crate::support::people::text;
use crate::support::{Http, TestApp};

fn list(number: u32, report: &str) -> Vec<u8> {
    let code = uscc(1);
    format!(
        "行政处罚决定书文号,当事人,统一社会信用代码,违法行为类型,处罚内容,处罚机关,处罚决定日期,检验报告编号\n穗市监处罚〔2026〕{number}号,广州第1公司,{code},生产不符合国家标准的产品,罚款 20000 元,广州市市场监督管理局,2026-02-25,{report}\n"
    )
    .into_bytes()
}

#[test]
fn a_penalty_joins_the_inspection_on_which_it_rests() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let producer = app.claimed_enterprise(1, "440103", "K0101");
    let path = registered(&officer, &form_of("F-1", &producer));
    confirmed(&officer, &path, "R-1");
    step(&officer, &path, "finalise", "2026-02-20", &json!({})).expect(200);
    while zerodesk::conduct_sources::follow::sweep(&app.app, &|| false).unwrap() {}
    let sample = items(&officer, CONDUCT)
        .into_iter()
        .find(|entry| entry["behaviour"] == "sampling_failed_safety")
        .unwrap();

    assert_eq!(counts(&hand_in(&officer, &list(1, "R-1"), &[])), [1, 0, 0, 0]);
    assert_eq!(counts(&hand_in(&officer, &list(2, ""), &[])), [1, 0, 0, 0]);
    let fact_of = |number: u32| {
        let entries = items(&officer, CONDUCT);
        let number = format!("〔2026〕{number}号");
        let of = |entry: &&serde_json::Value| {
            entry["state"] != "annulled" && text(&entry["document_no"]).contains(&number)
        };
        let documented = entries.iter().filter(|entry| entry["document_no"].is_string());
        documented.filter(of).map(|entry| text(&entry["fact_id"])).collect::<Vec<_>>()
    };
    let sampled = text(&sample["fact_id"]);
    assert_eq!(fact_of(1), std::slice::from_ref(&sampled), "the list names the report");
    assert_ne!(fact_of(2), std::slice::from_ref(&sampled));

    let penalties = items(&officer, PENALTIES);
    let second = penalties.iter().find(|penalty| penalty["document_no"] == "穗市监处罚〔2026〕2号").unwrap();
    let join = format!("{PENALTIES}/{}/inspection", text(&second["id"]));
    let unknown = officer.post(&join, &json!({ "form_no": "R-77" })).problem();
    assert_eq!(unknown["errors"][0]["pointer"], "/form_no", "{unknown}");
    let joined = officer.post(&join, &json!({ "form_no": "F-1" })).expect(200);
    assert_eq!((&joined["form_no"], &joined["state"]), (&json!("F-1"), &json!("entered")), "{joined}");
    let steps: Vec<&str> =
        joined["events"].as_array().unwrap().iter().map(|event| event["step"].as_str().unwrap()).collect();
    assert_eq!(steps, ["list", "enter", "reopen", "enter"]);
    assert_eq!(fact_of(2), [sampled], "an officer has said so");
    // The same again changes nothing.
    let again = officer.post(&join, &json!({ "form_no": "F-1" })).expect(200);
    assert_eq!(again["events"], joined["events"]);
}

/// The paths of the entries that name the document, the first first.
fn documented(who: &Http) -> Vec<String> {
    let entries = items(who, CONDUCT);
    let mut paths: Vec<String> = entries
        .iter()
        .filter(|entry| entry["document_no"].is_string())
        .map(|entry| format!("{CONDUCT}/{}", text(&entry["id"])))
        .collect();
    paths.sort();
    paths
}

#[test]
fn who_sent_a_list_in_does_not_decide_the_objection_to_its_penalties() {
    let app = TestApp::start();
    let (officer, second) = (app.admin("officer", "440000"), app.admin("second", "440000"));
    let producer = app.claimed_enterprise(1, "440103", "K0101");
    assert_eq!(counts(&hand_in(&officer, &list(1, ""), &[])), [1, 0, 0, 0]);
    let path = documented(&officer).remove(0);
    conduct::step(&producer.http, &path, "object", &json!({ "reason": "处罚决定尚未生效" })).expect(200);
    let refused = conduct::step(&officer, &path, "uphold", &conduct::decision()).refusal();
    assert_eq!(refused, (409, "second_officer_needed".to_owned()));
    conduct::step(&second, &path, "uphold", &conduct::decision()).expect(200);
}

#[test]
fn one_decision_counts_once_whoever_writes_its_number() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let producer = app.claimed_enterprise(1, "440103", "K0101");
    let mut by_hand = conduct::entry_of(&producer.id, "counterfeit");
    by_hand["document_no"] = json!("穗市监处罚（2026）第0001 号");
    conduct::entered(&officer, &by_hand);
    assert_eq!(counts(&hand_in(&officer, &list(1, ""), &[])), [1, 0, 0, 0]);
    let facts: Vec<_> =
        documented(&officer).iter().map(|path| officer.get(path).expect(200)["fact_id"].clone()).collect();
    assert_eq!(facts.len(), 2);
    assert_eq!(facts[0], facts[1], "one fact");
}
