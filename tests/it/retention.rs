//! What is past its period goes, exactly what was shown before, and nothing by default; a legal hold and a running case keep what is theirs.

mod conduct;
mod holds;
mod people;

use chrono::Duration;
use serde_json::{Value, json};
use std::time::{Duration as Wait, Instant};
use uuid::Uuid;
use zerodesk::app::App;
use zerodesk::attachments::Files;
use zerodesk::attachments::housekeeping::sweep as sweep_files;
use zerodesk::retention::erase::sweep;
use zerodesk::retention::settings::RetentionSettings;

use crate::support::people::{Enterprise, Expert, PASSWORD, text};
use crate::support::{Http, PATIENCE, TestApp};

const MARK: &str = "已按保存期限清除";
const PREVIEW: &str = "/api/v1/retention/preview";
pub const HOLDS: &str = "/api/v1/retention/holds";

/// A service that keeps messages and files for three years, people as well, log-ins and mails for half a year.
fn with_periods() -> TestApp {
    let set = |settings: &mut zerodesk::settings::Settings| {
        *settings.edit() = RetentionSettings {
            messages_months: 36,
            files_months: 36,
            accounts_months: 36,
            sessions_days: 184,
            mails_days: 184,
            recordings_passed_days: 30,
            recordings_failed_months: 36,
            conduct_months: 36,
        };
    };
    TestApp::builder().settings(set).start()
}

/// A consultation about a kind of product and about no record.
fn talk(app: &TestApp, enterprise: &Enterprise, expert: &Expert, subject: &str) -> String {
    let body = json!({ "product_kind": "K0101", "subject": subject, "question": "如何整改？" });
    let opened = enterprise.http.post("/api/v1/consultations", &body).expect(201);
    assert_eq!(opened["status"], "offered", "{opened}");
    let id = text(&opened["id"]);
    expert.http.act(&format!("/api/v1/consultations/{id}/accept")).expect(200);
    app.clock.advance(Duration::seconds(1));
    id
}

fn say(who: &Http, id: &str, stream: &str, body: &str, files: &[&Value]) -> i64 {
    let body = json!({ "client_id": Uuid::new_v4(), "stream": stream, "body": body, "attachments": files });
    who.post(&format!("/api/v1/consultations/{id}/messages"), &body).expect(201)["seq"].as_i64().unwrap()
}

fn conclude(app: &TestApp, expert: &Expert, id: &str) {
    let body = json!({ "conclusion": "更换绝缘材料后复检。" });
    expert.http.post(&format!("/api/v1/consultations/{id}/conclude"), &body).expect(200);
    app.clock.advance(Duration::seconds(1));
}

/// What the preview says of a kind.
fn due(who: &Http, kind: &str) -> Value {
    let all = who.get(PREVIEW).expect(200);
    all["kinds"].as_array().unwrap().iter().find(|of| of["kind"] == kind).unwrap().clone()
}

/// How many would go, are held, and are kept by a case.
fn numbers(who: &Http, kind: &str) -> (i64, i64, i64) {
    let of = due(who, kind);
    let number = |name: &str| of[name].as_i64().unwrap();
    (number("rows"), number("held"), number("in_case"))
}

fn messages(who: &Http, id: &str, stream: &str) -> Vec<(i64, String, String)> {
    let all = who.get(&format!("/api/v1/consultations/{id}/messages?stream={stream}")).expect(200);
    let one = |m: &Value| (m["seq"].as_i64().unwrap(), text(&m["kind"]), text(&m["body"]));
    all["items"].as_array().unwrap().iter().map(one).collect()
}

/// The links of the messages that a search finds.
fn found(who: &Http, typed: &str) -> usize {
    let typed: String = form_urlencoded::byte_serialize(typed.as_bytes()).collect();
    let all = who.get(&format!("/api/v1/search?kind=messages&q={typed}")).expect(200);
    all["groups"][0]["items"].as_array().unwrap().len()
}

#[track_caller]
fn becomes(what: &str, is: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is() {
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Wait::from_millis(10));
    }
}

fn upload(who: &Http, name: &str) -> Value {
    who.upload("/api/v1/attachments", name, b"%PDF-1.4\n", &[]).expect(201)["id"].clone()
}

fn clear_files(app: &App) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let files = Files::open(app.settings()).unwrap();
    runtime.block_on(sweep_files(app, &files)).unwrap();
}

fn lacks(app: &App, id: &Value) -> bool {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let files = Files::open(app.settings()).unwrap();
    runtime.block_on(files.lacks(text(id).parse().unwrap())).unwrap()
}

