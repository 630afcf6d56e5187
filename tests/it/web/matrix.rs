//! Who may call what: every route of the table, called by everyone, with a made-up id and with real
//! ones, against what the table says of it.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::net::TcpStream;
use std::sync::Mutex;
use std::time::Duration;
use zerodesk::ROOMS;
use zerodesk::accounts::settings::AuthSettings;
use zerodesk::core::{Problem, Role};
use zerodesk::settings::ServerSettings;
use zerodesk::web::room::{Access, RouteInfo, routes};

use crate::support::csv::{file, row, uscc};
use crate::support::people::{PASSWORD, text};
use crate::support::{Http, TestApp};

const NOBODY: &str = "019c0000-0000-7000-8000-000000000000";
const CALLERS: [Option<Role>; 7] = [
    None,
    Some(Role::Enterprise),
    Some(Role::Expert),
    Some(Role::Admin),
    Some(Role::Operator),
    Some(Role::Sampler),
    Some(Role::Laboratory),
];

/// A body that is well formed, so that it is the caller who is judged: one that is written here, or else the one that the
/// documentation of the route requires.
fn body(route: &RouteInfo, ids: &Ids) -> Option<Value> {
    written(route, ids).or_else(|| documented(route))
}

fn written(route: &RouteInfo, ids: &Ids) -> Option<Value> {
    let tail = route.path.trim_start_matches("/api/v1/");
    let specialties = json!([{ "product_kind": "K0101" }]);
    Some(match (route.method, tail) {
        ("POST", "auth/login") => json!({ "username": "nobody", "password": PASSWORD }),
        ("POST", "auth/refresh") => json!({ "refresh_token": "x" }),
        ("POST", "enterprise-registrations") => json!({ "uscc": uscc(99), "contact": { "name": "x" } }),
        ("POST", "enterprise-registrations/confirm" | "expert-applications/confirm") => {
            json!({ "token": "x", "username": "someone", "password": PASSWORD })
        }
        ("POST", "enterprise-registrations/{id}/approve") => json!({ "email": "x@y.example" }),
        // Without specialties, so that nothing is made: 422.
        ("POST", "expert-applications") => json!({
            "name": "x", "title": "x", "email": "x@y.example", "specialties": [],
        }),
        ("PUT", "experts/me/availability") => json!({ "available": true }),
        ("PUT", "experts/me/specialties") => json!({ "specialties": specialties }),
        ("PUT", "experts/me/duty" | "experts/{id}/duty") => json!({ "shifts": [] }),
        ("POST", "experts/me/conflicts" | "experts/{id}/conflicts") => json!({ "report_no": "X-1" }),
        ("PUT", "experts/{id}/capacity") => json!({ "capacity": 5, "reason": "" }),
        ("PUT", "matching/plans/{id}/assignments/{enterprise}") => json!({ "reason": "" }),
        // Without a reason, so that the expert stays for what comes after it: 422.
        ("POST", "experts/{id}/exclusion") => json!({ "reason": "" }),
        ("POST", "consultations/{id}/assign") => json!({ "reason": "x", "expert": NOBODY }),
        ("POST", "consultations/{id}/pin" | "consultations/{id}/unpin" | "consultations/{id}/reopen") => {
            json!({ "reason": "x" })
        }
        // With too long a reason, so that it stays open for what comes after it: 422.
        ("POST", "consultations/{id}/close") => json!({ "reason": "x".repeat(1001) }),
        ("POST", "consultations/{id}/invite") => json!({ "expert": NOBODY }),
        ("POST", "signals/{id}/merge") => json!({ "into": NOBODY }),
        ("POST", "consultations/{id}/opinion") => json!({ "opinion": "x", "agreement": "agree" }),
        // Without reasons, so that the expert stays as is for what comes after it: 422.
        ("POST", "experts/{id}/suspend" | "experts/{id}/hand-on" | "experts/{id}/lift-suspension") => {
            json!({ "reason": "" })
        }
        ("PUT", "experts/{id}/regions") => json!({ "regions": ["440000"], "reason": "" }),
        ("POST", "expert-specialty-changes/{id}/reject") => json!({ "reason": "" }),
        ("POST", "expert-applications/certificates/remove") => json!({ "token": "x", "id": NOBODY }),
        ("POST", "consultations") => json!({ "product_kind": "K0101", "subject": "x", "question": "x" }),
        ("POST", "consultations/{id}/messages") => json!({ "client_id": uuid::Uuid::new_v4(), "body": "x" }),
        ("PUT", "consultations/{id}/read") => json!({ "stream": "talk", "seq": 1 }),
        ("POST", "consultations/{id}/advice") => json!({ "actions": [{ "description": "x" }] }),
        ("POST", "consultations/{id}/conclude") => json!({ "conclusion": "x" }),
        ("POST", "consultations/{id}/rating") => json!({ "rating": 5 }),
        ("POST", "attachments/uploads") => json!({ "name": "x.pdf", "size": 9 }),
        ("POST", "plans/plans") => json!({}),
        ("POST", "reports/published-figures") => {
            json!({ "year": 2021, "source": "年报", "figures": { "credit_scored": 1 } })
        }
        ("POST", "remediation/cases") => {
            json!({ "nonconformity": ids.nonconformity, "ordered_on": "2021-08-03" })
        }
        ("POST", "remediation/alerts/{id}/meeting") => json!({
            "held_on": "2026-03-01", "participants": ["x"], "findings": "x", "measures": "x",
        }),
        ("POST", "remediation/alerts/{id}/dismiss") => json!({ "reason": "x" }),
        ("POST", "remediation/alerts/{id}/close") => json!({ "outcome": "x" }),
        ("POST", "assessments" | "assessments/level") => risk_assessment(),
        ("PUT", "assessments/{id}") => json!({ "version": 1, "assessment": risk_assessment() }),
        // Without a reason, so that the import stays: 422.
        ("POST", "zero-out/imports/{id}/withdraw" | "inspections/imports/{id}/withdraw") => {
            json!({ "reason": "" })
        }
        ("POST", "inspections/proposals/{id}/decision") => json!({ "decision": "refuse" }),
        ("POST", "conduct/questions/{id}/decision") => json!({ "decision": "refuse", "note": "x" }),
        ("POST", "conduct/penalties/{id}/annulment") => json!({ "document_no": "x", "on": "2026-03-02" }),
        ("POST", "conduct/penalties/{id}/inspection") => json!({ "form_no": "x" }),
        ("POST", "inspections/reports") => json!({ "forms": [{ "form_no": "F1" }] }),
        ("POST", "remediation/cases/{id}/events") => json!({ "event": "start_correction" }),
        ("POST", "remediation/cases/{id}/actions" | "remediation/cases/{id}/evidence") => {
            json!({ "description": "x" })
        }
        ("POST", path) if path.contains("/actions/{action}/") => json!({ "reason": "x" }),
        ("PUT", "remediation/cases/{id}/criteria/{key}") => json!({ "met": false, "note": "x" }),
        // To nobody, so that the expert stays for what comes after it.
        ("POST", "consultations/{id}/transfer") => json!({ "reason": "x", "expert": NOBODY }),
        ("POST", path) if path.ends_with("/reject") => json!({ "reason": "x" }),
        _ => return None,
    })
}

