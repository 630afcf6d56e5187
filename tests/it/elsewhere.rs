//! Whoever has no part in it finds nothing of it: one world with a word that stands in every text of it, and people of another region and of
//! another enterprise who ask for everything that there is: each route, page, search, count and file, with each id of the world, and who listen
//! on a socket and read their mail meanwhile.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::{Text, Uuid as SqlUuid};
use serde_json::{Value, json};
use uuid::Uuid;
use zerodesk::ROOMS;
use zerodesk::accounts::settings::AuthSettings;
use zerodesk::catalogue::SupervisionClass;
use zerodesk::consultations::mentions;
use zerodesk::label_checks::settings::LabelCheckSettings;
use zerodesk::matching::settings::MatchingSettings;
use zerodesk::settings::YesNo;
use zerodesk::web::room::routes;
use zerodesk::zero_out::import::Column;

use crate::knowledge::confirm_all;
use crate::support::csv::{file, row, uscc};
use crate::support::people::{Enterprise, PASSWORD, text};
use crate::support::{Http, TestApp, Ws};

/// What is searched for; it stands before the other word in every text.
const FIND: &str = "青莲";
/// What nobody elsewhere may read. It is never typed.
const HIDDEN: &str = "隐语七三";

/// Tables whose ids stand in the paths of many rooms; the others' are asked for in the paths of their own room.
const EVERYWHERE: [&str; 5] =
    ["consultation", "remediation_case", "enterprise", "nonconformity", "inspection"];

/// Tables whose rows people elsewhere may know of: experts and what is said of them serve several regions.
const SHARED: [&str; 3] = ["expert", "expert_specialty_change", "expert_suspension"];

fn said(what: &str) -> String {
    format!("{FIND}{HIDDEN}{what}")
}

struct World {
    app: TestApp,
    officer: Http,
    enterprise: Enterprise,
    expert: Http,
    /// The consultation that is under way.
    talk: String,
}

fn app() -> TestApp {
    TestApp::builder()
        .settings(|s| {
            s.edit::<AuthSettings>().login_failures = 1000;
            s.edit::<AuthSettings>().access_token_seconds = 86_400;
            s.edit::<MatchingSettings>().reassign_silent = YesNo::No;
        })
        .start()
}

/// An enterprise whose name and report have the words, with its account.
fn enterprise(app: &TestApp, officer: &Http) -> Enterprise {
    let (code, email) = (uscc(1), "lotus@enterprise.example");
    let list = file(&[row(&[
        (Column::Uscc, &code),
        (Column::Name, &said("线缆厂")),
        (Column::RegionCode, "440103"),
        (Column::Address, &said("路一号")),
        (Column::ContactName, &said("先生")),
        (Column::ContactEmail, email),
        (Column::ReportNo, &said("报告一")),
        (Column::FailedItems, &said("项目")),
    ])]);
    let done = app.import(officer, &list, false);
    assert_eq!(done["inserted"], 1, "{done}");
    let token = app.claim(&code, email, "enterprise-1");
    let made = app.confirm_claim(&token, "enterprise-1");
    let id = text(&made["enterprise_id"]);
    let http = app.http().log_in("enterprise-1", PASSWORD);
    let detail = http.get(&format!("/api/v1/enterprises/{id}")).expect(200);
    let nonconformity = text(&detail["nonconformities"][0]["id"]);
    let cases = http.get(&format!("/api/v1/remediation/cases?nonconformity={nonconformity}")).expect(200);
    let case = cases["items"][0]["id"].as_str().map(str::to_owned);
    Enterprise { http, id, nonconformity, case }
}

fn consultation(id: &str, rest: &str) -> String {
    format!("/api/v1/consultations/{id}{rest}")
}

fn write(who: &Http, id: &str, stream: &str, body: &str) {
    let message = json!({ "client_id": Uuid::new_v4(), "stream": stream, "body": body });
    who.post(&consultation(id, "/messages"), &message).expect(201);
}