/// What was erased, by kind, with the rows.
pub fn runs(who: &Http) -> Vec<(String, i64)> {
    let all = who.get("/api/v1/retention/runs").expect(200);
    let one = |run: &Value| (text(&run["kind"]), run["rows"].as_i64().unwrap());
    all["items"].as_array().unwrap().iter().map(one).collect()
}

#[test]
fn nothing_goes_by_default() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let expert = app.approved_expert(&officer, "expert-1", "K0101");
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    let id = talk(&app, &enterprise, &expert, "默认");
    let file = upload(&expert.http, "报告.pdf");
    say(&expert.http, &id, "talk", "请检查绝缘层。", &[&file]);
    conclude(&app, &expert, &id);
    app.mails_sent();
    app.clock.advance(Duration::days(20 * 365));
    let officer = app.http().log_in("officer", PASSWORD);
    for kind in ["messages", "files", "accounts", "sessions", "mails"] {
        let of = due(&officer, kind);
        assert_eq!((&of["period"], &of["before"], &of["rows"]), (&json!(0), &Value::Null, &json!(0)), "{of}");
    }
    sweep(&app.app, None).unwrap();
    assert!(runs(&officer).is_empty());
    let expert = app.http().log_in("expert-1", PASSWORD);
    assert_eq!(messages(&expert, &id, "talk"), [(1, "text".into(), "请检查绝缘层。".into())]);
    assert_eq!(expert.get(&format!("/api/v1/attachments/{}", text(&file))).status, 200);
    // Other periods can be tried; the file is not used elsewhere, so it would go as well.
    let tried = officer.get(&format!("{PREVIEW}?messages_months=36&files_months=120")).expect(200);
    let rows: Vec<_> = tried["kinds"].as_array().unwrap().iter().map(|of| of["rows"].clone()).collect();
    assert_eq!(rows, [1, 1, 0, 0, 0, 0, 0, 0]);
    assert_eq!(numbers(&officer, "messages"), (0, 0, 0), "trying changes nothing");
    let page = officer.get("/retention?lang=zh-CN&messages_months=36");
    assert!(page.status == 200 && page.text.contains("按试算期限"), "{}", page.text);
}

