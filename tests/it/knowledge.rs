//! The knowledge base: a concluded consultation becomes an article that names nobody, by its expert and an officer; what is like a question is
//! found while it is typed; what came of it is counted.

use chrono::Duration;
use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;
use zerodesk::core::Actor;
use zerodesk::core::actor::{Person, Scope};
use zerodesk::core::ids::{AccountId, EnterpriseId, ExpertId, SessionId};
use zerodesk::db::schema::knowledge_article;
use zerodesk::knowledge::policy::{published_to, sees, visible_to};
use zerodesk::retention::erase::sweep;
use zerodesk::retention::settings::RetentionSettings;

use crate::support::people::{Enterprise, PASSWORD, Talk, text};
use crate::support::{Http, TestApp};

const ARTICLES: &str = "/api/v1/knowledge/articles";
const DRAFTS: &str = "/api/v1/knowledge/drafts";
const SIMILAR: &str = "/api/v1/knowledge/similar";
const USES: &str = "/api/v1/knowledge/uses";
const USAGE: &str = "/api/v1/knowledge/usage";

fn query(path: &str, parameters: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("{path}?{query}")
}

/// Concludes a consultation in words that name everybody.
fn conclude(expert: &Http, id: &str) {
    let body = json!({
        "conclusion": "广州第1公司（13800138000，张三）更换绝缘料后复检合格，详见 https://factory.example/1。",
        "cause": "专家 expert-1 判断：绝缘料受潮，批号 20260301-7。",
        "actions": [{
            "description": "更换绝缘料并按批检测绝缘电阻", "standard": "GB/T 3048.5-2007", "clause": "6.1",
        }],
    });
    expert.post(&format!("/api/v1/consultations/{id}/conclude"), &body).expect(200);
}

fn draft(who: &Http, consultation: &str) -> crate::support::http::Reply {
    who.post(DRAFTS, &json!({ "consultation": consultation }))
}

/// Confirms all that is open, as replaced.
pub fn confirm_all(who: &Http, draft: &Value) -> Value {
    let open = |finding: &&Value| finding["decision"] == "open";
    let decisions: Vec<Value> = draft["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(open)
        .map(|finding| json!({ "finding": finding["id"], "decision": "replaced" }))
        .collect();
    if decisions.is_empty() {
        return draft.clone();
    }
    let path = format!("{DRAFTS}/{}/findings", text(&draft["id"]));
    who.post(&path, &json!({ "decisions": decisions })).expect(200)
}

/// An article of a concluded consultation, as its expert wrote it and an officer approved it. Gives its id.
pub fn published(officer: &Http, expert: &Http, consultation: &str, change: &Value) -> String {
    let made = draft(expert, consultation).expect(201);
    let path = format!("{DRAFTS}/{}", text(&made["id"]));
    let changed = expert.json("PATCH", &path, change).expect(200);
    confirm_all(expert, &changed);
    expert.act(&format!("{path}/submit")).expect(200);
    officer.act(&format!("{path}/approve")).expect(200);
    text(&made["id"])
}

fn ids(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|item| text(&item["id"])).collect()
}

fn found_everywhere(who: &Http, typed: &str) -> usize {
    let all = who.get(&query("/api/v1/search", &[("kind", "knowledge"), ("q", typed)])).expect(200);
    all["groups"][0]["items"].as_array().unwrap().len()
}

