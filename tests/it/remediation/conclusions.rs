//! Advice with cause, standard and due dates, and conclusions as numbered documents.

use chrono::Duration;
use serde_json::{Value, json};
use std::sync::Barrier;

use super::support::Course103;
use crate::support::people::{Expert, Talk, text};
use crate::support::{Http, TestApp};

fn begun() -> (Course103, Talk) {
    let c = Course103::new();
    let expert = c.app.approved_expert(&c.province, "expert-1", "K0101");
    let talk = c.app.talk(&c.enterprise, &expert);
    (c, talk)
}

fn path(talk: &Talk, what: &str) -> String {
    format!("/api/v1/consultations/{}/{what}", talk.id)
}

fn advice(who: &Http, talk: &Talk) -> Vec<Value> {
    who.get(&path(talk, "advice")).expect(200).as_array().unwrap().clone()
}

fn whole_advice() -> Value {
    json!({ "summary": "请按以下措施整改", "cause": "涂料含铅<b>", "actions": [
        { "kind": "containment", "description": "封存库存", "due_on": "2021-08-10" },
        { "description": "更换涂料", "standard": "GB 6675.1-2014", "clause": "4.3.2", "owner": "李工", "due_on": "2021-09-30" },
    ]})
}

#[test]
fn advice_names_cause_standard_and_due_dates_and_shows_what_became_of_it() {
    let (c, talk) = begun();
    let (expert, factory) = (&talk.expert.http, &c.enterprise.http);
    let mut screen = c.app.following(expert, &talk.id);
    let given = expert.post(&path(&talk, "advice"), &whole_advice()).expect(201);
    let messages = factory.get(&path(&talk, "messages?stream=talk&after=0")).expect(200);
    assert_eq!(
        messages["items"][0]["body"],
        "请按以下措施整改\n原因：涂料含铅<b>\n1. 【围堵】封存库存（期限 2021年8月10日）\n\
         2. 【纠正】更换涂料（依据 GB 6675.1-2014 第 4.3.2 条；期限 2021年9月30日；负责人 李工）"
    );
    let seen = advice(factory, &talk);
    assert_eq!(seen.len(), 1);
    let one = &seen[0];
    assert_eq!((&one["seq"], &one["case"]), (&given["seq"], &json!(c.id)));
    assert_eq!((&one["summary"], &one["cause"]), (&json!("请按以下措施整改"), &json!("涂料含铅<b>")));
    assert_eq!(one["may_answer"], true);
    assert_eq!(
        (&one["actions"][1]["standard"], &one["actions"][1]["clause"]),
        (&json!("GB 6675.1-2014"), &json!("4.3.2"))
    );
    assert_eq!(
        (&one["actions"][0]["state"], &one["actions"][0]["overdue"]),
        (&json!("proposed"), &json!(false))
    );
    assert_eq!(advice(expert, &talk)[0]["may_answer"], false);
    assert_eq!(advice(&c.district, &talk)[0]["case"], json!(c.id));
    for stranger in [&c.elsewhere, &c.app.operator("operator")] {
        stranger.get(&path(&talk, "advice")).expect(404);
    }
    let detail = c.get(factory);
    let on_case =
        detail["actions"].as_array().unwrap().iter().find(|a| a["description"] == "更换涂料").unwrap();
    assert_eq!((&on_case["standard"], &on_case["clause"]), (&json!("GB 6675.1-2014"), &json!("4.3.2")));

    // The card: the enterprise answers there, the expert only sees it.
    let page = format!("/consultations/{}", talk.id);
    let (theirs, own) = (factory.get(&page).text, expert.get(&page).text);
    for wanted in
        ["class=\"advice-card\"", "涂料含铅&#60;b&#62;", "GB 6675.1-2014", "待企业答复", "查看所属案件"]
    {
        assert!(theirs.contains(wanted) && own.contains(wanted), "no {wanted}");
    }
    let id = text(&given["actions"][0]);
    let accept = format!("/actions/{id}/accept\"");
    assert!(theirs.contains(&accept) && !own.contains(&accept));

    // An answer reaches who looks at the talk, and the card says it.
    screen.wait_ev("message");
    factory.post(&format!("{}/actions/{id}/accept", c.path), &json!({})).expect(200);
    screen.wait_ev("consultation");
    let other = text(&given["actions"][1]);
    factory.post(&format!("{}/actions/{other}/decline", c.path), &json!({ "reason": "已更换" })).expect(200);
    let states: Vec<Value> =
        advice(expert, &talk)[0]["actions"].as_array().unwrap().iter().map(|a| a["state"].clone()).collect();
    assert_eq!(states, ["accepted", "declined"]);
    let page = expert.get(&page).text;
    assert!(page.contains("已接受") && page.contains("未接受") && page.contains("已更换"));
    c.app.clock.advance(Duration::days(7));
    let factory = c.app.http().log_in("enterprise-1", crate::support::people::PASSWORD);
    assert_eq!(advice(&factory, &talk)[0]["actions"][0]["overdue"], true, "its day is over");
    assert!(factory.get(&format!("/consultations/{}", talk.id)).text.contains("已逾期"));
}