/// An assessment of risk that is well formed.
fn risk_assessment() -> Value {
    json!({ "product_kind": "K0101", "hazard": "x", "probability": "0.1", "severity": 1 })
}

/// What the documentation of a route requires of its body; none where it requires none.
fn documented(route: &RouteInfo) -> Option<Value> {
    // Asked for by each caller with each kind of id.
    static KNOWN: Mutex<BTreeMap<(&str, &str), Option<Value>>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap();
    known.entry((route.path, route.method)).or_insert_with(|| least_body(route)).clone()
}

fn least_body(route: &RouteInfo) -> Option<Value> {
    let document = serde_json::to_value((route.document)()).unwrap();
    let body = &document["paths"][route.path][route.method.to_lowercase()]["requestBody"];
    let schema = &body["content"]["application/json"]["schema"];
    (body["required"] == true && schema.is_object()).then(|| sample(schema, &document))
}

/// The least value of a schema.
fn sample(schema: &Value, document: &Value) -> Value {
    if let Some(path) = schema["$ref"].as_str() {
        return sample(document.pointer(path.trim_start_matches('#')).unwrap(), document);
    }
    if let Some(first) = schema["enum"].get(0).or(schema.get("const")) {
        return first.clone();
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        if let Some(first) = schema[choice].get(0) {
            return sample(first, document);
        }
    }
    let kind = schema["type"].as_str().or(schema["type"][0].as_str()).unwrap_or("object");
    match (kind, schema["format"].as_str()) {
        ("string", Some("uuid")) => json!(NOBODY),
        ("string", Some("date")) => json!("2026-03-02"),
        ("string", Some("date-time")) => json!("2026-03-02T01:00:00Z"),
        ("string", _) => json!("x"),
        ("integer" | "number", _) => schema.get("minimum").cloned().unwrap_or(json!(1)),
        ("boolean", _) => json!(false),
        ("array", _) => json!([]),
        _ => {
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            required.map(|name| (name.to_owned(), sample(&schema["properties"][name], document))).collect()
        }
    }
}

