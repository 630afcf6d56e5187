//! Tags: the vocabulary of a region, and what is put on consultations.

use serde_json::{Value, json};
use zerodesk::consultation_tags::settings::TagSettings;

use crate::support::people::{Expert, text};
use crate::support::{Http, TestApp};

const PATH: &str = "/api/v1/tags";

fn make(who: &Http, name: &str) -> crate::support::http::Reply {
    who.post(PATH, &json!({ "name": name }))
}

fn names(who: &Http, query: &str) -> Vec<String> {
    let page = who.get(&format!("{PATH}{query}")).expect(200);
    page["items"].as_array().unwrap().iter().map(|tag| text(&tag["name"])).collect()
}

fn put(who: &Http, id: &str, tags: &[&str]) -> crate::support::http::Reply {
    who.json("PUT", &format!("/api/v1/consultations/{id}/tags"), &json!({ "tags": tags }))
}

#[test]
fn officers_keep_the_tags_of_their_region() {
    let app = TestApp::builder().settings(|s| s.edit::<TagSettings>().per_region = 2).start();
    let (province, talk) = app.small_world();
    let (city, elsewhere) = (app.admin("city", "440100"), app.admin("elsewhere", "440300"));
    let material = make(&province, " 原材料 ").expect(201);
    assert_eq!(
        (&material["name"], &material["region"], &material["retired"], &material["consultations"]),
        (&json!("原材料"), &json!("440000"), &json!(false), &json!(0))
    );
    let craft = make(&city, "工艺").expect(201);
    assert_eq!(names(&province, ""), ["工艺", "原材料"]);
    assert_eq!(names(&city, ""), ["工艺", "原材料"]);
    assert_eq!(names(&elsewhere, ""), ["原材料"]);
    assert_eq!(names(&talk.expert.http, ""), ["工艺", "原材料"], "those of the expert's consultations");
    let lonely = app.approved_expert(&province, "expert-2", "K0102");
    assert!(names(&lonely.http, "").is_empty());
    assert_eq!(names(&city, "?q=ycl"), ["原材料"], "as it is read");
    for who in [&talk.enterprise.http, &app.operator("operator")] {
        assert_eq!(who.get(PATH).status, 403);
        assert_eq!(make(who, "x").status, 403);
    }
    assert_eq!(make(&talk.expert.http, "x").problem()["errors"][0]["pointer"], "/region");
    // One name each in what goes together, whatever its letters; not too long; not for other regions.
    for (who, name) in [(&city, "原材料"), (&province, "工艺"), (&city, " "), (&city, &*"长".repeat(21))]
    {
        assert_eq!(make(who, name).problem()["errors"][0]["pointer"], "/name", "{name}");
    }
    let abroad = json!({ "name": "x", "region": "440300" });
    assert_eq!(city.post(PATH, &abroad).problem()["errors"][0]["pointer"], "/region");
    make(&elsewhere, "工艺").expect(201);
    // Kept by its region and those above.
    let one = |tag: &Value| format!("{PATH}/{}", text(&tag["id"]));
    let rename = |who: &Http, tag: &Value| who.json("PATCH", &one(tag), &json!({ "name": "工艺控制" }));
    assert_eq!(rename(&city, &material).status, 403);
    assert_eq!(rename(&elsewhere, &craft).status, 404);
    assert_eq!(rename(&talk.expert.http, &craft).status, 403);
    assert_eq!(rename(&province, &craft).expect(200)["name"], "工艺控制");
    assert_eq!(rename(&province, &craft).expect(200)["name"], "工艺控制", "the same name again is its own");
    // Retired, and brought back while there is room.
    city.send("DELETE", &one(&craft), &[], None).expect(204);
    city.send("DELETE", &one(&craft), &[], None).expect(204);
    assert_eq!(names(&city, "?retired=false"), ["原材料"]);
    assert_eq!(names(&city, "?retired=true"), ["工艺控制"]);
    make(&city, "送检").expect(201);
    make(&city, "标识").expect(201);
    assert_eq!(make(&city, "包装").problem()["errors"][0]["pointer"], "/name", "as many as there may be");
    let back = json!({ "retired": false });
    assert_eq!(city.json("PATCH", &one(&craft), &back).problem()["errors"][0]["pointer"], "/retired");
    city.json("PATCH", &one(&material), &back).expect(403);
    let page = city.get("/tags?retired=true").text;
    assert!(page.contains("工艺控制") && page.contains("恢复使用") && page.contains("format=xlsx"), "{page}");
    assert_eq!(talk.enterprise.http.get("/tags").status, 403);
    let page = talk.expert.http.get("/tags").text;
    assert!(
        page.contains("原材料") && !page.contains("新增标签…"),
        "an expert of no hospital keeps none: {page}"
    );
    for action in ["create_tag", "change_tag", "retire_tag"] {
        let audit = province.get(&format!("/api/v1/audit?action={action}")).expect(200);
        assert!(!audit["items"].as_array().unwrap().is_empty(), "{action}: {audit}");
    }
}