#[test]
fn advice_is_refused_by_the_field() {
    let (_c, talk) = begun();
    for (body, pointer) in [
        (json!({ "actions": [{ "description": "x", "clause": "4.3" }] }), "/actions/0/clause"),
        (json!({ "actions": [{ "description": "x", "standard": "长".repeat(101) }] }), "/actions/0/standard"),
        (json!({ "actions": [{ "description": "x" }], "cause": "长".repeat(2001) }), "/cause"),
        (json!({ "actions": [] }), "/actions"),
    ] {
        let refused = talk.expert.http.post(&path(&talk, "advice"), &body).problem();
        assert_eq!(
            (&refused["status"], &refused["errors"][0]["pointer"]),
            (&json!(422), &json!(pointer)),
            "{refused}"
        );
    }
    for (body, pointer) in [
        (json!({ "conclusion": "x", "cause": "长".repeat(2001) }), "/cause"),
        (json!({ "conclusion": "x", "actions": [{ "description": " " }] }), "/actions/0/description"),
        (json!({ "conclusion": "x", "actions": vec![json!({ "description": "x" }); 51] }), "/actions"),
    ] {
        let refused = talk.expert.http.post(&path(&talk, "conclude"), &body).problem();
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
    }
    // Nothing of it was kept.
    assert!(advice(&talk.expert.http, &talk).is_empty());
    let messages = talk.expert.http.get(&path(&talk, "messages?stream=talk&after=0")).expect(200);
    assert_eq!(messages["items"], json!([]));
}

