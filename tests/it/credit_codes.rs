//! Quality credit codes through HTTP: applied for, granted where all conditions are met, in force as each scan finds them, told of by the job.

mod granting;
mod labels;
mod public_page;
mod scans;

use serde_json::{Value, json};
use zerodesk::core::Caller;
use zerodesk::zero_out::import::{Column, import_file};

use crate::inspections::{form, registered, reported, step};
use crate::support::csv::{file, row, uscc};
use crate::support::http::Reply;
use crate::support::people::{PASSWORD, text};
use crate::support::{Http, TestApp};

pub const CODES: &str = "/api/v1/credit-codes";

/// An enterprise that was once on the list, years ago and without a case.
pub struct Maker {
    pub http: Http,
    pub id: String,
    pub username: String,
    pub address: String,
}

/// Enterprise number `n` in a region.
pub fn maker(app: &TestApp, n: u32, region: &str) -> Maker {
    maker_listed_on(app, n, region, "2021-08-01")
}

/// The same, with the day of the report for which it was listed.
pub fn maker_listed_on(app: &TestApp, n: u32, region: &str, day: &str) -> Maker {
    let (code, address) = (uscc(n), format!("maker-{n}@enterprise.example"));
    let list = file(&[row(&[
        (Column::Uscc, &code),
        (Column::Name, &format!("广州第{n}公司")),
        (Column::RegionCode, region),
        (Column::ContactEmail, &address),
        (Column::InspectedOn, day),
        (Column::OrderIssuedOn, ""),
    ])]);
    let report = import_file(&app.app, &Caller::system(), "list.csv", list, false, &|_, _| ()).unwrap();
    assert_eq!((report.inserted, report.rejected), (1, 0), "{report:?}");
    let username = format!("maker-{n}");
    let token = app.claim(&code, &address, &username);
    let id = text(&app.confirm_claim(&token, &username)["enterprise_id"]);
    Maker { http: app.http().log_in(&username, PASSWORD), id, username, address }
}

/// A sampling at the maker's own place whose result is final.
pub fn sampled(officer: &Http, maker: &Maker, number: &str, outcome: &str) -> String {
    let mut form = form(number);
    (form["role"], form["operator"]) = (json!("producer"), json!(maker.id));
    if outcome != "conforming" {
        // The same product is not sampled twice within six months but to follow a failure.
        form["purpose"] = json!("follow_up");
    }
    form.as_object_mut().unwrap().remove("operator_name");
    let path = registered(officer, &form);
    reported(officer, &path, &format!("R-{number}"), outcome);
    step(officer, &path, "deliver", "2026-01-16", &json!({ "party": "operator" })).expect(200);
    if outcome == "conforming" {
        step(officer, &path, "finalise", "2026-01-16", &json!({})).expect(200);
    }
    path
}

/// What is applied for with.
pub fn application() -> Value {
    json!({
        "product_kind": "K0301", "product_name": "聚氯乙烯绝缘电线", "trademark": "明珠", "model": "BV 2.5", "standard": "GB/T 5023.3",
        "text_version": "page-2022", "consent": true,
    })
}

/// A code that was applied for; gives its path.
#[track_caller]
pub fn applied(maker: &Maker) -> String {
    format!("{CODES}/{}", text(&maker.http.post(CODES, &application()).expect(201)["id"]))
}

/// A code that was granted: its path, and the token of its first print run.
#[track_caller]
pub fn granted(officer: &Http, maker: &Maker) -> (String, String) {
    let path = applied(maker);
    let seen = officer.act(&format!("{path}/grant")).expect(200);
    (path, text(&seen["versions"][0]["token"]))
}

/// What everybody reads of a token.
pub fn public(app: &TestApp, token: &str) -> Reply {
    app.http().get(&format!("/api/v1/public/codes/{token}"))
}

/// Follows the codes, as the job does.
pub fn sweep(app: &TestApp) {
    zerodesk::credit_codes::follow::sweep(&app.app, &|| false).unwrap();
}

/// The keys of the conditions that are not met.
pub fn missing(detail: &Value) -> Vec<String> {
    let all = detail["conditions"].as_array().unwrap().iter();
    all.filter(|condition| condition["met"] == false).map(|condition| text(&condition["key"])).collect()
}
