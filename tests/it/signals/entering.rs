//! Entering signals by hand: unique by source and number, stripped of persons, matched by rule.

use super::{SIGNALS, enter, items, news, signal, start};
use crate::support::people::text;
use serde_json::{Value, json};

#[test]
fn a_signal_is_known_by_its_source_and_what_that_calls_it() {
    let (_app, officer) = start();
    let first = enter(&officer, &news("n-1", "插座漏电", ""));
    assert_eq!((&first["outcome"], &first["merged_into"]), (&json!("inserted"), &Value::Null));
    let again = enter(&officer, &news("n-1", "插座漏电", ""));
    assert_eq!((&again["id"], &again["outcome"]), (&first["id"], &json!("unchanged")));
    let changed = enter(&officer, &news("n-1", "插座漏电起火", ""));
    assert_eq!((&changed["id"], &changed["outcome"]), (&first["id"], &json!("updated")));
    let mut other = news("n-1", "插座漏电", "");
    other["source"] = json!("opinion");
    assert_ne!(enter(&officer, &other)["id"], first["id"]);
    assert_eq!(items(&officer, SIGNALS).len(), 2);
    let seen = signal(&officer, &first["id"]);
    let steps: Vec<&str> =
        seen["history"].as_array().unwrap().iter().map(|e| e["step"].as_str().unwrap()).collect();
    assert!(steps.starts_with(&["enter"]) && steps.contains(&"update"), "{steps:?}");
    assert_eq!(seen["hazard"], "electric_shock", "by the words of its title");
}

#[test]
fn persons_are_taken_out_before_anything_is_stored() {
    let (app, officer) = start();
    let body = "网友“小王爱玩”和@质量卫士 称，拨打13812345678 或 zhang.san@example.com 可联系，身份证 44010319900101123X。条码 6901234567892。";
    let entered = enter(&officer, &news("n-2", "投诉人：李四 反映插座漏电", body));
    let seen = signal(&officer, &entered["id"]);
    let told = format!("{} {}", seen["title"], seen["text"]);
    for gone in ["小王爱玩", "质量卫士", "13812345678", "zhang.san", "44010319900101123X", "李四"] {
        assert!(!told.contains(gone), "{gone}: {told}");
    }
    assert!(told.contains("6901234567892") && told.contains("漏电"), "{told}");
    // Nor in any other place of the database.
    use diesel::prelude::*;
    #[derive(diesel::QueryableByName)]
    struct Found {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        rows: i64,
    }
    let sql = "SELECT (SELECT count(*) FROM signal s WHERE s::text LIKE '%小王爱玩%') \
        + (SELECT count(*) FROM signal_event e WHERE e::text LIKE '%小王爱玩%') \
        + (SELECT count(*) FROM audit_entry a WHERE a::text LIKE '%小王爱玩%') AS rows";
    let found: Found = diesel::sql_query(sql).get_result(&mut *app.app.conn().unwrap()).unwrap();
    assert_eq!(found.rows, 0);
}