#[test]
fn an_article_is_stripped_confirmed_approved_read_and_withdrawn() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let (expert, enterprise) = (&talk.expert.http, &talk.enterprise.http);
    let elsewhere = app.admin("elsewhere", "440300");
    let district = app.admin("district", "440103");
    let stranger = app.approved_expert(&officer, "expert-2", "K0202").http;
    let operator = app.operator("operator");

    // Of a consultation that is not concluded, or that one does not know of, there is none.
    assert_eq!(draft(expert, &talk.id).refusal(), (409, "consultation_status".to_owned()));
    conclude(expert, &talk.id);
    assert_eq!(draft(enterprise, &talk.id).status, 403);
    assert_eq!(draft(&operator, &talk.id).status, 403);
    for who in [&stranger, &elsewhere] {
        assert_eq!(draft(who, &talk.id).status, 404);
    }
    let made = draft(expert, &talk.id).expect(201);
    assert_eq!(draft(&officer, &talk.id).refusal(), (409, "article_exists".to_owned()));
    let id = text(&made["id"]);
    let path = format!("{DRAFTS}/{id}");
    assert_eq!(
        (&made["state"], &made["standards"]),
        (&json!("draft"), &json!([{ "standard": "GB/T 3048.5-2007", "clause": "6.1" }]))
    );
    assert_eq!(
        (&made["failed_items"], text(&made["product_kinds"][0]["code"])),
        (&json!(["甲", "乙"]), "K0101".to_owned())
    );
    assert!(text(&made["actions"]).contains("更换绝缘料并按批检测绝缘电阻"));

    // Each finding has its place, its kind and what is proposed.
    let findings = made["findings"].as_array().unwrap();
    let of = |kind: &str| {
        findings.iter().find(|f| f["kind"] == kind).unwrap_or_else(|| panic!("no {kind}: {made}"))
    };
    for (kind, field, said, by) in [
        ("enterprise", "result", "广州第1公司", "某企业"),
        ("phone", "result", "13800138000", "某电话"),
        ("url", "result", "https://factory.example/1", "某网址"),
        ("person", "cause", "专家 expert-1", "某专家"),
        ("batch_no", "cause", "20260301-7", "某批次"),
    ] {
        let finding = of(kind);
        assert_eq!(
            (&finding["field"], &finding["found"], &finding["replacement"]),
            (&json!(field), &json!(said), &json!(by))
        );
        let whole: Vec<char> = text(&made[field]).chars().collect();
        let (start, length) =
            (finding["start"].as_u64().unwrap() as usize, finding["length"].as_u64().unwrap() as usize);
        assert_eq!(whole[start..start + length].iter().collect::<String>(), said, "{finding}");
    }
    assert!(findings.iter().any(|f| f["found"] == "张三" && f["replacement"] == "某联系人"), "{made}");
    assert_eq!(made["open_findings"], findings.len());

    // Nothing is submitted unconfirmed, and a finding is confirmed by somebody.
    assert_eq!(expert.act(&format!("{path}/submit")).refusal(), (409, "findings_unconfirmed".to_owned()));
    let confirm =
        |decisions: Value| expert.post(&format!("{path}/findings"), &json!({ "decisions": decisions }));
    let nobody = "019c0000-0000-7000-8000-000000000000";
    for (decisions, pointer) in [
        (json!([]), "/decisions"),
        (json!([{ "finding": nobody, "decision": "replaced" }]), "/decisions/0/finding"),
        (
            json!([{ "finding": of("url")["id"], "decision": "replaced", "replacement": " " }]),
            "/decisions/0/replacement",
        ),
    ] {
        let refused = confirm(decisions);
        assert_eq!(
            (refused.status, refused.problem()["errors"][0]["pointer"].as_str()),
            (422, Some(pointer))
        );
    }
    let once = confirm(json!([
        { "finding": of("batch_no")["id"], "decision": "harmless" },
        { "finding": of("url")["id"], "decision": "replaced", "replacement": "企业网站" },
    ]))
    .expect(200);
    assert!(text(&once["result"]).contains("详见 企业网站"), "{once}");
    let harmless = once["findings"].as_array().unwrap().iter().find(|f| f["kind"] == "batch_no").unwrap();
    assert_eq!(
        (&harmless["decision"], &harmless["decided_by"]),
        (&json!("harmless"), &json!("专家 expert-1"))
    );
    let all = confirm_all(expert, &once);
    assert_eq!(all["open_findings"], 0, "{all}");

    // Changing the text strips it again: in the field that changed everything is to be confirmed anew.
    let change = json!({ "cause": format!("{}请致电 13912345678。", text(&all["cause"])) });
    let changed = expert.json("PATCH", &path, &change).expect(200);
    let open: Vec<&Value> = changed["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|f| f["decision"] == "open")
        .map(|f| &f["kind"])
        .collect();
    assert_eq!(open, ["batch_no", "phone"], "{changed}");
    for (change, pointer) in [
        (json!({ "title": "" }), "/title"),
        (json!({ "product_kinds": [] }), "/product_kinds"),
        (json!({ "product_kinds": ["无此产品"] }), "/product_kinds/0"),
        (json!({ "result": "x".repeat(8001) }), "/result"),
    ] {
        let refused = expert.json("PATCH", &path, &change);
        assert_eq!(
            (refused.status, refused.problem()["errors"][0]["pointer"].as_str()),
            (422, Some(pointer))
        );
    }
    confirm_all(expert, &changed);

    // The expert submits, an officer of the region decides.
    assert_eq!(officer.act(&format!("{path}/submit")).status, 403);
    assert_eq!(officer.act(&format!("{path}/approve")).refusal(), (409, "article_state".to_owned()));
    assert_eq!(expert.act(&format!("{path}/submit")).expect(200)["state"], "submitted");
    assert_eq!(
        expert.json("PATCH", &path, &json!({ "title": "x" })).refusal(),
        (409, "article_state".to_owned())
    );
    assert_eq!(expert.act(&format!("{path}/discard")).refusal(), (409, "article_state".to_owned()));
    let waiting = |who: &Http| who.get(&format!("{DRAFTS}/counts")).expect(200)["waiting"].as_i64().unwrap();
    assert_eq!((waiting(&officer), waiting(&district), waiting(&elsewhere), waiting(expert)), (1, 1, 0, 0));
    assert_eq!(ids(&officer.get(&format!("{DRAFTS}?state=submitted")).expect(200)), [id.as_str()]);
    for who in [&elsewhere, &stranger] {
        assert_eq!(who.get(DRAFTS).expect(200)["items"], json!([]));
        assert_eq!(who.get(&path).status, 404);
    }
    assert_eq!(elsewhere.act(&format!("{path}/approve")).status, 404);
    assert_eq!((expert.act(&format!("{path}/approve")).status, enterprise.get(&path).status), (403, 403));
    assert_eq!(expert.get(&format!("{ARTICLES}/{id}")).status, 404, "it is not published yet");
    assert_eq!(found_everywhere(expert, "绝缘料"), 0);
    let back = format!("{path}/return");
    assert_eq!(district.post(&back, &json!({ "reason": " " })).problem()["errors"][0]["pointer"], "/reason");
    let returned = district.post(&back, &json!({ "reason": "请补充检测方法" })).expect(200);
    assert_eq!(
        (&returned["state"], &returned["reason"], waiting(expert)),
        (&json!("returned"), &json!("请补充检测方法"), 1)
    );
    let title = json!({ "title": "绝缘电阻不合格的整改", "failed_items": ["绝缘电阻"] });
    confirm_all(expert, &expert.json("PATCH", &path, &title).expect(200));
    expert.act(&format!("{path}/submit")).expect(200);
    let done = district.act(&format!("{path}/approve")).expect(200);
    assert_eq!(done["state"], "published");
    let replaced: Vec<&Value> =
        done["findings"].as_array().unwrap().iter().filter(|f| f["decision"] == "replaced").collect();
    assert!(
        !replaced.is_empty() && replaced.iter().all(|f| f["found"].is_null()),
        "what was replaced is forgotten: {done}"
    );
    let steps: Vec<String> = done["events"].as_array().unwrap().iter().map(|e| text(&e["step"])).collect();
    assert_eq!((steps.first().unwrap().as_str(), steps.last().unwrap().as_str()), ("draft", "approve"));
    assert!(steps.contains(&"return".to_owned()) && steps.contains(&"confirm".to_owned()), "{steps:?}");

    // Everyone reads it, and it leads to nobody.
    let other = app.claimed_enterprise(2, "440305", "K0102").http;
    for who in [enterprise, &other, expert, &stranger, &officer, &elsewhere] {
        let shown = who.get(&format!("{ARTICLES}/{id}"));
        assert_eq!(shown.status, 200, "{}", shown.text);
        let page = who.get(&format!("/knowledge/{id}"));
        assert_eq!(page.status, 200);
        let uscc = crate::support::csv::uscc(1);
        for secret in [
            "广州第1公司",
            "13800138000",
            "13912345678",
            "张三",
            "expert-1",
            "factory.example",
            uscc.as_str(),
            talk.id.as_str(),
            talk.enterprise.id.as_str(),
            talk.expert.id.as_str(),
            talk.enterprise.nonconformity.as_str(),
        ] {
            assert!(!shown.text.contains(secret), "{secret}: {}", shown.text);
        }
        let main = page.text.split("<main").nth(1).unwrap();
        assert!(!main.contains("广州第1公司") && !main.contains(&talk.id), "{main}");
        assert_eq!(found_everywhere(who, "绝缘料"), 1);
    }
    assert_eq!(operator.get(ARTICLES).status, 403);
    assert_eq!(app.http().get(ARTICLES).status, 401);
    for (name, typed, there) in [
        ("q", "绝缘 整改", true),
        ("q", "jydz", true),
        ("q", "电缆桥架", false),
        ("product_kind", "K0101", true),
        ("product_kind", "K0102", false),
        ("failed_item", "絕緣電阻", true),
        ("failed_item", "导体电阻", false),
        ("standard", "gb/t3048", true),
        ("standard", "GB/T 3956", false),
    ] {
        let page = other.get(&query(ARTICLES, &[(name, typed)])).expect(200);
        assert_eq!(!ids(&page).is_empty(), there, "{name} {typed}");
    }
    let csv = other.get(&format!("{ARTICLES}?format=csv"));
    assert!(csv.text.contains("绝缘电阻不合格的整改") && !csv.text.contains("广州第1公司"), "{}", csv.text);

    // Withdrawn, it is found nowhere from that moment.
    let withdraw = format!("{ARTICLES}/{id}/withdraw");
    let reason = json!({ "reason": "标准已更新" });
    assert_eq!(
        (expert.post(&withdraw, &reason).status, elsewhere.post(&withdraw, &reason).status),
        (403, 404)
    );
    assert_eq!(officer.post(&withdraw, &json!({ "reason": "" })).status, 422);
    officer.post(&withdraw, &reason).expect(204);
    assert_eq!(officer.post(&withdraw, &reason).refusal(), (409, "article_state".to_owned()));
    for who in [&other, expert, &officer] {
        assert_eq!(who.get(&format!("{ARTICLES}/{id}")).status, 404);
        assert_eq!(who.get(&format!("/knowledge/{id}")).status, 404);
        assert_eq!(
            (who.get(ARTICLES).expect(200)["items"].clone(), found_everywhere(who, "绝缘料")),
            (json!([]), 0)
        );
        let similar =
            who.get(&query(SIMILAR, &[("text", "绝缘料受潮"), ("product_kind", "K0101")])).expect(200);
        assert_eq!((&similar["articles"], &similar["standards"]), (&json!([]), &json!([])));
    }
    assert_eq!(expert.get(&path).expect(200)["state"], "withdrawn");
    // Its consultation may have another article then.
    let again = draft(&officer, &talk.id).expect(201);
    let again = format!("{DRAFTS}/{}", text(&again["id"]));
    assert_eq!(officer.act(&format!("{again}/discard")).expect(200)["state"], "discarded");
    assert_eq!(expert.act(&format!("{again}/submit")).refusal(), (409, "article_state".to_owned()));
}

