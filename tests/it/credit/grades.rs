//! The grades that are kept are what the fold gives; who may see them; how they change by conduct and by time alone.

use chrono::Duration;
use serde_json::{Value, json};

use super::{CREDIT, grade, listed, number, statement};
use crate::conduct::{decision, entered, entry, entry_of, people, step};
use crate::support::TestApp;
use crate::support::people::{PASSWORD, text};

#[test]
fn what_is_kept_is_what_the_fold_gives_today_and_on_coming_days() {
    let app = TestApp::start();
    let (officer, _, enterprise) = people(&app);
    assert_eq!(
        statement(&officer, &enterprise.id, None)["grade"],
        Value::Null,
        "nothing on file is no grade"
    );
    assert!(listed(&officer, CREDIT).is_empty());
    entered(&officer, &entry_of(&enterprise.id, "sold_after_stop"));
    grade(&app);
    let rows = listed(&officer, CREDIT);
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    assert_eq!(
        (&row["enterprise_id"], &row["grade"], &row["score"], &row["trial"], &row["role"], &row["since"]),
        (
            &json!(enterprise.id),
            &json!("c"),
            &json!(12_000),
            &json!(true),
            &json!("producer"),
            &json!("2026-03-02")
        )
    );
    let said = statement(&officer, &enterprise.id, None);
    assert_eq!((&said["grade"], &said["trial"]), (&json!("c"), &json!(true)));
    assert_eq!(said["roles"][0]["score"], 12_000);
    let fact = &said["roles"][0]["own"]["facts"][0];
    let counted = &fact["entries"][0];
    assert_eq!(
        (&counted["status"], &counted["points"], &counted["base"]),
        (&json!("counts"), &json!(12_000), &json!(12))
    );
    assert!(text(&counted["article"]["zh"]).contains("产品质量法"), "{counted}");
    let kinds: Vec<&Value> = counted["ends"].as_array().unwrap().iter().map(|end| &end["kind"]).collect();
    assert_eq!(kinds, [&json!("expiry"), &json!("repair"), &json!("objection")]);
    // The coming grade of the list is the first one of the projection, and says when the entry has expired.
    let ahead = &said["projection"][0];
    assert_eq!((&ahead["grade"], &ahead["day"]), (&json!("a"), &row["next_grade_on"]));
    assert_eq!(row["next_grade"], "a");
    assert!(text(&said["sentence"]["zh"]).contains("若无新增情况"), "{}", said["sentence"]);
    assert!(text(&said["sentence"]["zh"]).contains("（试行）"));
    // When that day has come the list says what the projection said.
    let day = text(&ahead["day"]);
    app.clock.set(format!("{day}T01:00:00Z").parse().unwrap());
    grade(&app);
    let officer = app.http().log_in("officer", PASSWORD);
    let row = &listed(&officer, CREDIT)[0];
    assert_eq!((&row["grade"], &row["score"], &row["since"]), (&json!("a"), &json!(0), &json!(day)));
    let history = &statement(&officer, &enterprise.id, None)["history"];
    assert_eq!((&history[0]["reason"], &history[0]["grade_before"]), (&json!("day"), &json!("c")));
    assert!(text(&history[0]["text"]["zh"]).contains("有效期届满"), "{history}");
}

#[test]
fn a_worse_grade_waits_for_the_notice_and_an_annulled_entry_leaves_at_once() {
    let app = TestApp::start();
    let (officer, second, enterprise) = people(&app);
    let path = entered(&officer, &entry(&enterprise.id));
    grade(&app);
    let row = &listed(&officer, CREDIT)[0];
    assert_eq!((&row["grade"], &row["score"], &row["next_grade"]), (&json!("a"), &json!(0), &json!("b")));
    let entry = &statement(&officer, &enterprise.id, None)["roles"][0]["own"]["facts"][0]["entries"][0];
    assert_eq!(entry["status"], "not_yet");
    // An objection keeps it from counting and is marked at once.
    step(&enterprise.http, &path, "object", &json!({ "reason": "样品不是本企业的" })).expect(200);
    grade(&app);
    let row = &listed(&officer, &format!("{CREDIT}?objection=true"))[0];
    assert_eq!((&row["under_objection"], &row["next_grade"]), (&json!(true), &Value::Null));
    assert!(listed(&officer, &format!("{CREDIT}?objection=false")).is_empty());
    step(&second, &path, "annul", &{
        let mut annulled = decision();
        annulled["ground"] = json!("objection");
        annulled
    })
    .expect(200);
    grade(&app);
    assert_eq!(listed(&officer, CREDIT)[0]["grade"], Value::Null, "nothing stands on the file any more");
    assert_eq!(
        number(&app, "SELECT count(*) FROM credit_change"),
        1,
        "several changes of one day are one row"
    );
}

