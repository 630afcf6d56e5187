//! Agreement and dissent of a panel, the lead's signature, who left, and handing on with its history.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};
use std::thread;

use super::support::{Scenario, accept, accept_invitation};
use crate::support::people::{Enterprise, Expert, text};

struct Panel {
    scenario: Scenario,
    enterprise: Enterprise,
    lead: Expert,
    members: Vec<Expert>,
    id: String,
}

impl Panel {
    /// A consultation under way with two experts on its panel.
    fn new() -> Self {
        let mut scenario = Scenario::new();
        let lead =
            scenario.expert("lead", &json!({ "specialties": [{ "product_kind": "K0101", "level": 3 }] }));
        let (enterprise, id) = scenario.opened();
        accept(&lead, &id);
        let members: Vec<Expert> = ["one", "two"]
            .map(|name| scenario.expert(name, &json!({ "specialties": [{ "product_class": "C40" }] })))
            .into();
        for member in &members {
            lead.http
                .post(&format!("/api/v1/consultations/{id}/invite"), &json!({ "expert": member.id }))
                .expect(200);
            accept_invitation(member, &id);
        }
        Self { scenario, enterprise, lead, members, id }
    }

    fn path(&self, what: &str) -> String {
        format!("/api/v1/consultations/{}/{what}", self.id)
    }

    fn opine(&self, who: &Expert, agreement: &str, reason: Option<&str>) -> crate::support::Reply {
        let mut body = json!({ "opinion": format!("{agreement} 的意见"), "agreement": agreement });
        if let Some(reason) = reason {
            body["reason"] = json!(reason);
        }
        who.http.post(&self.path("opinion"), &body)
    }

    fn of(seen: &Value, who: &Expert) -> Value {
        let all = seen["panel"].as_array().unwrap();
        all.iter()
            .find(|member| member["expert"] == json!(who.id))
            .unwrap_or_else(|| panic!("{seen}"))
            .clone()
    }
}

