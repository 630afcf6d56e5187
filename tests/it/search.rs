//! Searches find what people type, in every list: width, case, traditional forms, brackets and dashes, words in any order, the tail of a
//! code, pinyin. What fits best is first, what was found is marked, and nobody finds what they may not see.

mod everything;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use zerodesk::ROOMS;
use zerodesk::core::search::{characters, folded, folded_name, readings};
use zerodesk::risk::settings::RiskKeepingSettings;
use zerodesk::zero_out::import::Column;

use crate::plans::{computed, plan_path};
use crate::support::csv::{file, row, uscc};
use crate::support::people::{Talk, text};
use crate::support::{Database, Http, TestApp};

const NAME: &str = "廣州恆通線纜（重庆）·Ａ１𠮷\u{20001}\u{2A6D7}\u{30000}\u{F0000}有限公司";
const REPORT: &str = "BUG-3392209—79380";

fn asked(route: &str, parameter: &str, typed: &str) -> String {
    let typed: String = form_urlencoded::byte_serialize(typed.as_bytes()).collect();
    format!("{route}{}{parameter}={typed}", if route.contains('?') { '&' } else { '?' })
}

fn items(who: &Http, route: &str, typed: &str) -> Vec<Value> {
    let parameter = if route.ends_with("/audit") { "by" } else { "q" };
    who.get(&asked(route, parameter, typed)).expect(200)["items"].as_array().unwrap().clone()
}

/// What the list gives for these words has this text in it, or has nothing where it should not.
fn finds(who: &Http, route: &str, typed: &str, wanted: &str) -> bool {
    items(who, route, typed).iter().any(|item| item.to_string().contains(wanted))
}

