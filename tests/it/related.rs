//! Consultations that belong to one: links by hand, and the earlier ones about the same record, of the same enterprise, about the same kind.

use serde_json::{Value, json};
use zerodesk::consultations::settings::ConsultationSettings;

use crate::support::people::text;
use crate::support::{Http, TestApp};

fn path(id: &str) -> String {
    format!("/api/v1/consultations/{id}/related")
}

fn found(who: &Http, id: &str) -> Vec<Value> {
    who.get(&path(id)).expect(200)["items"].as_array().unwrap().clone()
}

fn ids(who: &Http, id: &str) -> Vec<String> {
    found(who, id).iter().map(|item| text(&item["id"])).collect()
}

#[test]
fn earlier_ones_are_found_by_record_enterprise_and_kind_as_far_as_the_reader_sees_them() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let (expert, enterprise) = (&talk.expert.http, &talk.enterprise);
    let conclude = json!({ "conclusion": "请更换绝缘料" });
    expert.post(&format!("/api/v1/consultations/{}/conclude", talk.id), &conclude).expect(200);
    app.clock.advance(chrono::Duration::seconds(1));
    let ask = |who: &Http, kind: &str| {
        let question = json!({ "subject": format!("关于 {kind}"), "question": "x", "product_kind": kind });
        text(&who.post("/api/v1/consultations", &question).expect(201)["id"])
    };
    let other_kind = ask(&enterprise.http, "K0102");
    let stranger = app.claimed_enterprise(2, "440305", "K0101");
    let strange = ask(&stranger.http, "K0101");
    app.clock.advance(chrono::Duration::seconds(1));
    let now = text(&app.open(enterprise)["id"]);

    assert_eq!(ids(&officer, &now), [&*talk.id, &*other_kind, &*strange], "the nearest first");
    let all = found(&officer, &now);
    assert_eq!(all[0]["relations"], json!(["nonconformity", "enterprise", "product_kind"]));
    assert_eq!(all[1]["relations"], json!(["enterprise"]));
    assert_eq!(all[2]["relations"], json!(["product_kind"]));
    assert!(text(&all[0]["number"]).contains('号') && all[0]["concluded_at"].is_string(), "{all:?}");
    assert_eq!(ids(&enterprise.http, &now), [&*talk.id, &*other_kind], "nothing of other enterprises");
    assert_eq!(ids(&app.admin("city", "440100"), &now), [&*talk.id, &*other_kind]);
    // Who is asked sees the one that was theirs, and what is offered to them; nothing else.
    let seen = ids(expert, &now);
    assert!(seen.contains(&talk.id), "{seen:?}");
    for id in seen {
        expert.get(&format!("/api/v1/consultations/{id}")).expect(200);
    }
    assert!(ids(&officer, &talk.id).is_empty(), "later ones are not earlier ones");
    for (who, status) in
        [(&stranger.http, 404), (&app.admin("elsewhere", "440300"), 404), (&app.operator("operator"), 404)]
    {
        who.get(&path(&now)).expect(status);
    }
    // Page by page.
    let first = officer.get(&format!("{}?limit=2", path(&now))).expect(200);
    let cursor = text(&first["next_cursor"]);
    let second = officer.get(&format!("{}?limit=2&cursor={cursor}", path(&now))).expect(200);
    assert_eq!((&second["items"][0]["id"], &second["next_cursor"]), (&json!(strange), &Value::Null));
    assert_eq!(officer.get(&format!("{}?limit=0", path(&now))).status, 422);

    let page = officer.get(&format!("/consultations/{now}/related"));
    assert!(page.status == 200 && page.text.contains("同一不合格记录"), "{}", page.text);
    let own = enterprise.http.get(&format!("/consultations/{now}/related")).text;
    assert!(own.contains(&talk.id) && !own.contains(&strange) && !own.contains("标签"), "{own}");
    assert_eq!(stranger.http.get(&format!("/consultations/{now}/related")).status, 404);
}

#[test]
fn experts_and_officers_link_what_they_see() {
    let app = TestApp::builder().settings(|s| s.edit::<ConsultationSettings>().links = 1).start();
    let (officer, talk) = app.small_world();
    let expert = &talk.expert.http;
    // What comes now is offered to nobody.
    expert.json("PUT", "/api/v1/experts/me/availability", &json!({ "available": false })).expect(200);
    let far = app.claimed_enterprise(2, "440305", "K0102");
    let question = json!({ "subject": "远处的问诊", "question": "x", "product_kind": "K0102" });
    let other = text(&far.http.post("/api/v1/consultations", &question).expect(201)["id"]);
    let link = |who: &Http, id: &str, other: &str| who.post(&path(id), &json!({ "consultation": other }));
    for (who, status) in [(&talk.enterprise.http, 403), (&far.http, 404), (&app.http(), 401)] {
        assert_eq!(link(who, &talk.id, &other).status, status);
    }
    // Itself, what is not there and what one may not see are the same kind of mistake.
    let nobody = uuid::Uuid::now_v7().to_string();
    for (who, wrong) in [(expert, &talk.id), (expert, &nobody), (expert, &other)] {
        assert_eq!(link(who, &talk.id, wrong).problem()["errors"][0]["pointer"], "/consultation");
    }
    let mut follows = app.following(expert, &talk.id);
    let linked = link(&officer, &talk.id, &other).expect(201);
    assert_eq!((&linked["id"], &linked["relations"]), (&json!(other), &json!(["linked"])));
    link(&officer, &talk.id, &other).expect(201);
    follows.wait(|frame| frame["ev"] == "consultation");
    // Both show it, to who sees the other.
    assert_eq!(ids(&officer, &talk.id), [&*other]);
    assert_eq!(ids(&officer, &other), [&*talk.id]);
    for (who, id) in [(expert, &talk.id), (&talk.enterprise.http, &talk.id), (&far.http, &other)] {
        assert!(ids(who, id).is_empty());
        let page = who.get(&format!("/consultations/{id}")).text;
        assert!(!page.contains(if *id == other { &talk.id } else { &other }), "{page}");
    }
    assert!(officer.get(&format!("/consultations/{}", talk.id)).text.contains("远处的问诊"));
    let third = json!({ "subject": "第三件", "question": "x", "product_kind": "K0102" });
    let third = text(&far.http.post("/api/v1/consultations", &third).expect(201)["id"]);
    assert_eq!(link(&officer, &talk.id, &third).problem()["errors"][0]["pointer"], "/consultation");

    let unlink =
        |who: &Http, other: &str| who.send("DELETE", &format!("{}/{other}", path(&talk.id)), &[], None);
    assert_eq!(unlink(expert, &other).status, 404, "the expert knows of no such link");
    assert_eq!(unlink(&talk.enterprise.http, &other).status, 403);
    unlink(&officer, &other).expect(204);
    unlink(&officer, &other).expect(404);
    assert!(ids(&officer, &talk.id).is_empty());
    for action in ["link_consultation", "unlink_consultation"] {
        let audit = officer.get(&format!("/api/v1/audit?action={action}")).expect(200);
        assert_eq!(audit["items"].as_array().unwrap().len(), 1, "{audit}");
    }
    let found = officer.get(&format!("/consultations/{}/related?q=远处", talk.id)).text;
    assert!(found.contains("<mark>远处</mark>"), "{found}");
}
