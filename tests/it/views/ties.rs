//! How to reach an expert is seen by the officers who work with the expert; ties are withdrawn by who sees both sides.

use serde_json::{Value, json};

use crate::support::csv::uscc;
use crate::support::people::PASSWORD;
use crate::support::{Http, TestApp};

fn contact(who: &Http, expert: &str) -> (Value, Value) {
    let view = who.get(&format!("/api/v1/experts/{expert}")).expect(200);
    (view["private"]["email"].clone(), view["private"]["phone"].clone())
}

#[test]
fn officers_see_how_to_reach_the_experts_they_work_with() {
    let app = TestApp::start();
    let province = app.admin("province", "440000");
    let application = json!({
        "name": "专家", "title": "高级工程师",
        "email": "expert-1@expert.example", "phone": "13900139000", "regions": ["440000"],
        "specialties": [{ "product_kind": "K0101", "level": 3 }],
    });
    let id = app.apply("expert-1", &application);
    let known = (json!("expert-1@expert.example"), json!("13900139000"));
    assert_eq!(contact(&province, &id), known, "who vets an application reaches the applicant");
    province.act(&format!("/api/v1/expert-applications/{id}/approve")).expect(200);
    let expert = app.http().log_in("expert-1", PASSWORD);
    let (here, elsewhere) = (app.admin("here", "440103"), app.admin("elsewhere", "440305"));
    let operator = app.operator("operator");
    let hidden = (Value::Null, Value::Null);
    for who in [&province, &here, &elsewhere, &operator] {
        assert_eq!(contact(who, &id), hidden, "nobody works with the expert yet");
        assert!(!who.get("/api/v1/experts").text.contains("expert-1@"));
    }
    assert_eq!(contact(&expert, &id), known, "one sees one's own");
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    assert_eq!(app.open(&enterprise)["status"], "offered");
    for (who, seen) in [(&province, &known), (&here, &known), (&elsewhere, &hidden), (&operator, &hidden)] {
        assert_eq!(contact(who, &id), *seen);
    }
    assert!(here.get(&format!("/experts/{id}")).text.contains("13900139000"));
    assert!(!elsewhere.get(&format!("/experts/{id}")).text.contains("13900139000"));
    let seen = enterprise.http.get(&format!("/api/v1/experts/{id}"));
    assert!(!seen.text.contains("13900139000") && !seen.text.contains("expert-1@"), "{}", seen.text);
}

#[test]
fn a_tie_is_withdrawn_by_who_sees_the_expert_and_the_enterprise() {
    let app = TestApp::start();
    let province = app.admin("province", "440000");
    let expert = app.approved_expert(&province, "expert-1", "K0101");
    let (code, _) = app.listed(1, "440103", "K0101");
    let unknown = uscc(999);
    let (here, elsewhere) = (app.admin("here", "440103"), app.admin("elsewhere", "440305"));
    let path = format!("/api/v1/experts/{}/conflicts", expert.id);
    for code in [&code, &unknown] {
        elsewhere.post(&path, &json!({ "uscc": code, "relation": "owner" })).expect(200);
    }
    let withdraw =
        |who: &Http, code: &str| who.send("DELETE", &format!("{path}?uscc={code}"), &[], None).status;
    assert_eq!(withdraw(&elsewhere, &code), 403, "the enterprise is another region's");
    assert_eq!(withdraw(&expert.http, &code), 403, "never the expert");
    assert_eq!(withdraw(&here, &unknown), 403, "an enterprise that is on no list is the province's matter");
    assert_eq!(withdraw(&here, &code), 204);
    assert_eq!(withdraw(&province, &unknown), 204);
    assert_eq!(withdraw(&province, &unknown), 404);
}