#[test]
fn steps_of_an_article_are_mailed_to_whom_they_concern() {
    const OFFICER: &str = "officer@regulator.example";
    const EXPERT: &str = "expert-1@expert.example";
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let expert = &talk.expert.http;
    conclude(expert, &talk.id);
    let made = draft(expert, &talk.id).expect(201);
    let id = text(&made["id"]);
    let path = format!("{DRAFTS}/{id}");
    confirm_all(expert, &made);
    expert.act(&format!("{path}/submit")).expect(200);
    let mail = app.mail(OFFICER, "知识条目待审核");
    assert!(mail.body_text.contains(&format!("/knowledge-drafts/{id}")), "{}", mail.body_text);
    officer.post(&format!("{path}/return"), &json!({ "reason": "请补充标准条款" })).expect(200);
    assert!(app.mail(EXPERT, "知识条目已退回").body_text.contains("请补充标准条款"));
    expert.act(&format!("{path}/submit")).expect(200);
    officer.act(&format!("{path}/approve")).expect(200);
    let mail = app.mail(EXPERT, "知识条目已发布");
    assert!(mail.body_text.contains(&format!("/knowledge/{id}")), "{}", mail.body_text);
    // Who does without gets none.
    expert.json("PUT", "/api/v1/me", &json!({ "mails": { "knowledge": false } })).expect(200);
    officer.post(&format!("{ARTICLES}/{id}/withdraw"), &json!({ "reason": "标准已废止" })).expect(204);
    app.mails_sent();
    let withdrawn = |mail: &crate::support::smtp::ReceivedMail| mail.header("Subject").contains("已撤下");
    assert!(!app.smtp.received().iter().any(withdrawn));
}

