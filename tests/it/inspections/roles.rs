//! Samplers and laboratories see what is assigned to them and nothing else; an enterprise sees its own.

use serde_json::{Value, json};

use super::{INSPECTIONS, form, registered, result, sample, step};
use crate::attachments::samples::{PDF, PNG};
use crate::people::{accept, next_token, token};
use crate::support::people::text;
use crate::support::{Http, TestApp};

/// A laboratory, or a body that takes samples; gives its id.
pub fn body(who: &Http, name: &str, takes_samples: bool) -> String {
    let products = if takes_samples { json!([]) } else { json!(["C03"]) };
    let body = json!({
        "name": name, "products": products, "serves": ["440000"], "capacity": 100, "takes_samples": takes_samples,
    });
    text(&who.post("/api/v1/laboratories", &body).expect(201)["id"])
}

/// Somebody of a body.
pub fn person(app: &TestApp, officer: &Http, role: &str, username: &str, body: &str) -> Http {
    let address = format!("{username}@body.example");
    let asked = json!({ "role": role, "name": username, "email": address, "laboratory": body });
    officer.post("/api/v1/accounts", &asked).expect(201);
    accept(app, &token(app, &address), username)
}

fn numbers(who: &Http) -> Vec<String> {
    let found = who.get(INSPECTIONS).expect(200);
    found["items"].as_array().unwrap().iter().map(|one| text(&one["number"])).collect()
}

#[test]
fn bodies_see_and_do_what_is_assigned_to_them() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let (tests, takes) = (body(&officer, "省质检院", false), body(&officer, "抽样服务中心", true));
    let other = body(&officer, "市质检所", false);
    let sampler = person(&app, &officer, "sampler", "sampler-1", &takes);
    let tester = person(&app, &officer, "laboratory", "tester-1", &tests);
    let stranger = person(&app, &officer, "laboratory", "tester-2", &other);
    let me = tester.get("/api/v1/me").expect(200);
    assert_eq!(me["role"], "laboratory");
    let path = registered(&officer, &form("L-1"));
    assert!(numbers(&sampler).is_empty() && numbers(&tester).is_empty());
    assert_eq!(tester.get(&path).status, 404);
    let same = json!({ "laboratory": tests, "sampler": tests });
    assert_eq!(
        step(&officer, &path, "assign", "2026-01-05", &same).problem()["errors"][0]["pointer"],
        "/sampler"
    );
    let assigned = json!({ "laboratory": tests, "sampler": takes });
    step(&officer, &path, "assign", "2026-01-05", &assigned).expect(200);
    assert_eq!(
        (numbers(&sampler), numbers(&tester), numbers(&stranger).len()),
        (vec!["L-1".to_owned()], vec!["L-1".to_owned()], 0)
    );
    assert_eq!(stranger.get(&path).status, 404);
    // What was registered with its bodies waits as well as what was assigned.
    let mut drawn = form("L-2");
    (drawn["laboratory"], drawn["sampler"], drawn["model"]) = (json!(tests), json!(takes), json!("BV 4"));
    let drawn = registered(&officer, &drawn);
    let waiting = |who: &Http| {
        let found = who.get(&format!("{INSPECTIONS}?to_sample=true")).expect(200);
        found["items"].as_array().unwrap().iter().map(|row| text(&row["number"])).collect::<Vec<_>>()
    };
    assert_eq!(waiting(&sampler), ["L-2", "L-1"]);
    assert!(sampler.get("/sampling-tasks?to_sample=true").text.contains("L-2"));
    step(&officer, &drawn, "withdraw", "2026-01-05", &json!({ "reason": "重复登记" })).expect(200);
    assert_eq!(waiting(&sampler), ["L-1"]);
    // The search over everything finds it for those who may know of it.
    let hits = |who: &Http| {
        let found = who.get("/api/v1/search?q=L-1&kind=inspections").expect(200);
        let own = |hit: &Value| path.ends_with(hit["link"].as_str().unwrap());
        found["groups"][0]["items"].as_array().unwrap().iter().any(own)
    };
    assert_eq!((hits(&officer), hits(&sampler), hits(&stranger)), (true, true, false));
    assert_eq!(
        sampler.get(&path).expect(200)["allowed"],
        json!(["attempt", "refuse", "not_find", "bar", "sample"])
    );
    assert_eq!(step(&tester, &path, "sample", "2026-01-06", &sample()).status, 403);
    step(&sampler, &path, "sample", "2026-01-06", &sample()).expect(200);
    step(&sampler, &path, "seal", "2026-01-06", &json!({ "seals": ["F-1"] })).expect(200);
    assert_eq!(step(&sampler, &path, "receive", "2026-01-08", &json!({})).status, 403);
    step(&tester, &path, "receive", "2026-01-08", &json!({})).expect(200);
    let own = json!({ "testers": ["张三"] });
    assert_eq!(
        step(&tester, &path, "test", "2026-01-09", &own).problem()["errors"][0]["pointer"],
        "/testers"
    );
    step(&tester, &path, "test", "2026-01-09", &json!({ "testers": ["孙七"] })).expect(200);
    let seen = step(&tester, &path, "report", "2026-01-12", &result("R-1", "conforming")).expect(200);
    assert_eq!(seen["subject"]["witness"], Value::Null, "no more of whom it is about than it needs");
    assert!(!seen["events"].to_string().contains("王五"), "{}", seen["events"]);
    assert_eq!(step(&tester, &path, "deliver", "2026-01-13", &json!({ "party": "operator" })).status, 403);
    // Nothing else is theirs.
    for path in ["/api/v1/programmes", "/api/v1/laboratories", "/api/v1/accounts", "/api/v1/my/inspections"] {
        assert_eq!(tester.get(path).status, 403, "{path}");
    }
    for path in ["/api/v1/remediation/cases", "/api/v1/enterprises", "/api/v1/consultations"] {
        let found = tester.get(path);
        assert!(found.status == 403 || found.json()["items"] == json!([]), "{path}: {}", found.text);
    }
}

