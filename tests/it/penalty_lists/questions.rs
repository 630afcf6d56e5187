//! What officers decide: whom a penalty is against, and as what it counts.

use serde_json::{Value, json};

use super::{CONDUCT, PENALTIES, QUESTIONS, conduct, counts, hand_in, items, list, row, row_of, start};
use crate::support::csv::uscc;
use crate::support::people::text;

fn decide(question: &Value) -> String {
    format!("{QUESTIONS}/{}/decision", text(&question["id"]))
}

#[test]
fn without_a_code_an_enterprise_is_proposed_and_nothing_is_made_by_itself() {
    let (app, officer) = start();
    let (code, _) = app.listed(1, "440106", "K0101");
    let rows = [row(1, "广州第1公司", ""), row(2, "谁也不认识的商行", "")];
    assert_eq!(counts(&hand_in(&officer, &list(&rows), &[])), [2, 0, 0, 0]);
    assert_eq!(items(&officer, CONDUCT), Vec::<Value>::new());
    let questions = items(&officer, &format!("{QUESTIONS}?state=open"));
    assert_eq!(questions.len(), 2, "{questions:?}");
    let named = questions.iter().find(|q| q["party_name"] == "广州第1公司").unwrap();
    let unknown = questions.iter().find(|q| q["party_name"] != "广州第1公司").unwrap();
    assert_eq!((&named["reason"], &named["uscc"]), (&json!("no_code"), &json!(code)), "{named}");
    assert_eq!(unknown["enterprise"], Value::Null);
    let page = officer.get("/penalty-lists/questions").text;
    assert!(page.contains("名单没有信用代码") && page.contains("谁也不认识的商行"), "{page}");

    let nothing = officer.post(&decide(unknown), &json!({ "decision": "accept" })).problem();
    assert_eq!(nothing["errors"][0]["pointer"], "/decision", "{nothing}");
    let without = officer.post(&decide(unknown), &json!({ "decision": "refuse" })).problem();
    assert_eq!(without["errors"][0]["pointer"], "/note", "{without}");
    let refused = json!({ "decision": "refuse", "note": "不是名录中的企业" });
    assert_eq!(officer.post(&decide(unknown), &refused).expect(200)["state"], "refused");
    assert_eq!(
        officer.post(&decide(named), &json!({ "decision": "accept" })).expect(200)["state"],
        "accepted"
    );
    assert_eq!(conduct(&officer), [("penalty_ordinary".to_owned(), "entered".to_owned())]);
    let again = officer.post(&decide(named), &json!({ "decision": "accept" })).refusal();
    assert_eq!(again, (409, "done_already".to_owned()));
    // What was refused may be decided otherwise.
    let other = json!({ "decision": "other", "uscc": code });
    assert_eq!(officer.post(&decide(unknown), &other).expect(200)["state"], "other");
    assert_eq!(items(&officer, CONDUCT).len(), 2);
}

#[test]
fn two_codes_for_one_name_are_decided_by_an_officer() {
    let (app, officer) = start();
    let (first, _) = app.listed(1, "440106", "K0101");
    let (second, _) = app.listed(2, "440106", "K0101");
    let rows = [row(1, "广州第1公司", &first), row(2, "广州第1公司", &second)];
    hand_in(&officer, &list(&rows), &[]);
    assert_eq!(items(&officer, CONDUCT), Vec::<Value>::new());
    let questions = items(&officer, QUESTIONS);
    assert_eq!(questions.len(), 2);
    for question in &questions {
        assert_eq!(question["reason"], "two_codes", "{question}");
        assert_eq!(question["uscc"], question["party_uscc"], "the one of the code is proposed");
    }
    // The same against the register: it has the name under another code.
    hand_in(&officer, &list(&[row(3, "广州第1公司", &uscc(77))]), &[]);
    let questions = items(&officer, &format!("{QUESTIONS}?q=3%E5%8F%B7"));
    assert_eq!(questions[0]["reason"], "two_codes", "{questions:?}");
}

#[test]
fn an_unknown_act_is_decided_by_an_officer() {
    let (app, officer) = start();
    let (code, _) = app.listed(1, "440106", "K0101");
    hand_in(&officer, &list(&[row_of(1, "广州第1公司", &code, "发布违法广告", "罚款 20000 元")]), &[]);
    assert_eq!(items(&officer, CONDUCT), Vec::<Value>::new());
    let question = items(&officer, QUESTIONS).remove(0);
    assert_eq!((&question["kind"], &question["reason"]), (&json!("behaviour"), &json!("unknown_act")));
    let page = officer.get("/penalty-lists/questions").text;
    assert!(page.contains("<select name=\"behaviour\""), "{page}");
    let unknown = json!({ "decision": "other", "behaviour": "made_up" });
    let refused = officer.post(&decide(&question), &unknown).problem();
    assert_eq!(refused["errors"][0]["pointer"], "/behaviour", "{refused}");
    let minor = json!({ "decision": "other", "behaviour": "penalty_minor" });
    officer.post(&decide(&question), &minor).expect(200);
    assert_eq!(conduct(&officer), [("penalty_minor".to_owned(), "entered".to_owned())]);
}

#[test]
fn a_party_that_comes_into_the_register_later_is_found_by_its_code() {
    let (app, officer) = start();
    let code = uscc(5);
    hand_in(&officer, &list(&[row(1, "广州第5公司", &code)]), &[]);
    let question = items(&officer, QUESTIONS).remove(0);
    assert_eq!(question["reason"], "not_in_register", "{question}");
    app.listed(5, "440106", "K0101");
    zerodesk::penalty_lists::register::follow(&app.app, &|| false).unwrap();
    assert_eq!(conduct(&officer), [("penalty_ordinary".to_owned(), "entered".to_owned())]);
    assert_eq!(items(&officer, &format!("{QUESTIONS}?state=open")), Vec::<Value>::new());
    // The same again finds nothing to do.
    zerodesk::penalty_lists::register::follow(&app.app, &|| false).unwrap();
    assert_eq!(items(&officer, &format!("{PENALTIES}?state=entered")).len(), 1);
}
