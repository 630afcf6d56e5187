//! Canned replies: of oneself, of a product hospital, of the platform; with placeholders that are filled for a consultation.

use serde_json::{Value, json};
use zerodesk::canned_replies::settings::CannedReplySettings;

use crate::support::people::{Expert, text};
use crate::support::{Http, TestApp};

const PATH: &str = "/api/v1/canned-replies";

fn keep(who: &Http, scope: &str, title: &str, body: &str) -> crate::support::http::Reply {
    who.post(PATH, &json!({ "scope": scope, "title": title, "body": body }))
}

fn found(who: &Http, query: &str) -> Vec<Value> {
    who.get(&format!("{PATH}{query}")).expect(200)["items"].as_array().unwrap().clone()
}

fn titles(who: &Http, query: &str) -> Vec<String> {
    found(who, query).iter().map(|reply| text(&reply["title"])).collect()
}

/// An approved expert of a product hospital.
fn of_hospital(app: &TestApp, officer: &Http, username: &str, hospital: &str) -> Expert {
    let application = json!({
        "name": format!("专家 {username}"), "title": "高级工程师", "email": format!("{username}@expert.example"),
        "regions": ["440000"], "hospital": hospital,
        "specialties": [{ "product_kind": "K0102", "level": 3, "items": ["绝缘电阻"] }],
    });
    let id = app.apply(username, &application);
    officer.act(&format!("/api/v1/expert-applications/{id}/approve")).expect(200);
    let http = app.http().log_in(username, crate::support::people::PASSWORD);
    Expert { http, id, name: format!("专家 {username}") }
}

#[test]
fn each_sees_the_own_ones_those_of_the_hospital_and_those_of_the_platform() {
    let app = TestApp::start();
    let (province, city) = (app.admin("officer", "440000"), app.admin("city", "440100"));
    let [chen, wang, zhao] = [("chen", "H01"), ("wang", "H01"), ("zhao", "H02")]
        .map(|(name, hospital)| of_hospital(&app, &province, name, hospital));
    let lonely = app.approved_expert(&province, "expert-1", "K0101");
    let own = keep(&chen.http, "own", "问候", "您好").expect(201);
    let shared = keep(&chen.http, "hospital", "送检须知", "请按清单送检").expect(201);
    let public = keep(&province, "platform", "整改时限", "请于 {due_date} 前完成").expect(201);
    assert_eq!((&own["scope"], &own["may_edit"]), (&json!("own"), &json!(true)));
    assert_eq!(titles(&chen.http, ""), ["整改时限", "送检须知", "问候"]);
    assert_eq!(titles(&wang.http, ""), ["整改时限", "送检须知"]);
    for who in [&zhao.http, &lonely.http, &province, &city] {
        assert_eq!(titles(who, ""), ["整改时限"]);
    }
    assert_eq!(titles(&chen.http, "?scope=hospital"), ["送检须知"]);
    // The platform's are kept by a province, a hospital's by its experts.
    for (who, scope) in
        [(&city, "platform"), (&chen.http, "platform"), (&lonely.http, "hospital"), (&province, "hospital")]
    {
        assert_eq!(keep(who, scope, "x", "x").refusal(), (403, "forbidden".to_owned()), "{scope}");
    }
    let one = |reply: &Value| format!("{PATH}/{}", text(&reply["id"]));
    let change = |who: &Http, reply: &Value| who.json("PATCH", &one(reply), &json!({ "body": "改过" }));
    assert_eq!(change(&wang.http, &own).status, 404, "nobody else knows of an own one");
    assert_eq!(change(&zhao.http, &shared).status, 404);
    assert_eq!(change(&chen.http, &public).status, 403);
    assert_eq!(change(&city, &public).status, 403);
    let changed = change(&wang.http, &shared).expect(200);
    assert_eq!((&changed["title"], &changed["body"]), (&json!("送检须知"), &json!("改过")));
    let renamed = chen.http.json("PATCH", &one(&own), &json!({ "title": " 开场 " })).expect(200);
    assert_eq!((&renamed["title"], &renamed["body"]), (&json!("开场"), &json!("您好")));
    province.send("DELETE", &one(&shared), &[], None).expect(404);
    wang.http.send("DELETE", &one(&shared), &[], None).expect(204);
    chen.http.send("DELETE", &one(&shared), &[], None).expect(404);
    province.send("DELETE", &one(&public), &[], None).expect(204);
    assert_eq!(titles(&chen.http, ""), ["开场"]);
    // Enterprises and operators have none.
    let factory = app.claimed_enterprise(2, "440103", "K0101");
    for who in [&factory.http, &app.operator("operator")] {
        assert_eq!(who.get(PATH).status, 403);
        assert_eq!(keep(who, "own", "x", "x").status, 403);
        assert_eq!(who.get("/canned-replies").status, 404);
    }
    let page = chen.http.get("/canned-replies").text;
    assert!(page.contains("开场") && page.contains("{due_date}"), "{page}");
    let audit = app.operator("operator-2").get("/api/v1/audit?subject_type=canned_reply").expect(200);
    let words: Vec<String> =
        audit["items"].as_array().unwrap().iter().map(|row| text(&row["action"])).collect();
    for word in ["create_canned_reply", "change_canned_reply", "delete_canned_reply"] {
        assert!(words.iter().any(|known| known == word), "no {word} in {words:?}");
    }
}