/// Opens a consultation and has it taken.
fn opened(enterprise: &Enterprise, expert: &Http, what: &str) -> String {
    let question = json!({ "subject": said(what), "question": said("问题"), "product_kind": "K0101" });
    let id = text(&enterprise.http.post("/api/v1/consultations", &question).expect(201)["id"]);
    expert.act(&consultation(&id, "/accept")).expect(200);
    id
}

/// A sampling with a file, a recording, what another system keeps of it and the custody of the sample; the check of a label with a photo; a draft of a
/// bulletin; a device.
fn inspected(app: &TestApp, officer: &Http) {
    let of = |number: &str, method: &str| {
        json!({
            "number": said(number), "method": method, "purpose": "routine", "level": "municipal", "role": "seller",
            "operator_name": said("五金店"), "operator_address": said("路二号"), "place_region": "440103", "product_kind": "K0101",
            "product_name": said("插座"), "drawn_on": "2026-01-05",
        })
    };
    let sampling = text(&officer.post("/api/v1/inspections", &of("单一", "sampling")).expect(201)["id"]);
    let path = format!("/api/v1/inspections/{sampling}");
    let file = officer.upload("/api/v1/attachments", &format!("{}.pdf", said("抽样单")), b"%PDF-1.4\n", &[]);
    let visit = json!({
        "step": "attempt", "occurred_on": "2026-01-06", "note": said("到场"), "attachments": [file.expect(201)["id"]],
    });
    officer.post(&format!("{path}/events"), &visit).expect(200);
    let now = app.now();
    let begun = json!({ "device_id": said("手机"), "device_time": now });
    officer.post(&format!("{path}/recordings"), &begun).expect(201);
    let external = json!({ "system": said("平台"), "reference": said("编号"), "from": now, "until": now });
    officer.post(&format!("{path}/recordings/external"), &external).expect(201);
    officer.post(&format!("{path}/recordings/views"), &json!({ "reason": said("查看") })).expect(201);
    let list = app.app.settings().section::<LabelCheckSettings>().on(now.date_naive()).unwrap().clone();
    let photo = format!("{}.png", said("标签"));
    let photo =
        officer.upload("/api/v1/attachments", &photo, crate::attachments::samples::PNG, &[]).expect(201);
    let answer = |key: &str| match key {
        "warning" => {
            json!({ "check": key, "answer": "missing", "note": said("无警示"), "photos": [photo["id"]] })
        }
        _ => json!({ "check": key, "answer": "ok" }),
    };
    let answers: Vec<Value> = list
        .checks_for(Some("C01"), Some(SupervisionClass::Strict))
        .map(|check| answer(&check.key))
        .collect();
    let found = json!({ "inspected_on": now.date_naive(), "inspectors": [said("某")], "answers": answers });
    let mut label = of("单二", "label");
    label["drawn_on"] = Value::Null;
    officer.post("/api/v1/inspections/labels", &json!({ "inspection": label, "check": found })).expect(201);
    let device = json!({
        "name": said("仪器"), "serial_no": said("七号"),
        "calibration": { "calibrated_on": now.date_naive(), "calibrated_until": now.date_naive() },
    });
    officer.post("/api/v1/quick-devices", &device).expect(201);
    let bulletin =
        json!({ "title": said("通报"), "period_from": "2026-01-01", "period_until": "2026-01-31" });
    officer.post("/api/v1/bulletins", &bulletin).expect(201);
}