#[test]
fn a_conclusion_is_a_document_with_number_date_and_actions() {
    let (c, talk) = begun();
    let (expert, factory) = (&talk.expert.http, &c.enterprise.http);
    let given = expert.post(&path(&talk, "advice"), &whole_advice()).expect(201);
    let declined = text(&given["actions"][0]);
    factory
        .post(&format!("{}/actions/{declined}/decline", c.path), &json!({ "reason": "无库存" }))
        .expect(200);
    let colleague = c.app.approved_expert(&c.province, "expert-2", "K0101");
    expert.post(&path(&talk, "invite"), &json!({ "expert": colleague.id })).expect(200);
    colleague.http.act(&path(&talk, "invitation/accept")).expect(200);
    let opinion = json!({ "opinion": "同意，另建议抽检", "agreement": "agree" });
    colleague.http.post(&path(&talk, "opinion"), &opinion).expect(200);
    for who in [expert, factory, &c.district] {
        who.get(&path(&talk, "conclusion")).expect(404);
        assert_eq!(who.get(&format!("/consultations/{}/conclusion", talk.id)).status, 404);
    }
    let form = expert.get(&format!("/consultations/{}/conclude", talk.id)).text;
    assert!(form.contains("更换涂料") && !form.contains("封存库存"), "what was declined is not concluded");
    assert_eq!(factory.get(&format!("/consultations/{}/conclude", talk.id)).status, 404);
    assert_eq!(
        colleague.http.get(&format!("/consultations/{}/conclude", talk.id)).status,
        404,
        "the lead concludes"
    );
    let body = json!({ "conclusion": "更换涂料后申请复查。", "cause": "涂料含铅", "actions": [
        { "kind": "prevention", "description": "进厂检验", "due_on": "2021-10-15" },
    ]});
    let view = expert.post(&path(&talk, "conclude"), &body).expect(200);
    let number = "诊〔2021〕000001 号";
    assert_eq!((&view["conclusion_number"], &view["cause"]), (&json!(number), &json!("涂料含铅")));
    let document = factory.get(&path(&talk, "conclusion")).expect(200);
    assert_eq!(
        (&document["number"], &document["conclusion"]),
        (&json!(number), &json!("更换涂料后申请复查。"))
    );
    let actions = document["actions"].as_array().unwrap();
    assert_eq!(
        actions.iter().map(|a| (text(&a["kind_zh"]), text(&a["due_on"]))).collect::<Vec<_>>(),
        [("纠正".to_owned(), "2021-09-30".to_owned()), ("预防".to_owned(), "2021-10-15".to_owned())]
    );
    let said = json!({
        "expert": colleague.id, "name": "专家 expert-2", "opinion": "同意，另建议抽检", "agreement": "agree", "reason": null,
    });
    assert_eq!((&document["opinions"], &document["missing_opinions"]), (&json!([said]), &json!([])));
    assert_eq!(
        (&document["expert"], &document["enterprise"]),
        (&json!("专家 expert-1"), &json!("广州第1公司"))
    );
    // The action that came with it stands on the case, and its advice in the talk.
    let detail = c.get(factory);
    assert!(
        detail["actions"]
            .as_array()
            .unwrap()
            .iter()
            .any(|a| a["description"] == "进厂检验" && a["state"] == "proposed")
    );
    assert_eq!(advice(factory, &talk).len(), 2);

    // Who sees the consultation prints it, nobody else does.
    let page = format!("/consultations/{}/conclusion", talk.id);
    for who in [expert, factory, &c.district, &c.province, &colleague.http] {
        let shown = who.get(&page);
        assert_eq!(shown.status, 200);
        for wanted in [
            number,
            "2021年8月4日",
            "更换涂料后申请复查。",
            "GB 6675.1-2014",
            "2021年10月15日",
            "同意，另建议抽检",
            "签字",
        ] {
            assert!(shown.text.contains(wanted), "no {wanted}");
        }
        assert!(!shown.text.contains("封存库存"));
    }
    let stranger = c.app.claimed_enterprise(2, "440103", "K0101");
    for who in [&c.elsewhere, &stranger.http, &c.app.operator("operator")] {
        who.get(&path(&talk, "conclusion")).expect(404);
        assert_eq!(who.get(&page).status, 404);
    }
    // View, transcript, history and the audit name it.
    assert!(factory.get(&format!("/consultations/{}", talk.id)).text.contains(&format!("href=\"{page}\"")));
    for format in ["html", "text", "json"] {
        let record = factory.get(&path(&talk, &format!("transcript?format={format}"))).text;
        assert!(
            record.contains(number) && record.contains("涂料含铅") && record.contains("期限 2021年10月15日"),
            "{format}: {record}"
        );
    }
    for who in [factory, &c.district] {
        let history = who.get(&path(&talk, "history")).expect(200);
        let end = history.as_array().unwrap().iter().find(|h| h["event"] == "conclude").unwrap().clone();
        assert_eq!(end["note"], number);
    }
    let audit = c.province.get("/api/v1/audit?action=conclude_consultation").expect(200);
    assert_eq!(audit["items"][0]["data"]["document"], number, "{audit}");

    // What is answered later does not change what was given out.
    let action = text(&given["actions"][1]);
    let later = json!({ "due_on": "2021-12-31", "owner": "王工" });
    factory.post(&format!("{}/actions/{action}/accept", c.path), &later).expect(200);
    assert_eq!(factory.get(&path(&talk, "conclusion")).expect(200), document);

    // A consultation that was reopened is concluded again, under another number.
    factory.post(&path(&talk, "reopen"), &json!({ "reason": "仍不合格" })).expect(200);
    assert!(factory.get(&page).text.contains("曾重新打开"));
    c.app.clock.advance(Duration::minutes(1));
    expert.post(&path(&talk, "conclude"), &json!({ "conclusion": "改用水性涂料。" })).expect(200);
    let again = factory.get(&path(&talk, "conclusion")).expect(200);
    assert_eq!(
        (&again["number"], &again["conclusion"]),
        (&json!("诊〔2021〕000002 号"), &json!("改用水性涂料。"))
    );
    assert!(!factory.get(&page).text.contains("曾重新打开"));
}

