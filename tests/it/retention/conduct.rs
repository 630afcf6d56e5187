//! Texts and files of credit conduct that counts no more go after their period; what grades are made of stays.

use chrono::Duration;
use serde_json::{Value, json};
use zerodesk::retention::erase::sweep;

use super::{HOLDS, MARK, numbers, with_periods};
use crate::conduct::{decision, entered, entry, entry_of, people, step};
use crate::support::people::{PASSWORD, text};

#[test]
fn texts_and_files_of_conduct_that_counts_no_more_go_and_past_grades_stay() {
    let app = with_periods();
    let (officer, second, enterprise) = people(&app);
    let mut said = entry(&enterprise.id);
    said["description"] = json!("抽样单 2026-1，绝缘厚度不符合标准");
    let path = entered(&officer, &said);
    let file = enterprise
        .http
        .upload("/api/v1/attachments", "说明.pdf", crate::attachments::samples::PDF, &[])
        .expect(201);
    let objection = json!({ "reason": "样品不是本企业生产的", "attachments": [file["id"]] });
    step(&enterprise.http, &path, "object", &objection).expect(200);
    let mut annul = decision();
    annul["ground"] = json!("objection");
    step(&second, &path, "annul", &annul).expect(200);
    // It counts for a year, so that it is over for less than the period on the day of the sweep.
    let mut young = entry_of(&enterprise.id, "label_failed");
    young["description"] = json!("标识无厂址");
    let young = entered(&officer, &young);
    let asked = format!("/api/v1/credit/{}?as_of=2026-03-02", enterprise.id);
    assert_eq!(numbers(&officer, "conduct"), (0, 0, 0), "nothing is due");
    let before = officer.get(&asked).expect(200);

    app.clock.advance(Duration::days(3 * 366));
    let officer = app.http().log_in("officer", PASSWORD);
    assert_eq!(numbers(&officer, "conduct"), (1, 0, 0));
    let hold = json!({ "target": "enterprise", "id": enterprise.id, "reason": "行政复议" });
    let held = officer.post(HOLDS, &hold).expect(201);
    assert_eq!(numbers(&officer, "conduct"), (0, 1, 0));
    sweep(&app.app, None).unwrap();
    assert_eq!(officer.get(&path).expect(200)["description"], said["description"], "a hold keeps it");
    officer
        .post(&format!("{HOLDS}/{}/release", text(&held["id"])), &json!({ "reason": "已结案" }))
        .expect(200);

    sweep(&app.app, None).unwrap();
    assert_eq!(numbers(&officer, "conduct"), (0, 0, 0));
    let erased = officer.get(&path).expect(200);
    assert_eq!((&erased["description"], &erased["state"]), (&json!(MARK), &json!("annulled")));
    let events = erased["events"].as_array().unwrap();
    let reasons: Vec<&Value> = events.iter().map(|event| &event["reason"]).filter(|r| !r.is_null()).collect();
    assert_eq!(reasons, [MARK, MARK]);
    let attached = events.iter().find(|event| event["step"] == "object").unwrap();
    assert_eq!(attached["attachments"], json!([]), "the file is gone");
    assert_eq!((&erased["behaviour"], &erased["decided_on"]), (&said["behaviour"], &said["decided_on"]));
    assert_eq!(officer.get(&young).expect(200)["description"], "标识无厂址", "its period is not over");
    let after = officer.get(&asked).expect(200);
    assert_eq!(
        (&after["grade"], &after["roles"]),
        (&before["grade"], &before["roles"]),
        "a past day is the same"
    );
}
