//! Who is invited chooses name and password behind the mailed link.

use serde_json::{Value, json};

use super::{accept, id_of, next_token, token};
use crate::support::TestApp;
use crate::support::people::{PASSWORD, text};

#[test]
fn an_officer_an_operator_and_an_expert_are_invited_and_choose_their_secrets() {
    let app = TestApp::start();
    let operator = app.operator("ops");
    for (role, region, title) in [
        ("admin", Some("440100"), None),
        ("operator", None, None),
        ("expert", Some("440000"), Some("高级工程师")),
    ] {
        let address = format!("{role}@invited.example");
        let body = json!({
            "role": role, "name": "林一", "email": address, "region": region, "title": title,
        });
        let reply = operator.post("/api/v1/accounts", &body);
        let place = reply.header("location").to_owned();
        let invited = reply.expect(201);
        assert_eq!((&invited["state"], &invited["role"]), (&json!("open"), &json!(role)), "{invited}");
        // The job that sends works beside: where the mail stands may differ a moment later.
        let without_mail = |mut view: Value| {
            view.as_object_mut().expect("an object").remove("mail").expect("where its mail stands");
            view
        };
        assert_eq!(without_mail(operator.get(&place).expect(200)), without_mail(invited));
        let link = token(&app, &address);
        let weak = json!({ "token": link, "username": format!("new-{role}"), "password": "1234567890" });
        let refused = app.http().post("/api/v1/account-invitations/confirm", &weak);
        assert_eq!(refused.problem()["errors"][0]["pointer"], "/password");
        let new = accept(&app, &link, &format!("new-{role}"));
        let me = new.get("/api/v1/me").expect(200);
        assert_eq!((&me["role"], &me["name"]), (&json!(role), &json!("林一")), "{me}");
        if role == "admin" {
            assert_eq!(me["region"], "440100");
        }
        let again = json!({ "token": link, "username": "another", "password": PASSWORD });
        let refused = app.http().post("/api/v1/account-invitations/confirm", &again);
        assert_eq!(refused.problem()["errors"][0]["pointer"], "/token");
        let view = operator.get(&place).expect(200);
        assert_eq!((&view["state"], &view["account_id"]), (&json!("accepted"), &me["id"]));
    }
    // An invited expert is approved, and names the specialties.
    let expert = app.http().log_in("new-expert", PASSWORD);
    let specialties = json!({ "specialties": [{ "product_kind": "K0101", "level": 3 }] });
    expert.json("PUT", "/api/v1/experts/me/specialties", &specialties).expect(200);
    let accounts = operator.get("/api/v1/accounts?role=expert&state=active").expect(200);
    assert_eq!(accounts["items"][0]["expert"]["regions"], json!(["440000"]), "{accounts}");
}

#[test]
fn an_invitation_is_sent_again_withdrawn_and_not_sent_twice() {
    let app = TestApp::start();
    let operator = app.operator("ops");
    let body = json!({ "role": "operator", "name": "林二", "email": "two@invited.example" });
    let id = text(&operator.post("/api/v1/accounts", &body).expect(201)["id"]);
    let first = token(&app, "two@invited.example");
    assert_eq!(operator.post("/api/v1/accounts", &body).refusal(), (409, "invited_already".into()));
    operator.act(&format!("/api/v1/account-invitations/{id}/resend")).expect(200);
    let second = next_token(&app, "two@invited.example", &[&first]);
    let old = json!({ "token": first, "username": "two", "password": PASSWORD });
    assert_eq!(app.http().post("/api/v1/account-invitations/confirm", &old).status, 422);
    for _ in 0..3 {
        operator.act(&format!("/api/v1/account-invitations/{id}/resend")).expect(200);
    }
    let often = operator.act(&format!("/api/v1/account-invitations/{id}/resend"));
    assert_eq!(often.refusal(), (429, "invitation_sent_often".into()));
    assert!(!often.header("retry-after").is_empty());
    assert_eq!(operator.send("DELETE", &format!("/api/v1/account-invitations/{id}"), &[], None).status, 204);
    let latest = json!({ "token": second, "username": "two", "password": PASSWORD });
    assert_eq!(app.http().post("/api/v1/account-invitations/confirm", &latest).status, 422);
    let again = operator.act(&format!("/api/v1/account-invitations/{id}/resend"));
    assert_eq!(again.refusal(), (409, "invitation_state".into()));
    let open = operator.get("/api/v1/account-invitations?state=open").expect(200);
    assert_eq!(open["items"], json!([]));
}

#[test]
fn a_link_expires_and_a_taken_name_leaves_it_good() {
    let app = TestApp::start();
    let operator = app.operator("ops");
    for name in ["one", "late"] {
        let email = format!("{name}@invited.example");
        let body = json!({ "role": "operator", "name": name, "email": email });
        operator.post("/api/v1/accounts", &body).expect(201);
    }
    let (one, late) = (token(&app, "one@invited.example"), token(&app, "late@invited.example"));
    let taken = json!({ "token": one, "username": "OPS", "password": PASSWORD });
    let refused = app.http().post("/api/v1/account-invitations/confirm", &taken);
    assert_eq!(refused.refusal(), (409, "username_taken".into()));
    let new = accept(&app, &one, "one");
    assert_ne!(id_of(&new), "");
    app.clock.advance(chrono::Duration::hours(169));
    let body = json!({ "token": late, "username": "late", "password": PASSWORD });
    assert_eq!(app.http().post("/api/v1/account-invitations/confirm", &body).status, 422);
}