#[test]
fn tags_are_put_on_consultations_and_found_by_and_enterprises_know_nothing_of_them() {
    let app = TestApp::builder().settings(|s| s.edit::<TagSettings>().per_consultation = 2).start();
    let (officer, talk) = app.small_world();
    let (expert, enterprise, id) = (&talk.expert.http, &talk.enterprise.http, &*talk.id);
    let elsewhere = app.admin("elsewhere", "440300");
    let made = |who: &Http, name: &str| text(&make(who, name).expect(201)["id"]);
    let [material, craft, sample] = ["原材料", "工艺", "送检"].map(|name| made(&officer, name));
    let abroad = made(&elsewhere, "外地标签");
    let other = app.approved_expert(&officer, "expert-2", "K0102");
    for (who, status) in [
        (enterprise, 403),
        (&other.http, 404),
        (&elsewhere, 404),
        (&app.operator("operator"), 404),
        (&app.http(), 401),
    ] {
        assert_eq!(put(who, id, &[&material]).status, status);
    }
    let nobody = uuid::Uuid::now_v7().to_string();
    for (tags, pointer) in [
        (vec![&*material, &*nobody], "/tags/1"),
        (vec![&*abroad], "/tags/0"),
        (vec![&*material, &*craft, &*sample], "/tags"),
    ] {
        assert_eq!(put(expert, id, &tags).problem()["errors"][0]["pointer"], pointer);
    }
    let mut desk = app.following(expert, id);
    let mut queue = app.ws(&officer);
    let tagged = put(&officer, id, &[&material, &craft, &material]).expect(200);
    assert_eq!(
        tagged["tags"],
        json!([{ "id": material, "name": "原材料" }, { "id": craft, "name": "工艺" }])
    );
    desk.wait(|frame| frame["ev"] == "consultation" && frame["consultation"] == json!(id));
    queue.wait(|frame| frame["ev"] == "queue");

    // In lists, files and pages of experts and officers.
    let list = |who: &Http, tag: &str| {
        let page = who.get(&format!("/api/v1/consultations?tag={tag}")).expect(200);
        page["items"].as_array().unwrap().len()
    };
    for (who, counts) in
        [(&officer, [1, 1, 0]), (expert, [1, 1, 0]), (enterprise, [0, 0, 0]), (&other.http, [0; 3])]
    {
        assert_eq!([&material, &craft, &sample].map(|tag| list(who, tag)), counts);
    }
    assert_eq!(officer.get("/api/v1/consultations?tag=x").status, 422);
    let file = officer.get(&format!("/api/v1/consultations?tag={craft}&format=csv")).text;
    assert!(file.contains("原材料、工艺"), "{file}");
    for page in [
        format!("/queue?tag={craft}"),
        format!("/parts/queue?tag={craft}"),
        format!("/consultations?tag={craft}"),
        format!("/consultations/{id}"),
        format!("/consultations/{id}/related"),
        format!("/queue/{id}"),
    ] {
        let shown = officer.get(&page).text;
        assert!(shown.contains("<span class=\"chip\">工艺</span>") && shown.contains(id), "{page}: {shown}");
    }
    assert!(!officer.get(&format!("/parts/queue?tag={sample}")).text.contains(id));
    assert!(
        officer.get(&format!("/queue?tag={craft}")).text.contains(&format!("value=\"{craft}\" selected"))
    );

    // Not for the enterprise.
    let own = enterprise.get(&format!("/api/v1/consultations/{id}")).expect(200);
    assert!(own.get("tags").is_none(), "{own}");
    for page in [
        format!("/consultations/{id}"),
        format!("/consultations/{id}/related"),
        "/consultations".to_owned(),
        format!("/consultations?tag={craft}"),
        "/api/v1/consultations?format=csv".to_owned(),
        format!("/api/v1/consultations/{id}/history"),
    ] {
        let shown = enterprise.get(&page).text;
        assert!(!shown.contains("工艺") && !shown.contains("原材料"), "{page}: {shown}");
    }

    // Counted as far as one sees; retired ones stay and are put on nothing anew.
    let counted =
        |who: &Http, tag: &str| who.get(&format!("{PATH}/{tag}")).expect(200)["consultations"].clone();
    assert_eq!([&officer, &elsewhere].map(|who| counted(who, &craft)), [json!(1), json!(0)]);
    officer.send("DELETE", &format!("{PATH}/{craft}"), &[], None).expect(204);
    let choices = names(expert, &format!("?consultation={id}"));
    assert_eq!(choices, ["送检", "原材料"], "what can be put on it");
    assert_eq!(other.http.get(&format!("{PATH}?consultation={id}")).status, 404);
    let kept = put(expert, id, &[&craft]).expect(200);
    assert_eq!(kept["tags"], json!([{ "id": craft, "name": "工艺" }]));
    assert_eq!(put(expert, id, &[]).expect(200)["tags"], json!([]));
    assert_eq!(put(expert, id, &[&craft]).problem()["errors"][0]["pointer"], "/tags/0");
    let audit = officer.get("/api/v1/audit?action=tag_consultation").expect(200);
    assert_eq!(audit["items"].as_array().unwrap().len(), 3, "{audit}");
}

