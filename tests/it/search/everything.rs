//! One search over everything: each kind is found, by who may see it and by nobody else; a message soon after it was stored.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use uuid::Uuid;

use super::asked;
use crate::support::browser::Chromium;
use crate::support::people::Talk;
use crate::support::{Http, TestApp};

/// Within which a new message is found.
const SOON: Duration = Duration::from_secs(2);

/// Says something, and gives its number.
fn say(who: &Http, talk: &Talk, stream: &str, body: &str) -> i64 {
    let body = json!({ "client_id": Uuid::new_v4(), "stream": stream, "body": body });
    who.post(&format!("/api/v1/consultations/{}/messages", talk.id), &body).expect(201)["seq"]
        .as_i64()
        .unwrap()
}

fn group(who: &Http, kind: &str, typed: &str) -> Vec<Value> {
    let found = who.get(&asked(&format!("/api/v1/search?kind={kind}"), "q", typed)).expect(200);
    found["groups"][0]["items"].as_array().unwrap().clone()
}

/// The numbers of the messages that are found.
fn messages(who: &Http, typed: &str) -> Vec<String> {
    let link = |hit: &Value| hit["link"].as_str().unwrap().split('#').nth(1).unwrap().to_owned();
    group(who, "messages", typed).iter().map(link).collect()
}

/// Asks until a message is found, at most as long as is promised.
#[track_caller]
fn soon(who: &Http, typed: &str, wanted: &str) {
    let end = Instant::now() + SOON;
    while !messages(who, typed).iter().any(|found| found == wanted) {
        assert!(Instant::now() < end, "{typed} is not found within {SOON:?}");
    }
}

/// A text with what was found in brackets.
fn told(pieces: &Value) -> String {
    let one = |piece: &Value| {
        let text = piece["text"].as_str().unwrap();
        if piece["found"] == true { format!("[{text}]") } else { text.to_owned() }
    };
    pieces.as_array().unwrap().iter().map(one).collect()
}

/// The kinds that are tried in tests of their own.
const TRIED: [&str; 7] =
    ["consultations", "cases", "enterprises", "people", "inspections", "messages", "knowledge"];

/// Each other kind, in the world in which every list is searched: what is typed, and the text of what is found.
const KINDS: [(&str, &str, &str); 15] = [
    ("signals", "磁力珠", "磁力珠玩具风险"),
    ("conduct", "77号", "77號"),
    ("visits", "绝缘", "絕緣厚度整改"),
    ("commitment", "插头", "插頭整改"),
    ("training", "标准", "插座標準解讀"),
    ("follow_up", "复查", "絕緣複查"),
    ("outreach", "家电", "家電安全進社區"),
    ("rounds", "巡回", "巡回问诊"),
    ("online_sessions", "导体", "導體電阻答疑"),
    ("vouchers", "检测券", "水泥檢測券"),
    ("campaigns", "治理 钢筋", "鋼筋隱患治理"),
    ("hazards", "直径不足", "重量偏差"),
    ("alert", "甲", "甲"),
    ("assessment", "触电", "外殼觸電"),
    ("oversight", "电线", "電線電纜風險提醒"),
];

/// Finds something of every kind that an officer looks for, but for those that have tests of their own.
#[track_caller]
pub fn each_kind_is_found(officer: &Http) {
    for (kind, typed, wanted) in KINDS {
        let found = group(officer, kind, typed);
        let says = |hit: &Value| {
            (told(&hit["title"]) + &told(&hit["excerpt"])).replace(['[', ']'], "").contains(wanted)
        };
        assert!(found.iter().any(says), "{kind} {typed}: {found:?}");
    }
    let found = officer.get(&asked("/api/v1/search", "q", "无此条目")).expect(200);
    let kinds: BTreeSet<&str> =
        found["groups"].as_array().unwrap().iter().map(|g| g["kind"].as_str().unwrap()).collect();
    let tried: BTreeSet<&str> = TRIED.into_iter().chain(KINDS.map(|(kind, _, _)| kind)).collect();
    assert_eq!(kinds, tried, "a kind is not tried");
}