#[test]
fn pages_show_the_review_and_what_waits() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    conclude(&talk.expert.http, &talk.id);
    let page = talk.expert.http.get("/knowledge-drafts").text;
    assert!(page.contains(&talk.id), "the concluded consultation is offered for an article");
    let made = draft(&talk.expert.http, &talk.id).expect(201);
    let id = text(&made["id"]);
    let page = talk.expert.http.get(&format!("/knowledge-drafts/{id}")).text;
    assert!(
        page.contains("<mark class=\"open\">广州第1公司<sup>") && page.contains("全部按建议替换"),
        "{page}"
    );
    confirm_all(&talk.expert.http, &made);
    talk.expert.http.act(&format!("{DRAFTS}/{id}/submit")).expect(200);
    let page = officer.get("/knowledge").text;
    assert!(
        page.contains("data-waiting=\"/api/v1/knowledge/drafts/counts\"")
            && page.contains("审核办理 <span class=\"count\">1</span>"),
        "{page}"
    );
    let page = officer.get("/knowledge-drafts?state=submitted").text;
    assert!(page.contains(&format!("/knowledge-drafts/{id}")) && page.contains("待审核 1"), "{page}");
    let page = officer.get(&format!("/knowledge-drafts/{id}")).text;
    assert!(
        page.contains("批准发布") && page.contains("退回原因") && !page.contains("保存并重新脱敏"),
        "{page}"
    );
    assert_eq!(talk.enterprise.http.get("/knowledge-drafts").status, 404);
    assert_eq!(talk.enterprise.http.get("/knowledge-usage").status, 404);
    assert_eq!(talk.expert.http.get("/knowledge-usage").status, 404);
    let beside = talk.expert.http.get(&format!("/consultations/{}", talk.id)).text;
    assert!(beside.contains("data-load=\"knowledge-beside\""), "{beside}");
    assert!(!officer.get(&format!("/consultations/{}", talk.id)).text.contains("knowledge-beside"));
}

