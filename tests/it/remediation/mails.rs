//! What an enterprise is told by mail of its case.

use serde_json::json;
use zerodesk::zero_out::import::Column;

use super::support::Course103;

const ENTERPRISE: &str = "factory-1@enterprise.example";

#[test]
fn the_enterprise_is_told_of_what_opens_its_case_and_of_corrections() {
    let c = Course103::new();
    let fresh = c.fresh("R-2", "");
    let open = json!({ "nonconformity": fresh, "stopped_on": "2021-08-03", "ordered_on": "2021-08-04" });
    let opened = c.district.post("/api/v1/remediation/cases", &open).expect(201);
    let told = c.app.mail(ENTERPRISE, "责令停止生产销售");
    assert!(told.body_text.contains("R-2") && told.body_text.contains("2021年8月3日"), "{}", told.body_text);
    let told = c.app.mail(ENTERPRISE, "事项：责令改正");
    assert!(told.body_text.contains("R-2") && told.body_text.contains("2021年8月4日"), "{}", told.body_text);

    let path = format!("/api/v1/remediation/cases/{}/events", opened["id"].as_str().unwrap());
    let moved =
        json!({ "event": "correct", "corrects": 2, "occurred_on": "2021-08-03", "reason": "日期写错" });
    c.district.post(&path, &moved).expect(200);
    let told = c.app.mail(ENTERPRISE, "更正“责令改正”");
    assert!(told.body_text.contains("2021年8月3日"), "{}", told.body_text);
    assert!(told.body_text.contains("案件状态为“已责令改正”。更正原因：日期写错"), "{}", told.body_text);
}

#[test]
fn actions_that_await_its_answer_are_mailed_to_the_enterprise_and_its_own_are_not() {
    let c = Course103::new();
    let expert = c.app.approved_expert(&c.province, "expert-1", "K0101");
    let talk = c.app.talk(&c.enterprise, &expert);
    let advice = json!({ "actions": [
        { "kind": "correction", "description": "更换铜材", "due_on": "2021-09-01" },
        { "kind": "prevention", "description": "进货逐批检验" },
    ] });
    expert.http.post(&format!("/api/v1/consultations/{}/advice", talk.id), &advice).expect(201);
    let told = c.app.mail(ENTERPRISE, "请答复整改建议");
    assert!(told.body_text.contains("- 纠正：更换铜材（期限：2021年9月1日）"), "{}", told.body_text);
    assert!(told.body_text.contains("- 预防：进货逐批检验"), "{}", told.body_text);
    assert!(told.body_text.contains(&format!("/cases/{}", c.id)), "{}", told.body_text);

    let path = format!("{}/actions", c.path);
    c.enterprise.http.post(&path, &json!({ "description": "本企业自定措施" })).expect(201);
    c.district.post(&path, &json!({ "description": "封存库存" })).expect(201);
    c.app.mail(ENTERPRISE, "封存库存");
    let own = c.app.smtp.received().into_iter().any(|mail| mail.body_text.contains("本企业自定措施"));
    assert!(!own, "what it has entered itself awaits no answer");
}

#[test]
fn who_has_an_account_is_told_of_records_that_are_put_on_the_list_once_for_each_list() {
    let c = Course103::new();
    let about = |word: &str| {
        c.app.mails_sent();
        let told = c.app.smtp.received().into_iter().filter(|mail| mail.body_text.contains(word));
        told.map(|mail| mail.to.join(",")).collect::<Vec<_>>()
    };
    c.list("R-2", &[(Column::OrderIssuedOn, "")]);
    assert_eq!(about("有 1 条不合格记录新列入清零名单"), [ENTERPRISE]);
    assert_eq!(about("条不合格记录已责令改正，整改案件已立案"), [] as [&str; 0]);
    // What is known already is no news; an order that comes with a later list is.
    c.list("R-2", &[(Column::OrderIssuedOn, "")]);
    assert_eq!(about("新列入清零名单").len(), 1);
    c.list("R-2", &[(Column::OrderIssuedOn, "2021-08-04")]);
    assert_eq!(about("有 1 条不合格记录已责令改正，整改案件已立案"), [ENTERPRISE]);
    assert_eq!(about("新列入清零名单").len(), 1);
}
