//! What a step and a clearance are based on: files, evidence for each criterion, earlier advice; and that the dossier names them.

use serde_json::{Value, json};
use zerodesk::accounts::settings::AuthSettings;

use super::support::Course103;
use crate::attachments::samples::{PDF, PNG, sha256};
use crate::support::people::text;
use crate::support::{Http, TestApp};

const UP: &str = "/api/v1/attachments";

fn up(who: &Http, name: &str, file: &[u8]) -> Value {
    who.upload(UP, name, file, &[]).expect(201)
}

fn served(who: &Http, file: &Value) -> u16 {
    who.get(&format!("{UP}/{}", text(&file["id"]))).status
}

fn criterion<'a>(detail: &'a Value, key: &str) -> &'a Value {
    detail["criteria"].as_array().unwrap().iter().find(|c| c["key"] == key).unwrap()
}

#[test]
fn documents_of_a_step_are_readable_by_those_who_see_the_case() {
    let c = Course103::new();
    let (notice, photo) = (up(&c.district, "责令停止通知书.pdf", PDF), up(&c.district, "现场.png", PNG));
    assert_eq!(served(&c.enterprise.http, &notice), 404, "used nowhere yet");
    let stop = json!({
        "event": "stop_order", "occurred_on": "2021-08-03", "document": "停〔2021〕8号",
        "attachments": [notice["id"], photo["id"]],
    });
    // Of another's upload, twice the same, too many, unknown: nothing is written.
    let foreign = up(&c.city, "a.pdf", PDF);
    let nobody = "019c0000-0000-7000-8000-000000000000";
    let many: Vec<String> = (10..31).map(|n| format!("019c0000-0000-7000-8000-0000000000{n}")).collect();
    for (files, pointer) in [
        (json!([notice["id"], foreign["id"]]), "/attachments/1"),
        (json!([notice["id"], notice["id"]]), "/attachments/1"),
        (json!([nobody]), "/attachments/0"),
        (json!(many), "/attachments"),
    ] {
        let mut body = stop.clone();
        body["attachments"] = files;
        let refused = c.refused(&c.district, body);
        assert_eq!((refused.status, &refused.body["errors"][0]["pointer"]), (422, &json!(pointer)));
        assert!(refused.article.contains("第四十五条"), "{refused:?}");
    }
    assert_eq!(served(&c.enterprise.http, &notice), 404, "a refusal uses no file");
    c.step(&c.district, stop);
    for who in [&c.district, &c.enterprise.http, &c.city] {
        let line = c.get(who)["history"][1].clone();
        assert_eq!(line["attachments"], json!([notice, photo]));
        assert_eq!(line["actor_name"], c.get(&c.district)["history"][1]["actor_name"]);
        assert!(!text(&line["actor_name"]).is_empty());
        assert_eq!((served(who, &notice), served(who, &photo)), (200, 200));
    }
    assert_eq!((served(&c.elsewhere, &notice), served(&c.elsewhere, &photo)), (404, 404));
    // The wrong document was entered: the right one takes its place, and both stay.
    let right = up(&c.district, "更正后.pdf", PDF);
    let correct =
        json!({ "event": "correct", "corrects": 2, "reason": "附件有误", "attachments": [right["id"]] });
    c.step(&c.district, correct);
    let history = c.get(&c.enterprise.http)["history"].clone();
    assert_eq!((&history[2]["attachments"], &history[2]["corrects"]), (&json!([right]), &json!(2)));
    assert_eq!(history[1]["attachments"], json!([notice, photo]));
    // A file is document enough for a closing that the list does not bear out.
    let proof = up(&c.district, "注销证明.pdf", PDF);
    let close = json!({ "event": "close", "reason": "deregistered", "attachments": [proof["id"]] });
    assert_eq!(c.step(&c.district, close), "closed");
}

#[test]
fn the_dossier_names_every_file_by_its_sha_256() {
    let c = Course103::new();
    let order = up(&c.district, "停止通知.pdf", PDF);
    c.step(&c.district, json!({ "event": "stop_order", "attachments": [order["id"]] }));
    let who = &c.enterprise.http;
    let mut own = PDF.to_vec();
    own.extend_from_slice(b"% of the enterprise\n");
    let report = up(who, "<b>报告</b>.pdf", &own);
    c.step(who, json!({ "event": "start_correction" }));
    let action =
        json!({ "kind": "effectiveness", "description": "跟踪", "owner": "赵工", "due_on": "2021-09-01" });
    let action = who.post(&format!("{}/actions", c.path), &action).expect(201)["id"].clone();
    let first = json!({ "kind": "problem", "description": "描述" });
    let first = who.post(&format!("{}/actions", c.path), &first).expect(201)["id"].clone();
    let evidence = json!({ "description": "检验报告", "attachments": [report["id"]], "action": action });
    let piece = who.post(&format!("{}/evidence", c.path), &evidence).expect(201)["id"].clone();
    let detail = c.get(&c.district);
    assert_eq!(
        (&detail["actions"][0]["id"], &detail["actions"][1]["id"]),
        (&first, &action),
        "in the order of 8D"
    );
    assert_eq!(detail["actions"][1]["evidence"], json!([piece]));
    assert!(!text(&detail["evidence"][0]["submitted_by"]).is_empty());
    for language in ["zh-CN", "en"] {
        let page = c.district.get(&format!("{}/dossier?lang={language}", c.path));
        for wanted in
            [&sha256(PDF), &sha256(&own), "停止通知.pdf", &own.len().to_string(), "E1", "2021-08-04"]
        {
            assert!(page.text.contains(wanted), "no {wanted}: {}", page.text);
        }
        assert!(!page.text.contains("<b>报告"), "names are text");
        // In the reader's language alone: neither stored words nor the law's other name.
        let (own, others) = match language {
            "en" => ("SAMR Order No. 18; Product Quality Law", ["产品质量法 /", "省级"]),
            _ => ("（国家市场监督管理总局令第18号），产品质量法", ["SAMR Order", "provincial"]),
        };
        assert!(
            page.text.contains(own) && others.iter().all(|other| !page.text.contains(other)),
            "{}",
            page.text
        );
    }
    let json = c.district.get(&format!("{}/dossier?format=json", c.path)).expect(200);
    let file = &json["case"]["evidence"][0]["attachments"][0];
    assert_eq!((&file["sha256"], &file["size"]), (&json!(sha256(&own)), &json!(own.len())));
    assert_eq!(json["case"]["history"][1]["attachments"][0]["sha256"], sha256(PDF));
}