/// Two articles: about insulation of cables and about the pH value of clothes. Gives their ids.
fn two_articles(app: &TestApp, officer: &Http, talk: &Talk) -> (String, String) {
    conclude(&talk.expert.http, &talk.id);
    let cable = json!({
        "title": "电缆绝缘电阻不合格", "product_kinds": ["K0101"], "failed_items": ["绝缘电阻"],
        "standards": [{ "standard": "GB/T 3048.5-2007", "clause": "6.1" }],
        "question": "绝缘料受潮后绝缘电阻不合格，如何干燥？", "cause": "绝缘料受潮", "result": "烘干后合格",
    });
    let first = published(officer, &talk.expert.http, &talk.id, &cable);
    let expert = app.approved_expert(officer, "expert-9", "K4201");
    let asker = app.claimed_enterprise(9, "440103", "K4201");
    let other = app.talk(&asker, &expert);
    expert
        .http
        .post(&format!("/api/v1/consultations/{}/conclude", other.id), &json!({ "conclusion": "水洗后合格" }))
        .expect(200);
    let clothes = json!({
        "title": "针织服装酸碱度超标", "product_kinds": ["K4201"], "failed_items": ["pH值"],
        "standards": [{ "standard": "GB 18401-2010", "clause": "5.1" }],
        "question": "面料水洗不充分导致酸碱度超标，应如何处理？", "cause": "水洗不充分", "result": "充分水洗后合格",
    });
    let second = published(officer, &expert.http, &other.id, &clothes);
    (first, second)
}

fn scores(similar: &Value) -> Vec<(String, i64)> {
    let one = |a: &Value| (text(&a["id"]), a["score"].as_i64().unwrap());
    similar["articles"].as_array().unwrap().iter().map(one).collect()
}

