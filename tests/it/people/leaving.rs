//! An account ends: sessions and sockets at once, and what was the person's is handed on in one step.

use serde_json::json;

use super::{deactivate, id_of};
use crate::support::TestApp;
use crate::support::people::{PASSWORD, text};

#[test]
fn sessions_and_sockets_end_at_once_and_begin_again_after_a_reactivation() {
    let app = TestApp::start();
    let (province, city) = (app.admin("province", "440000"), app.admin("city", "440100"));
    let id = id_of(&city);
    let mut socket = app.ws(&city);
    let done = deactivate(&province, &id, None);
    assert_eq!((&done["state"], &done["deactivation_reason"]), (&json!("deactivated"), &json!("调离岗位")));
    assert_eq!(city.get("/api/v1/me").status, 401);
    assert_ne!(socket.closed(), 0, "the socket was closed in order");
    let body = json!({ "username": "city", "password": PASSWORD });
    let refused = app.http().post("/api/v1/auth/login", &body);
    assert_eq!(refused.refusal(), (403, "account_not_active".into()));
    app.mail("city@regulator.example", "调离岗位");
    let again = province.post(&format!("/api/v1/accounts/{id}/deactivate"), &json!({ "reason": "x" }));
    assert_eq!(again.refusal(), (409, "account_state".into()));
    province.act(&format!("/api/v1/accounts/{id}/reactivate")).expect(200);
    app.mail("city@regulator.example", "已恢复");
    assert_eq!(app.http().log_in("city", PASSWORD).get("/api/v1/me").expect(200)["id"], id);
    let twice = province.act(&format!("/api/v1/accounts/{id}/reactivate"));
    assert_eq!(twice.refusal(), (409, "account_state".into()));
}

#[test]
fn what_an_expert_holds_passes_to_the_named_one_and_nothing_more_is_offered() {
    let app = TestApp::start();
    let (admin, talk) = app.small_world();
    let heir = app.approved_expert(&admin, "expert-2", "K0101");
    let leaver = id_of(&talk.expert.http);
    let listed = admin.get(&format!("/api/v1/accounts/{leaver}")).expect(200);
    let held = &listed["open_matters"]["consultations"];
    assert_eq!(held[0]["part"], "lead", "{listed}");
    assert_eq!(held[0]["id"], talk.id);
    let unknown = json!({ "reason": "离任", "hand_over_to": id_of(&admin) });
    let fault = admin.post(&format!("/api/v1/accounts/{leaver}/deactivate"), &unknown).problem();
    assert_eq!(fault["errors"][0]["pointer"], "/hand_over_to", "{fault}");
    let mut socket = app.following(&talk.expert.http, &talk.id);
    let done = deactivate(&admin, &leaver, Some(&id_of(&heir.http)));
    let handed = &done["handed_over"]["consultations"][0];
    assert_eq!((&handed["expert"], &handed["status"]), (&json!(heir.id), &json!("active")), "{done}");
    assert_eq!(done["open_matters"]["consultations"], json!([]));
    socket.closed();
    let now = heir.http.get(&format!("/api/v1/consultations/{}", talk.id)).expect(200);
    assert_eq!((&now["status"], &now["expert"]["id"]), (&json!("active"), &json!(heir.id)));
    let said = json!({ "stream": "talk", "client_id": uuid::Uuid::new_v4(), "body": "我来接手" });
    heir.http.post(&format!("/api/v1/consultations/{}/messages", talk.id), &said).expect(201);
    // Those who choose an expert do not find the former one.
    let known = talk.enterprise.http.get("/api/v1/experts").expect(200);
    let names: Vec<_> = known["items"].as_array().unwrap().iter().map(|row| text(&row["id"])).collect();
    assert_eq!(names, [heir.id.as_str()]);
    let back = json!({ "expert": talk.expert.id, "reason": "试一试" });
    assert_eq!(admin.post(&format!("/api/v1/consultations/{}/assign", talk.id), &back).status, 422);
}

#[test]
fn without_a_name_offers_are_withdrawn_and_consultations_matched_anew() {
    let app = TestApp::start();
    let admin = app.admin("officer", "440000");
    let leaver = app.approved_expert(&admin, "expert-1", "K0101");
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    let opened = app.open(&enterprise);
    assert_eq!(opened["status"], "offered");
    let next = app.approved_expert(&admin, "expert-2", "K0101");
    let done = deactivate(&admin, &id_of(&leaver.http), None);
    let handed = &done["handed_over"]["consultations"][0];
    assert_eq!((&handed["part"], &handed["expert"]), (&json!("offered"), &json!(next.id)), "{done}");
    let id = text(&opened["id"]);
    next.http.act(&format!("/api/v1/consultations/{id}/accept")).expect(200);
    // With nobody left it waits, and is offered once the expert is back.
    let done = deactivate(&admin, &id_of(&next.http), None);
    assert_eq!(done["handed_over"]["consultations"][0]["status"], "waiting", "{done}");
    admin.act(&format!("/api/v1/accounts/{}/reactivate", text(&done["id"]))).expect(200);
}

#[test]
fn what_an_officer_asked_for_passes_to_a_colleague() {
    let app = TestApp::start();
    let (province, city) = (app.admin("province", "440000"), app.admin("city", "440100"));
    let heir = app.admin("heir", "440100");
    let body = json!({ "role": "admin", "name": "林三", "email": "three@invited.example" });
    let invited = city.post("/api/v1/accounts", &body).expect(201);
    assert_eq!((&invited["region"], &invited["invited_by"]), (&json!("440100"), &json!("name of city")));
    let id = id_of(&city);
    let listed = province.get(&format!("/api/v1/accounts/{id}")).expect(200);
    assert_eq!(listed["open_matters"]["invitations"], 1, "{listed}");
    let district = app.admin("district", "440103");
    let narrow = json!({ "reason": "x", "hand_over_to": id_of(&district) });
    assert_eq!(province.post(&format!("/api/v1/accounts/{id}/deactivate"), &narrow).status, 422);
    let done = deactivate(&province, &id, Some(&id_of(&heir)));
    assert_eq!(done["handed_over"]["invitations"], 1, "{done}");
    let path = format!("/api/v1/account-invitations/{}", text(&invited["id"]));
    assert_eq!(heir.get(&path).expect(200)["invited_by"], "name of heir");
}