#[test]
fn who_is_only_asked_puts_no_tags_on() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let expert = app.approved_expert(&officer, "expert-1", "K0101");
    let id = text(&app.open(&app.claimed_enterprise(1, "440103", "K0101"))["id"]);
    let tag = text(&make(&officer, "工艺").expect(201)["id"]);
    assert_eq!(put(&expert.http, &id, &[&tag]).status, 403);
    assert!(!expert.http.get(&format!("/consultations/{id}/related")).text.contains("data-tags"));
    expert.http.act(&format!("/api/v1/consultations/{id}/accept")).expect(200);
    put(&expert.http, &id, &[&tag]).expect(200);
    assert!(expert.http.get(&format!("/consultations/{id}/related")).text.contains("data-tags"));
}

#[test]
fn two_officers_make_the_same_tag_once() {
    let app = TestApp::start();
    let (province, city) = (app.admin("officer", "440000"), app.admin("city", "440100"));
    let statuses = std::thread::scope(|threads| {
        let made = [&province, &city].map(|who| threads.spawn(|| make(who, "工艺").status));
        let mut statuses = made.map(|made| made.join().unwrap());
        statuses.sort_unstable();
        statuses
    });
    assert_eq!(statuses, [201, 422]);
}

/// An approved expert of a product hospital for cables.
fn of_hospital(app: &TestApp, officer: &Http, username: &str, hospital: &str) -> Expert {
    let application = json!({
        "name": format!("专家 {username}"), "title": "高级工程师", "email": format!("{username}@expert.example"),
        "regions": ["440000"], "hospital": hospital,
        "specialties": [{ "product_kind": "K0101", "level": 3, "items": ["绝缘电阻"] }],
    });
    let id = app.apply(username, &application);
    officer.act(&format!("/api/v1/expert-applications/{id}/approve")).expect(200);
    let http = app.http().log_in(username, crate::support::people::PASSWORD);
    Expert { http, id, name: format!("专家 {username}") }
}