#[test]
fn what_is_like_a_question_is_ranked_by_its_words_kind_and_items() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let (cable, clothes) = two_articles(&app, &officer, &talk);
    let asker = app.claimed_enterprise(3, "440305", "K0101");
    let ask = |parameters: &[(&str, &str)]| asker.http.get(&query(SIMILAR, parameters)).expect(200);

    let by_words = ask(&[("text", "我厂绝緣料受潮，絕緣電阻不合格怎么办")]);
    assert_eq!(scores(&by_words)[0].0, cable, "{by_words}");
    assert_eq!(by_words["standards"][0]["standard"], "GB/T 3048.5-2007");
    assert!(by_words["articles"][0]["reasons"]["words"].as_i64().unwrap() > 20, "{by_words}");
    assert_eq!(scores(&ask(&[("text", "面料水洗酸碱度")]))[0].0, clothes);
    // Kind and item add to the words.
    let more = ask(&[("text", "面料水洗酸碱度"), ("product_kind", "K4201"), ("failed_item", "ＰＨ值")]);
    let best = &more["articles"][0];
    assert!(scores(&more)[0].1 > scores(&ask(&[("text", "面料水洗酸碱度")]))[0].1, "{more}");
    assert_eq!(
        (&best["reasons"]["same_kind"], &best["reasons"]["failed_items"]),
        (&json!(true), &json!(["pH值"]))
    );
    let of_kind = ask(&[("product_kind", "K0101")]);
    assert_eq!(scores(&of_kind), [(cable.clone(), 25)]);
    assert_eq!(ask(&[("text", "食品接触用塑料杯脱色")])["articles"], json!([]));
    assert_eq!(ask(&[])["articles"], json!([]));
    assert_eq!(
        ask(&[("text", "不合格"), ("product_kind", "K0101"), ("limit", "1")])["articles"]
            .as_array()
            .unwrap()
            .len(),
        1
    );

    // By the asker's own record, and by nobody else's.
    let own = ask(&[("nonconformity", &asker.nonconformity)]);
    assert_eq!(scores(&own)[0].0, cable);
    let typed = [
        ("text", "绝缘料受潮 绝缘电阻不合格"),
        ("limit", "5"),
        ("nonconformity", asker.nonconformity.as_str()),
    ];
    assert_eq!(scores(&ask(&typed))[0].0, cable);
    let long = "长".repeat(501);
    for (name, value) in [
        ("nonconformity", talk.enterprise.nonconformity.as_str()),
        ("text", long.as_str()),
        ("product_kind", "无此产品"),
        ("failed_item", &long[..303]),
        ("limit", "21"),
        ("limit", "0"),
    ] {
        let refused = asker.http.get(&query(SIMILAR, &[(name, value)]));
        let pointer = format!("?{name}");
        assert_eq!(
            (refused.status, refused.problem()["errors"][0]["pointer"].as_str()),
            (422, Some(pointer.as_str()))
        );
    }
    // Beside the chat, for who sees the consultation.
    let beside = query(SIMILAR, &[("consultation", &talk.id)]);
    for who in [&talk.expert.http, &officer, &talk.enterprise.http] {
        assert_eq!(scores(&who.get(&beside).expect(200))[0].0, cable);
    }
    assert_eq!(asker.http.get(&beside).status, 404);
    assert_eq!(app.operator("operator").get(&query(SIMILAR, &[("text", "x")])).status, 403);
}

fn note(
    who: &Http,
    question: Uuid,
    what: &str,
    article: &str,
    record: &Value,
) -> crate::support::http::Reply {
    let mut body = json!({ "question": question, "what": what, "articles": [article] });
    body.as_object_mut().unwrap().extend(record.as_object().unwrap().clone());
    who.post(USES, &body)
}

/// Shown, opened, helped, spared, not decided yet.
fn numbers(of: &Value) -> [i64; 5] {
    ["shown", "opened", "helped", "spared", "waiting"].map(|name| of[name].as_i64().unwrap())
}

