//! Enterprises without their codes: one is proposed, an officer decides, and nothing is matched by itself.

use serde_json::{Value, json};

use super::{IMPORTS, counts, hand_in, list, start};
use crate::support::TestApp;
use crate::support::csv::{file, row, uscc};
use crate::support::people::text;
use zerodesk::zero_out::import::Column;

const PROPOSALS: &str = "/api/v1/inspections/proposals";

/// Puts enterprises with these names into the register, in Guangzhou.
fn register(app: &TestApp, names: &[&str]) {
    let operator = app.operator("the-operator");
    let rows: Vec<Vec<String>> = (1..)
        .zip(names)
        .map(|(n, name)| {
            let report = format!("old-{n}");
            row(&[
                (Column::Uscc, &uscc(n)),
                (Column::Name, name),
                (Column::RegionCode, "440103"),
                (Column::ReportNo, &report),
            ])
        })
        .collect();
    app.import(&operator, &file(&rows), false);
}

fn open(officer: &crate::support::Http) -> Vec<Value> {
    officer.get(&format!("{PROPOSALS}?state=open")).expect(200)["items"].as_array().unwrap().clone()
}

#[test]
fn an_officer_accepts_refuses_or_names_another_one() {
    let (app, officer) = start();
    register(&app, &["广州恒通线缆有限公司", "广州光明电缆厂", "广州日月电器有限公司"]);
    let rows = list(&[
        "CY1,R1,电线电缆,某某商店,广州恒通线缆有限公司,广州市,2026-05-06,不合格,绝缘厚度",
        "CY2,R2,电线电缆,某某商店,光明电缆厂,广州市,2026-05-06,不合格,绝缘厚度",
        "CY3,R3,电线电缆,某某商店,广州日月电器有限公司,广州市,2026-05-06,不合格,绝缘厚度",
        "CY4,R4,电线电缆,某某商店,无人知晓线缆有限公司,广州市,2026-05-06,不合格,绝缘厚度",
        "CY5,R5,电线电缆,某某商店,恒通线缆有限公司,美国,2026-05-06,不合格,绝缘厚度",
    ]);
    let view = hand_in(&officer, &rows, &[]);
    assert_eq!(counts(&view), [5, 0, 0, 0], "{view}");
    assert_eq!(view["open_proposals"], json!(3), "{view}");
    let inspections = officer.get("/api/v1/inspections").expect(200);
    for item in inspections["items"].as_array().unwrap() {
        assert!(item["producer_id"].is_null(), "matched by itself: {item}");
    }

    let proposals = open(&officer);
    let of = |name: &str| proposals.iter().find(|p| p["name"] == json!(name)).unwrap();
    let (same, alike, third) = (of("广州恒通线缆有限公司"), of("光明电缆厂"), of("广州日月电器有限公司"));
    assert_eq!(
        (&same["likeness"], &same["uscc"]),
        (&json!("same_name_and_region"), &json!(uscc(1))),
        "{same}"
    );
    assert_eq!((&alike["likeness"], &alike["uscc"]), (&json!("alike"), &json!(uscc(2))), "{alike}");

    let decide = |proposal: &Value, body: &Value| {
        officer.post(&format!("{PROPOSALS}/{}/decision", text(&proposal["id"])), body)
    };
    let accepted = decide(same, &json!({ "decision": "accept" })).expect(200);
    assert_eq!((&accepted["state"], &accepted["chosen"]), (&json!("accepted"), &same["enterprise"]));
    assert_eq!(decide(same, &json!({ "decision": "refuse" })).refusal(), (409, "done_already".to_owned()));
    assert_eq!(
        decide(alike, &json!({ "decision": "refuse", "reason": "同名" })).expect(200)["state"],
        json!("refused")
    );
    let wrong = decide(third, &json!({ "decision": "other" })).problem();
    assert_eq!(wrong["errors"][0]["pointer"], json!("/uscc"), "{wrong}");
    let wrong = decide(third, &json!({ "decision": "other", "uscc": uscc(99) })).problem();
    assert_eq!(wrong["errors"][0]["pointer"], json!("/uscc"), "{wrong}");
    let other = decide(third, &json!({ "decision": "other", "uscc": uscc(2) })).expect(200);
    assert_eq!(other["state"], json!("other"), "{other}");
    assert!(open(&officer).is_empty());
    // Naming the producer opens nothing before the result is delivered and the producer has confirmed.
    assert_eq!(officer.get("/api/v1/remediation/cases").expect(200)["items"], json!([]));

    let page = officer.get("/sampling-lists/proposals?state=accepted").text;
    assert!(page.contains("广州恒通线缆有限公司") && page.contains("已采纳"), "{page}");
    let beside = app.admin("shenzhen", "440300");
    assert_eq!(beside.get(PROPOSALS).expect(200)["items"], json!([]));
    let hidden =
        beside.post(&format!("{PROPOSALS}/{}/decision", text(&same["id"])), &json!({ "decision": "accept" }));
    assert_eq!(hidden.status, 404);
    assert_eq!(view["dry_run"], json!(false), "{IMPORTS}");
}