#[test]
fn experts_keep_the_tags_of_their_product_hospital() {
    let app = TestApp::builder().settings(|s| s.edit::<TagSettings>().per_hospital = 2).start();
    let officer = app.admin("officer", "440000");
    let elsewhere = app.admin("elsewhere", "440300");
    let chen = of_hospital(&app, &officer, "expert-chen", "H01");
    let id = text(&app.open(&app.claimed_enterprise(1, "440103", "K0101"))["id"]);
    chen.http.act(&format!("/api/v1/consultations/{id}/accept")).expect(200);
    let colleague = of_hospital(&app, &officer, "expert-li", "H01");
    let other = of_hospital(&app, &officer, "expert-wu", "H02");
    make(&officer, "送检").expect(201);
    let tag = make(&chen.http, "绞合工艺").expect(201);
    assert_eq!(
        (&tag["hospital"], &tag["region"], &tag["may_edit"]),
        (&json!("H01"), &Value::Null, &json!(true))
    );
    let one = format!("{PATH}/{}", text(&tag["id"]));
    // Of one hospital: its colleagues keep it, nobody else knows of it before it is on a consultation.
    assert_eq!(names(&colleague.http, ""), ["绞合工艺"]);
    for who in [&other.http, &officer, &elsewhere] {
        assert!(!names(who, "").contains(&"绞合工艺".to_owned()));
        assert_eq!(who.get(&one).status, 404);
    }
    for (who, body, pointer) in [
        (&colleague.http, json!({ "name": "绞合工艺" }), "/name"),
        (&colleague.http, json!({ "name": "x", "region": "440000" }), "/region"),
    ] {
        assert_eq!(who.post(PATH, &body).problem()["errors"][0]["pointer"], pointer);
    }
    make(&other.http, "绞合工艺").expect(201);
    make(&colleague.http, "挤出").expect(201);
    assert_eq!(
        make(&chen.http, "第三个").problem()["errors"][0]["pointer"],
        "/name",
        "as many as there may be"
    );
    let renamed = colleague.http.json("PATCH", &one, &json!({ "name": "绞合" })).expect(200);
    assert_eq!(renamed["name"], "绞合");
    // Its experts put it on theirs; officers see it there and don't keep it.
    let mut usable = names(&chen.http, &format!("?consultation={id}"));
    usable.sort();
    let mut wanted = ["绞合", "挤出", "送检"].map(str::to_owned);
    wanted.sort();
    assert_eq!(usable, wanted);
    assert_eq!(names(&officer, &format!("?consultation={id}")), ["送检"]);
    let tag = text(&tag["id"]);
    assert_eq!(put(&officer, &id, &[&tag]).problem()["errors"][0]["pointer"], "/tags/0");
    put(&chen.http, &id, &[&tag]).expect(200);
    assert!(names(&officer, "").contains(&"绞合".to_owned()));
    assert!(!names(&elsewhere, "").contains(&"绞合".to_owned()));
    assert_eq!(elsewhere.get(&one).status, 404);
    assert_eq!(officer.get(&one).expect(200)["may_edit"], false);
    assert_eq!(officer.json("PATCH", &one, &json!({ "name": "x" })).status, 403);
    assert!(officer.get(&format!("/queue?tag={tag}")).text.contains(&format!("value=\"{tag}\" selected")));
    let file = officer.get(&format!("{PATH}?format=csv")).text;
    let hospital = officer.get("/api/v1/product-hospitals").expect(200);
    let all = hospital.as_array().or_else(|| hospital["items"].as_array()).unwrap();
    let named = all.iter().find(|known| known["code"] == "H01");
    assert!(file.contains(&text(&named.unwrap()["name_zh"])), "{file}");
    let page = chen.http.get("/tags").text;
    assert!(page.contains("新增标签…") && page.contains(&format!("/consultations?tag={tag}")), "{page}");
    // An officer may take it away.
    assert_eq!(put(&officer, &id, &[]).expect(200)["tags"], json!([]));
}
