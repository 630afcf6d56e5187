//! Draws: repeated from what is published alone, drawn again with a trace, named once the programme is closed.

use serde_json::{Value, json};
use std::process::Command;

use super::{approved, officers, target};
use crate::support::TestApp;
use crate::support::people::text;

/// Operators of a list, half of them of a kind under strict supervision.
fn operators(count: usize) -> Value {
    let one = |n: usize| {
        let kind = if n.is_multiple_of(2) { "K0301" } else { "K0302" };
        json!({ "name": format!("电缆厂{n}"), "uscc": format!("91440101MA5C{n:06}"), "product_kind": kind, "region": "440100" })
    };
    (0..count).map(one).collect()
}

fn repeated(frame: &str, seed: &str, count: &str) -> Vec<String> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), frame).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/programmes/repeat_draw.py");
    let output =
        Command::new("/usr/bin/python3").arg(script).arg(file.path()).args([seed, count]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

fn drawn(draw: &Value) -> Vec<String> {
    draw["drawn"].as_array().unwrap().iter().map(|row| text(&row["row_id"])).collect()
}

#[test]
fn anybody_repeats_a_draw_from_what_is_published() {
    let app = TestApp::start();
    let (planner, approver) = officers(&app);
    let (path, target) = approved(&planner, &approver, &target("C03", "440100", 8));
    let draws = format!("{path}/draws");
    let made = planner.post(&draws, &json!({ "target_id": target, "operators": operators(40) })).expect(201);
    assert_eq!(
        (&made["ordinal"], &made["in_force"], &made["drawn"], &made["frame"]["rows"]),
        (&json!(1), &json!(true), &json!(8), &json!(40))
    );
    assert_eq!(planner.get(&path).expect(200)["state"], "running", "the first draw begins the programme");
    // Whoever has no log-in sees the frame's hash, the seed and who was drawn, but not by name.
    let (nobody, id) = (app.http(), text(&made["id"]));
    let public = nobody.get(&format!("/api/v1/public/draws/{id}")).expect(200);
    let frame = nobody.get(&text(&public["frame_url"]));
    assert!(
        frame.header("content-type").starts_with("text/csv")
            && frame.header("content-disposition").contains("attachment")
    );
    assert_eq!(frame.text.lines().count(), 41);
    assert!(!frame.text.contains("91440101") && !frame.text.contains("电缆厂"), "nobody is told beforehand");
    let output = repeated(&frame.text, &text(&public["seed"]), "8");
    assert_eq!(output[0], text(&public["frame_sha256"]));
    assert_eq!(output[1..], drawn(&public));
    assert_eq!(
        (&public["recipe"], &public["salt"], &public["drawn"][0]["name"]),
        (&json!("zerodesk-draw-1"), &Value::Null, &Value::Null)
    );
    let page = nobody.get(&format!("/public/draws/{id}"));
    assert_eq!(page.status, 200);
    for wanted in [text(&public["seed"]), text(&public["frame_sha256"]), drawn(&public)[0].clone()] {
        assert!(page.text.contains(&wanted), "no {wanted}");
    }
    assert!(!page.text.contains("电缆厂"));
    // Officers see who it is.
    let officers = planner.get(&format!("/api/v1/draws/{id}/operators")).expect(200);
    let rows: Vec<String> =
        officers["items"].as_array().unwrap().iter().map(|row| text(&row["row_id"])).collect();
    assert_eq!(rows, drawn(&public));
    // Each leads to the form of its inspection, which is filled in.
    let page = planner.get(&format!("/draws/{id}")).text;
    let uscc = text(&officers["items"][0]["uscc"]);
    let at = page.find(&format!("operator_uscc={uscc}")).unwrap();
    let form = page[..at].rfind("/inspections/new?").unwrap();
    let end = page[form..].find('"').unwrap() + form;
    let form = planner.get(&page[form..end].replace("&#38;", "&").replace("&amp;", "&")).text;
    assert!(form.contains(&format!("value=\"{uscc}\"")) && form.contains(&target), "{form}");
    let (city, elsewhere) = (app.admin("city", "440100"), app.admin("elsewhere", "440300"));
    assert_eq!(
        city.get(&format!("/api/v1/draws/{id}/operators?limit=3")).expect(200)["items"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    assert_eq!(elsewhere.get(&format!("/api/v1/draws/{id}")).status, 404);
    assert_eq!(nobody.get(&format!("/api/v1/draws/{id}")).status, 401);
    // Once it is closed the names are published, and the salt, by which each id can be checked.
    planner.act(&format!("{path}/close")).expect(200);
    let public = nobody.get(&format!("/api/v1/public/draws/{id}")).expect(200);
    assert_eq!(public["drawn"][0]["name"], officers["items"][0]["name"]);
    let first = &officers["items"][0];
    let salt = zerodesk::programmes::draw::frame::seed_of(&text(&public["salt"])).unwrap();
    let mut bytes = salt.to_vec();
    bytes.extend(format!("producer\n{}\n{}", text(&first["product_kind"]), text(&first["uscc"])).bytes());
    let sha256 = zerodesk::programmes::draw::frame::hex(&zerodesk::core::secret::sha256(&bytes));
    assert_eq!(sha256[..32], text(&first["row_id"]));
    assert!(nobody.get(&format!("/public/draws/{id}")).text.contains(&text(&first["name"])));
    let again = json!({ "target_id": target, "operators": operators(40), "reason": "x" });
    assert_eq!(planner.post(&draws, &again).refusal(), (409, "programme_state".to_owned()));
}

#[test]
fn the_same_frame_and_seed_draw_the_same_and_a_further_draw_leaves_a_trace() {
    let app = TestApp::start();
    let (planner, approver) = officers(&app);
    let (path, target) = approved(&planner, &approver, &target("C03", "440100", 5));
    let draws = format!("{path}/draws");
    let pointers = |body: &Value| -> Vec<String> {
        let problem = planner.post(&draws, body).problem();
        problem["errors"].as_array().unwrap().iter().map(|error| text(&error["pointer"])).collect()
    };
    let seed = "ab".repeat(32);
    let body = |reason: Option<&str>| {
        json!({
            "target_id": target, "operators": operators(30), "seed": seed, "seed_event": "福利彩票双色球第 2026138 期", "reason": reason,
        })
    };
    for (change, wanted) in [
        (json!({ "seed": "xyz" }), "/seed"),
        (json!({ "seed_event": null }), "/seed_event"),
        (json!({ "seed": null }), "/seed"),
        (json!({ "count": 0 }), "/count"),
        (json!({ "target_id": "019c0000-0000-7000-8000-000000000000" }), "/target_id"),
        (json!({ "operators": [] }), "/operators"),
        (json!({ "operators": [{ "name": "x" }] }), "/operators/0/product_kind"),
        (json!({ "operators": [{ "name": "x", "product_kind": "K0101" }] }), "/operators/0/product_kind"),
        (
            json!({ "operators": [{ "name": "x", "product_kind": "K0301", "region": "440300" }] }),
            "/operators/0/region",
        ),
        (
            json!({ "operators": [{ "name": "x", "product_kind": "K0301", "uscc": "1" }] }),
            "/operators/0/uscc",
        ),
        // The number of an identity card would be published with the frame.
        (
            json!({ "operators": [{ "name": "x", "product_kind": "K0301", "uscc": "11010519491231002X" }] }),
            "/operators/0/uscc",
        ),
    ] {
        let mut asked = body(None);
        for (name, value) in change.as_object().unwrap() {
            asked[name] = value.clone();
        }
        assert_eq!(pointers(&asked), [wanted], "{change}");
    }
    let first = planner.post(&draws, &body(None)).expect(201);
    assert_eq!((&first["seed"], &first["seed_event"]), (&json!(seed), &json!("福利彩票双色球第 2026138 期")));
    assert_eq!(pointers(&body(None)), ["/reason"]);
    let second = planner.post(&draws, &body(Some("名单有误"))).expect(201);
    assert_eq!(
        (&second["ordinal"], &second["reason"], &second["in_force"]),
        (&json!(2), &json!("名单有误"), &json!(true))
    );
    let public =
        |draw: &Value| app.http().get(&format!("/api/v1/public/draws/{}", text(&draw["id"]))).expect(200);
    let (one, two) = (public(&first), public(&second));
    assert_eq!((drawn(&one), &one["frame_sha256"]), (drawn(&two), &two["frame_sha256"]));
    assert_eq!((&one["in_force"], &two["in_force"]), (&json!(false), &json!(true)));
    for published in [&one, &two] {
        let ordinals: Vec<&Value> =
            published["draws"].as_array().unwrap().iter().map(|draw| &draw["ordinal"]).collect();
        assert_eq!(ordinals, [&json!(1), &json!(2)], "the draw before it stays");
        assert_eq!(published["draws"][1]["reason"], "名单有误");
    }
    let page = app.http().get(&format!("/public/draws/{}", text(&first["id"]))).text;
    assert!(page.contains("不再有效") && page.contains("名单有误"), "{page}");
    let assigned = planner.act(&format!("/api/v1/draws/{}/laboratories", text(&first["id"])));
    assert_eq!(assigned.refusal(), (409, "draw_superseded".to_owned()));
    // Another seed draws others from the same frame, and the system's own seeds differ.
    let own = json!({ "target_id": target, "operators": operators(30), "reason": "演练" });
    let (third, fourth) =
        (public(&planner.post(&draws, &own).expect(201)), public(&planner.post(&draws, &own).expect(201)));
    assert_eq!(third["frame_sha256"], one["frame_sha256"]);
    assert_ne!(third["seed"], fourth["seed"]);
    assert_ne!(drawn(&third), drawn(&fourth));
    assert_eq!(planner.get(&draws).expect(200)["items"].as_array().unwrap().len(), 4);
}

#[test]
fn a_frame_is_made_of_the_register() {
    let app = TestApp::start();
    let (planner, approver) = officers(&app);
    let kinds: [(u32, &str, &str); 4] =
        [(1, "440103", "K0301"), (2, "440106", "K0301"), (3, "440305", "K0301"), (4, "440103", "K0601")];
    for (n, region, kind) in kinds {
        app.listed(n, region, kind);
    }
    let (path, one) = approved(&planner, &approver, &target("C03", "440100", 50));
    let draw = planner.post(&format!("{path}/draws"), &json!({ "target_id": one })).expect(201);
    assert_eq!((&draw["frame"]["rows"], &draw["drawn"], &draw["wanted"]), (&json!(2), &json!(2), &json!(50)));
    assert_eq!(draw["frame"]["query"]["source"], "register");
    let operators = planner.get(&format!("/api/v1/draws/{}/operators", text(&draw["id"]))).expect(200);
    for row in operators["items"].as_array().unwrap() {
        assert!(row["enterprise_id"].is_string() && text(&row["region"]).starts_with("4401"), "{row}");
    }
    let (path, one) = approved(&planner, &approver, &target("C10", "440100", 5));
    let none = planner.post(&format!("{path}/draws"), &json!({ "target_id": one }));
    assert_eq!(none.refusal(), (409, "frame_empty".to_owned()));
    let sellers = json!({ "product_class": "C03", "region": "440100", "samples": 5, "role": "seller" });
    let (path, one) = approved(&planner, &approver, &sellers);
    let refused = planner.post(&format!("{path}/draws"), &json!({ "target_id": one })).problem();
    assert_eq!(refused["errors"][0]["pointer"], "/operators");
    let draft = planner.post(super::PROGRAMMES, &super::written("草稿")).expect(201);
    let early = planner
        .post(&format!("{}/{}/draws", super::PROGRAMMES, text(&draft["id"])), &json!({ "target_id": one }));
    assert_eq!(early.refusal(), (409, "programme_state".to_owned()));
}

#[test]
fn rows_are_weighted_by_the_index_of_risk_of_their_kind_and_region() {
    use crate::risk::{Results, cell, follow};
    let app = crate::risk::start();
    let (planner, approver) = officers(&app);
    Results { kind: "K0301", region: "440103", day: "2026-02-01", tested: 40, failed: 20 }.insert(&app);
    Results { kind: "K0302", region: "440103", day: "2026-02-01", tested: 60, failed: 0 }.insert(&app);
    follow(&app);
    // From 1000 at an index of 0 to 2000 at 100, rounded down.
    let weight = |kind: &str| {
        let index = cell(&planner, kind, "440100", "")["index"].as_f64().unwrap();
        let hundredths: u64 = format!("{:.0}", index * 100.0).parse().unwrap();
        1_000 + hundredths / 10
    };
    let (risen, quiet) = (weight("K0301"), weight("K0302"));
    assert!(risen > quiet && quiet > 1_000, "{risen} {quiet}");
    let (path, target) = approved(&planner, &approver, &target("C03", "440100", 4));
    // Districts without results of their own have the index of their city.
    let mut rows = operators(3);
    rows.as_array_mut().unwrap().push(
        json!({ "name": "电缆厂甲", "uscc": "91440101MA5C990001", "product_kind": "K0301", "region": "440106" }),
    );
    let draws = format!("{path}/draws");
    let made = planner.post(&draws, &json!({ "target_id": target, "operators": rows })).expect(201);
    let query = &made["frame"]["query"];
    assert_eq!(
        (&query["risk_index_as_of"], &query["risk_rules"]),
        (&json!("2026-03-02"), &json!("risk-2026-trial"))
    );
    let public = app.http().get(&format!("/api/v1/public/draws/{}", text(&made["id"]))).expect(200);
    let frame = app.http().get(&text(&public["frame_url"])).text;
    let mut found: Vec<u64> =
        frame.lines().skip(1).map(|line| line.split(',').nth(3).unwrap().parse().unwrap()).collect();
    found.sort_unstable();
    assert_eq!(found, [quiet, risen, risen, risen]);
    for line in frame.lines().skip(1) {
        let numbers: Vec<u64> = line.split(',').skip(1).map(|number| number.parse().unwrap()).collect();
        assert_eq!(numbers[0] * numbers[1] * numbers[2] / 1_000_000, numbers[3], "{line}");
    }
    let output = repeated(&frame, &text(&public["seed"]), "4");
    assert_eq!(output[1..], drawn(&public));
}