impl World {
    /// One of everything that belongs to the city, each with the words.
    fn new() -> Self {
        let app = app();
        app.operator("the-operator");
        let province = app.admin("officer", "440000");
        let officer = app.admin("officer-gz", "440100");
        app.admin("officer-gz2", "440100");
        let expert = app.approved_expert(&province, "expert-1", "K0101");
        let enterprise = enterprise(&app, &officer);
        let capacity = json!({ "capacity": 20, "reason": "测试" });
        province.json("PUT", &format!("/api/v1/experts/{}/capacity", expert.id), &capacity).expect(200);
        let expert = expert.http;
        let talk = opened(&enterprise, &expert, "在问");
        write(&enterprise.http, &talk, "talk", &said("消息"));
        write(&expert, &talk, "notes", &format!("@name of officer-gz {}", said("备注")));
        let advice = json!({ "summary": said("意见"), "actions": [{ "description": said("措施") }] });
        expert.post(&consultation(&talk, "/advice"), &advice).expect(201);
        let file = enterprise.http.upload(
            "/api/v1/attachments",
            &format!("{}.pdf", said("附件")),
            b"%PDF-1.4\n",
            &[],
        );
        let with_file = json!({
            "client_id": Uuid::new_v4(), "stream": "talk", "body": said("见附件"), "attachments": [file.expect(201)["id"]],
        });
        enterprise.http.post(&consultation(&talk, "/messages"), &with_file).expect(201);
        let double = opened(&enterprise, &expert, "重复");
        officer
            .post(&consultation(&double, "/merge"), &json!({ "into": talk, "reason": said("重复") }))
            .expect(200);
        let ended = opened(&enterprise, &expert, "已结");
        expert.post(&consultation(&ended, "/conclude"), &json!({ "conclusion": said("结论") })).expect(200);
        enterprise
            .http
            .post(&consultation(&ended, "/rating"), &json!({ "rating": 5, "comment": said("评价") }))
            .expect(200);
        officer.post(&consultation(&talk, "/related"), &json!({ "consultation": ended })).expect(201);

        // Comes last, so that it is known who was asked.
        let colleague = app.approved_expert(&province, "expert-2", "K0101").id;
        let invitation = json!({ "expert": colleague, "note": said("邀请") });
        expert.post(&consultation(&talk, "/invite"), &invitation).expect(200);

        let tag = text(&officer.post("/api/v1/tags", &json!({ "name": said("标签") })).expect(201)["id"]);
        officer.json("PUT", &consultation(&talk, "/tags"), &json!({ "tags": [tag] })).expect(200);
        let draft = expert.post("/api/v1/knowledge/drafts", &json!({ "consultation": ended })).expect(201);
        let path = format!("/api/v1/knowledge/drafts/{}", text(&draft["id"]));
        let change = json!({
            "title": said("条目"), "cause": said("原因"), "actions": said("做法"), "result": said("结果"), "failed_items": ["绝缘"],
        });
        let changed = expert.json("PATCH", &path, &change).expect(200);
        confirm_all(&expert, &changed);
        expert.act(&format!("{path}/submit")).expect(200);

        let case = enterprise.case.clone().unwrap();
        let action = json!({ "description": said("自行措施") });
        enterprise.http.post(&format!("/api/v1/remediation/cases/{case}/actions"), &action).expect(201);
        let evidence = json!({ "description": said("证据") });
        enterprise.http.post(&format!("/api/v1/remediation/cases/{case}/evidence"), &evidence).expect(201);
        let hook = json!({ "url": "https://hooks.example.cn/", "description": said("推送"), "events": ["case.opened"] });
        officer.post("/api/v1/webhooks", &hook).expect(201);
        officer
            .post("/api/v1/api-keys", &json!({ "name": said("密钥"), "scopes": ["cases:read"] }))
            .expect(201);
        let programme = json!({
            "name": said("计划"), "level": "municipal", "period_from": "2026-01-01", "period_until": "2026-12-31",
            "targets": [{ "product_class": "C01", "samples": 1 }],
        });
        officer.post("/api/v1/programmes", &programme).expect(201);
        crate::plans::computed(&officer, &json!({ "name": said("方案"), "region": "440100" }));
        let asked = json!({ "kind": "correction", "text": said("更正") });
        enterprise.http.post("/api/v1/me/personal-data/requests", &asked).expect(201);
        let hold = json!({ "target": "enterprise", "id": enterprise.id, "reason": said("留存") });
        officer.post("/api/v1/retention/holds", &hold).expect(201);
        let filter = json!({ "page": "/cases", "name": said("筛选"), "query": "state=ordered" });
        officer.post("/api/v1/me/saved-filters", &filter).expect(201);
        let reply = json!({ "scope": "own", "title": said("用语"), "body": said("常用语") });
        expert.post("/api/v1/canned-replies", &reply).expect(201);
        inspected(&app, &officer);
        while mentions::tell(&app.app).unwrap() {}
        Self { app, officer, enterprise, expert, talk }
    }

