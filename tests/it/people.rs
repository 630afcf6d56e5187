//! Officers, experts and the people of enterprises through HTTP: invited, changed, deactivated, reactivated.

mod colleagues;
mod command_line;
mod invitations;
mod leaving;
mod password_resets;
mod rights;

use serde_json::{Value, json};

use crate::support::people::{PASSWORD, link, text};
use crate::support::{Http, PATIENCE, TestApp};

/// The token of the newest invitation that went to an address.
pub fn token(app: &TestApp, address: &str) -> String {
    let mail = app.mail(address, "/invitation#token=");
    link(&mail).unwrap()
}

/// The token of an invitation to an address that is none of these.
pub fn next_token(app: &TestApp, address: &str, known: &[&str]) -> String {
    let is_new = |mail: &crate::support::smtp::ReceivedMail| {
        mail.to == [address] && link(mail).is_some_and(|token| !known.contains(&token.as_str()))
    };
    link(&app.smtp.wait_for(is_new, PATIENCE)).unwrap()
}

/// Uses the link of an invitation. Gives who can log in by it.
pub fn accept(app: &TestApp, token: &str, username: &str) -> Http {
    let body = json!({ "token": token, "username": username, "password": PASSWORD });
    app.http().post("/api/v1/account-invitations/confirm", &body).expect(201);
    app.http().log_in(username, PASSWORD)
}

/// The account of someone.
pub fn id_of(who: &Http) -> String {
    text(&who.get("/api/v1/me").expect(200)["id"])
}

/// Deactivates an account.
pub fn deactivate(by: &Http, id: &str, to: Option<&str>) -> Value {
    let body = json!({ "reason": "调离岗位", "hand_over_to": to });
    by.post(&format!("/api/v1/accounts/{id}/deactivate"), &body).expect(200)
}

/// A colleague of an enterprise, invited by the first of its people.
pub fn colleague(app: &TestApp, first: &Http, username: &str) -> Http {
    let address = format!("{username}@enterprise.example");
    let body = json!({ "name": format!("同事 {username}"), "email": address });
    first.post("/api/v1/enterprises/me/colleagues", &body).expect(201);
    accept(app, &token(app, &address), username)
}