#[test]
fn evidence_proves_the_criterion_that_it_names() {
    let c = Course103::with_criteria();
    let who = &c.enterprise.http;
    let prove = |criterion: Option<&str>| {
        let body = json!({ "description": "x", "criterion": criterion });
        who.post(&format!("{}/evidence", c.path), &body).expect(201)["id"].clone()
    };
    c.step(who, json!({ "event": "start_correction" }));
    let of_stock = prove(Some("stock_disposed"));
    let detail = c.get(&c.district);
    let corrected = criterion(&detail, "corrected");
    assert_eq!(
        (&corrected["met"], &corrected["evidence"]),
        (&json!(false), &json!([])),
        "it is of something else"
    );
    let stock = criterion(&detail, "stock_disposed");
    assert_eq!(
        (&stock["met"], &stock["evidence"]),
        (&json!(false), &json!([of_stock])),
        "an officer decides"
    );
    c.step(who, json!({ "event": "submit_evidence" }));
    let plain = prove(None);
    let named = prove(Some("corrected"));
    let corrected = criterion(&c.get(&c.district), "corrected").clone();
    assert_eq!((&corrected["met"], &corrected["evidence"]), (&json!(true), &json!([plain, named])));
    c.step(&c.district, json!({ "event": "reinspect", "passed": true }));
    // What is still missing comes after the re-inspection, too.
    let decide = |key: &str, body: Value| c.second.json("PUT", &format!("{}/criteria/{key}", c.path), &body);
    let none = decide("first_batch_tested", json!({ "met": true }));
    assert_eq!(none.problem()["errors"][0]["pointer"], "/evidence");
    prove(Some("first_batch_tested"));
    let newest = prove(Some("first_batch_tested"));
    let view = decide("first_batch_tested", json!({ "met": true })).expect(200);
    assert_eq!(criterion(&view, "first_batch_tested")["decision"]["evidence"], newest);
    decide("stock_disposed", json!({ "met": true })).expect(200);
    assert_eq!(c.step(&c.second, json!({ "event": "clear" })), "cleared");
    let late = who.post(&format!("{}/evidence", c.path), &json!({ "description": "x" }));
    assert_eq!(late.refusal(), (409, "evidence_closed".to_owned()));
}

#[test]
fn earlier_advice_is_shown_on_the_case() {
    let app = TestApp::builder()
        .at("2021-08-04T01:00:00Z")
        .settings(|s| s.edit::<AuthSettings>().access_token_seconds = 86_400)
        .start();
    let mut c = Course103::on(app);
    let fresh = c.fresh("R-early", "");
    let expert = c.app.approved_expert(&c.province, "expert-1", "K0101");
    let question = json!({ "nonconformity": fresh, "subject": "绝缘", "question": "如何整改？" });
    let talk = c.enterprise.http.post("/api/v1/consultations", &question).expect(201);
    let talk = text(&talk["id"]);
    expert.http.act(&format!("/api/v1/consultations/{talk}/accept")).expect(200);
    let advice = json!({ "actions": [{ "kind": "containment", "description": "封存" }] });
    let given = expert.http.post(&format!("/api/v1/consultations/{talk}/advice"), &advice).expect(201);
    assert_eq!(given["case"], Value::Null);
    let open = json!({ "nonconformity": fresh, "stopped_on": "2021-08-04" });
    let opened = c.district.post("/api/v1/remediation/cases", &open).expect(201);
    c.path = format!("/api/v1/remediation/cases/{}", text(&opened["id"]));
    let action = c.get(&c.enterprise.http)["actions"][0].clone();
    assert_eq!((&action["id"], &action["state"]), (&given["actions"][0], &json!("proposed")));
    assert_eq!((&action["message_seq"], &action["consultation_id"]), (&given["seq"], &json!(talk)));
    let accept = format!("{}/actions/{}/accept", c.path, text(&action["id"]));
    c.enterprise.http.post(&accept, &json!({ "owner": "王工" })).expect(200);
}

#[test]
fn an_adviser_cannot_clear_the_case_by_another_account() {
    let c = Course103::new();
    let expert = c.app.approved_expert(&c.province, "expert-1", "K0101");
    c.app.talk(&c.enterprise, &expert);
    // The expert works for the authority as well, by an account of its own with the same address.
    let twin = c.app.admin_at("expert-as-officer", "440103", "Expert-1@expert.example");
    c.correct();
    c.step(&c.district, json!({ "event": "reinspect", "passed": true }));
    let clear = json!({ "event": "clear" });
    // Refused for the role, before it is read what the step is.
    assert_eq!(c.refused_plain(&expert.http, clear.clone()), (403, "forbidden".to_owned()));
    let refused = c.refused(&twin, clear.clone());
    assert_eq!((refused.status, refused.code.as_str()), (409, "adviser_may_not_clear"));
    assert_eq!(refused.body["errors"][0]["pointer"], "/reviewer");
    assert!(refused.article.contains("第四十九条"));
    assert_eq!(c.step(&c.second, clear), "cleared");
}