/// What stands for `{id}`, by the beginning of the path. Paths that are not among them take the first row of their list.
struct Ids {
    registration: String,
    application: String,
    expert: String,
    import: String,
    enterprise: String,
    consultation: String,
    case: String,
    nonconformity: String,
    attachment: String,
    alert: String,
    plan: String,
    code: String,
}

impl Ids {
    fn made_up() -> Self {
        let id = || NOBODY.to_owned();
        Self {
            registration: id(),
            application: id(),
            expert: id(),
            import: id(),
            enterprise: id(),
            consultation: id(),
            case: id(),
            nonconformity: id(),
            attachment: id(),
            alert: id(),
            plan: id(),
            code: id(),
        }
    }

    fn path(&self, route: &RouteInfo, listed: impl Fn(&str) -> Option<String>) -> String {
        let id = [
            ("/api/v1/enterprise-registrations/", &self.registration),
            ("/api/v1/expert-applications/", &self.application),
            ("/api/v1/experts/", &self.expert),
            ("/api/v1/zero-out/imports/", &self.import),
            ("/api/v1/enterprises/", &self.enterprise),
            ("/api/v1/consultations/", &self.consultation),
            ("/api/v1/remediation/cases/", &self.case),
            ("/api/v1/attachments/", &self.attachment),
            ("/api/v1/remediation/alerts/", &self.alert),
            ("/api/v1/matching/plans/", &self.plan),
            ("/problems/", &self.code),
        ];
        let id = id.iter().find(|(start, _)| route.path.starts_with(start)).map(|(_, id)| id.as_str());
        match id {
            Some(id) => {
                let path = route.path.replace("{id}", id).replace("{code}", id);
                let path =
                    path.replace("{action}", NOBODY).replace("{key}", "corrected").replace("{seq}", "1");
                path.replace("{enterprise}", &self.enterprise)
            }
            None => {
                let list = route.path.split_once("/{").map(|(list, _)| list);
                // Who ended the own session would be nobody from then on.
                let list = list.filter(|list| *list != "/api/v1/me/sessions");
                // A page of this name is no list.
                let list = list.filter(|list| *list != "/calendar");
                let mut id = list.and_then(listed);
                let part = |part: &str| match part.strip_prefix('{') {
                    Some(_) => id.take().unwrap_or(NOBODY.to_owned()),
                    None => part.to_owned(),
                };
                route.path.split('/').map(part).collect::<Vec<_>>().join("/")
            }
        }
    }
}