#[test]
fn what_articles_did_is_noted_once_and_counted_as_of_a_day() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let (cable, clothes) = two_articles(&app, &officer, &talk);
    let asker = app.claimed_enterprise(3, "440305", "K0101");
    let other = app.claimed_enterprise(4, "440305", "K0101");
    let of_record = |who: &Enterprise| json!({ "nonconformity": who.nonconformity });
    let (first, second) = (Uuid::now_v7(), Uuid::now_v7());
    let day = |after: i64| (app.now() + Duration::hours(8) + Duration::days(after)).date_naive().to_string();
    let (started, record) = (day(0), of_record(&asker));
    for what in ["shown", "shown", "opened", "helped", "helped"] {
        note(&asker.http, first, what, &cable, &record).expect(204);
    }
    note(&asker.http, first, "shown", &clothes, &record).expect(204);
    note(&other.http, second, "helped", &cable, &of_record(&other)).expect(204);
    let usage = |who: &Http, rest: &str| who.get(&format!("{USAGE}{rest}")).expect(200);
    let totals = |rest: &str| numbers(&officer.get(&format!("{USAGE}/totals{rest}")).expect(200));
    let of = |page: &Value, id: &str| {
        numbers(page["items"].as_array().unwrap().iter().find(|item| item["id"] == id).unwrap())
    };
    let now = usage(&officer, "");
    assert_eq!((of(&now, &cable), of(&now, &clothes)), ([2, 2, 2, 0, 2], [1, 0, 0, 0, 0]));
    assert_eq!(totals(""), [2, 2, 2, 0, 2], "a question counts once");

    // One asks after all, on the same record; the other does not.
    app.clock.advance(Duration::days(2));
    let other_again = app.http().log_in("enterprise-4", PASSWORD);
    app.open(&Enterprise { http: other_again, ..other.clone() });
    app.clock.advance(Duration::days(5));
    let officer_later = app.http().log_in("officer", PASSWORD);
    let later = |rest: &str| numbers(&officer_later.get(&format!("{USAGE}/totals{rest}")).expect(200));
    assert_eq!(later(""), [2, 2, 2, 1, 0]);
    assert_eq!(of(&usage(&officer_later, ""), &cable), [2, 2, 2, 1, 0]);
    assert_eq!(later(&format!("?as_of={started}")), [2, 2, 2, 0, 2], "as it was then");
    assert_eq!(of(&usage(&officer_later, &format!("?as_of={started}")), &cable), [2, 2, 2, 0, 2]);
    let ahead = officer_later.get(&format!("{USAGE}?as_of={}", day(30)));
    assert_eq!((ahead.status, ahead.problem()["errors"][0]["pointer"].as_str()), (422, Some("?as_of")));
    assert_eq!(officer_later.get(&format!("{USAGE}/totals")).expect(200)["spared_days"], 7);

    // Nobody is named, neither in the answers nor in a file; and nobody but officers counts.
    let csv = officer_later.get(&format!("{USAGE}?format=csv"));
    let json = usage(&officer_later, "").to_string();
    for secret in ["广州第3公司", "enterprise-3", asker.id.as_str(), asker.nonconformity.as_str()] {
        assert!(!csv.text.contains(secret) && !json.contains(secret), "{secret}");
    }
    let page = officer_later.get("/knowledge-usage").text;
    assert!(page.contains("免于问诊") && page.contains("电缆绝缘电阻不合格"), "{page}");
    let asker_later = app.http().log_in("enterprise-3", PASSWORD);
    let expert_later = app.http().log_in("expert-1", PASSWORD);
    for who in [&asker_later, &expert_later] {
        assert_eq!((who.get(USAGE).status, who.get(&format!("{USAGE}/totals")).status), (403, 403));
    }

    // What is noted is of a published article, for one's own record.
    let unknown = "019c0000-0000-7000-8000-000000000000";
    assert_eq!(
        note(&asker_later, first, "shown", unknown, &json!({})).problem()["errors"][0]["pointer"],
        "/articles/0"
    );
    let foreign = note(&asker_later, first, "shown", &cable, &of_record(&other));
    assert_eq!(foreign.problem()["errors"][0]["pointer"], "/nonconformity");
    let kind = note(&asker_later, first, "shown", &cable, &json!({ "product_kind": "无此产品" }));
    assert_eq!(kind.problem()["errors"][0]["pointer"], "/product_kind");
    assert_eq!(
        asker_later.post(USES, &json!({ "question": first, "what": "shown", "articles": [] })).status,
        422
    );
    assert_eq!(note(&expert_later, first, "shown", &cable, &json!({})).status, 403);

    // What is withdrawn now was published then.
    let reason = json!({ "reason": "标准已废止" });
    officer_later.post(&format!("{ARTICLES}/{clothes}/withdraw"), &reason).expect(204);
    let articles = |rest: &str| {
        officer_later.get(&format!("{USAGE}/totals{rest}")).expect(200)["articles"].as_i64().unwrap()
    };
    assert_eq!((articles(""), articles(&format!("?as_of={started}"))), (1, 2));
}