#[test]
fn officers_invite_people_of_the_bodies_of_their_region() {
    let app = TestApp::start();
    let (province, city) = (app.admin("officer", "440000"), app.admin("officer-sz", "440300"));
    let tests = body(&province, "省质检院", false);
    let ask = |who: &Http, change: &Value| {
        let mut asked =
            json!({ "role": "laboratory", "name": "某人", "email": "x@body.example", "laboratory": tests });
        for (key, value) in change.as_object().unwrap() {
            asked[key] = value.clone();
        }
        who.post("/api/v1/accounts", &asked)
    };
    let pointer = |reply: crate::support::http::Reply| text(&reply.problem()["errors"][0]["pointer"]);
    assert_eq!(pointer(ask(&city, &json!({}))), "/laboratory", "a body of the province");
    assert_eq!(pointer(ask(&province, &json!({ "laboratory": null }))), "/laboratory");
    assert_eq!(pointer(ask(&province, &json!({ "role": "sampler" }))), "/laboratory", "it takes no samples");
    assert_eq!(pointer(ask(&province, &json!({ "region": "440100" }))), "/region");
    assert_eq!(pointer(ask(&province, &json!({ "role": "admin", "region": "440100" }))), "/laboratory");
    let invited = ask(&province, &json!({})).expect(201);
    let path = format!("/api/v1/account-invitations/{}", text(&invited["id"]));
    assert_eq!(city.act(&format!("{path}/resend")).status, 404, "of a body of the province");
    // The same person is invited to another body, and one of the two goes to a corrected address and is taken back.
    let other = body(&province, "市质检所", false);
    let second = ask(&province, &json!({ "laboratory": other, "email": "wrong@body.example" })).expect(201);
    let second = format!("/api/v1/account-invitations/{}", text(&second["id"]));
    let corrected = json!({ "email": "x@body.example" });
    let first = token(&app, "x@body.example");
    let again = province.post(&format!("{second}/resend"), &corrected).expect(200);
    assert_eq!(again["email"], "x@body.example");
    let ended = next_token(&app, "x@body.example", &[&first]);
    assert_eq!(province.send("DELETE", &second, &[], None).status, 204);
    province.act(&format!("{path}/resend")).expect(200);
    let good = next_token(&app, "x@body.example", &[&first, &ended]);
    let tester = accept(&app, &good, "tester");
    assert_eq!(tester.get("/api/v1/me").expect(200)["role"], "laboratory");
    let listed = province.get("/api/v1/accounts?role=laboratory").expect(200);
    assert_eq!(listed["items"][0]["laboratory"]["name"], "省质检院");
    assert_eq!(city.get("/api/v1/accounts?role=laboratory").expect(200)["items"], json!([]));
}