/// A laboratory, a programme with a target, and a draw: the lists of which they are, each with the id.
fn sampling(app: &TestApp, planner: &Http) -> [(&'static str, String); 2] {
    planner.post("/api/v1/laboratories", &json!({ "name": "粤东质检", "products": ["C03"] })).expect(201);
    let licence = json!({
        "licence_no": "粤XK06-001-00001", "uscc": "9144030071526726XG", "name": "粤西线缆", "region": "440300", "product_kind": "K0301",
        "valid_from": "2026-01-01",
    });
    planner.post("/api/v1/production-licences", &json!({ "licences": [licence] })).expect(200);
    let approver = app.admin("approver", "440000");
    let written = json!({
        "name": "年度抽查", "level": "provincial", "period_from": "2026-01-01", "period_until": "2026-12-31", "document_no": "粤市监12号",
        "targets": [{ "product_class": "C03", "region": "440100", "samples": 1 }],
    });
    let programme = text(&planner.post("/api/v1/programmes", &written).expect(201)["id"]);
    let path = format!("/api/v1/programmes/{programme}");
    planner.act(&format!("{path}/submit")).expect(200);
    approver.act(&format!("{path}/approve")).expect(200);
    let target = &planner.get(&format!("{path}/targets")).expect(200)["items"][0]["id"];
    let listed = json!([{ "name": "明珠电缆", "uscc": "91440101MA5C000001", "product_kind": "K0301" }]);
    let draw = json!({ "target_id": target, "operators": listed });
    let draw = text(&planner.post(&format!("{path}/draws"), &draw).expect(201)["id"]);
    [("/api/v1/programmes", programme), ("/api/v1/draws", draw)]
}

#[derive(QueryableByName)]
struct Pair {
    #[diesel(sql_type = Text)]
    a: String,
    #[diesel(sql_type = Text)]
    b: String,
}

#[test]
fn sql_and_rust_fold_and_read_alike() {
    let database = Database::new();
    let conn = &mut database.connect();
    let mut texts: Vec<String> =
        [NAME, REPORT, "", "重庆长江厦门行单曾解", "a\tb\u{1}$+=<>|~^`_", "Ⅷ㎜ß", &"重长".repeat(300)]
            .map(str::to_owned)
            .into();
    // Every character that is folded or read, and each of ASCII.
    let all: Vec<char> = ('\u{1}'..='\u{7f}')
        .chain(characters::all().into_iter().map(|(c, _)| c))
        .filter(|c| *c != '\0')
        .collect();
    texts.extend(all.chunks(50).map(|part| part.iter().collect()));
    texts.extend(('\u{1}'..='\u{7f}').map(String::from));
    for typed in texts {
        let query = diesel::sql_query("SELECT search_fold($1) AS a, search_readings(search_fold($1)) AS b");
        let sql: Pair = query.bind::<Text, _>(&typed).get_result(conn).unwrap();
        assert_eq!(sql.a, folded(&typed), "{typed:?}");
        assert_eq!(sql.b, readings(&folded(&typed)), "{typed:?}");
        let query = diesel::sql_query("SELECT search_name($1) AS a, '' AS b");
        let sql: Pair = query.bind::<Text, _>(&typed).get_result(conn).unwrap();
        assert_eq!(sql.a, folded_name(&typed), "{typed:?}");
    }
}

#[test]
fn rows_are_folded_anew_when_the_table_of_characters_changes() {
    let database = Database::new();
    let conn = &mut database.connect();
    let insert =
        "INSERT INTO account (id, username, password_hash, role, name, language, region, active, created_at)
        VALUES (gen_random_uuid(), 'chen-1', 'x', 'admin', '陳明', 'zh-CN', '440000', true, now())";
    conn.batch_execute(insert).unwrap();
    let stored = |conn: &mut PgConnection| -> (String, String) {
        let query = "SELECT search_text AS a, search_readings AS b FROM account";
        let pair: Pair = diesel::sql_query(query).get_result(conn).unwrap();
        (pair.a, pair.b)
    };
    let right = ("陈明\nchen1".to_owned(), "cm chen ming".to_owned());
    assert_eq!(stored(conn), right);
    // A migration finds rows without texts, and another table.
    conn.batch_execute(
        "ALTER TABLE account DISABLE TRIGGER USER; UPDATE account SET search_text = 'old', search_readings = '';
         ALTER TABLE account ENABLE TRIGGER USER; UPDATE search_table SET sha256 = 'other'",
    )
    .unwrap();
    zerodesk::db::reference::mirror(conn, &zerodesk::catalogue::Catalogue::builtin().unwrap()).unwrap();
    assert_eq!(stored(conn), right);
    conn.batch_execute("UPDATE account SET name = '李明'").unwrap();
    assert_eq!(stored(conn).0, "李明\nchen1");
}

#[test]
fn what_an_import_folds_is_what_sql_folds() {
    let app = TestApp::start();
    let (gd, _) = app.small_world();
    let conn = &mut app.database().connect();
    let long = "\u{fdfa}".repeat(200);
    let list = |names: &[(u32, &str, &str)]| {
        let rows: Vec<_> = names
            .iter()
            .map(|(n, name, report)| {
                row(&[(Column::Uscc, &uscc(*n)), (Column::Name, name), (Column::ReportNo, report)])
            })
            .collect();
        file(&rows)
    };
    let differs = "SELECT e.name AS a, e.search_text AS b FROM enterprise e
            WHERE e.search_text <> search_name(e.name) || E'\n' || search_fold(e.uscc)
               OR e.search_readings <> search_readings(search_name(e.name))
        UNION ALL SELECT report_no, report_key FROM nonconformity WHERE report_key <> search_name(report_no) || E'\n'";
    let mut same = |list: &[u8]| {
        assert_eq!(app.import(&gd, list, false)["rejected"], 0);
        let wrong: Vec<Pair> = diesel::sql_query(differs).load(conn).unwrap();
        assert!(wrong.is_empty(), "{:?}", wrong.iter().map(|pair| (&pair.a, &pair.b)).collect::<Vec<_>>());
    };
    // New ones, one of them named twice; then other names, the first name again, a name that folds to the same.
    same(&list(&[(70, NAME, REPORT), (71, &long, "Ｒ—1"), (70, "乙公司", "R-2"), (72, "廣州長樂廠", "R-3")]));
    same(&list(&[
        (70, NAME, REPORT),
        (71, "长乐（重庆）", "Ｒ—1"),
        (70, NAME, "R-2"),
        (72, "广州长乐厂", "R-3"),
    ]));
    // Folded by another table of characters, a server leaves it to the triggers.
    app.database().connect().batch_execute("UPDATE search_table SET sha256 = 'other'").unwrap();
    same(&list(&[(70, "重慶", REPORT), (73, NAME, "R-4")]));
}

/// The lists of what helps enterprises and of what is watched: each finds what people type.
fn helped_and_watched(
    app: &TestApp,
    (gd, second): (&Http, &Http),
    talk: &Talk,
    covered: &mut BTreeSet<&'static str>,
) {
    let (firm, today) = (&talk.enterprise, app.now().date_naive());
    let events = format!("/api/v1/remediation/cases/{}/events", firm.case.clone().unwrap());
    for (who, step) in [
        (&firm.http, json!({ "event": "start_correction", "occurred_on": today })),
        (&firm.http, json!({ "event": "submit_evidence", "note": "x", "occurred_on": today })),
        (gd, json!({ "event": "reinspect", "passed": true, "occurred_on": today })),
        (second, json!({ "event": "clear", "occurred_on": today })),
    ] {
        who.post(&events, &step).expect(200);
    }
    let due = today + chrono::Days::new(18);
    let from = app.now() + chrono::Duration::hours(1);
    let training = json!({
        "topic": "插座標準解讀", "region": "440100", "place": "市質檢院報告廳", "starts_at": from, "ends_at": from + chrono::Duration::hours(2),
    });
    let training = text(&gd.post("/api/v1/trainings", &training).expect(201)["id"]);
    let invited = json!({ "enterprises": [firm.id] });
    gd.post(&format!("/api/v1/trainings/{training}/invitations"), &invited).expect(200);
    let commitment = json!({ "enterprise_id": firm.id, "topic": "插頭整改" });
    let commitment = text(&gd.post("/api/v1/commitments", &commitment).expect(201)["id"]);
    let path = format!("/api/v1/commitments/{commitment}");
    let signature =
        crate::engagement_kinds::signature(&firm.http.get(&path).expect(200), &[&due.to_string()]);
    firm.http.post(&format!("{path}/sign"), &signature).expect(200);
    let follow_up = json!({ "enterprise_id": firm.id, "topic": "絕緣複查", "due_on": due });
    gd.post("/api/v1/follow-ups", &follow_up).expect(201);
    let event = json!({ "topic": "家電安全進社區", "place": "天河某社區", "place_kind": "community", "on_day": today });
    gd.post("/api/v1/outreach", &event).expect(201);
    let support = json!({
        "name": "羅湖電線幫扶", "period_from": "2026-03-01", "period_until": "2027-02-28", "regions": ["440303"], "kinds": ["K0301"],
        "lead_hospital": "H04", "partners": ["行业协会"], "target_percent": 10, "target_samples": 30,
        "measures": [{ "kind": "training", "description": "培训", "hospital": "H04", "starts_on": "2026-03-10", "ends_on": "2026-04-10" }],
    });
    gd.post("/api/v1/support-programmes", &support).expect(201);
    let circuit = crate::rounds::circuit(gd, second);
    let cohort = crate::rounds::cohort(gd, &circuit, &json!({ "enterprises": [firm.id] }));
    assert_eq!(cohort["added"], 1, "{cohort}");
    crate::rounds::round(gd, &circuit, "440100");
    let assessment =
        json!({ "product_kind": "K0101", "hazard": "外殼觸電", "probability": "0.1", "severity": 1 });
    gd.post("/api/v1/assessments", &assessment).expect(201);
    crate::risk::Results { kind: "K0101", region: "440103", day: "2026-02-01", tested: 30, failed: 9 }
        .insert(app);
    for (route, typings, wanted) in [
        ("/api/v1/trainings", vec!["标准", "报告厅 插座", "czbz"], "插座標準解讀"),
        ("/api/v1/trainings/{id}/attendees", vec!["恒通线缆", "gzht"], NAME),
        ("/api/v1/commitments", vec!["恒通线缆", "插头", "gzht"], "插頭整改"),
        ("/api/v1/public/commitments", vec!["恒通线缆", "插头", "gzht"], "插頭整改"),
        ("/api/v1/follow-ups", vec!["恒通线缆", "复查", "gzht"], "絕緣複查"),
        ("/api/v1/outreach", vec!["家电", "天河 家電", "jdaq"], "家電安全進社區"),
        ("/api/v1/support-programmes", vec!["罗湖", "电线 帮扶", "lhdx"], "羅湖電線幫扶"),
        ("/api/v1/circuit-members", vec!["恒通线缆", "gzht"], NAME),
        ("/api/v1/circuit-rounds", vec!["巡回", "问诊 广州", "xhwz"], "巡回问诊"),
        ("/api/v1/assessments", vec!["触电", "外壳 觸電", "wkcd"], "外殼觸電"),
        ("/api/v1/risk", vec!["荔湾", "liwan"], "440103"),
        ("/api/v1/recovery", vec!["恒通线缆", "gzht"], NAME),
    ] {
        covered.insert(route);
        let path = route.replace("{id}", &training);
        for typed in typings {
            assert!(finds(gd, &path, typed, wanted), "{route} {typed}");
        }
        for typed in ["\u{20002}", "%", "（", "无此条目"] {
            assert!(items(gd, &path, typed).is_empty(), "{route} {typed}");
        }
    }
}

#[test]
fn every_list_finds_what_people_type() {
    // The index of risk is counted again whenever it is asked for.
    let app = TestApp::builder().settings(|s| s.edit::<RiskKeepingSettings>().fresh_seconds = 0).start();
    let (gd, talk) = app.small_world();
    let sz = app.admin("officer-sz", "440300");
    let operator = app.operator("operator");
    let code = uscc(1);
    let renamed = file(&[
        row(&[
            (Column::Uscc, &code),
            (Column::Name, NAME),
            (Column::ReportNo, REPORT),
            (Column::RegionCode, "440103"),
        ]),
        row(&[
            (Column::Uscc, &uscc(2)),
            (Column::Name, "佛山通恒陶瓷厂"),
            (Column::ReportNo, "Z-1"),
            (Column::RegionCode, "440103"),
        ]),
    ]);
    assert_eq!(app.import(&gd, &renamed, false)["rejected"], 0);
    app.apply("zeng", &json!({
        "name": "曾·麗华𠮷", "title": "（高级）工程师", "email": "zeng.lihua@expert.example", "regions": ["440000"],
        "specialties": [{ "product_kind": "K0101", "level": 3, "items": ["绝缘电阻"] }],
    }));
    let invited = json!({ "name": "欧阳單", "email": "ouyang.shan@expert.example", "role": "admin", "region": "440100" });
    operator.post("/api/v1/accounts", &invited).expect(201);
    let plan = computed(&gd, &json!({ "name": "春季巡诊（廣東）" }));
    app.raise_alert();
    app.database()
        .connect()
        .batch_execute(
            "INSERT INTO mail_pause (id, address, since, reason)
             VALUES (gen_random_uuid(), 'wrong.one@firm.example', now(), 'no such user')",
        )
        .unwrap();
    let hold = json!({ "target": "enterprise", "id": talk.enterprise.id, "reason": "调查" });
    gd.post("/api/v1/retention/holds", &hold).expect(201);
    let correction = json!({ "kind": "correction", "text": "企业名称有误" });
    talk.enterprise.http.post("/api/v1/me/personal-data/requests", &correction).expect(201);
    let admission = json!({ "uscc": "91350203B34F4L2UX3", "reason": "与登记一致", "checked_in": "登记系统" });
    gd.post("/api/v1/uscc-admissions", &admission).expect(201);

    let tail = &code[12..];
    let enterprise: Vec<&str> = vec![
        "广州恒通线缆(重庆)",
        "廣州恆通線纜",
        "广州恒通线缆重庆a1",
        "ａ1吉",
        "线缆 恒通　广州",
        "重庆，恒通",
        "gzht",
        "GZHTXL",
        "guangzhouhengtong",
        "guangzht",
        "gz恒通",
        "htong 广州",
        "zhtxlzq",
        "zhtxlcq",
        "chongqing",
        "\u{20001}",
        "\u{2A6D7}",
        "\u{30000}",
        "\u{F0000}",
        "\u{20001}\u{2A6D7}",
        "A·1",
    ];
    let codes = [tail, &tail.to_lowercase(), &code[..6], "９１４４"];
    let reports = [
        "BUG339220979380",
        "bug-3392209",
        "ＢＵＧ－3392209",
        "BUG 3392209 79380",
        "bug3392209 恒通",
        "恒通 bug",
    ];
    let nothing = ["gzth", "恒广", "\u{20002}", "\u{30001}", "%", "_", "（", "uang", "无此企业"];
    let with_reports = "/api/v1/remediation/cases";
    let mut covered = BTreeSet::new();
    for route in [
        "/api/v1/enterprises",
        "/api/v1/zero-out",
        with_reports,
        "/api/v1/consultations",
        "/api/v1/enterprise-registrations",
        "/api/v1/matching/plans/{id}/assignments",
        "/api/v1/matching/plans/{id}/unserved",
    ] {
        covered.insert(route);
        let path = match route.split_once("{id}") {
            Some((_, "/unserved")) => continue,
            Some((_, rest)) => plan_path(&plan, rest),
            None => route.to_owned(),
        };
        let mut typings = enterprise.clone();
        if route != "/api/v1/consultations" {
            typings.extend(codes);
        }
        if route == with_reports {
            typings.extend(reports);
        }
        if route == "/api/v1/zero-out" {
            typings.extend(reports);
        }
        let wanted = if route.contains("consultations") { talk.id.as_str() } else { NAME };
        for typed in typings {
            assert!(finds(&gd, &path, typed, wanted), "{route} {typed}");
            assert!(codes.contains(&typed) || !finds(&gd, &path, typed, "佛山"), "{route} {typed}");
            if !route.contains("{id}") {
                assert!(items(&sz, &path, typed).is_empty(), "{route} {typed}: of another region");
            }
        }
        for typed in nothing {
            assert!(items(&gd, &path, typed).is_empty(), "{route} {typed}");
        }
    }
    assert!(finds(&gd, "/api/v1/consultations", "電阻 絕緣", &talk.id));

    // By who answers it, and by the report it is about, alone and with words of other texts.
    let record = gd.get(&format!("/api/v1/enterprises/{}", talk.enterprise.id)).expect(200);
    let lines = record["nonconformities"].as_array().unwrap();
    let line = lines.iter().find(|line| line["id"] == talk.enterprise.nonconformity.as_str()).unwrap();
    let report = text(&line["report_no"]);
    for typed in ["專家 expert-1", "zj expert1 恒通", report.as_str(), &format!("恒通 {report} 专家")]
    {
        for who in [&gd, &talk.enterprise.http, &talk.expert.http] {
            assert!(finds(who, "/api/v1/consultations", typed, &talk.id), "{typed}");
        }
    }
    let other = app.claimed_enterprise(3, "440103", "K0101");
    let offered = text(&app.open(&other)["id"]);
    assert!(finds(&gd, "/api/v1/consultations", "专家", &offered));
    assert!(
        !finds(&other.http, "/api/v1/consultations", "专家", &offered),
        "it does not see to whom it is offered"
    );
    assert!(gd.get(&asked("/queue", "q", "zj")).text.contains("<mark>专家</mark>"));

    let expert = [
        "曾丽华",
        "曾·麗華",
        "丽华 曾",
        "曾丽华吉",
        "zlh",
        "clh",
        "zenglihua",
        "ＺＥＮＧ",
        "高级",
        "(高级)工程师 曾",
    ];
    let person = ["name OF officer-sz", "officersz", "ＯＦＦＩＣＥＲ－ＳＺ", "sz name"];
    let reply = json!({ "scope": "own", "title": "整改时限", "body": "请按期完成" });
    gd.post("/api/v1/canned-replies", &reply).expect(201);
    gd.post("/api/v1/tags", &json!({ "name": "原材料" })).expect(201);
    let hook = json!({ "url": "https://hooks.example.gov.cn/zerodesk", "description": "数据中台", "events": ["case.cleared"] });
    gd.post("/api/v1/webhooks", &hook).expect(201);
    gd.post("/api/v1/api-keys", &json!({ "name": "数据中台", "scopes": ["cases:read"] })).expect(201);
    let list =
        format!("抽样单编号,产品名称,被抽样单位,标称生产企业,检验结论\nCYS1,电线,某某商店,{NAME},合格\n");
    crate::sampling_lists::hand_in(&gd, list.as_bytes(), &[]);
    let penalties = format!(
        "行政处罚决定书文号,当事人,违法行为类型,处罚内容,处罚机关,处罚决定日期\n穗市监处罚〔2026〕88号,{NAME},销售不合格产品,罚款 20000 元,广州市市场监督管理局,2026-01-15\n"
    );
    crate::penalty_lists::hand_in(&gd, penalties.as_bytes(), &[]);
    let news = json!({ "source": "media", "external_id": "XW-77", "title": "磁力珠玩具风险", "published_on": "2026-01-05" });
    gd.post("/api/v1/signals", &news).expect(201);
    let recalls = "召回编号,发布日期,产品名称,缺陷描述\nS1,2026-01-05,电热水壶,起火\n";
    crate::signals::hand_in(&gd, "召回名单.csv", recalls.as_bytes(), &[("feed", "domestic_recalls")]);
    let feed = json!({ "name": "舆情日报", "url": "https://localhost/rss", "source": "opinion" });
    gd.post("/api/v1/signals/feeds", &feed).expect(201);
    let sampling = sampling(&app, &gd);
    gd.post("/api/v1/inspections", &crate::inspections::form("440000-77")).expect(201);
    let mut own = crate::inspections::form("440000-78");
    own["operator"] = json!(talk.enterprise.id);
    let own = crate::inspections::registered(&gd, &own);
    crate::inspections::step(&gd, &own, "attempt", "2026-01-06", &json!({})).expect(200);
    let penalty = json!({
        "enterprise_id": talk.enterprise.id, "role": "producer", "behaviour": "penalty_ordinary", "source": "penalty",
        "happened_on": "2026-01-05", "decided_on": "2026-01-12", "document_no": "粤市監處罰〔2026〕77號",
    });
    gd.post("/api/v1/conduct", &penalty).expect(201);
    let mut sold = penalty.clone();
    (sold["behaviour"], sold["document_no"]) = (json!("sold_after_stop"), json!("粤市監處罰〔2026〕78號"));
    gd.post("/api/v1/conduct", &sold).expect(201);
    crate::credit::grade(&app);
    // An operator that never failed a sampling.
    crate::credit::sql(
        &app,
        "INSERT INTO enterprise (id, uscc, name, operating_status, region, created_at, updated_at)
         VALUES (gen_random_uuid(), '91440106MA5CH0N0R1', '榮譽电器厂', 'operating', '440106', '2020-01-01', '2020-01-01');
         INSERT INTO inspection (id, number, organiser_region, method, purpose, level, state, role, operator_id, place_region, sampled_on,
             final_on, outcome, source, version, created_at, updated_at)
         SELECT gen_random_uuid(), 'H-1', '440000', 'sampling', 'routine', 'provincial', 'final', 'producer', id, region, '2025-06-01',
             '2025-07-01', 'conforming', 'import', 1, '2025-07-01', '2025-07-01'
         FROM enterprise WHERE uscc = '91440106MA5CH0N0R1'",
    );
    let others: Vec<(&str, &Http, Vec<&str>, &str)> = vec![
        ("/api/v1/conduct", &gd, vec!["恒通", "gzht", "市监处罚", "77号 处罚"], "粤市監處罰〔2026〕77號"),
        ("/api/v1/my/conduct", &talk.enterprise.http, vec!["市监处罚", "77号"], "粤市監處罰〔2026〕77號"),
        ("/api/v1/credit", &gd, vec!["恒通", "gzht"], talk.enterprise.id.as_str()),
        ("/api/v1/credit/tasks", &gd, vec!["恒通", "gzht"], talk.enterprise.id.as_str()),
        ("/api/v1/credit/honours", &gd, vec!["荣誉", "电器 荣誉", "rydqc"], "榮譽电器厂"),
        ("/api/v1/conduct/imports", &gd, vec!["处罚名单", "處罰 名單", "cfmd", "officer 处罚"], "处罚名单"),
        ("/api/v1/conduct/penalties", &gd, vec!["恒通", "gzht", "88号", "不合格 恒通"], "88号"),
        ("/api/v1/conduct/questions", &gd, vec!["恒通", "gzht", "88号 恒通"], "88号"),
        ("/api/v1/signals", &gd, vec!["磁力珠", "玩具 磁力", "風險", "XW-77"], "XW-77"),
        ("/api/v1/signals/imports", &gd, vec!["召回名单", "名單 召回", "zhmd"], "召回名单"),
        ("/api/v1/signals/feeds", &gd, vec!["舆情", "日報 舆情", "yqrb"], "舆情日报"),
        ("/api/v1/programmes", &gd, vec!["年度", "抽查 年度", "ndcc", "niandu", "12号"], "年度抽查"),
        ("/api/v1/programmes/{id}/targets", &gd, vec!["广州", "電線 廣州", "gz", "dxdl"], "C03"),
        ("/api/v1/draws/{id}/operators", &gd, vec!["明珠", "明珠 电缆", "mzdl", "91440101MA5C"], "明珠电缆"),
        (
            "/api/v1/inspections",
            &gd,
            vec!["天河", "五金 天河", "thwjd", "絕緣電線", "440000-77"],
            "天河五金店",
        ),
        ("/api/v1/my/inspections", &talk.enterprise.http, vec!["恒通", "gzht", "440000-78"], "440000-78"),
        ("/api/v1/laboratories", &gd, vec!["质检", "质检 粤东", "ydzj"], "粤东质检"),
        ("/api/v1/production-licences", &gd, vec!["粤西", "yxxl", "XK06", "9144030071526726XG"], "粤西线缆"),
        ("/api/v1/regimes", &gd, vec!["鋼筋", "K0101", "gangjin"], "K0101"),
        ("/api/v1/experts", &gd, expert.to_vec(), "曾·麗华𠮷"),
        ("/api/v1/expert-applications", &gd, expert.to_vec(), "曾·麗华𠮷"),
        ("/api/v1/accounts", &operator, [&expert[..8], &["zeng"]].concat(), "曾·麗华𠮷"),
        ("/api/v1/accounts", &operator, person.to_vec(), "officer-sz"),
        (
            "/api/v1/account-invitations",
            &operator,
            vec!["欧阳单", "歐陽", "oys", "oyd", "oyc", "ouyangshan", "OUYANG.SHAN@expert"],
            "欧阳單",
        ),
        (
            "/api/v1/mail",
            &operator,
            vec!["ouyang.shan", "OuYangShan@", "ｏｕｙａｎｇ", "expert.example ouyang"],
            "ouyang.shan@",
        ),
        (
            "/api/v1/audit",
            &operator,
            vec!["name OF officer", "ＯＦＦＩＣＥＲ", "officer name"],
            "name of officer",
        ),
        ("/api/v1/matching/plans/{id}/experts", &gd, vec!["专家", "zj", "專家 expert1"], "专家 expert-1"),
        ("/api/v1/mail/pauses", &operator, vec!["wrong.one", "WRONG", "firm.example wrong"], "wrong.one@"),
        ("/api/v1/zero-out/imports", &gd, vec!["list.csv", "ＬＩＳＴ", "officer csv", "name of"], "list.csv"),
        (
            "/api/v1/inspections/imports",
            &gd,
            vec!["抽样名单", "抽樣 名單", "cymd", "officer 抽样"],
            "抽样名单",
        ),
        ("/api/v1/inspections/proposals", &gd, vec!["恒通线缆", "恒通　广州", "CYS1"], "CYS1"),
        ("/api/v1/matching/plans", &gd, vec!["春季", "广东 巡診", "cjxz", "officer 春季"], "春季巡诊"),
        ("/api/v1/remediation/alerts", &gd, vec!["甲", "广州", "gz 甲", "gzs"], "440100"),
        ("/api/v1/uscc-admissions", &gd, vec!["9135", "９１３５0203b34", "4f4l2ux3"], "91350203B34F4L2UX3"),
        (
            "/api/v1/webhooks",
            &gd,
            vec!["数据", "數據 中台", "sjzt", "hooks.example", "ＺＥＲＯＤＥＳＫ"],
            "数据中台",
        ),
        ("/api/v1/api-keys", &gd, vec!["数据", "中台 數據", "sjzt", "zdk"], "数据中台"),
        ("/api/v1/canned-replies", &gd, vec!["整改", "時限", "zgsx", "按期", "期 整改"], "整改时限"),
        ("/api/v1/tags", &gd, vec!["原材", "原 料", "ycl", "yuancailiao"], "原材料"),
        ("/api/v1/retention/holds", &gd, vec!["广州恒通线缆", "恒通　广州", "gzht", "zhtxlzq"], NAME),
        (
            "/api/v1/personal-data/requests",
            &gd,
            vec!["contact", "ＣＯＮＴＡＣＴ", "enterprise-1 contact"],
            "contact of enterprise-1",
        ),
        ("/api/v1/product-kinds", &gd, vec!["鋼筋", "ＳＴＥＥＬ", "gangjin", "gj"], "钢筋"),
        ("/api/v1/product-hospitals", &gd, vec!["粵省 檢驗", "ys", "yuesheng", "h01"], "粤省"),
        ("/api/v1/regions", &gd, vec!["廣州", "gz", "guangzhou", "440100"], "广州市"),
    ];
    for (route, who, typings, wanted) in others {
        covered.insert(route);
        let path = match sampling.iter().find(|(start, _)| route.starts_with(&format!("{start}/{{id}}"))) {
            Some((_, id)) => route.replace("{id}", id),
            None => route.split_once("{id}").map_or(route.to_owned(), |(_, rest)| plan_path(&plan, rest)),
        };
        for typed in typings {
            assert!(finds(who, &path, typed, wanted), "{route} {typed}");
        }
        for typed in ["\u{20002}", "%", "（", "无此人名"] {
            assert!(items(who, &path, typed).is_empty(), "{route} {typed}");
        }
    }
    let conclusion = json!({ "conclusion": "更换绝缘料" });
    talk.expert.http.post(&format!("/api/v1/consultations/{}/conclude", talk.id), &conclusion).expect(200);
    let change = json!({ "title": "絕緣电阻整改" });
    crate::knowledge::published(&gd, &talk.expert.http, &talk.id, &change);
    for route in ["/api/v1/knowledge/articles", "/api/v1/knowledge/drafts", "/api/v1/knowledge/usage"] {
        covered.insert(route);
        for typed in ["绝缘", "整改 電阻", "jydz", "jueyuan", "ＪＹ"] {
            assert!(finds(&gd, route, typed, "絕緣电阻整改"), "{route} {typed}");
        }
        for typed in ["\u{20002}", "%", "（", "无此条目"] {
            assert!(items(&gd, route, typed).is_empty(), "{route} {typed}");
        }
    }
    let round = json!({ "name": "插座互檢（廣東）", "product_kind": "K2301" });
    gd.post("/api/v1/cross-inspections", &round).expect(201);
    let today = app.now().date_naive();
    let calibration = json!({ "calibrated_on": today, "calibrated_until": today });
    let device = json!({ "name": "重金屬快檢儀", "serial_no": "GZ—KJ７", "calibration": calibration });
    gd.post("/api/v1/quick-devices", &device).expect(201);
    let label = json!({
        "number": "BZ-7", "method": "label", "purpose": "routine", "level": "provincial", "role": "seller", "operator_name": "啟明玩具店",
        "place_region": "440103", "product_name": "塑膠積木", "product_kind": "K0601",
    });
    gd.post("/api/v1/inspections", &label).expect(201);
    for (route, typings, wanted) in [
        ("/api/v1/cross-inspections", ["插座互检", "广东 插座", "czhj", "chazuo"], "插座互檢"),
        ("/api/v1/quick-devices", ["重金属", "快检仪 金属", "zjs", "gzkj7"], "重金屬快檢儀"),
        ("/api/v1/label-checks", ["启明", "积木 启明", "qmwjd", "bz7"], "塑膠積木"),
    ] {
        covered.insert(route);
        for typed in typings {
            assert!(finds(&gd, route, typed, wanted), "{route} {typed}");
        }
        for typed in ["\u{20002}", "%", "（", "无此条目"] {
            assert!(items(&gd, route, typed).is_empty(), "{route} {typed}");
        }
    }
    let maker = crate::credit_codes::maker(&app, 900, "440106");
    let mut application = crate::credit_codes::application();
    application["product_name"] = json!("塑料絕緣電線");
    maker.http.post("/api/v1/credit-codes", &application).expect(201);
    covered.insert("/api/v1/credit-codes");
    for typed in ["绝缘", "电线 明珠", "sljydx", "suliao"] {
        assert!(finds(&gd, "/api/v1/credit-codes", typed, "塑料絕緣電線"), "{typed}");
    }
    for typed in ["\u{20002}", "%", "（", "无此产品"] {
        assert!(items(&gd, "/api/v1/credit-codes", typed).is_empty(), "{typed}");
    }
    let visit = json!({
        "kind": "visit", "enterprise_id": talk.enterprise.id, "experts": [talk.expert.id], "topic": "絕緣厚度整改", "place": "科韵路",
        "slots": [{ "starts_at": "2026-03-05T01:00:00Z", "ends_at": "2026-03-05T03:00:00Z" }],
    });
    let visit = text(&gd.post("/api/v1/engagements", &visit).expect(201)["id"]);
    app.database()
        .connect()
        .batch_execute(&format!(
            "INSERT INTO engagement_danger (id, engagement_id, enterprise_id, region, ground, reason, article, reported_by, reported_at)
             SELECT gen_random_uuid(), '{visit}', '{}', '440103', 'product_quality', '外殼帶電', 'x', a.id, now()
             FROM account a WHERE a.username = 'expert-1'",
            talk.enterprise.id
        ))
        .unwrap();
    for (route, typings, wanted) in [
        ("/api/v1/engagements", ["绝缘", "广州恒通线缆", "jyhd", "guangzhou"], "絕緣厚度整改"),
        ("/api/v1/imminent-dangers", ["外壳", "带电 外壳", "广州恒通线缆", "guangzhou"], "外殼帶電"),
    ] {
        covered.insert(route);
        for typed in typings {
            assert!(finds(&gd, route, typed, wanted), "{route} {typed}");
        }
        for typed in ["\u{20002}", "%", "（", "无此上门"] {
            assert!(items(&gd, route, typed).is_empty(), "{route} {typed}");
        }
    }
    let second = app.admin("second", "440000");
    let until = today + chrono::Days::new(90);
    let campaign = json!({
        "theme": "key_products", "name": "鋼筋隱患治理", "level": "provincial", "period_from": today, "period_until": until,
    });
    let campaign = text(&gd.post("/api/v1/campaigns", &campaign).expect(201)["id"]);
    let programme = format!("/api/v1/programmes/{campaign}");
    gd.act(&format!("{programme}/submit")).expect(200);
    second.act(&format!("{programme}/approve")).expect(200);
    let entry = json!({ "subjects": [{ "name": "永固鋼鐵廠", "region": "440106", "address": "芳村大道12號", "product": "rebar" }] });
    gd.post(&format!("/api/v1/campaigns/{campaign}/subjects"), &entry).expect(200);
    let register = "名称,地区代码,重点产品\n永安钢材,440106,rebar\n".as_bytes();
    gd.upload(&format!("/api/v1/campaigns/{campaign}/imports"), "名錄文件.csv", register, &[]).expect(202);
    let campus = json!({
        "theme": "campus", "name": "校園周邊", "level": "provincial", "period_from": today, "period_until": until,
    });
    let campus = text(&gd.post("/api/v1/campaigns", &campus).expect(201)["id"]);
    gd.act(&format!("/api/v1/programmes/{campus}/submit")).expect(200);
    second.act(&format!("/api/v1/programmes/{campus}/approve")).expect(200);
    let school = json!({ "schools": [{ "name": "育才小學", "region": "440106", "latitude": 23.1, "longitude": 113.25 }] });
    gd.post(&format!("/api/v1/campaigns/{campus}/schools"), &school).expect(200);
    let shop = json!({ "subjects": [{ "name": "啟明文具店", "region": "440106", "latitude": 23.1, "longitude": 113.25 }] });
    gd.post(&format!("/api/v1/campaigns/{campus}/subjects"), &shop).expect(200);
    let hazard = json!({
        "campaign": campaign, "enterprise_id": maker.id, "product": "rebar", "item": "重量偏差", "description": "鋼筋直徑不足",
    });
    gd.post("/api/v1/hazards", &hazard).expect(201);
    let issue = json!({
        "name": "水泥檢測券", "budget_fen": 100_000, "tiers": [{ "amount_fen": 100_000, "count": 1 }],
        "apply_from": today, "apply_until": today + chrono::Days::new(2), "valid_until": until,
    });
    let issue = text(&gd.post("/api/v1/vouchers", &issue).expect(201)["id"]);
    app.database()
        .connect()
        .batch_execute(&format!(
            "INSERT INTO voucher (id, issue_id, ordinal, row_id, enterprise_id, amount_fen, rest_fen, state, expires_on, won_at, updated_at)
             VALUES (gen_random_uuid(), '{issue}', 1, repeat('a', 32), '{}', 100000, 100000, 'open', '2099-01-01', now(), now())",
            maker.id
        ))
        .unwrap();
    let from = app.now() + chrono::Duration::days(2);
    let session = json!({
        "topic": "導體電阻答疑", "product_kinds": ["K0301"], "starts_at": from, "ends_at": from + chrono::Duration::hours(1), "capacity": 5,
    });
    gd.post("/api/v1/online-sessions", &session).expect(201);
    let named = text(&gd.get("/api/v1/issued-vouchers").expect(200)["items"][0]["enterprise"]);
    let own: String = named.chars().take(4).collect();
    for (route, typings, wanted) in [
        ("/api/v1/campaigns", vec!["钢筋", "治理 鋼筋", "gjyhzl"], "鋼筋隱患治理"),
        ("/api/v1/campaign-subjects", vec!["永固", "芳村大道 永固", "yggtc"], "永固鋼鐵廠"),
        ("/api/v1/campaign-imports", vec!["名录", "文件 名錄", "mlwj"], "名錄文件.csv"),
        ("/api/v1/campus-shops", vec!["启明", "文具店 啟明", "qmwjd"], "啟明文具店"),
        ("/api/v1/hazards", vec!["重量偏差", "直径不足"], "重量偏差"),
        ("/api/v1/vouchers", vec!["检测券", "水泥 券", "snjcq"], "水泥檢測券"),
        ("/api/v1/issued-vouchers", vec![own.as_str()], named.as_str()),
        ("/api/v1/online-sessions", vec!["导体", "答疑 電阻", "dtdzdy"], "導體電阻答疑"),
    ] {
        covered.insert(route);
        for typed in typings {
            assert!(finds(&gd, route, typed, wanted), "{route} {typed}");
        }
        for typed in ["\u{20002}", "%", "（", "无此条目"] {
            assert!(items(&gd, route, typed).is_empty(), "{route} {typed}");
        }
    }
    let bulletin = crate::bulletins::published(&gd, &second, "電線電纜抽查通报", "橡套软電纜");
    let number = text(&gd.get(&format!("/api/v1/bulletins/{bulletin}")).expect(200)["number"]);
    for (route, typings, wanted) in [
        ("/api/v1/bulletins", ["电线", "抽查 電纜", "440000"], "電線電纜抽查通报"),
        ("/api/v1/bulletins/{id}/items", ["橡套", "软电缆 天河", "xtrdl"], "橡套软電纜"),
        ("/api/v1/public/bulletins", ["电线", "抽查 電纜", "440000"], "電線電纜抽查通报"),
        ("/api/v1/public/bulletins/{key}/items", ["橡套", "软电缆 天河", "xtrdl"], "橡套软電纜"),
        ("/api/v1/public/bulletin-results", ["橡套", "软电缆 天河", "xtrdl"], "橡套软電纜"),
    ] {
        covered.insert(route);
        let path = route.replace("{id}", &bulletin).replace("{key}", &number);
        for typed in typings {
            assert!(finds(&gd, &path, typed, wanted), "{route} {typed}");
        }
        for typed in ["\u{20002}", "%", "（", "无此产品"] {
            assert!(items(&gd, &path, typed).is_empty(), "{route} {typed}");
        }
    }
    let mut letter = crate::oversight::letter("440100");
    letter["title"] = json!("電線電纜風險提醒");
    gd.post("/api/v1/oversight", &letter).expect(201);
    crate::oversight::listings::listed_as(&app, &gd, &second, "插座區域性質量問題");
    for (route, typings, wanted) in [
        ("/api/v1/oversight", ["电线", "风险 广州", "dxdlfx"], "電線電纜風險提醒"),
        ("/api/v1/public/listings", ["插座", "质量 广州", "czqyx"], "插座區域性質量問題"),
    ] {
        covered.insert(route);
        for typed in typings {
            assert!(finds(&gd, route, typed, wanted), "{route} {typed}");
        }
        for typed in ["\u{20002}", "%", "（", "无此事项"] {
            assert!(items(&gd, route, typed).is_empty(), "{route} {typed}");
        }
    }
    app.database()
        .connect()
        .batch_execute("UPDATE bulletin_item SET mark = 'corrected', marked_on = '2026-01-20'")
        .unwrap();
    let route = "/api/v1/public/bulletins/{key}/corrections";
    covered.insert(route);
    let path = route.replace("{key}", &number);
    for typed in ["橡套", "软电缆 天河", "xtrdl"] {
        assert!(finds(&gd, &path, typed, "橡套软電纜"), "{route} {typed}");
    }
    for typed in ["\u{20002}", "%", "（", "无此产品"] {
        assert!(items(&gd, &path, typed).is_empty(), "{route} {typed}");
    }
    helped_and_watched(&app, (&gd, &second), &talk, &mut covered);
    everything::each_kind_is_found(&gd);
    let declared = ROOMS
        .iter()
        .flat_map(|room| room.search)
        .map(|source| source.route)
        .filter(|route| !route.is_empty());
    assert_eq!(covered, declared.collect(), "a list is not tried");

    // Pages mark what was found, also by how it is read, and never as markup.
    let marked = |who: &Http, path: &str, typed: &str| who.get(&asked(path, "q", typed)).text;
    let page = marked(&gd, "/enterprises", "gzht");
    assert!(page.contains("<mark>廣州恆通</mark>線纜"), "{page}");
    assert!(marked(&gd, "/enterprises", tail).contains(&format!("{}<mark>{tail}</mark>", &code[..12])));
    assert!(marked(&gd, "/cases", "线缆 bug3392209").contains("<mark>BUG-3392209</mark>—79380"));
    assert!(marked(&gd, "/cases", "\u{2A6D7}").contains("<mark>\u{2A6D7}</mark>"));
    assert!(marked(&talk.enterprise.http, "/consultations", "絕緣").contains("<mark>绝缘</mark>电阻不合格"));
    assert!(marked(&operator, "/people?role=expert", "zenglihua").contains("<mark>曾·麗华</mark>𠮷"));
    assert!(marked(&gd, "/experts", "zj").contains("<mark>专家</mark>"));
    assert!(marked(&operator, "/mail", "OUYANG").contains("<mark>ouyang</mark>.shan@"), "in every state");
    assert!(marked(&operator, "/mail", "wrong").contains("<mark>wrong</mark>.one@"));
    assert!(marked(&gd, "/uscc-admissions", "9135").contains("<mark>9135</mark>0203B34F4L2UX3"));
    assert!(marked(&gd, "/canned-replies", "zgsx").contains("<mark>整改时限</mark>"));
    assert!(marked(&gd, "/imports", "list").contains("<mark>list</mark>.csv"));
    assert!(marked(&gd, "/plans", "cjxz").contains("<mark>春季巡诊</mark>"));
    assert!(marked(&gd, "/alerts", "甲").contains("<mark>甲</mark>"));
    assert!(marked(&gd, "/vetting", "zenglihua").contains("<mark>曾·麗华</mark>𠮷"));
    assert!(operator.get(&asked("/audit", "by", "OFFICER")).text.contains("name of <mark>officer</mark>"));
    assert!(!marked(&gd, "/enterprises", "<mark>").contains("<mark>"));
}

#[test]
fn what_fits_best_is_first_and_pages_follow_each_other() {
    let app = TestApp::start();
    let gd = app.admin("officer", "440000");
    let names = [
        "恒通公司",
        "广州恒通公司",
        "恒通线缆",
        "恒通",
        "亨同厂",
        "衡童店",
        "恒通（广州）",
        "大恒通",
        "无关",
        "HENGTONG cable",
        "公司通恒",
    ];
    let rows = (1..).zip(names).map(|(n, name)| {
        row(&[
            (Column::Uscc, &uscc(n)),
            (Column::Name, name),
            (Column::ReportNo, &format!("R{n}")),
            (Column::RegionCode, "440103"),
        ])
    });
    let rows: Vec<_> = rows.collect();
    assert_eq!(app.import(&gd, &file(&rows), false)["rejected"], 0);
    let walk = |route: &str, typed: &str, limit: u32, at: &str| -> Vec<String> {
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let page =
                gd.get(&format!("{}&limit={limit}&cursor={cursor}", asked(route, "q", typed))).expect(200);
            all.extend(page["items"].as_array().unwrap().iter().map(|item| text(&item[at])));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => return all,
            }
        }
    };
    for (typed, wanted) in [
        ("恆通", vec!["恒通", "恒通（广州）", "恒通线缆", "恒通公司", "大恒通", "广州恒通公司"]),
        (
            "hengtong",
            vec![
                "HENGTONG cable",
                "大恒通",
                "恒通（广州）",
                "衡童店",
                "亨同厂",
                "恒通",
                "恒通线缆",
                "广州恒通公司",
                "恒通公司",
            ],
        ),
    ] {
        for (route, at) in [
            ("/api/v1/enterprises", "name"),
            ("/api/v1/zero-out", "enterprise_name"),
            ("/api/v1/remediation/cases", "enterprise_name"),
        ] {
            for limit in [1, 2, 3, 50] {
                assert_eq!(walk(route, typed, limit, at), wanted, "{route} {typed} {limit}");
            }
        }
    }
    // Longer than any name, and in many words: an answer, and nothing that breaks.
    for typed in ["恒".repeat(900), "恒 通 a1 ".repeat(200), "zhangan".repeat(60), "\\%_'\"".to_owned()] {
        gd.get(&asked("/api/v1/remediation/cases", "q", &typed)).expect(200);
    }
}