#[test]
fn the_conclusion_shows_who_agrees_and_who_dissents() {
    let panel = Panel::new();
    let [one, two] = [&panel.members[0], &panel.members[1]];
    let without = one.http.post(&panel.path("opinion"), &json!({ "opinion": "x" }));
    assert_eq!(without.status, 422, "the position is part of an opinion");
    assert_eq!(panel.opine(one, "perhaps", None).status, 422);
    let refused = panel.opine(one, "dissent", None);
    assert_eq!((refused.status, &refused.problem()["errors"][0]["pointer"]), (422, &json!("/reason")));
    let seen = panel.opine(one, "dissent", Some("样品数量不足")).expect(200);
    let said = Panel::of(&seen, one);
    assert_eq!(
        [&said["agreement"], &said["reason"], &said["after_conclusion"]],
        [&json!("dissent"), &json!("样品数量不足"), &json!(false)]
    );
    let hidden = panel.enterprise.http.get(&format!("/api/v1/consultations/{}", panel.id)).expect(200);
    assert_eq!(Panel::of(&hidden, one)["agreement"], Value::Null, "until the conclusion");
    assert_eq!(Panel::of(&hidden, one)["reason"], Value::Null);

    // One has said nothing yet: the lead waits, or says why not.
    let conclude = |more: Value| {
        let mut body = json!({ "conclusion": "更换材料" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        panel.lead.http.post(&panel.path("conclude"), &body)
    };
    let refused = conclude(json!({}));
    assert_eq!(refused.refusal(), (409, "opinions_missing".to_owned()));
    assert_eq!(refused.problem()["errors"][0]["pointer"], "/missing_opinions_reason");
    assert!(text(&refused.problem()["detail"]).contains(&two.name));
    let page = panel.lead.http.get(&format!("/consultations/{}/conclude", panel.id)).text;
    assert!(page.contains("missing_opinions_reason") && page.contains("样品数量不足"), "{page}");
    conclude(json!({ "missing_opinions_reason": "期限将至" })).expect(200);

    let document = panel.enterprise.http.get(&panel.path("conclusion")).expect(200);
    assert_eq!(
        (&document["signed_by"], &document["opinions"][0]["agreement"]),
        (&json!(panel.lead.name), &json!("dissent"))
    );
    assert_eq!(
        [&document["opinions"][0]["name"], &document["opinions"][0]["reason"]],
        [&json!(one.name), &json!("样品数量不足")]
    );
    assert_eq!(
        (&document["missing_opinions"], &document["missing_opinions_reason"]),
        (&json!([two.name]), &json!("期限将至"))
    );
    let sheet = panel.enterprise.http.get(&format!("/consultations/{}/conclusion", panel.id)).text;
    for words in ["不同意见", "样品数量不足", "期限将至", &format!("签发人：<bdi>{}</bdi>", panel.lead.name)]
    {
        assert!(sheet.contains(words), "{words}: {sheet}");
    }

    // An opinion that comes late is marked everywhere, and does not change what was signed.
    let form = two.http.get(&format!("/consultations/{}/opinion", panel.id)).text;
    assert!(form.contains("结论后发表"), "{form}");
    let seen = panel.opine(two, "abstain", None).expect(200);
    assert_eq!(Panel::of(&seen, two)["after_conclusion"], true);
    let after = panel.enterprise.http.get(&panel.path("conclusion")).expect(200);
    assert_eq!(after, document, "as it was signed");
    for format in ["html", "text"] {
        let transcript = panel.enterprise.http.get(&panel.path(&format!("transcript?format={format}"))).text;
        for words in ["（不同意见）", "理由：样品数量不足", "（弃权）（结论后发表）"]
        {
            assert!(transcript.contains(words), "{format} {words}: {transcript}");
        }
    }
    // Who changes an opinion after the conclusion takes nothing out of it: both stand in the transcript.
    panel.opine(one, "agree", None).expect(200);
    for format in ["html", "text", "json"] {
        let transcript = panel.enterprise.http.get(&panel.path(&format!("transcript?format={format}"))).text;
        assert!(transcript.contains("样品数量不足"), "{format}: {transcript}");
        assert_eq!(transcript.contains("（同意）（结论后发表）"), format != "json", "{format}: {transcript}");
    }
    let sheet = panel.enterprise.http.get(&format!("/consultations/{}/conclusion", panel.id)).text;
    assert!(sheet.contains("结论后发表的会诊意见"), "{sheet}");

    // Who has no part in it has no form and no say.
    let stranger = panel.scenario.expert("stranger", &json!({}));
    assert_eq!(panel.opine(&stranger, "agree", None).status, 404);
    for who in [&stranger.http, &panel.enterprise.http] {
        assert_eq!(who.get(&format!("/consultations/{}/opinion", panel.id)).status, 404);
    }
}

#[test]
fn two_experts_of_one_name_are_kept_apart() {
    let panel = Panel::new();
    let [one, two] = [&panel.members[0], &panel.members[1]];
    let sql = format!("UPDATE expert SET name = '王工' WHERE id IN ('{}', '{}')", one.id, two.id);
    panel.scenario.app.database().connect().batch_execute(&sql).unwrap();
    panel.opine(one, "agree", None).expect(200);
    let body = json!({ "conclusion": "更换材料", "missing_opinions_reason": "期限将至" });
    panel.lead.http.post(&panel.path("conclude"), &body).expect(200);
    // The other one says the same words after the conclusion.
    panel.opine(two, "agree", None).expect(200);
    let document = panel.enterprise.http.get(&panel.path("conclusion")).expect(200);
    let signed: Vec<&Value> = document["opinions"].as_array().unwrap().iter().map(|o| &o["expert"]).collect();
    assert_eq!(signed, [&json!(one.id)]);
    let transcript = panel.enterprise.http.get(&panel.path("transcript?format=json")).expect(200);
    let said: Vec<(&Value, &Value, &Value)> = transcript["opinions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|o| (&o["expert"], &o["name"], &o["after_conclusion"]))
        .collect();
    assert_eq!(
        said,
        [(&json!(one.id), &json!("王工"), &json!(false)), (&json!(two.id), &json!("王工"), &json!(true)),]
    );
}

#[test]
fn an_opinion_and_the_signature_at_once_are_one_after_the_other() {
    let panel = Panel::new();
    panel.opine(&panel.members[0], "agree", None).expect(200);
    let (opinion, signed) = thread::scope(|all| {
        let opinion = all.spawn(|| panel.opine(&panel.members[1], "agree", None).expect(200));
        let signed = all
            .spawn(|| panel.lead.http.post(&panel.path("conclude"), &json!({ "conclusion": "完成" })).status);
        (opinion.join().unwrap(), signed.join().unwrap())
    });
    let late = Panel::of(&opinion, &panel.members[1])["after_conclusion"].clone();
    assert_eq!(late, false, "without the opinion it can't be signed: {opinion}");
    if signed == 409 {
        panel.lead.http.post(&panel.path("conclude"), &json!({ "conclusion": "完成" })).expect(200);
    }
    let document = panel.lead.http.get(&panel.path("conclusion")).expect(200);
    assert_eq!(document["opinions"].as_array().unwrap().len(), 2, "{document}");
    assert_eq!(document["missing_opinions"], json!([]));
}

#[test]
fn who_left_sees_nothing_new() {
    let panel = Panel::new();
    let one = &panel.members[0];
    let mut there = panel.scenario.app.following(&one.http, &panel.id);
    there.say_acknowledged(&panel.id, "notes", "旧备注");
    let account = crate::people::id_of(&one.http);
    // The seat ends: suspended, and handed on.
    let suspended = json!({ "reason": "核查", "hand_over": true });
    panel.scenario.officer.post(&format!("/api/v1/experts/{}/suspend", one.id), &suspended).expect(200);
    there.wait_ev("unsubscribed");
    let mut lead = panel.scenario.app.following(&panel.lead.http, &panel.id);
    lead.say_acknowledged(&panel.id, "talk", "离开之后的消息");
    lead.say_acknowledged(&panel.id, "notes", &format!("离开之后的备注 @{}", one.name));
    let path = format!("/api/v1/consultations/{}", panel.id);
    for what in [
        path.clone(),
        format!("{path}/messages?stream=talk"),
        format!("{path}/messages?stream=notes"),
        format!("{path}/history"),
        format!("{path}/transcript"),
        format!("{path}/conclusion"),
        format!("{path}/note-readers"),
        format!("/consultations/{}", panel.id),
    ] {
        assert_eq!(one.http.get(&what).status, 404, "{what}");
    }
    assert_eq!(
        one.http.post(&format!("{path}/opinion"), &json!({ "opinion": "x", "agreement": "agree" })).status,
        404
    );
    assert_eq!(one.http.get("/api/v1/consultations").expect(200)["items"], json!([]));
    assert_eq!(one.http.get("/api/v1/mentions").expect(200), json!([]));
    zerodesk::consultations::mentions::tell(&panel.scenario.app.app).unwrap();
    let found = one.http.get("/api/v1/search?q=%E7%A6%BB%E5%BC%80%E4%B9%8B%E5%90%8E").expect(200);
    assert!(!found.to_string().contains(&panel.id), "{found}");
    let frames = there.frames_so_far();
    assert!(frames.iter().all(|f| !f.to_string().contains("离开之后")), "{frames:?}");
    assert!(!one.http.get("/").text.contains("离开之后"));
    let readers = panel.lead.http.get(&format!("{path}/note-readers")).expect(200);
    assert!(!readers.to_string().contains(&account), "{readers}");
}

#[test]
fn a_transfer_is_refused_with_its_history() {
    let mut scenario = Scenario::new();
    let lead = scenario.expert("lead", &json!({ "specialties": [{ "product_kind": "K0101", "level": 3 }] }));
    let (_, id) = scenario.opened();
    accept(&lead, &id);
    let heir = scenario.expert("heir", &json!({}));
    let body = json!({ "expert": heir.id, "reason": "专业不对口" });
    lead.http.post(&format!("/api/v1/consultations/{id}/transfer"), &body).expect(204);
    scenario.assert_at(&id, "offered", Some(&heir));
    assert_eq!(lead.http.get(&format!("/api/v1/consultations/{id}")).status, 404);
    heir.http
        .post(&format!("/api/v1/consultations/{id}/decline"), &json!({ "reason": "已满负荷" }))
        .expect(204);
    let lines = scenario.officer.get(&format!("/api/v1/consultations/{id}/history")).expect(200);
    let notes: Vec<(String, Value)> =
        lines.as_array().unwrap().iter().map(|l| (text(&l["event"]), l["note"].clone())).collect();
    for (event, note) in [("transfer", "专业不对口"), ("decline", "已满负荷")] {
        assert!(notes.contains(&(event.to_owned(), json!(note))), "{event}: {notes:?}");
    }
    let (status, holder) = scenario.held(&id);
    assert!(status != "active" && holder.as_deref() != Some(heir.name.as_str()), "{status} {holder:?}");
}