#[test]
fn what_is_wrong_names_its_field_and_leaves_nothing() {
    let (_app, officer) = start();
    for (change, pointer) in [
        (json!({ "published_on": "2026-11-21" }), "/published_on"),
        (json!({ "observed_on": "2026-11-19" }), "/observed_on"),
        (json!({ "source": "penalty" }), "/source"),
        (json!({ "title": " " }), "/title"),
        (json!({ "title": "长".repeat(301) }), "/title"),
        (json!({ "url": "javascript:alert(1)" }), "/url"),
        (json!({ "barcode": "6901234567893" }), "/barcode"),
        (json!({ "severity": 5 }), "/severity"),
        (json!({ "product_kind": "K9999" }), "/product_kind"),
        (json!({ "enterprise_id": "01920000-0000-7000-8000-000000000000" }), "/enterprise_id"),
        (json!({ "region": "110000" }), "/region"),
    ] {
        let mut body = news("n-3", "插座漏电", "");
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let problem = officer.post(SIGNALS, &body).expect(422);
        let pointers: Vec<&str> =
            problem["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect();
        assert!(pointers.contains(&pointer), "{change}: {problem}");
    }
    assert!(items(&officer, SIGNALS).is_empty());
}

#[test]
fn what_a_person_says_of_the_enterprise_says_where_it_is() {
    let (app, officer) = start();
    let (code, _) = app.listed(1, "440103", "K0101");
    let known = signal(&officer, &enter(&officer, &news("e-0", "产品抽查", &code))["id"]);
    let mut body = news("e-1", "另一件事", "");
    body["enterprise_id"] = known["enterprise_id"].clone();
    let seen = signal(&officer, &enter(&officer, &body)["id"]);
    assert_eq!((&seen["region"], &seen["scope"]), (&json!("440103"), &json!("440103")));
    let reasons: Vec<&str> =
        seen["match_reasons"].as_array().unwrap().iter().map(|r| r["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, ["person", "region_of_firm"]);
}

#[test]
fn what_an_officer_enters_or_says_stays_in_sight() {
    let (app, _province) = start();
    let city = app.admin("city-officer", "440100");
    let id = enter(&city, &news("c-1", "深圳市福田区一商场插座起火", ""))["id"].clone();
    let seen = signal(&city, &id);
    assert_eq!((&seen["scope"], &seen["region"]), (&json!("440100"), &Value::Null));
    let (code, _) = app.listed(2, "440304", "K0101");
    let province = app.admin("officer-2", "440000");
    let known = signal(&province, &enter(&province, &news("c-2", "产品抽查", &code))["id"]);
    let body = json!({ "enterprise_id": known["enterprise_id"] });
    let refused = city.post(&format!("{SIGNALS}/{}/match", text(&id)), &body).expect(422);
    assert_eq!(refused["errors"][0]["pointer"], "/enterprise_id");
    assert_eq!(signal(&city, &id)["state"], "new", "nothing was done");
}

#[test]
fn what_is_told_anew_is_matched_anew_also_to_nothing() {
    let (_app, officer) = start();
    let id = enter(&officer, &news("u-1", "热轧带肋钢筋问题", ""))["id"].clone();
    assert_eq!(signal(&officer, &id)["state"], "matched");
    enter(&officer, &news("u-1", "今日要闻", ""));
    let seen = signal(&officer, &id);
    assert_eq!((&seen["state"], &seen["product_kind"]), (&json!("new"), &Value::Null));
}

#[test]
fn persons_are_in_nothing_that_it_names() {
    let (_app, officer) = start();
    let mut body = news("微信号abc12345", "插座漏电", "");
    body["maker"] = json!("某某厂 联系人：李四 13812345678");
    body["model"] = json!("a.b@example.com");
    let told = signal(&officer, &enter(&officer, &body)["id"]).to_string();
    for gone in ["李四", "13812345678", "example.com", "abc12345"] {
        assert!(!told.contains(gone), "{gone}: {told}");
    }
    assert_eq!(enter(&officer, &body)["outcome"], "unchanged", "it is known again");
}

#[test]
fn an_enterprise_is_matched_by_code_and_by_name_with_the_confidence_shown_and_never_by_brand_alone() {
    let (app, officer) = start();
    let (code, _) = app.listed(1, "440103", "K0101");
    let by_code = enter(&officer, &news("m-1", "产品抽查", &format!("生产者代码 {code} 的产品不合格")));
    let seen = signal(&officer, &by_code["id"]);
    assert_eq!(
        (&seen["state"], &seen["match_confidence"], &seen["region"]),
        (&json!("matched"), &json!(90), &json!("440103"))
    );
    assert_eq!(seen["enterprise"], "广州第1公司");
    let mut named = news("m-2", "抽查", "");
    named["maker"] = json!("广州第1公司");
    let seen = signal(&officer, &enter(&officer, &named)["id"]);
    assert_eq!((&seen["enterprise"], &seen["matched_by"]), (&json!("广州第1公司"), &json!("rule")));
    let mut brand = news("m-3", "抽查二", "");
    brand["brand"] = json!("广州第1公司");
    let seen = signal(&officer, &enter(&officer, &brand)["id"]);
    assert_eq!(
        (&seen["state"], &seen["enterprise_id"], &seen["match_confidence"]),
        (&json!("new"), &Value::Null, &json!(0))
    );
    let reasons: Vec<&str> =
        seen["match_reasons"].as_array().unwrap().iter().map(|r| r["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, ["brand_alone"]);
}

#[test]
fn officers_of_the_region_and_above_see_it_and_nobody_else() {
    let (app, province) = start();
    let (city, other) = (app.admin("city-officer", "440100"), app.admin("other-city", "440300"));
    let operator = app.operator("operator");
    let mut body = news("s-1", "插座漏电", "");
    body["region"] = json!("440103");
    let id = text(&enter(&city, &body)["id"]);
    for (who, status) in [(&province, 200), (&city, 200), (&other, 404), (&operator, 403), (&app.http(), 401)]
    {
        assert_eq!(who.get(&format!("{SIGNALS}/{id}")).status, status);
    }
    assert!(items(&other, SIGNALS).is_empty());
    assert_eq!(other.post(&format!("{SIGNALS}/{id}/triage"), &json!({})).status, 404);
    assert_eq!(other.get(&format!("/signals/{id}")).status, 404);
    let page = province.get(&format!("/signals/{id}"));
    assert_eq!(page.status, 200);
    assert!(page.text.contains("来源可查"), "how far it is relied on is shown");
}