    /// Paths with the ids of rows of each table, two of each at most.
    fn paths_by_id(&self) -> BTreeSet<String> {
        #[derive(QueryableByName)]
        struct Named {
            #[diesel(sql_type = Text)]
            name: String,
        }
        #[derive(QueryableByName)]
        struct Found {
            #[diesel(sql_type = SqlUuid)]
            id: Uuid,
        }
        let conn = &mut self.app.database().connect();
        let tables: Vec<Named> = diesel::sql_query(
            "SELECT table_name::text AS name FROM information_schema.columns
             WHERE table_schema = 'public' AND column_name = 'id' AND data_type = 'uuid' ORDER BY 1",
        )
        .load(conn)
        .unwrap();
        let mut paths = by_id(&self.talk, None);
        for Named { name } in tables.iter().filter(|table| !SHARED.contains(&table.name.as_str())) {
            let some = format!("SELECT id FROM \"{name}\" ORDER BY id DESC LIMIT 2");
            let found: Vec<Found> = diesel::sql_query(some).load(conn).unwrap();
            let room = (!EVERYWHERE.contains(&name.as_str())).then_some(name.as_str());
            paths.extend(found.iter().flat_map(|row| by_id(&row.id.to_string(), room)));
        }
        paths
    }
}

/// All that can be asked for without an id: routes, pages, parts of pages, with searches and as files.
fn lists() -> Vec<String> {
    let typed: String = form_urlencoded::byte_serialize(FIND.as_bytes()).collect();
    let mut all: BTreeSet<String> =
        ["/search", "/api/v1/search"].map(|path| format!("{path}?q={typed}")).into();
    for room in ROOMS {
        let of_room = routes(&[room]);
        let paths = of_room.iter().filter(|route| route.method == "GET").map(|route| route.path);
        let pages = room.pages.iter().filter(|page| page.method == "GET").map(|page| page.path);
        for path in paths.chain(pages).filter(|path| !path.contains('{')) {
            all.insert(path.to_owned());
            if path.starts_with("/api/") {
                all.insert(format!("{path}?format=csv"));
                all.insert(format!("{path}?limit=200"));
            }
        }
        for source in room.search {
            for path in
                [source.route, source.page].into_iter().filter(|path| !path.is_empty() && !path.contains('{'))
            {
                all.insert(format!(
                    "{path}{}{}={typed}",
                    if path.contains('?') { '&' } else { '?' },
                    source.parameter
                ));
            }
        }
    }
    // What ends the log-in or is another service's.
    let kept = |path: &String| !path.contains("/logout") && !path.contains("/ws");
    all.into_iter().filter(kept).collect()
}

/// All that is asked for by an id, with this one in every place for one; of one room where its table is named.
fn by_id(id: &str, table: Option<&str>) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for room in ROOMS.iter().filter(|room| table.is_none_or(|table| room.tables.contains(&table))) {
        let of_room = routes(&[room]);
        let paths = of_room.iter().filter(|route| route.method == "GET").map(|route| route.path);
        let pages = room.pages.iter().filter(|page| page.method == "GET").map(|page| page.path);
        for path in paths.chain(pages).filter(|path| path.contains("{id}") || path.contains("{enterprise}")) {
            let filled = path.split('/').map(|part| match part {
                "{seq}" | "{number}" | "{year}" => "1",
                _ if part.starts_with('{') => id,
                _ => part,
            });
            all.insert(filled.collect::<Vec<_>>().join("/"));
        }
    }
    all
}

