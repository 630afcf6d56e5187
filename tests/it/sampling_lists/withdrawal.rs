//! A list is taken back as a whole, while nothing stands on its rows.

use serde_json::{Value, json};

use super::{IMPORTS, counts, hand_in, list, start};
use crate::support::people::text;

fn rows() -> Vec<u8> {
    list(&[
        "CY1,R1,热轧带肋钢筋,广州甲建材有限公司,,,2026-05-06,合格,",
        "CY2,R2,热轧带肋钢筋,广州甲建材有限公司,,,2026-05-06,不合格,抗拉强度",
    ])
}

#[test]
fn a_withdrawn_list_leaves_no_inspection_and_can_come_again() {
    let (_app, officer) = start();
    let id = text(&hand_in(&officer, &rows(), &[])["id"]);
    let page = officer.get(&format!("/sampling-lists/{id}/withdraw")).text;
    assert!(page.contains("确认整批撤回"), "{page}");
    let blank = officer.post(&format!("{IMPORTS}/{id}/withdraw"), &json!({ "reason": " " })).problem();
    assert_eq!(blank["errors"][0]["pointer"], json!("/reason"), "{blank}");
    let view =
        officer.post(&format!("{IMPORTS}/{id}/withdraw"), &json!({ "reason": "文件有误" })).expect(200);
    assert_eq!((&view["state"], &view["withdrawal"]["reason"]), (&json!("withdrawn"), &json!("文件有误")));
    let again = officer.post(&format!("{IMPORTS}/{id}/withdraw"), &json!({ "reason": "再次" })).refusal();
    assert_eq!(again, (409, "import_not_withdrawable".to_owned()));
    let left = officer.get("/api/v1/inspections").expect(200);
    let states: Vec<&str> =
        left["items"].as_array().unwrap().iter().map(|item| item["state"].as_str().unwrap()).collect();
    assert!(states.iter().all(|state| *state == "withdrawn"), "{left}");
    // The numbers are free again.
    assert_eq!(counts(&hand_in(&officer, &rows(), &[])), [2, 0, 0, 0]);
}

#[test]
fn what_stands_on_a_row_is_named() {
    let (_app, officer) = start();
    let first = text(&hand_in(&officer, &rows(), &[])["id"]);
    let samples = officer.get(&format!("{IMPORTS}/{first}/samples")).expect(200);
    let inspection = text(&samples["items"][1]["inspection"]);
    let step = json!({ "step": "deliver", "party": "operator", "occurred_on": "2026-11-19" });
    officer.post(&format!("/api/v1/inspections/{inspection}/events"), &step).expect(200);
    let refused =
        officer.post(&format!("{IMPORTS}/{first}/withdraw"), &json!({ "reason": "有误" })).problem();
    assert_eq!(refused["code"], json!("import_in_use"), "{refused}");
    assert_eq!(refused["errors"][0]["pointer"], json!("/rows/3"), "{refused}");
    let standing = officer.get(&format!("{IMPORTS}/{first}/standing")).expect(200);
    assert_eq!(standing["items"][0]["kinds"], json!(["step"]), "{standing}");
    let page = officer.get(&format!("/sampling-lists/{first}/withdraw")).text;
    assert!(page.contains("导入后已登记后续步骤") && !page.contains("确认整批撤回"), "{page}");
}

#[test]
fn a_later_list_that_names_the_samples_is_withdrawn_first() {
    let (_app, officer) = start();
    let first = text(&hand_in(&officer, &rows(), &[])["id"]);
    let second = text(&hand_in(&officer, &rows(), &[])["id"]);
    let refused =
        officer.post(&format!("{IMPORTS}/{first}/withdraw"), &json!({ "reason": "有误" })).refusal();
    assert_eq!(refused, (409, "import_in_use".to_owned()));
    for id in [second, first] {
        officer.post(&format!("{IMPORTS}/{id}/withdraw"), &json!({ "reason": "有误" })).expect(200);
    }
}

#[test]
fn a_list_brings_the_result_of_what_was_drawn_before_and_takes_it_back() {
    let (_app, officer) = start();
    let form = json!({
        "number": "CY101", "method": "sampling", "purpose": "routine", "level": "municipal", "role": "seller",
        "operator_name": "广州甲建材有限公司", "place_region": "440106", "product_name": "热轧带肋钢筋", "drawn_on": "2026-05-01",
    });
    let drawn = officer.post("/api/v1/inspections", &form).expect(201);
    let path = format!("/api/v1/inspections/{}", text(&drawn["id"]));
    let file = list(&["CY101,BG101,热轧带肋钢筋,广州甲建材有限公司,,,2026-05-06,不合格,抗拉强度"]);
    assert_eq!(counts(&hand_in(&officer, &file, &[("dry_run", "true")])), [0, 1, 0, 0]);
    assert_eq!(officer.get(&path).expect(200)["state"], "drawn", "a check writes nothing");
    let brought = hand_in(&officer, &file, &[]);
    assert_eq!(counts(&brought), [0, 1, 0, 0]);
    let seen = officer.get(&path).expect(200);
    assert_eq!((&seen["state"], &seen["outcome"]), (&json!("reported"), &json!("nonconforming")));
    let again = hand_in(&officer, &file, &[]);
    assert_eq!(counts(&again), [0, 0, 1, 0]);
    // Withdrawn with a reason that is longer than that of a step may be.
    for view in [&again, &brought] {
        let withdraw = format!("{IMPORTS}/{}/withdraw", text(&view["id"]));
        officer.post(&withdraw, &json!({ "reason": "误".repeat(600) })).expect(200);
    }
    let seen = officer.get(&path).expect(200);
    assert_eq!((&seen["state"], &seen["outcome"]), (&json!("drawn"), &Value::Null));
}

#[test]
fn a_list_fills_what_is_assigned_and_gives_it_back() {
    let (_app, officer) = start();
    let form = json!({
        "number": "CY102", "method": "sampling", "purpose": "routine", "level": "municipal", "role": "seller",
        "operator_name": "广州甲建材有限公司", "place_region": "440106", "product_name": "热轧带肋钢筋", "drawn_on": "2026-05-01",
    });
    let drawn = officer.post("/api/v1/inspections", &form).expect(201);
    let path = format!("/api/v1/inspections/{}", text(&drawn["id"]));
    officer
        .post(&format!("{path}/events"), &json!({ "step": "assign", "occurred_on": "2026-05-02" }))
        .expect(200);
    assert_eq!(officer.get(&path).expect(200)["state"], "assigned");
    let file = "抽样单编号,检验报告编号,产品名称,被抽样单位,抽样日期,检验结论,不合格项目,批号,检样数量\n\
                CY102,BG102,热轧带肋钢筋,广州甲建材有限公司,2026-05-06,不合格,抗拉强度,20260401,3\n";
    let brought = hand_in(&officer, file.as_bytes(), &[]);
    assert_eq!(counts(&brought), [0, 1, 0, 0], "{brought}");
    let seen = officer.get(&path).expect(200);
    assert_eq!((&seen["state"], &seen["outcome"]), (&json!("reported"), &json!("nonconforming")));
    assert!(seen.to_string().contains("20260401"), "the batch of the list: {seen}");
    let withdraw = format!("{IMPORTS}/{}/withdraw", text(&brought["id"]));
    officer.post(&withdraw, &json!({ "reason": "有误" })).expect(200);
    let seen = officer.get(&path).expect(200);
    assert_eq!((&seen["state"], &seen["outcome"]), (&json!("assigned"), &Value::Null));
}