#[test]
fn officers_of_the_region_and_the_operator_itself_know_of_it_and_nobody_else() {
    let app = TestApp::start();
    let (officer, _, enterprise) = people(&app);
    let other = app.claimed_enterprise(2, "440305", "K0301");
    entered(&officer, &entry_of(&enterprise.id, "sold_after_stop"));
    entered(&officer, &entry_of(&other.id, "sampling_passed"));
    grade(&app);
    let (guangzhou, shenzhen) = (app.admin("guangzhou", "440100"), app.admin("shenzhen", "440300"));
    for (who, wanted, hidden) in
        [(&guangzhou, &enterprise.id, &other.id), (&shenzhen, &other.id, &enterprise.id)]
    {
        let ids: Vec<Value> = listed(who, CREDIT).iter().map(|row| row["enterprise_id"].clone()).collect();
        assert_eq!(ids, [json!(wanted)]);
        assert_eq!(who.get(&format!("{CREDIT}/{hidden}")).status, 404);
    }
    assert_eq!(listed(&officer, CREDIT).len(), 2);
    let own = enterprise.http.get("/api/v1/my/credit").expect(200);
    assert_eq!((&own["grade"], &own["enterprise_id"]), (&json!("c"), &json!(enterprise.id)));
    assert_eq!(own["measures"][0]["tasks"], json!([]), "tasks are the officers'");
    assert_eq!(enterprise.http.get(&format!("{CREDIT}/{}", enterprise.id)).status, 200);
    assert_eq!(enterprise.http.get(&format!("{CREDIT}/{}", other.id)).status, 404);
    assert_eq!(enterprise.http.get(CREDIT).status, 403);
    assert_eq!(officer.get("/api/v1/my/credit").status, 403);
    assert_eq!(app.http().get(CREDIT).status, 401);
    assert_eq!(app.operator("runs-it").get(CREDIT).status, 403);
    // Filters and search.
    for (query, count) in [
        ("grade=c", 1),
        ("grade=a", 1),
        ("grade=d", 0),
        ("role=producer", 2),
        ("role=seller", 0),
        ("region=440100", 1),
        ("coming=true", 1),
        ("coming=false", 1),
        ("repair=true", 0),
        ("class=strict&q=%E5%B9%BF%E5%B7%9E%E7%AC%AC1%E5%85%AC%E5%8F%B8&grade=c", 0),
    ] {
        let found = listed(&officer, &format!("{CREDIT}?{query}")).len();
        if query.starts_with("class") {
            let all = ["strict", "special", "general"]
                .map(|class| listed(&officer, &format!("{CREDIT}?class={class}&grade=c")).len());
            assert_eq!(all.iter().sum::<usize>(), 1, "each stands in one class");
        } else {
            assert_eq!(found, count, "{query}");
        }
    }
    let problem = officer.get(&format!("{CREDIT}?as_of=2026-03-03")).problem();
    assert_eq!(problem["errors"][0]["pointer"], "?as_of");
    let problem = officer.get(&format!("{CREDIT}?as_of=2026-03-01&objection=true")).problem();
    assert_eq!(problem["errors"][0]["pointer"], "?objection");
}

#[test]
fn an_operator_that_moves_or_ceases_is_taken_along() {
    let app = TestApp::start();
    let (officer, _, enterprise) = people(&app);
    entered(&officer, &entry_of(&enterprise.id, "sold_after_stop"));
    grade(&app);
    assert!(number(&app, "SELECT count(*) FROM credit_task WHERE state = 'open' AND region = '440106'") > 0);
    app.clock.advance(Duration::days(1));
    super::sql(
        &app,
        &format!(
            "UPDATE enterprise SET region = '440305', updated_at = '2026-03-03T01:00:00Z' WHERE id = '{}'",
            enterprise.id
        ),
    );
    grade(&app);
    let officer = app.http().log_in("officer", PASSWORD);
    let row = |day: &str| listed(&officer, &format!("{CREDIT}?as_of={day}"))[0]["region"].clone();
    assert_eq!((row("2026-03-02"), row("2026-03-03")), (json!("440106"), json!("440305")));
    assert_eq!(
        number(&app, "SELECT count(*) FROM credit_task WHERE state = 'open' AND region <> '440305'"),
        0
    );
    super::sql(
        &app,
        &format!(
            "UPDATE enterprise SET operating_status = 'deregistered', updated_at = '2026-03-03T02:00:00Z' WHERE id = '{}'",
            enterprise.id
        ),
    );
    grade(&app);
    assert_eq!(
        number(&app, "SELECT count(*) FROM credit_task WHERE state = 'open'"),
        0,
        "who is gone gets no measures"
    );
    assert_eq!(listed(&officer, CREDIT)[0]["grade"], "c", "and keeps its file");
}