struct World {
    app: TestApp,
    people: [(Option<Role>, Http, &'static str); 7],
    ids: Ids,
}

/// One of each kind, all in one region and all in one consultation and case.
fn world() -> World {
    let app = TestApp::builder().settings(|s| s.edit::<AuthSettings>().login_failures = 1000).start();
    let (admin, talk) = app.small_world();
    let operator = app.http().log_in("the-operator", PASSWORD);
    // A claim without an address on record waits for an admin, as does an application.
    let list = file(&[row(&[
        (zerodesk::zero_out::import::Column::Uscc, &uscc(2)),
        (zerodesk::zero_out::import::Column::ContactEmail, ""),
    ])]);
    let import = text(&app.import(&admin, &list, false)["id"]);
    let claim = json!({ "uscc": uscc(2), "contact": { "name": "x" } });
    app.http().post("/api/v1/enterprise-registrations", &claim).expect(202);
    let claims = admin.get("/api/v1/enterprise-registrations?state=to_approve").expect(200);
    app.raise_alert();
    let plan = text(&crate::plans::computed(&admin, &json!({}))["id"]);
    // Each is the first of its list.
    let webhook = json!({ "url": "https://hooks.example.cn/", "events": ["import.finished"] });
    let made = admin.post("/api/v1/webhooks", &webhook).expect(201);
    // It calls nobody.
    let rests = json!({ "active": false });
    admin.json("PATCH", &format!("/api/v1/webhooks/{}", text(&made["id"])), &rests).expect(200);
    admin.post("/api/v1/api-keys", &json!({ "name": "x", "scopes": ["cases:read"] })).expect(201);
    let programme = json!({
        "name": "x", "level": "provincial", "period_from": "2026-01-01", "period_until": "2026-12-31",
        "targets": [{ "product_class": "C01", "samples": 1 }],
    });
    admin.post("/api/v1/programmes", &programme).expect(201);
    let body = json!({ "name": "检验所", "products": ["C01"], "takes_samples": true });
    let body = text(&admin.post("/api/v1/laboratories", &body).expect(201)["id"]);
    let [sampler, tester] = ["sampler", "laboratory"].map(|role| {
        let address = format!("{role}@body.example");
        let asked = json!({ "role": role, "name": role, "email": address, "laboratory": body });
        admin.post("/api/v1/accounts", &asked).expect(201);
        crate::people::accept(&app, &crate::people::token(&app, &address), &format!("the-{role}"))
    });
    let mut form = crate::inspections::form("X-1");
    (form["product_kind"], form["laboratory"]) = (json!("K0101"), json!(body));
    admin.post("/api/v1/inspections", &form).expect(201);
    let round = json!({ "name": "x", "product_kind": "K0101" });
    admin.post("/api/v1/cross-inspections", &round).expect(201);
    talk.enterprise.http.post("/api/v1/credit-codes", &crate::credit_codes::application()).expect(201);
    let today = app.now().date_naive();
    let calibration = json!({ "calibrated_on": today, "calibrated_until": today });
    let device = json!({ "name": "x", "serial_no": "1", "calibration": calibration });
    admin.post("/api/v1/quick-devices", &device).expect(201);
    // What the case made of it is the first entry of the list of conduct, whether the job has looked yet or not.
    while zerodesk::conduct_sources::follow::sweep(&app.app, &|| false).unwrap() {}
    admin.post("/api/v1/assessments", &risk_assessment()).expect(201);
    admin.post("/api/v1/oversight", &crate::oversight::letter("440100")).expect(201);
    let ids = Ids {
        alert: text(&admin.get("/api/v1/remediation/alerts").expect(200)["items"][0]["id"]),
        registration: text(&claims["items"][0]["id"]),
        application: app.applied_expert("applicant", "K0102", &["440000"]),
        expert: talk.expert.id.clone(),
        import,
        enterprise: talk.enterprise.id.clone(),
        consultation: talk.id.clone(),
        case: talk.enterprise.case.clone().unwrap(),
        nonconformity: talk.enterprise.nonconformity.clone(),
        attachment: text(&admin.upload("/api/v1/attachments", "x.pdf", b"%PDF-1.4\n", &[]).expect(201)["id"]),
        plan,
        code: "not_found".to_owned(),
    };
    let people = [
        (CALLERS[0], app.http(), ""),
        (CALLERS[1], talk.enterprise.http, "enterprise-1"),
        (CALLERS[2], talk.expert.http, "expert-1"),
        (CALLERS[3], admin, "officer"),
        (CALLERS[4], operator, "the-operator"),
        (CALLERS[5], sampler, "the-sampler"),
        (CALLERS[6], tester, "the-laboratory"),
    ];
    World { app, people, ids }
}

impl World {
    /// The id of the first row of a list, as the officer sees it.
    fn first_of(&self, list: &str) -> Option<String> {
        let rows = self.people[3].1.get(list);
        (rows.status == 200).then(|| rows.json()["items"][0]["id"].as_str().map(str::to_owned)).flatten()
    }

    fn call(&self, route: &RouteInfo, ids: &Ids, (role, who, name): &(Option<Role>, Http, &str)) -> u16 {
        let path = ids.path(route, |list| if ids.plan == NOBODY { None } else { self.first_of(list) });
        let reply = match (route.path, role, body(route, ids)) {
            // Else nobody could call anything after it.
            ("/api/v1/auth/logout", Some(_), _) => self.app.http().log_in(name, PASSWORD).act(&path),
            ("/api/v1/inspections/imports" | "/api/v1/conduct/imports", ..) if route.method == "POST" => {
                who.upload(&path, "x.csv", b"x", &[("dry_run", "true")])
            }
            ("/api/v1/zero-out/imports", ..) if route.method == "POST" => {
                who.upload(&path, "x.csv", &file(&[row(&[])]), &[("dry_run", "true")])
            }
            ("/api/v1/attachments", ..) => who.upload(&path, "x.pdf", b"%PDF-1.4\n", &[]),
            ("/api/v1/attachments/uploads/{id}/parts", ..) => {
                who.upload(&path, "part", b"%PDF-1.4\n", &[("offset", "0")])
            }
            (.., Some(body)) => who.json(route.method, &path, &body),
            (.., None) => who.send(route.method, &path, &[], None),
        };
        if reply.status >= 400 {
            reply.problem();
        }
        assert!(reply.status < 500, "{} {path} as {role:?}: {}", route.method, reply.text);
        reply.status
    }

    /// The answers to everyone's calls of everything, a table for each room that has routes.
    fn tables(
        &self,
        ids: &Ids,
        check: impl Fn(&RouteInfo, Option<Role>, u16),
    ) -> Vec<(&'static str, String)> {
        let rooms = ROOMS.iter().filter(|room| !room.routes.is_empty());
        rooms.map(|room| (room.name, self.table(&routes(&[room]), ids, &check))).collect()
    }

    fn table(
        &self,
        routes: &[RouteInfo],
        ids: &Ids,
        check: &impl Fn(&RouteInfo, Option<Role>, u16),
    ) -> String {
        let mut table = format!(
            "{:<6} {:<54} anonymous enterprise expert admin operator sampler laboratory\n",
            "method", "path"
        );
        for route in routes {
            let mut line = format!("{:<6} {:<54}", route.method, route.path);
            for (person, width) in self.people.iter().zip([10, 11, 7, 6, 9, 8, 11]) {
                let status = self.call(route, ids, person);
                check(route, person.0, status);
                let _ = write!(line, "{status:>width$}");
            }
            let _ = writeln!(table, "{line}");
        }
        table
    }
}

/// Each room's table is a snapshot beside the tests of that room.
fn assert_tables(name: &str, tables: Vec<(&'static str, String)>) {
    assert!(tables.len() > 10);
    for (room, table) in tables {
        let path = format!("../{room}/snapshots");
        insta::with_settings!({ snapshot_path => path, prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, table);
        });
    }
}

/// Checks what the table of routes promises, whatever the id.
fn assert_promise(route: &RouteInfo, role: Option<Role>, status: u16) {
    let place = format!("{} {} as {role:?}: {status}", route.method, route.path);
    // A log-in that fails is the answer to those two, not a demand to log in.
    let logs_in = ["/api/v1/auth/login", "/api/v1/auth/refresh"].contains(&route.path);
    match (route.access, role) {
        (Access::Public, _) => assert!(logs_in || ![401, 403].contains(&status), "{place}"),
        (_, None) => assert_eq!(status, 401, "{place}"),
        (Access::LoggedIn | Access::SettingUp, Some(_)) => assert_ne!(status, 401, "{place}"),
        (Access::Roles(roles) | Access::Knowing(roles, _), Some(role)) if !roles.contains(&role) => {
            assert_eq!(status, 403, "{place}");
        }
        (Access::Hidden(roles), Some(role)) if !roles.contains(&role) => assert_eq!(status, 404, "{place}"),
        (Access::ByPolicy(roles, _), Some(role)) if !roles.contains(&role) => {
            assert!([403, 404].contains(&status), "{place}");
        }
        (Access::Keys, Some(_)) => assert_eq!(status, 403, "{place}"),
        (Access::Roles(_) | Access::Hidden(_) | Access::ByPolicy(..) | Access::Knowing(..), Some(_)) => {
            assert_ne!(status, 401, "{place}");
        }
    }
}

#[test]
fn everyone_calls_everything_with_a_made_up_id() {
    let world = world();
    let tables = world.tables(&Ids::made_up(), |route, role, status| {
        assert_promise(route, role, status);
        let allowed = match route.access {
            Access::Public => true,
            access => role.is_some_and(|role| access.roles().is_none_or(|roles| roles.contains(&role))),
        };
        assert!(!allowed || status != 403, "{} {} as {role:?}", route.method, route.path);
        if route.path.contains("{id}") && role.is_some() {
            assert!([403, 404].contains(&status), "{} {} as {role:?}: {status}", route.method, route.path);
        }
    });
    assert_tables("matrix_made_up_id", tables);
}

#[test]
fn everyone_calls_everything_with_real_ids() {
    let world = world();
    let tables = world.tables(&world.ids, assert_promise);
    assert_tables("matrix_real_ids", tables);
}

/// What is sent to a route whose body must not be read.
enum Sent {
    /// A head that announces a body of so many bytes, and nothing more.
    Head(usize),
    /// A body of a type.
    Body(&'static str, &'static [u8]),
}

/// The status and the rest of an answer that comes without the body that the head announces.
fn answer_to_a_head(who: &Http, method: &str, path: &str, bytes: usize) -> (u16, String) {
    let address = who.url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).unwrap();
    // Less than the time that a body has.
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let token =
        who.token.as_ref().map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\n{token}Content-Type: application/json\r\n\
         Connection: close\r\nContent-Length: {bytes}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    // The server may wait a little for the rest before it closes, so its answer is read by its length.
    let (mut answer, mut piece) = (Vec::new(), [0; 4096]);
    let whole = |answer: &[u8]| {
        let text = String::from_utf8_lossy(answer).to_lowercase();
        let Some((head, _)) = text.split_once("\r\n\r\n") else { return false };
        let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
        answer.len() >= head.len() + 4 + length.map_or(0, |length| length.parse::<usize>().unwrap())
    };
    while !whole(&answer) {
        match stream.read(&mut piece) {
            Ok(bytes) if bytes > 0 => answer.extend_from_slice(&piece[..bytes]),
            _ => break,
        }
    }
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.get(9..12).and_then(|status| status.parse().ok());
    (status.unwrap_or_else(|| panic!("{method} {path}: no answer in time: {answer:?}")), answer)
}

/// The row of a route refuses a role by itself: before the body is read, and with the same words everywhere.
#[test]
fn roles_are_refused_before_the_body_is_read() {
    let world = world();
    let too_large = world.app.app.settings().section::<ServerSettings>().max_json_bytes + 1;
    let bodies = [
        Sent::Head(1000),
        Sent::Head(too_large),
        Sent::Body("application/json", b"{not json"),
        Sent::Body("text/plain", b"not read"),
    ];
    let (made_up, mut count) = (Ids::made_up(), 0);
    for route in ROOMS.iter().flat_map(|room| routes(&[room])).filter(|route| route.method != "GET") {
        for (role, who, _) in &world.people {
            let admitted = match role {
                None => matches!(route.access, Access::Public),
                Some(role) => route.access.roles().is_none_or(|roles| roles.contains(role)),
            };
            if admitted {
                continue;
            }
            for (ids, real) in [(&made_up, false), (&world.ids, true)] {
                let path = ids.path(&route, |list| if real { world.first_of(list) } else { None });
                let wanted: &[u16] = match (route.access, role, real) {
                    (_, None, _) => &[401],
                    (Access::Hidden(_), ..) | (Access::ByPolicy(..), _, false) => &[404],
                    (Access::ByPolicy(..), _, true) => &[403, 404],
                    _ => &[403],
                };
                for sent in &bodies {
                    let (status, answer) = match sent {
                        Sent::Head(bytes) => answer_to_a_head(who, route.method, &path, *bytes),
                        Sent::Body(kind, body) => {
                            let reply = who.send(route.method, &path, &[("content-type", kind)], Some(body));
                            (reply.status, reply.text)
                        }
                    };
                    let place = format!("{} {path} as {role:?}: {answer}", route.method);
                    assert!(wanted.contains(&status), "{place}");
                    assert!(status != 403 || answer.contains(&*Problem::forbidden().detail.zh), "{place}");
                    count += 1;
                }
            }
        }
    }
    assert!(count > 1000, "only {count} calls");
}

/// Of the right role, but of another enterprise, region or consultation.
#[test]
fn what_one_may_not_know_of_is_not_found_before_the_body_is_read() {
    let app = TestApp::builder().settings(|s| s.edit::<AuthSettings>().login_failures = 1000).start();
    let (admin, talk) = app.small_world();
    let applicant = app.applied_expert("applicant", "K0102", &["440100"]);
    let strangers = [
        (Role::Enterprise, app.claimed_enterprise(7, "440300", "K0101").http),
        (Role::Expert, app.approved_expert(&admin, "expert-2", "K0102").http),
        (Role::Admin, app.admin("officer-sz", "440300")),
    ];
    let mut count = 0;
    for route in ROOMS.iter().flat_map(|room| routes(&[room])) {
        let (Access::ByPolicy(roles, _) | Access::Knowing(roles, _)) = route.access else { continue };
        let ids = Ids {
            consultation: talk.id.clone(),
            case: talk.enterprise.case.clone().unwrap(),
            expert: applicant.clone(),
            ..Ids::made_up()
        };
        for (role, who) in strangers.iter().filter(|(role, _)| roles.contains(role)) {
            let path = ids.path(&route, |_| None);
            let (status, answer) = answer_to_a_head(who, route.method, &path, 1000);
            assert_eq!(status, 404, "{} {path} as {role}: {answer}", route.method);
            count += 1;
        }
    }
    assert!(count > 20, "only {count} calls");
}

/// What the officer of another city does not find with a well-formed body is not found without one either.
#[test]
fn what_is_not_found_with_a_body_is_not_found_before_it_is_read() {
    let world = world();
    let stranger = (Some(Role::Admin), world.app.admin("officer-sz", "440300"), "officer-sz");
    let mut count = 0;
    for route in ROOMS.iter().flat_map(|room| routes(&[room])).filter(|route| route.method != "GET") {
        let Access::Knowing(roles, _) = route.access else { continue };
        if !roles.contains(&Role::Admin) {
            continue;
        }
        let path = world.ids.path(&route, |list| world.first_of(list));
        if world.call(&route, &world.ids, &stranger) != 404 {
            continue;
        }
        let (status, answer) = answer_to_a_head(&stranger.1, route.method, &path, 1000);
        assert_eq!(status, 404, "{} {path}: {answer}", route.method);
        count += 1;
    }
    assert!(count > 20, "only {count} calls");
}

/// A key makes a repetition known, after which the caller may no longer see what it called.
#[test]
fn a_repeated_call_is_answered_to_whom_no_longer_sees_the_thing() {
    let app = TestApp::start();
    let (admin, talk) = app.small_world();
    let next = app.approved_expert(&admin, "expert-2", "K0101");
    let path = format!("/api/v1/consultations/{}/transfer", talk.id);
    let body = json!({ "reason": "x", "expert": next.id }).to_string();
    let headers = [("Content-Type", "application/json"), ("Idempotency-Key", "once")];
    for _ in 0..2 {
        assert_eq!(talk.expert.http.send("POST", &path, &headers, Some(body.as_bytes())).status, 204);
    }
    assert_eq!(talk.expert.http.send("POST", &path, &headers[..1], Some(body.as_bytes())).status, 404);
}