#[test]
fn an_enterprise_learns_of_it_once_somebody_is_there_and_of_the_result_by_its_delivery() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let own = app.claimed_enterprise(1, "440106", "K0101");
    let mut form = form("Z-1");
    form["operator"] = json!(own.id);
    let path = registered(&officer, &form);
    assert_eq!(own.http.get(&path).status, 404, "nobody is told beforehand");
    super::reported(&officer, &path, "R-1", "nonconforming");
    let seen = own.http.get(&path).expect(200);
    assert_eq!(
        (&seen["outcome"], &seen["items"], &seen["report_no"]),
        (&Value::Null, &json!([]), &Value::Null)
    );
    let steps: Vec<String> =
        seen["events"].as_array().unwrap().iter().map(|event| text(&event["step"])).collect();
    assert_eq!(steps, ["draw", "sample", "seal", "receive"]);
    // Filters, searches, counts and files tell no more than the list shows.
    let found = |query: &str| {
        let list = own.http.get(&format!("/api/v1/my/inspections?{query}")).expect(200);
        let file = own.http.get(&format!("/api/v1/my/inspections?{query}&format=csv"));
        assert_eq!(file.status, 200, "{}", file.text);
        let rows = list["items"].as_array().unwrap().len();
        assert_eq!(file.text.contains("Z-1"), rows > 0, "{query}: {}", file.text);
        let page = own.http.get(&format!("/my/inspections?{query}"));
        assert_eq!(page.text.contains("Z-1"), rows > 0, "{query}");
        rows
    };
    let told = ["outcome=nonconforming", "outcome=conforming", "q=R-1", "q=Z-1", "q=聚氯乙烯", "waits=true"];
    assert_eq!(told.map(found), [0, 0, 0, 1, 1, 0]);
    let hits = own.http.get("/api/v1/search?q=R-1&kind=inspections").expect(200);
    assert!(!hits.to_string().contains("Z-1"), "{hits}");
    step(&officer, &path, "deliver", "2026-02-20", &json!({ "party": "operator" })).expect(200);
    let seen = own.http.get(&path).expect(200);
    assert_eq!((&seen["outcome"], &seen["allowed"]), (&json!("nonconforming"), &json!(["contest"])));
    assert_eq!(told.map(found), [1, 0, 1, 1, 1, 1]);
    let refused =
        step(&own.http, &path, "contest", "2026-03-02", &json!({ "party": "producer", "reason": "x" }))
            .problem();
    assert_eq!(refused["errors"][0]["pointer"], "/party");
    let contested =
        step(&own.http, &path, "contest", "2026-03-02", &json!({ "reason": "对导体电阻结果有异议" }))
            .expect(200);
    assert_eq!(contested["state"], "contested");
    assert_eq!(["waits=true", "waits=false"].map(found), [0, 1], "nothing is left to do");
    assert_eq!(own.http.get("/api/v1/my/inspections").expect(200)["items"][0]["number"], "Z-1");
    assert_eq!(step(&own.http, &path, "finalise", "2026-03-02", &json!({})).status, 403);
    let other = app.claimed_enterprise(2, "440106", "K0101");
    assert_eq!(other.http.get(&path).status, 404);
    let decided =
        step(&officer, &path, "refuse_retest", "2026-03-02", &json!({ "reason": "备样已封存失效" }))
            .expect(200);
    assert_eq!(decided["state"], "upheld");
    super::sweep(&app);
    assert_eq!(officer.get(&path).expect(200)["state"], "final");
}

#[test]
fn a_report_is_read_by_a_party_once_it_was_delivered() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let own = app.claimed_enterprise(1, "440106", "K0101");
    let mut form = form("Z-2");
    form["operator"] = json!(own.id);
    let path = registered(&officer, &form);
    let file = |name: &str, bytes: &[u8]| {
        text(&officer.upload("/api/v1/attachments", name, bytes, &[]).expect(201)["id"])
    };
    let (taken, report) = (file("抽样.png", PNG), file("报告.pdf", PDF));
    let with = |mut said: Value, file: &str| {
        said["attachments"] = json!([file]);
        said
    };
    step(&officer, &path, "sample", "2026-01-06", &with(sample(), &taken)).expect(200);
    let seals = json!({ "seals": ["F-001"], "reserve_kept_at": "被抽样单位" });
    step(&officer, &path, "seal", "2026-01-06", &seals).expect(200);
    step(&officer, &path, "receive", "2026-01-08", &json!({})).expect(200);
    step(&officer, &path, "test", "2026-01-12", &json!({ "testers": ["孙七"] })).expect(200);
    let said = with(result("R-2", "nonconforming"), &report);
    step(&officer, &path, "report", "2026-01-14", &said).expect(200);
    let read = |id: &str| own.http.get(&format!("/api/v1/attachments/{id}")).status;
    assert_eq!((read(&taken), read(&report)), (200, 404));
    step(&officer, &path, "deliver", "2026-01-16", &json!({ "party": "operator" })).expect(200);
    assert_eq!((read(&taken), read(&report)), (200, 200));
}