/// Consultations of an enterprise that this expert holds.
fn held(app: &TestApp, factory: &Http, expert: &Expert, officer: &Http, count: usize) -> Vec<String> {
    let question = |n| json!({ "subject": format!("问 {n}"), "question": "x", "product_kind": "K0101" });
    let open = |n| text(&factory.post("/api/v1/consultations", &question(n)).expect(201)["id"]);
    let ids: Vec<String> = (0..count).map(open).collect();
    let order = json!({ "expert": expert.id, "reason": "x" });
    for id in &ids {
        officer.post(&format!("/api/v1/consultations/{id}/assign"), &order).expect(200);
    }
    app.mails_sent();
    ids
}

#[test]
fn numbers_are_consecutive_within_a_year_and_none_is_lost() {
    let app = TestApp::builder()
        .at("2026-12-31T10:00:00Z")
        .settings(|s| s.edit::<zerodesk::accounts::settings::AuthSettings>().access_token_seconds = 86_400)
        .start();
    let officer = app.admin("officer", "440000");
    let experts = [1, 2].map(|n| app.approved_expert(&officer, &format!("expert-{n}"), "K0101"));
    let factory = app.claimed_enterprise(1, "440103", "K0101").http;
    let mut talks: Vec<(String, &Expert)> = Vec::new();
    for expert in &experts {
        talks.extend(held(&app, &factory, expert, &officer, 3).into_iter().map(|id| (id, expert)));
    }
    let conclude = |id: &str, expert: &Expert, words: &str| {
        expert.http.post(&format!("/api/v1/consultations/{id}/conclude"), &json!({ "conclusion": words }))
    };
    // What is refused takes no number.
    assert_eq!(conclude(&talks[0].0, talks[0].1, " ").refusal(), (422, "invalid_fields".to_owned()));
    let (last, at_once) = talks.split_last().unwrap();
    let gate = Barrier::new(at_once.len());
    let mut numbers: Vec<String> = std::thread::scope(|scope| {
        let all = at_once.iter().map(|(id, expert)| {
            let gate = &gate;
            scope.spawn(move || {
                gate.wait();
                text(&conclude(id, expert, "完成").expect(200)["conclusion_number"])
            })
        });
        all.collect::<Vec<_>>().into_iter().map(|done| done.join().unwrap()).collect()
    });
    numbers.sort();
    let wanted: Vec<String> = (1..=at_once.len()).map(|n| format!("诊〔2026〕{n:06} 号")).collect();
    assert_eq!(numbers, wanted);
    assert_eq!(conclude(&at_once[0].0, at_once[0].1, "再次").refusal().0, 409, "concluded once");
    // The year is that of Asia/Shanghai: at 16:00 UTC another one begins.
    app.clock.advance(Duration::hours(6));
    let first = conclude(&last.0, last.1, "完成").expect(200);
    assert_eq!(first["conclusion_number"], "诊〔2027〕000001 号");
}