#[test]
fn placeholders_are_filled_for_the_consultation_and_unknown_ones_refused_by_name() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let expert = &talk.expert.http;
    let refused = keep(expert, "own", "x", "{enterprise} {企业} {deadline}").problem();
    assert_eq!((&refused["status"], &refused["errors"][0]["pointer"]), (&json!(422), &json!("/body")));
    let said = text(&refused["errors"][0]["detail"]);
    assert!(said.contains("{企业}、{deadline}") && said.contains("{due_date}"), "{said}");
    for (title, body, pointer) in [
        (" ", "x", "/title"),
        (&*"长".repeat(61), "x", "/title"),
        ("x", " ", "/body"),
        ("x", &*"长".repeat(1001), "/body"),
    ] {
        assert_eq!(keep(expert, "own", title, body).problem()["errors"][0]["pointer"], pointer);
    }
    keep(expert, "own", "到期", "{enterprise}，{expert} 提示：{product}（{case}）请于 {due_date} 前整改。")
        .expect(201);
    let about = format!("?consultation={}", talk.id);
    let [one] = <[Value; 1]>::try_from(found(expert, &about)).unwrap();
    let record = officer.get(&format!("/api/v1/enterprises/{}", talk.enterprise.id)).expect(200);
    let report = text(&record["nonconformities"][0]["report_no"]);
    let filled = text(&one["filled"]);
    assert!(filled.starts_with("广州第1公司，专家 expert-1 提示："), "{filled}");
    assert!(filled.contains(&report) && filled.contains('年') && !filled.contains('{'), "{filled}");
    assert_eq!(one["missing"], Value::Null, "all of them have values");
    // One about no nonconformity has no case, and nothing is due.
    let question = json!({ "subject": "日常", "question": "x", "product_kind": "K0101" });
    let general = text(&talk.enterprise.http.post("/api/v1/consultations", &question).expect(201)["id"]);
    expert.act(&format!("/api/v1/consultations/{general}/accept")).expect(200);
    let [one] = <[Value; 1]>::try_from(found(expert, &format!("?consultation={general}"))).unwrap();
    let filled = text(&one["filled"]);
    assert_eq!(one["missing"], json!(["case", "due_date"]), "{one}");
    assert!(filled.contains("{case}") && filled.contains("{due_date}") && !filled.contains("{product}"));
    // Without a consultation nothing is filled; of one that the caller does not see nothing is said.
    assert_eq!(found(expert, "")[0]["filled"], Value::Null);
    let other = app.approved_expert(&officer, "expert-2", "K0102");
    other.http.get(&format!("{PATH}{about}")).expect(404);
    officer.get(&format!("{PATH}{about}")).expect(200);
    expert.get(&format!("{PATH}?consultation=x")).problem();
}

#[test]
fn they_are_searched_by_words_and_by_how_titles_are_read_and_bounded_in_number() {
    let app = TestApp::builder()
        .settings(|s| {
            let mut limits = s.edit::<CannedReplySettings>();
            (limits.per_account, limits.shared) = (3, 1);
        })
        .start();
    let officer = app.admin("officer", "440000");
    let expert = app.approved_expert(&officer, "expert-1", "K0101");
    for (title, body) in [("整改时限", "请按期完成"), ("送检须知", "每批三件"), ("问候", "您好，请说明批次")]
    {
        keep(&expert.http, "own", title, body).expect(201);
    }
    for (typed, wanted) in [
        ("zgsx", vec!["整改时限"]),
        ("songjian", vec!["送检须知"]),
        ("批", vec!["问候", "送检须知"]),
        ("批次", vec!["问候"]),
        ("%", vec![]),
    ] {
        let typed: String = form_urlencoded::byte_serialize(typed.as_bytes()).collect();
        assert_eq!(titles(&expert.http, &format!("?q={typed}")), wanted, "{typed}");
    }
    let first = expert.http.get(&format!("{PATH}?limit=2")).expect(200);
    let next = format!("?limit=2&cursor={}", text(&first["next_cursor"]));
    assert_eq!(titles(&expert.http, &next), ["整改时限"]);
    let full = keep(&expert.http, "own", "第四", "x").problem();
    assert_eq!((&full["status"], &full["errors"][0]["pointer"]), (&json!(422), &json!("/scope")));
    keep(&officer, "platform", "一", "x").expect(201);
    assert_eq!(keep(&officer, "platform", "二", "x").status, 422);
    // An officer's own ones are counted for themselves.
    keep(&officer, "own", "二", "x").expect(201);
}
