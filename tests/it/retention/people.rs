//! People who have left, log-ins that have ended, mails that were sent.

use zerodesk::zero_out::import::Column;

use super::*;
use crate::people::{colleague, deactivate, id_of};
use crate::support::csv::{file, row, uscc};

/// Enterprise 5, which is on the list without an order, so that no case runs, with two people: gives the first one.
fn without_case(app: &TestApp, officer: &Http) -> Http {
    let (code, email) = (uscc(5), "factory-5@enterprise.example");
    let list = file(&[row(&[
        (Column::Uscc, &code),
        (Column::Name, "无案件公司"),
        (Column::ContactEmail, email),
        (Column::OrderIssuedOn, ""),
    ])]);
    assert_eq!(app.import(officer, &list, false)["rejected"], 0);
    let token = app.claim(&code, email, "first-5");
    app.confirm_claim(&token, "first-5");
    app.http().log_in("first-5", PASSWORD)
}

#[test]
fn people_who_left_lose_their_names_but_are_told_apart() {
    let app = with_periods();
    let officer = app.admin("officer", "440000");
    let first = without_case(&app, &officer);
    let people = ["second-5", "third-5"].map(|name| id_of(&colleague(&app, &first, name)));
    let held = app.claimed_enterprise(1, "440103", "K0101");
    let held = id_of(&held.http);
    for id in people.iter().chain([&held]) {
        deactivate(&officer, id, None);
        app.clock.advance(Duration::seconds(1));
    }
    app.mails_sent();
    app.clock.advance(Duration::days(3 * 365 + 2));
    let officer = app.http().log_in("officer", PASSWORD);
    // The third is of an enterprise whose case has not ended.
    assert_eq!(numbers(&officer, "accounts"), (2, 0, 1));
    let hold = json!({ "target": "enterprise", "id": enterprise_of(&officer), "reason": "调查" });
    let hold = officer.post(HOLDS, &hold).expect(201);
    assert_eq!(numbers(&officer, "accounts"), (0, 2, 1));
    sweep(&app.app, None).unwrap();
    let account = |id: &str| officer.get(&format!("/api/v1/accounts/{id}")).expect(200);
    assert_eq!(account(&people[0])["name"], "同事 second-5");
    officer
        .post(&format!("{HOLDS}/{}/release", text(&hold["id"])), &json!({ "reason": "调查结束" }))
        .expect(200);
    sweep(&app.app, None).unwrap();
    assert_eq!(numbers(&officer, "accounts"), (0, 0, 1));
    let names: Vec<_> = people.iter().map(|id| text(&account(id)["name"])).collect();
    assert!(names.iter().all(|name| name.starts_with("已注销用户 ")) && names[0] != names[1], "{names:?}");
    for id in &people {
        let left = account(id);
        assert_eq!(
            (&left["email"], &left["username"]),
            (&json!(null), &json!(format!("erased-{id}"))),
            "{left}"
        );
        assert!(!left.to_string().contains("5@") && !left.to_string().contains("同事"), "{left}");
    }
    assert_eq!(account(&held)["name"], "contact of enterprise-1");
    // Nobody gets in by what is left, and the account is not opened again.
    let body = json!({ "username": format!("erased-{}", people[0]), "password": "!" });
    let refused = app.http().post("/api/v1/auth/login", &body);
    assert!([401, 403].contains(&refused.status), "{}", refused.text);
    let again = officer.act(&format!("/api/v1/accounts/{}/reactivate", people[0]));
    assert_eq!(again.refusal(), (409, "account_state".into()));
    let invitations = officer.get("/api/v1/account-invitations?q=second-5").json().to_string();
    assert!(!invitations.contains("second-5"), "{invitations}");
    // The audit keeps the account.
    let audit = officer.get(&format!("/api/v1/audit?subject={}", people[0])).expect(200);
    assert!(
        audit["items"].as_array().unwrap().iter().any(|row| row["action"] == "deactivate_account"),
        "{audit}"
    );
}

fn enterprise_of(officer: &Http) -> String {
    let found = officer.get(&format!("/api/v1/enterprises?q={}", uscc(5))).expect(200);
    text(&found["items"][0]["id"])
}

#[test]
fn log_ins_that_ended_and_mails_that_were_sent_go_but_for_those_of_a_hold() {
    let app = with_periods();
    let officer = app.admin("officer", "440000");
    let expert = app.approved_expert(&officer, "expert-1", "K0101");
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    let other = app.claimed_enterprise(2, "440103", "K0101");
    for who in [&expert.http, &enterprise.http, &other.http] {
        who.act("/api/v1/auth/logout").expect(204);
    }
    app.mails_sent();
    let mails = |who: &Http| {
        let all = who.get("/api/v1/mail?limit=200").expect(200);
        let to: Vec<_> = all["items"].as_array().unwrap().iter().map(|m| text(&m["recipient"])).collect();
        to
    };
    let operator = app.operator("operator");
    let before = mails(&operator);
    assert!(
        before.iter().any(|to| to.starts_with("factory-1@"))
            && before.iter().any(|to| to.starts_with("factory-2@"))
    );
    let hold = json!({ "target": "enterprise", "id": enterprise.id, "reason": "调查" });
    officer.post(HOLDS, &hold).expect(201);
    app.clock.advance(Duration::days(185));
    let (officer, operator) =
        (app.http().log_in("officer", PASSWORD), app.http().log_in("operator", PASSWORD));
    let held = i64::try_from(before.iter().filter(|to| to.starts_with("factory-1@")).count()).unwrap();
    let (rows, kept, _) = numbers(&operator, "mails");
    assert_eq!((rows + kept, kept), (i64::try_from(before.len()).unwrap(), held), "{before:?}");
    let (sessions, kept, _) = numbers(&officer, "sessions");
    assert!(sessions >= 2 && kept == 1, "{sessions} {kept}");
    sweep(&app.app, None).unwrap();
    assert_eq!(numbers(&operator, "mails"), (0, held, 0));
    assert_eq!(numbers(&officer, "sessions"), (0, 1, 0));
    let gone = runs(&operator);
    assert_eq!(gone, [("mails".to_owned(), rows), ("sessions".to_owned(), sessions)]);
    assert!(mails(&operator).iter().all(|to| !to.starts_with("factory-2@")));
    assert!(mails(&operator).iter().any(|to| to.starts_with("factory-1@")));
}