#[test]
fn an_article_stands_when_its_consultation_is_erased_and_a_draft_does_not() {
    let app = TestApp::builder().settings(|s| s.edit::<RetentionSettings>().messages_months = 36).start();
    let officer = app.admin("officer", "440000");
    let expert = app.approved_expert(&officer, "expert-1", "K0101");
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    let concluded = |subject: &str| {
        let body = json!({ "product_kind": "K0101", "subject": subject, "question": "如何整改？" });
        let id = text(&enterprise.http.post("/api/v1/consultations", &body).expect(201)["id"]);
        expert.http.act(&format!("/api/v1/consultations/{id}/accept")).expect(200);
        let said = json!({ "client_id": Uuid::new_v4(), "body": "您好" });
        expert.http.post(&format!("/api/v1/consultations/{id}/messages"), &said).expect(201);
        conclude(&expert.http, &id);
        id
    };
    let article = published(&officer, &expert.http, &concluded("绝缘电阻"), &json!({ "title": "绝缘电阻" }));
    let unpublished = text(&draft(&expert.http, &concluded("广州第1公司的绝缘")).expect(201)["id"]);
    app.clock.advance(Duration::days(3 * 366));
    let (officer, expert) = (app.http().log_in("officer", PASSWORD), app.http().log_in("expert-1", PASSWORD));
    sweep(&app.app, None).unwrap();
    let enterprise = app.http().log_in("enterprise-1", PASSWORD);
    assert_eq!(enterprise.get(&format!("{ARTICLES}/{article}")).expect(200)["title"], "绝缘电阻");
    let made = officer.get(&format!("{DRAFTS}/{article}")).expect(200);
    assert_eq!((&made["state"], &made["consultation"]), (&json!("published"), &Value::Null));
    let gone = expert.get(&format!("{DRAFTS}/{unpublished}")).expect(200);
    assert_eq!((&gone["state"], &gone["findings"]), (&json!("discarded"), &json!([])));
    assert!(!gone.to_string().contains("广州第1公司"), "{gone}");
}

#[test]
fn lists_and_single_articles_are_judged_alike() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    conclude(&talk.expert.http, &talk.id);
    let made = draft(&officer, &talk.id).expect(201);
    let id: Uuid = text(&made["id"]).parse().unwrap();
    let conn = &mut *app.app.conn().unwrap();
    let (region, expert): (String, ExpertId) = knowledge_article::table
        .select((knowledge_article::region, knowledge_article::expert_id))
        .first(conn)
        .unwrap();
    let person = |scope| {
        Actor::Person(Person {
            account: AccountId::new(),
            session: SessionId::new(),
            name: "x".to_owned(),
            language: zerodesk::core::Language::Zh,
            scope,
            proof: zerodesk::core::actor::Proof::default(),
        })
    };
    let admin = |region: &str| person(Scope::Admin(region.to_owned()));
    let enterprise =
        person(Scope::Enterprise(EnterpriseId(text(&json!(talk.enterprise.id)).parse().unwrap())));
    for (actor, expected) in [
        (Actor::System, true),
        (admin("440000"), true),
        (admin("440100"), true),
        (admin("440103"), true),
        (admin("440300"), false),
        (person(Scope::Expert(expert)), true),
        (person(Scope::Expert(ExpertId::new())), false),
        (enterprise, false),
        (person(Scope::Operator), false),
        (Actor::Anonymous, false),
    ] {
        let listed: i64 = visible_to(&actor).count().get_result(conn).unwrap();
        let seen = sees(&actor, &region, expert, app.app.catalogue());
        assert_eq!((listed == 1, seen), (expected, expected), "{actor:?}");
        let public: i64 = published_to(&actor).count().get_result(conn).unwrap();
        assert_eq!(public, 0, "nothing is published: {id}");
    }
}

#[test]
fn who_took_part_is_found_by_name_in_every_field() {
    let app = TestApp::start();
    let (_, talk) = app.small_world();
    conclude(&talk.expert.http, &talk.id);
    let made = draft(&talk.expert.http, &talk.id).expect(201);
    let path = format!("{DRAFTS}/{}", text(&made["id"]));
    let uscc = crate::support::csv::uscc(1);
    let wide: String = uscc.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect();
    let change = json!({
        "title": "廣州第１公司的问题", "failed_items": ["张三报的项目"],
        "question": format!("代码{wide}"), "actions": "联系 contact of enterprise-1", "result": "见荔湾区现场",
    });
    let changed = talk.expert.http.json("PATCH", &path, &change).expect(200);
    let found: Vec<(String, String)> = changed["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|f| f["decision"] == "open")
        .map(|f| (text(&f["field"]), text(&f["kind"])))
        .collect();
    for (field, kind) in [
        ("title", "enterprise"),
        ("failed_items", "person"),
        ("question", "uscc"),
        ("actions", "person"),
        ("result", "address"),
    ] {
        assert!(found.contains(&(field.to_owned(), kind.to_owned())), "{field} {kind}: {changed}");
    }
    let done = confirm_all(&talk.expert.http, &changed);
    assert!(!done["title"].as_str().unwrap().contains('１'), "{done}");
    assert_eq!(done["failed_items"], json!(["某联系人报的项目"]));
}
