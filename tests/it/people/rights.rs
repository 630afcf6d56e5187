//! Who sees and changes which account: nobody beyond the own region, and never the last officer of the province.

use serde_json::json;
use std::collections::BTreeSet;

use super::{deactivate, id_of};
use crate::support::TestApp;
use crate::support::people::PASSWORD;

#[test]
fn an_officer_of_a_city_touches_neither_another_city_nor_the_province() {
    let app = TestApp::start();
    let (province, city) = (app.admin("province", "440000"), app.admin("city", "440100"));
    let (district, other) = (app.admin("district", "440103"), app.admin("other", "440300"));
    let operator = app.operator("ops");
    let officers = |who: &crate::support::Http| -> BTreeSet<String> {
        let list = who.get("/api/v1/accounts?role=admin").expect(200);
        list["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["username"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(officers(&city), ["city", "district"].map(str::to_owned).into());
    assert_eq!(officers(&province), ["city", "district", "other", "province"].map(str::to_owned).into());
    assert_eq!(officers(&operator), officers(&province));
    assert_eq!(city.get("/api/v1/accounts?role=operator").expect(200)["items"], json!([]));
    for (whom, status) in [(&province, 404), (&other, 404), (&operator, 404)] {
        let id = id_of(whom);
        assert_eq!(city.get(&format!("/api/v1/accounts/{id}")).status, status);
        let body = json!({ "reason": "x" });
        assert_eq!(city.post(&format!("/api/v1/accounts/{id}/deactivate"), &body).status, status);
        assert_eq!(city.act(&format!("/api/v1/accounts/{id}/reactivate")).status, status);
        let change = json!({ "region": "440100" });
        assert_eq!(city.json("PATCH", &format!("/api/v1/accounts/{id}"), &change).status, status);
    }
    // Nobody gives what reaches beyond the own region.
    let id = id_of(&district);
    let path = format!("/api/v1/accounts/{id}");
    for change in
        [json!({ "region": "440000" }), json!({ "region": "440300" }), json!({ "role": "operator" })]
    {
        assert_eq!(city.json("PATCH", &path, &change).status, 403, "{change}");
    }
    for (role, region) in [("admin", Some("440000")), ("admin", Some("440300")), ("operator", None)] {
        let body = json!({ "role": role, "name": "x", "email": "x@y.example", "region": region });
        assert_eq!(city.post("/api/v1/accounts", &body).status, 403, "{body}");
    }
    let fault = city.json("PATCH", &path, &json!({ "region": "999999" })).problem();
    assert_eq!(fault["errors"][0]["pointer"], "/region", "{fault}");
    // Within it, yes; the sessions of the one who was moved end.
    let moved = city.json("PATCH", &path, &json!({ "region": "440104" })).expect(200);
    assert_eq!(moved["region"], "440104");
    assert_eq!(district.get("/api/v1/me").status, 401);
    assert_eq!(app.http().log_in("district", PASSWORD).get("/api/v1/me").expect(200)["region"], "440104");
}

#[test]
fn experts_and_enterprises_have_no_part_in_accounts() {
    let app = TestApp::start();
    let (admin, talk) = app.small_world();
    for who in [&talk.enterprise.http, &talk.expert.http] {
        assert_eq!(who.get("/api/v1/accounts").status, 403);
        let id = id_of(&admin);
        assert_eq!(
            who.post(&format!("/api/v1/accounts/{id}/deactivate"), &json!({ "reason": "x" })).status,
            403
        );
    }
    assert_eq!(talk.expert.http.get("/api/v1/enterprises/me/colleagues").status, 403);
    // An officer of a district sees the expert of the province, but does not end the account.
    let district = app.admin("district", "440103");
    let id = id_of(&talk.expert.http);
    let seen = district.get(&format!("/api/v1/accounts/{id}")).expect(200);
    assert_eq!((&seen["may_change"], &seen["email"]), (&json!(false), &json!(null)), "{seen}");
    assert_eq!(seen["open_matters"]["consultations"], json!([]));
    assert_eq!(
        district.post(&format!("/api/v1/accounts/{id}/deactivate"), &json!({ "reason": "x" })).status,
        403
    );
}

#[test]
fn nobody_ends_or_changes_the_own_account_and_the_last_officer_of_the_province_stays() {
    let app = TestApp::start();
    let (one, operator) = (app.admin("one", "440000"), app.operator("ops"));
    let id = id_of(&one);
    let path = format!("/api/v1/accounts/{id}");
    let reason = json!({ "reason": "x" });
    assert_eq!(one.post(&format!("{path}/deactivate"), &reason).refusal(), (409, "own_account".into()));
    let down = json!({ "region": "440100" });
    assert_eq!(one.json("PATCH", &path, &down).refusal(), (409, "own_account".into()));
    for (method, place, body) in [
        ("POST", format!("{path}/deactivate"), &reason),
        ("PATCH", path.clone(), &down),
        ("PATCH", path.clone(), &json!({ "role": "operator" })),
    ] {
        assert_eq!(operator.json(method, &place, body).refusal(), (409, "last_officer".into()), "{body}");
    }
    // A second one who is not active does not count.
    let two = app.admin("two", "440000");
    let second = id_of(&two);
    deactivate(&operator, &second, None);
    assert_eq!(operator.post(&format!("{path}/deactivate"), &reason).refusal(), (409, "last_officer".into()));
    operator.act(&format!("/api/v1/accounts/{second}/reactivate")).expect(200);
    operator.post(&format!("{path}/deactivate"), &reason).expect(200);
    let last = operator.post(&format!("/api/v1/accounts/{second}/deactivate"), &reason);
    assert_eq!(last.refusal(), (409, "last_officer".into()));
}

#[test]
fn of_two_officers_who_end_each_other_at_once_one_stays() {
    let app = TestApp::start();
    for round in 0..4 {
        let names = [format!("left-{round}"), format!("right-{round}")];
        let pair = names.each_ref().map(|name| app.admin(name, "440000"));
        let ids = pair.each_ref().map(id_of);
        // Those of the rounds before are gone but for one, who leaves first.
        let operator = app.operator(&format!("ops-{round}"));
        let others = operator.get("/api/v1/accounts?role=admin&state=active").expect(200);
        for row in others["items"].as_array().unwrap() {
            if ids.iter().all(|id| row["id"] != *id) {
                deactivate(&operator, row["id"].as_str().unwrap(), None);
            }
        }
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let calls = [(0, 1), (1, 0)].map(|(by, whom)| {
                let (by, whom) = (&pair[by], &ids[whom]);
                scope.spawn(move || {
                    let body = json!({ "reason": "x" });
                    by.post(&format!("/api/v1/accounts/{whom}/deactivate"), &body).status
                })
            });
            calls.map(|call| call.join().unwrap()).to_vec()
        });
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        let left = operator.get("/api/v1/accounts?role=admin&state=active").expect(200);
        assert_eq!(left["items"].as_array().unwrap().len(), 1, "{left}");
    }
}