#[test]
fn a_message_is_found_soon_by_who_may_read_it_and_by_nobody_else() {
    let app = TestApp::start();
    let (gd, talk) = app.small_world();
    let (enterprise, expert) = (&talk.enterprise.http, &talk.expert.http);
    let (gz, sz) = (app.admin("officer-gz", "440100"), app.admin("officer-sz", "440300"));
    let other = app.claimed_enterprise(2, "440103", "K0101").http;
    let stranger = app.approved_expert(&gd, "expert-2", "K0202").http;
    let operator = app.operator("operator");

    say(enterprise, &talk, "talk", "您好，𠮷線纜的絕緣電阻檢測報告已上傳，編號ＧＢ 18401");
    say(expert, &talk, "notes", "内部：怀疑铜杆纯度");
    for who in [enterprise, expert, &gd, &gz] {
        soon(who, "检测报告", "talk-1");
    }
    for typed in [
        "線纜",
        "线缆",
        "𠮷线",
        "绝缘 报告",
        "gb18401",
        "1840",
        "ＧＢ",
        "编号",
        "铜",
        "已上传编号",
        "报告检测",
    ] {
        let found = messages(&gd, typed);
        assert_eq!(found, [if typed == "铜" { "notes-1" } else { "talk-1" }], "{typed}");
    }
    for typed in ["报告 铜", "18402", "缆线绝", "佛山"] {
        assert!(messages(&gd, typed).is_empty(), "{typed}");
    }
    let hit = &group(&gd, "messages", "线缆")[0];
    assert_eq!(told(&hit["excerpt"]), "您好，𠮷[線纜]的絕緣電阻檢測報告已上傳，編號ＧＢ 18401");
    assert_eq!(hit["link"], format!("/consultations/{}#talk-1", talk.id));

    // Notes are the experts' and the officers'.
    soon(expert, "铜杆纯度", "notes-1");
    assert_eq!(messages(&gz, "铜杆"), ["notes-1"]);
    assert!(messages(enterprise, "铜杆").is_empty());
    // Others find nothing, of another region, another enterprise, or without a part in it.
    for who in [&sz, &other, &stranger] {
        assert!(messages(who, "检测报告").is_empty() && messages(who, "铜杆").is_empty());
    }
    assert!(operator.get(&asked("/api/v1/search?kind=messages", "q", "铜杆")).problem()["status"] == 422);
    let within = format!("/api/v1/consultations/{}/messages/search", talk.id);
    for who in [&sz, &other, &stranger, &operator] {
        assert_eq!(who.get(&asked(&within, "q", "检测")).status, 404);
    }

    // Who was removed finds nothing any more.
    let second = app.approved_expert(&gd, "expert-3", "K0101");
    gd.post(
        &format!("/api/v1/consultations/{}/assign", talk.id),
        &json!({ "expert": second.id, "reason": "更换" }),
    )
    .expect(200);
    assert!(messages(expert, "检测报告").is_empty() && messages(expert, "铜杆").is_empty());
    assert_eq!(expert.get(&asked(&within, "q", "检测")).status, 404);
    assert_eq!(messages(enterprise, "检测报告"), ["talk-1"]);
}

#[test]
fn what_fits_better_is_first_and_pages_go_on() {
    let app = TestApp::start();
    let (gd, talk) = app.small_world();
    let who = &talk.enterprise.http;
    let far = format!("绝缘{}厚度", "很".repeat(100));
    for body in [far.as_str(), "请看绝缘厚度", "厚度与绝缘", "绝缘而已", "绝缘、厚度"] {
        say(who, &talk, "talk", body);
    }
    soon(&gd, "绝缘厚度", "talk-5");
    assert_eq!(messages(&gd, "绝缘 厚度"), ["talk-5", "talk-2", "talk-3", "talk-1"]);
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let rest = cursor.map_or(String::new(), |cursor: String| format!("&cursor={cursor}"));
        let path = asked(&format!("/api/v1/search?kind=messages&limit=1{rest}"), "q", "绝缘 厚度");
        let found = gd.get(&path).expect(200);
        let group = &found["groups"][0];
        seen.extend(
            group["items"].as_array().unwrap().iter().map(|hit| hit["link"].as_str().unwrap().to_owned()),
        );
        cursor = group["next_cursor"].as_str().map(str::to_owned);
        if cursor.is_none() {
            break;
        }
    }
    let seen: Vec<_> = seen.iter().filter_map(|link| link.split('#').nth(1)).collect();
    assert_eq!(seen, ["talk-5", "talk-2", "talk-3", "talk-1"]);

    // Within the conversation, at once.
    let last = say(who, &talk, "talk", "刚刚说的绝缘厚度");
    let within = format!("/api/v1/consultations/{}/messages/search", talk.id);
    let found = gd.get(&asked(&within, "q", "绝缘 厚度")).expect(200);
    assert_eq!(found["items"][0]["link"], format!("/consultations/{}#talk-{last}", talk.id));
    assert_eq!(found["items"].as_array().unwrap().len(), 5);
    assert_eq!(found["partial"], false);
}

