//! Reopening, and the panel.

use serde_json::{Value, json};
use zerodesk::matching::settings::MatchingSettings;

use super::support::{Scenario, accept, accept_invitation, conclude};
use crate::support::people::{Expert, text};

fn open_of(scenario: &Scenario, expert: &Expert) -> Value {
    scenario.officer.get(&format!("/api/v1/experts/{}", expert.id)).expect(200)["private"]["open_consultations"]
        .clone()
}

#[test]
fn a_reopened_consultation_goes_back_if_the_expert_has_capacity() {
    let mut scenario = Scenario::with(|s| s.edit::<MatchingSettings>().reopen_days = 10);
    let first = scenario
        .expert("first", &json!({ "capacity": 1, "specialties": [{ "product_kind": "K0101", "level": 3 }] }));
    let (enterprise, id) = scenario.opened();
    accept(&first, &id);
    conclude(&first, &id);
    enterprise.http.post(&format!("/api/v1/consultations/{id}/rating"), &json!({ "rating": 2 })).expect(200);
    let path = format!("/api/v1/consultations/{id}/reopen");
    let why = json!({ "reason": "又出现了" });
    assert_eq!(first.http.post(&path, &why).refusal().0, 403);
    assert_eq!(enterprise.http.post(&path, &json!({ "reason": "" })).refusal().0, 422);
    let seen = enterprise.http.post(&path, &why).expect(200);
    assert_eq!(
        (&seen["status"], &seen["expert"]["id"], &seen["rating"]),
        (&json!("active"), &json!(first.id), &Value::Null)
    );
    assert_eq!(seen["former_rating"], 2, "the rating is kept");
    let page = enterprise.http.get(&format!("/consultations/{id}")).text;
    assert!(page.contains("重新打开前的评价") && page.contains("已重新打开问诊：又出现了"), "{page}");
    let lines = enterprise.http.get(&format!("/api/v1/consultations/{id}/history")).expect(200);
    let line = lines.as_array().unwrap().iter().find(|line| line["event"] == "reopen").unwrap().clone();
    assert_eq!(line["note"], "又出现了");
    scenario.app.mail("first@expert.example", "又出现了");
    assert_eq!(enterprise.http.post(&path, &why).refusal(), (409, "consultation_status".to_owned()));
    scenario.app.following(&enterprise.http, &id).say_acknowledged(&id, "talk", "还有问题");
    conclude(&first, &id);
    // Full by now: matched again, and the capacity holds.
    let (_, other) = scenario.opened();
    scenario.assert_at(&other, "offered", Some(&first));
    let second = scenario.expert("second", &json!({}));
    scenario.officer.post(&path, &why).expect(200);
    scenario.assert_at(&id, "offered", Some(&second));
    scenario.app.mail("factory-1@enterprise.example", "已重新打开，平台正在安排专家");
    assert_eq!((open_of(&scenario, &first), open_of(&scenario, &second)), (json!(1), json!(1)));
    assert_eq!(first.http.get(&format!("/api/v1/consultations/{id}")).refusal().0, 404);
    accept(&second, &id);
    conclude(&second, &id);
    let page = format!("/consultations/{id}");
    assert!(scenario.officer.get(&page).text.contains(&format!("data-api=\"{path}\"")), "within the days");
    scenario.pass(86_400 * 10 + 1);
    let officer = scenario.app.http().log_in("officer", crate::support::people::PASSWORD);
    assert_eq!(officer.post(&path, &why).refusal(), (409, "reopen_too_late".to_owned()));
    let shown = officer.get(&page).text;
    assert!(!shown.contains(&format!("data-api=\"{path}\"")), "no form is shown in vain: {shown}");
}

#[test]
fn one_open_consultation_about_a_nonconformity_at_a_time() {
    let mut scenario = Scenario::new();
    let expert = scenario.expert("expert", &json!({}));
    let (enterprise, id) = scenario.opened();
    accept(&expert, &id);
    conclude(&expert, &id);
    scenario.app.open(&enterprise);
    let refused =
        enterprise.http.post(&format!("/api/v1/consultations/{id}/reopen"), &json!({ "reason": "x" }));
    assert_eq!(refused.refusal(), (409, "consultation_open_already".to_owned()));
}

