//! A list is taken back as a whole, while nothing stands on its rows.

use serde_json::{Value, json};

use super::{CONDUCT, IMPORTS, QUESTIONS, conduct, counts, hand_in, items, list, row, start};
use crate::support::people::text;

fn withdraw(id: &str) -> String {
    format!("{IMPORTS}/{id}/withdraw")
}

#[test]
fn a_withdrawn_list_annuls_its_conduct_and_can_come_again() {
    let (app, officer) = start();
    let (code, _) = app.listed(1, "440106", "K0101");
    let file = list(&[row(1, "广州第1公司", &code), row(2, "谁也不认识的商行", "")]);
    let id = text(&hand_in(&officer, &file, &[])["id"]);
    let page = officer.get(&format!("/penalty-lists/{id}/withdraw")).text;
    assert!(page.contains("确认整批撤回"), "{page}");
    let blank = officer.post(&withdraw(&id), &json!({ "reason": " " })).problem();
    assert_eq!(blank["errors"][0]["pointer"], json!("/reason"), "{blank}");
    let view = officer.post(&withdraw(&id), &json!({ "reason": "文件有误" })).expect(200);
    assert_eq!((&view["state"], &view["withdrawal"]["reason"]), (&json!("withdrawn"), &json!("文件有误")));
    assert_eq!(conduct(&officer), [("penalty_ordinary".to_owned(), "annulled".to_owned())]);
    assert_eq!(items(&officer, &format!("{QUESTIONS}?state=open")), Vec::<Value>::new());
    let again = officer.post(&withdraw(&id), &json!({ "reason": "再次" })).refusal();
    assert_eq!(again, (409, "import_not_withdrawable".to_owned()));
    // The numbers are free again.
    assert_eq!(counts(&hand_in(&officer, &file, &[])), [2, 0, 0, 0]);
    assert_eq!(conduct(&officer).len(), 2);
}

#[test]
fn what_stands_on_a_row_is_named() {
    let (app, officer) = start();
    let (code, _) = app.listed(1, "440106", "K0101");
    let first = text(&hand_in(&officer, &list(&[row(1, "广州第1公司", &code)]), &[])["id"]);
    let entry = text(&items(&officer, CONDUCT)[0]["id"]);
    let objection = json!({ "step": "object", "reason": "并非本企业的产品" });
    officer.post(&format!("{CONDUCT}/{entry}/events"), &objection).expect(200);
    let refused = officer.post(&withdraw(&first), &json!({ "reason": "有误" })).problem();
    assert_eq!(refused["code"], json!("import_in_use"), "{refused}");
    assert_eq!(refused["errors"][0]["pointer"], json!("/rows/2"), "{refused}");
    let standing = officer.get(&format!("{IMPORTS}/{first}/standing")).expect(200);
    assert_eq!(standing["items"][0]["kinds"], json!(["conduct"]), "{standing}");
    let page = officer.get(&format!("/penalty-lists/{first}/withdraw")).text;
    assert!(page.contains("已有异议") && !page.contains("确认整批撤回"), "{page}");
}

#[test]
fn what_a_withdrawn_list_had_annulled_stands_again() {
    let (app, officer) = start();
    let (code, _) = app.listed(1, "440106", "K0101");
    let told = row(1, "广州第1公司", &code);
    let first = text(&hand_in(&officer, &list(std::slice::from_ref(&told)), &[])["id"]);
    let annulled = told.replace("2026-05-20,,", "2026-05-20,已撤销,");
    let second = text(&hand_in(&officer, &list(&[annulled]), &[])["id"]);
    assert_eq!(conduct(&officer), [("penalty_ordinary".to_owned(), "annulled".to_owned())]);
    let refused = officer.post(&withdraw(&first), &json!({ "reason": "有误" })).refusal();
    assert_eq!(refused, (409, "import_in_use".to_owned()), "the later list is withdrawn first");
    officer.post(&withdraw(&second), &json!({ "reason": "有误" })).expect(200);
    let states = ["annulled", "entered"].map(|state| ("penalty_ordinary".to_owned(), state.to_owned()));
    assert_eq!(conduct(&officer), states, "it is entered anew");
}