#[test]
fn what_was_shown_goes_and_the_numbers_stay() {
    let app = with_periods();
    let officer = app.admin("officer", "440000");
    let expert = app.approved_expert(&officer, "expert-1", "K0101");
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    let old = talk(&app, &enterprise, &expert, "旧的");
    let (used, evidence) = (upload(&expert.http, "绝缘报告.pdf"), upload(&enterprise.http, "整改照片.pdf"));
    say(&enterprise.http, &old, "talk", "请教珊瑚绝缘工艺", &[&evidence]);
    say(&expert.http, &old, "talk", "参见附件", &[&used]);
    say(&enterprise.http, &old, "talk", "谢谢", &[]);
    say(&expert.http, &old, "notes", "企业配合玛瑙检验", &[]);
    // Evidence of a case is no file of the conversation alone.
    let case = enterprise.case.clone().unwrap();
    let body = json!({ "description": "整改照片", "attachments": [evidence] });
    enterprise.http.post(&format!("/api/v1/remediation/cases/{case}/evidence"), &body).expect(201);
    conclude(&app, &expert, &old);
    let in_case = text(&app.open(&enterprise)["id"]);
    expert.http.act(&format!("/api/v1/consultations/{in_case}/accept")).expect(200);
    say(&expert.http, &in_case, "talk", "案件中的意见", &[]);
    conclude(&app, &expert, &in_case);
    becomes("the messages are not indexed", || {
        found(&officer, "珊瑚绝缘") == 1 && found(&officer, "玛瑙") == 1 && found(&officer, "案件中") == 1
    });

    app.clock.advance(Duration::days(2 * 365));
    let (officer, expert) = (app.http().log_in("officer", PASSWORD), app.http().log_in("expert-1", PASSWORD));
    let young = Enterprise { http: app.http().log_in("enterprise-1", PASSWORD), ..enterprise.clone() };
    let young =
        talk(&app, &young, &Expert { http: expert.clone(), id: String::new(), name: String::new() }, "新的");
    say(&expert, &young, "talk", "新的珊瑚意见", &[]);
    assert_eq!(numbers(&officer, "messages"), (0, 0, 0), "not yet");
    sweep(&app.app, None).unwrap();
    assert_eq!(messages(&officer, &old, "talk")[0].2, "请教珊瑚绝缘工艺");

    app.clock.advance(Duration::days(366));
    let (officer, expert) = (app.http().log_in("officer", PASSWORD), app.http().log_in("expert-1", PASSWORD));
    assert_eq!(numbers(&officer, "messages"), (4, 0, 1), "{}", due(&officer, "messages"));
    assert_eq!(numbers(&officer, "files"), (1, 0, 0));
    assert_eq!(due(&officer, "files")["bytes"], 9);
    let page = officer.get("/retention?lang=zh-CN").text;
    assert!(page.contains("按现行期限") && page.contains("因留存措施保留"), "{page}");
    sweep(&app.app, None).unwrap();
    let all = runs(&officer);
    let mut gone = all.clone();
    gone.retain(|(kind, _)| kind == "messages" || kind == "files");
    assert_eq!(gone, [("files".to_owned(), 1), ("messages".to_owned(), 4)]);
    assert_eq!((numbers(&officer, "messages"), numbers(&officer, "files")), ((0, 0, 1), (0, 0, 0)));
    sweep(&app.app, None).unwrap();
    assert_eq!(runs(&officer), all, "a second round finds nothing");

    // The numbers have no gap, and whoever resumes sees that it was erased.
    let erased = |seq| (seq, "erased".to_owned(), MARK.to_owned());
    assert_eq!(messages(&officer, &old, "talk"), [erased(1), erased(2), erased(3)]);
    assert_eq!(messages(&officer, &old, "notes"), [erased(1)]);
    assert_eq!(messages(&officer, &in_case, "talk")[0].2, "案件中的意见");
    assert_eq!(messages(&officer, &young, "talk")[0].2, "新的珊瑚意见");
    let mut socket = app.ws(&expert);
    socket.subscribe(&old, 1, 0);
    let seen = socket.messages_to(&old, "talk", 3);
    let seen: Vec<_> = seen.iter().map(|m| (m["seq"].as_i64().unwrap(), text(&m["body"]))).collect();
    assert_eq!(seen, [(2, MARK.to_owned()), (3, MARK.to_owned())]);
    let page = expert.get(&format!("/consultations/{old}?lang=zh-CN")).text;
    assert!(
        page.contains(MARK) && page.contains("附件已按保存期限清除") && !page.contains("珊瑚绝缘"),
        "{page}"
    );
    // Nothing of it is found, nor does it stand in the index.
    assert_eq!((found(&officer, "珊瑚绝缘"), found(&officer, "玛瑙")), (0, 0));
    becomes("the young message is not indexed", || found(&officer, "珊瑚意见") == 1);
    assert_eq!(postings(&app, "玛瑙"), 0);
    assert!(postings(&app, "珊瑚") > 0);
    // The bytes of the file are gone, those of the evidence are not.
    clear_files(&app.app);
    becomes("the bytes stay", || lacks(&app.app, &used));
    assert!(!lacks(&app.app, &evidence));
    assert_eq!(officer.get(&format!("/api/v1/attachments/{}", text(&used))).status, 404);
    assert_eq!(officer.get(&format!("/api/v1/attachments/{}", text(&evidence))).status, 200);
    // The audit says how much, and nothing of what it was.
    let operator = app.operator("operator");
    let audit = operator.get("/api/v1/audit?action=erase_expired").expect(200);
    let rows = audit["items"].as_array().unwrap();
    assert!(
        rows.iter().any(|row| row["data"] == json!({ "kind": "expired_messages", "rows": 4, "bytes": 0 })),
        "{audit}"
    );
    let shown = operator.get("/audit?action=erase_expired&lang=zh-CN").text;
    assert!(shown.contains("清除到期数据") && shown.contains("问诊消息和内部备注"), "{shown}");
}

/// The rows of the index that hold the first two characters of a word.
fn postings(app: &TestApp, word: &str) -> i64 {
    use diesel::prelude::*;
    use diesel::sql_types::BigInt;
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    let mut chars = word.chars().map(|c| i64::from(u32::from(c)));
    let token = (chars.next().unwrap() << 21) | chars.next().unwrap();
    let query = "SELECT (SELECT count(*) FROM search_recent WHERE token = $1) + (SELECT count(*) FROM search_posting WHERE token = $1) AS n";
    let counted =
        diesel::sql_query(query).bind::<BigInt, _>(token).get_result::<Count>(&mut app.database().connect());
    counted.unwrap().n
}
