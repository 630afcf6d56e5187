//! Who is in charge of a person sends the link for a new password.

use diesel::prelude::*;
use zerodesk::core::ids::AccountId;
use zerodesk::db::schema::account;

use crate::support::people::link;
use crate::support::{Http, TestApp};

/// A password that may be chosen.
const ANOTHER: &str = "quiet river lamp";

#[test]
fn those_in_charge_send_a_link_and_nobody_sees_a_password() {
    let app = TestApp::start();
    let (_, talk) = app.small_world();
    let province = app.admin("province", "440000");
    let city = app.admin("city", "440100");
    let colleague = app.admin("colleague", "440100");
    let elsewhere = app.admin("elsewhere", "440300");
    let operator = app.operator("an-operator");
    let id = |username: &str| -> AccountId {
        account::table
            .filter(account::username.eq(username))
            .select(account::id)
            .first(&mut *app.app.conn().unwrap())
            .unwrap()
    };
    let send = |who: &Http, username: &str| {
        let reply = who.act(&format!("/api/v1/accounts/{}/reset", id(username)));
        assert!(!reply.text.contains("token"), "{}", reply.text);
        reply.status
    };
    for (who, username, wanted) in [
        (&city, "enterprise-1", 202),
        (&elsewhere, "enterprise-1", 404),
        (&province, "expert-1", 202),
        (&province, "city", 202),
        (&colleague, "city", 403),
        (&city, "city", 403),
        (&city, "province", 404),
        (&city, "an-operator", 404),
        (&operator, "province", 202),
        (&talk.enterprise.http, "expert-1", 403),
        (&talk.expert.http, "enterprise-1", 403),
        (&app.http(), "enterprise-1", 401),
    ] {
        assert_eq!(send(who, username), wanted, "{username}");
    }
    let nobody = city.act("/api/v1/accounts/019c0000-0000-7000-8000-000000000000/reset");
    assert_eq!(nobody.status, 404);

    let mail = app.mail("city@regulator.example", "主管部门的监管人员");
    let body = serde_json::json!({ "token": link(&mail).unwrap(), "password": ANOTHER });
    assert_eq!(city.get("/api/v1/me").status, 200, "nothing happens before the link is used");
    app.http().post("/api/v1/auth/password-resets/confirm", &body).expect(204);
    assert_eq!(city.get("/api/v1/me").status, 401);
    app.http().log_in("city", ANOTHER);
}

#[test]
fn those_in_charge_end_all_sessions_of_a_person() {
    let app = TestApp::start();
    let (_, talk) = app.small_world();
    let (province, city) = (app.admin("province", "440000"), app.admin("city", "440100"));
    let id = |username: &str| -> AccountId {
        account::table
            .filter(account::username.eq(username))
            .select(account::id)
            .first(&mut *app.app.conn().unwrap())
            .unwrap()
    };
    let end = |who: &Http, username: &str| {
        who.send("DELETE", &format!("/api/v1/accounts/{}/sessions", id(username)), &[], None).status
    };
    for (who, username, wanted) in [
        (&city, "province", 404),
        (&talk.enterprise.http, "expert-1", 403),
        (&province, "province", 409),
        (&province, "city", 204),
    ] {
        assert_eq!(end(who, username), wanted, "{username}");
    }
    assert_eq!(city.get("/api/v1/me").status, 401);
    app.http().log_in("city", crate::support::people::PASSWORD);
    let noted = province.get("/api/v1/audit?action=end_sessions_of_person").expect(200);
    assert_eq!(noted["items"][0]["data"]["username"], "city");
}