#[test]
fn every_kind_is_found_and_bad_input_is_refused_by_name() {
    let app = TestApp::start();
    let (gd, talk) = app.small_world();
    let found = gd.get(&asked("/api/v1/search", "q", "专家 expert-1")).expect(200);
    let kinds: Vec<_> =
        found["groups"].as_array().unwrap().iter().map(|g| g["kind"].as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        [
            "consultations",
            "cases",
            "enterprises",
            "people",
            "signals",
            "inspections",
            "conduct",
            "visits",
            "commitment",
            "training",
            "follow_up",
            "outreach",
            "rounds",
            "online_sessions",
            "vouchers",
            "campaigns",
            "hazards",
            "alert",
            "assessment",
            "messages",
            "knowledge",
            "oversight"
        ]
    );
    assert_eq!(group(&gd, "consultations", "絕緣電阻")[0]["link"], format!("/consultations/{}", talk.id));
    assert_eq!(told(&group(&gd, "consultations", "绝缘电阻")[0]["title"]), "[绝缘电阻]不合格");
    assert_eq!(group(&gd, "people", "專家")[0]["excerpt"][0]["text"], "expert-1 · 高级工程师");
    // Enterprises and experts find the experts of whom they may know.
    let found = &group(&talk.enterprise.http, "people", "專家")[0];
    assert_eq!(
        (told(&found["title"]), told(&found["excerpt"])),
        ("[专家] expert-1".to_owned(), "高级工程师".to_owned())
    );
    assert_eq!(found["link"], format!("/exclusions?expert={}", talk.expert.id));
    let colleague = app.approved_expert(&gd, "expert-2", "K0202").http;
    let found = &group(&colleague, "people", "expert-1")[0];
    assert_eq!(found["link"], "/consultations?q=%E4%B8%93%E5%AE%B6%20expert%2D1");
    assert_eq!(colleague.get(found["link"].as_str().unwrap()).status, 200);
    let name = gd.get(&format!("/api/v1/enterprises/{}", talk.enterprise.id)).expect(200)["name"].clone();
    let name = name.as_str().unwrap();
    // An expert finds the enterprises that the expert advises, and no others.
    let found = group(&talk.expert.http, "enterprises", name);
    assert!(found.len() == 1 && found[0]["id"] == talk.enterprise.id.as_str(), "{found:?}");
    assert_eq!(talk.expert.http.get(found[0]["link"].as_str().unwrap()).status, 200);
    assert!(group(&colleague, "enterprises", name).is_empty());
    assert_eq!(group(&gd, "enterprises", name)[0]["link"], format!("/enterprises/{}", talk.enterprise.id));
    assert_eq!(
        group(&gd, "cases", name)[0]["link"],
        format!("/cases/{}", talk.enterprise.case.as_ref().unwrap())
    );
    let sz = app.admin("officer-sz", "440300");
    for kind in ["consultations", "cases", "enterprises", "people"] {
        assert!(group(&sz, kind, name).is_empty(), "{kind}: of another region");
    }
    for (path, field) in [
        ("/api/v1/search", "q"),
        ("/api/v1/search?q=%20", "q"),
        ("/api/v1/search?q=%EF%BC%88%EF%BC%89", "q"),
        ("/api/v1/search?q=a&kind=x", "kind"),
        ("/api/v1/search?q=a&limit=0", "limit"),
        ("/api/v1/search?q=a&cursor=x", "cursor"),
        ("/api/v1/search?q=a&kind=messages&cursor=x", "cursor"),
        (&format!("/api/v1/search?q={}", "a".repeat(401)), "q"),
    ] {
        let problem = gd.get(path).problem();
        assert_eq!(
            (&problem["status"], problem["errors"][0]["pointer"].as_str()),
            (&json!(422), Some(format!("?{field}").as_str())),
            "{path}: {problem}"
        );
    }
    // The page, without a script.
    let page = gd.get(&asked("/search", "q", "绝缘电阻")).text;
    assert!(page.contains("<mark>绝缘电阻</mark>不合格") && page.contains("kind=consultations"), "{page}");
    assert!(gd.get(&asked("/search", "q", "<i>无")).text.contains("没有找到相关内容"));
}

#[test]
fn the_box_opens_by_a_key_and_leads_to_the_message() {
    let app = TestApp::start();
    let (gd, talk) = app.small_world();
    for n in 1..=30 {
        say(
            &talk.enterprise.http,
            &talk,
            "talk",
            &format!("第{n}条，{}", if n == 3 { "铜杆纯度" } else { "你好" }),
        );
    }
    soon(&gd, "铜杆", "talk-3");
    let chromium = Chromium::start();
    let browser = chromium.browser("officer", &app.url);
    browser.log_in("officer");
    browser.open("/queue");
    let key = "document.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true, cancelable: true }))";
    browser.script(key, vec![]);
    browser.until("document.activeElement?.name === 'q' && document.activeElement.closest('dialog[open]')");
    browser.script("const q = document.activeElement; q.value = '銅杆'; q.dispatchEvent(new Event('input', { bubbles: true }))", vec![]);
    browser.until("document.querySelector('dialog [role=option] mark')?.textContent === '铜杆'");
    browser.press("\u{E007}");
    browser.is_at(&format!("/consultations/{}", talk.id));
    browser.until("document.querySelector('.message.here')?.dataset.seq === '3'");
    browser.is_clean();
}