/// Pages and routes that show a thing to everybody, or to all of a role, by design.
fn is_public(path: &str) -> bool {
    ["/public/", "/problems/"].iter().any(|start| path.starts_with(start))
}

fn holds(who: &Http, path: &str) -> bool {
    let reply = who.get(path);
    assert!(reply.status < 500, "{path}: {}", reply.text);
    reply.text.contains(HIDDEN)
}

fn silent(what: &str, socket: &mut Ws) {
    let heard: Vec<Value> = socket.frames_so_far();
    let told = heard.iter().any(|frame| frame.to_string().contains(HIDDEN));
    assert!(!told, "{what} hears {heard:?}");
}

#[test]
fn who_has_no_part_in_it_finds_nothing_of_it() {
    let world = World::new();
    let by_id = world.paths_by_id();
    assert!(by_id.len() > 200, "only {}", by_id.len());
    let strangers = [
        ("an enterprise", world.app.claimed_enterprise(7, "440304", "K0101").http),
        ("an expert", {
            let province = world.app.http().log_in("officer", PASSWORD);
            world.app.approved_expert(&province, "expert-3", "K1001").http
        }),
        ("an officer", world.app.admin("officer-sz", "440300")),
    ];

    // Who has a part finds it: else nothing below would prove anything.
    let lists = lists();
    let found = |who: &Http| lists.iter().filter(|path| holds(who, path)).count();
    for (who, least) in [(&world.officer, 30), (&world.enterprise.http, 10), (&world.expert, 10)] {
        let count = found(who);
        assert!(count >= least, "only {count} of {} lists have it", lists.len());
    }

    let mut wrong = Vec::new();
    for (role, who) in &strangers {
        for path in lists.iter().filter(|path| holds(who, path)) {
            wrong.push(format!("{role}: {path}"));
        }
        for path in by_id.iter().filter(|path| !is_public(path)) {
            let reply = who.get(path);
            assert!(reply.status < 500, "{path}: {}", reply.text);
            if reply.status < 300 || reply.text.contains(HIDDEN) {
                wrong.push(format!("{role}: {path}: {}", reply.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));

    // What happens is heard by nobody elsewhere, nor mailed to them.
    let mut sockets: Vec<Ws> = strangers.iter().map(|(_, who)| world.app.ws(who)).collect();
    for socket in &mut sockets {
        socket.send(&json!({ "op": "subscribe", "ref": "x", "consultation": world.talk }));
        let refused = socket.wait(|v| v["ref"] == "x");
        assert_eq!((&refused["ev"], &refused["problem"]["status"]), (&json!("error"), &json!(404)));
    }
    write(&world.enterprise.http, &world.talk, "talk", &said("又一条"));
    write(
        &world.expert,
        &world.talk,
        "notes",
        &format!("@name of officer-gz @name of officer-sz {}", said("又一条")),
    );
    while mentions::tell(&world.app.app).unwrap() {}
    world.app.clock.advance(chrono::Duration::minutes(30));
    while mentions::tell(&world.app.app).unwrap() {}
    for ((role, _), socket) in strangers.iter().zip(&mut sockets) {
        silent(role, socket);
    }
    world.app.mails_sent();
    let theirs = ["factory-7@enterprise.example", "expert-3@expert.example", "officer-sz@regulator.example"];
    let mails = world.app.smtp.received();
    let told = |mail: &&crate::support::smtp::ReceivedMail| {
        let text = format!("{}{}", mail.header("Subject"), mail.body_text);
        mail.to.iter().any(|to| theirs.contains(&to.as_str())) && text.contains(HIDDEN)
    };
    assert_eq!(mails.iter().filter(told).count(), 0);
    assert!(mails.iter().any(|mail| mail.body_text.contains(HIDDEN)), "those who have a part are told");
}