#[test]
fn a_panel_gives_opinions_until_the_conclusion() {
    let mut scenario = Scenario::new();
    let lead = scenario.expert("lead", &json!({ "specialties": [{ "product_kind": "K0101", "level": 3 }] }));
    let member =
        scenario.expert("member", &json!({ "capacity": 1, "specialties": [{ "product_class": "C40" }] }));
    let tied = scenario.expert(
        "tied",
        &json!({ "conflicts": [{ "uscc": crate::support::csv::uscc(1), "relation": "owner" }] }),
    );
    let (enterprise, id) = scenario.opened();
    let path = |what: &str| format!("/api/v1/consultations/{id}/{what}");
    let invitation = json!({ "expert": member.id, "note": "请看材料" });
    assert_eq!(lead.http.post(&path("invite"), &invitation).refusal().0, 409, "not accepted yet");
    accept(&lead, &id);
    let mut factory = scenario.app.following(&enterprise.http, &id);
    assert_eq!(enterprise.http.post(&path("invite"), &invitation).refusal().0, 403);
    assert_eq!(
        member.http.post(&path("opinion"), &json!({ "opinion": "x", "agreement": "agree" })).refusal().0,
        404,
        "not invited"
    );
    let seen = lead.http.post(&path("invite"), &invitation).expect(200);
    assert_eq!((&seen["panel"], &seen["invitations"][0]["state"]), (&json!([]), &json!("invited")));
    scenario.app.mail("member@expert.example", "请看材料");
    // An invitation takes no place, and shows no more than it says.
    assert_eq!(open_of(&scenario, &member), 0);
    let opinion = json!({ "opinion": "x", "agreement": "agree" });
    assert_eq!(member.http.post(&path("opinion"), &opinion).refusal().0, 404);
    let seen = accept_invitation(&member, &id);
    assert_eq!(seen["panel"][0]["expert"], json!(member.id));
    factory.wait(|f| f["ev"] == "consultation" && f["panel"] == json!([member.name]));
    assert_eq!(lead.http.post(&path("invite"), &invitation).refusal(), (409, "on_panel_already".to_owned()));
    for other in [&tied.id, &lead.id] {
        assert_eq!(lead.http.post(&path("invite"), &json!({ "expert": other })).refusal().0, 422);
    }
    // A seat counts as a consultation: the member is at capacity now.
    assert_eq!(open_of(&scenario, &member), 1);
    let (_, second) = scenario.opened();
    let order = json!({ "expert": member.id, "reason": "x" });
    assert_eq!(
        scenario.officer.post(&format!("/api/v1/consultations/{second}/assign"), &order).refusal().0,
        422
    );
    // The member reads and writes, notes included.
    let mut there = scenario.app.following(&member.http, &id);
    there.say_acknowledged(&id, "notes", "材料不对");
    for (opinion, revision) in [("铜材不纯", 1), ("铜材不纯,且线径偏细", 2)] {
        let body = json!({ "opinion": opinion, "agreement": "agree" });
        let seen = member.http.post(&path("opinion"), &body).expect(200);
        assert_eq!(
            (&seen["panel"][0]["opinion"], &seen["panel"][0]["revision"]),
            (&json!(opinion), &json!(revision))
        );
    }
    let own = enterprise.http.get(&format!("/api/v1/consultations/{id}")).expect(200);
    assert_eq!((&own["panel"][0]["name"], &own["panel"][0]["opinion"]), (&json!(member.name), &Value::Null));
    assert_eq!(
        member.http.post(&path("conclude"), &json!({ "conclusion": "x" })).refusal().0,
        403,
        "the lead concludes"
    );
    conclude(&lead, &id);
    let own = enterprise.http.get(&format!("/api/v1/consultations/{id}")).expect(200);
    assert_eq!(own["panel"][0]["opinion"], "铜材不纯,且线径偏细");
    assert_eq!(open_of(&scenario, &member), 0, "the panel has risen");
    let words = scenario.history(&id);
    assert_eq!(words.iter().filter(|w| ["invite", "opinion"].contains(&w.as_str())).count(), 3, "{words:?}");
    // Reopened: members without capacity leave the panel, the others keep their seats.
    scenario.officer.post(&path("reopen"), &json!({ "reason": "复发" })).expect(200);
    assert_eq!(open_of(&scenario, &member), 1);
    assert_eq!(
        text(&member.http.get(&format!("/api/v1/consultations/{id}")).expect(200)["status"]),
        "active"
    );
}
