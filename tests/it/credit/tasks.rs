//! Measures as tasks: they begin with a grade, are done by officers, come again, and end with the grade.

use chrono::Duration;
use serde_json::{Value, json};
use zerodesk::core::Caller;
use zerodesk::credit::measures::notices::RemindTasks;

use super::{CREDIT, grade, listed, statement};
use crate::conduct::{decision, entered, entry_of, people, step};
use crate::support::TestApp;
use crate::support::people::{PASSWORD, text};

const TASKS: &str = "/api/v1/credit/tasks";

fn of_key<'a>(tasks: &'a [Value], key: &str) -> Vec<&'a Value> {
    tasks.iter().filter(|task| task["key"] == key).collect()
}

#[test]
fn a_task_is_done_or_late_comes_again_and_ends_with_the_grade() {
    let app = TestApp::start();
    let (officer, _, enterprise) = people(&app);
    let district = app.admin_at("district", "440106", "district@office.example");
    let elsewhere = app.admin("elsewhere", "440300");
    let path = entered(&officer, &entry_of(&enterprise.id, "sold_after_stop"));
    grade(&app);
    let tasks = listed(&district, TASKS);
    let interview = of_key(&tasks, "interview")[0];
    assert_eq!(
        (
            &interview["due_on"],
            &interview["state"],
            &interview["grade"],
            &interview["trial"],
            &interview["late"]
        ),
        (&json!("2026-04-01"), &json!("open"), &json!("c"), &json!(true), &json!(false))
    );
    assert!(listed(&elsewhere, TASKS).is_empty());
    let done = |who: &crate::support::Http, task: &Value, body: &Value| {
        who.post(&format!("{TASKS}/{}/done", text(&task["id"])), body)
    };
    assert_eq!(done(&elsewhere, interview, &json!({ "note": "x" })).status, 404);
    assert_eq!(done(&enterprise.http, interview, &json!({ "note": "x" })).status, 403);
    for (body, pointer) in [
        (json!({ "note": " " }), "/note"),
        (json!({ "note": "x", "done_on": "2026-03-03" }), "/done_on"),
        (json!({ "note": "x", "done_on": "2026-03-01" }), "/done_on"),
    ] {
        assert_eq!(done(&district, interview, &body).problem()["errors"][0]["pointer"], pointer, "{body}");
    }
    let finished = done(&district, interview, &json!({ "note": "已约谈" })).expect(200);
    assert_eq!(
        (&finished["state"], &finished["done_on"], &finished["done_by"], &finished["note"]),
        (&json!("done"), &json!("2026-03-02"), &json!("name of district"), &json!("已约谈"))
    );
    assert_eq!(
        done(&district, interview, &json!({ "note": "x" })).refusal(),
        (409, "credit_task_state".to_owned())
    );
    assert_eq!(of_key(&listed(&district, TASKS), "interview").len(), 1, "once is once");
    let inspect = of_key(&tasks, "inspect")[0].clone();
    done(&district, &inspect, &json!({ "note": "已检查" })).expect(200);
    let again = listed(&district, &format!("{TASKS}?state=open"));
    assert_eq!(of_key(&again, "inspect")[0]["due_on"], "2026-08-29", "180 days after it was done");
    // Late ones are counted and told of by mail, once.
    app.clock.advance(Duration::days(200));
    grade(&app);
    let district = app.http().log_in("district", PASSWORD);
    let late = listed(&district, &format!("{TASKS}?late=true"));
    assert!(!late.is_empty() && late.iter().all(|task| task["late"] == true));
    let counts = district.get(&format!("{TASKS}/counts")).expect(200);
    assert_eq!(counts["late"], late.len());
    let told = app.app.execute(&Caller::system(), &RemindTasks { region: "440106".to_owned() }).unwrap();
    let mail = app.mail("district@office.example", "信用监管任务");
    assert!(
        mail.body_text.contains("广州第1公司") && mail.body_text.contains("（试行）"),
        "{}",
        mail.body_text
    );
    let again = app.app.execute(&Caller::system(), &RemindTasks { region: "440106".to_owned() }).unwrap();
    assert_eq!(again, 0, "told once, of {told}");
    // Where the grade betters, what is open of its measures is dropped.
    let officer = app.http().log_in("officer", PASSWORD);
    let mut annulled = decision();
    (annulled["ground"], annulled["document"]) = (json!("court"), json!("（2026）粤01行终1号"));
    step(&officer, &path, "annul", &annulled).expect(200);
    grade(&app);
    assert!(listed(&district, &format!("{TASKS}?state=open")).is_empty());
    assert!(!listed(&district, &format!("{TASKS}?state=dropped")).is_empty());
    let measures = statement(&officer, &enterprise.id, None)["measures"].clone();
    assert!(
        measures.as_array().unwrap().iter().all(|measure| measure["until_day"] == "2026-09-18"),
        "{measures}"
    );
    let file = officer.get(&format!("{TASKS}?format=csv"));
    assert!(file.text.contains("已约谈") && file.text.contains("重点监管"), "{}", file.text);
    assert_eq!(officer.get(&format!("{CREDIT}/rules")).expect(200)["trial"], true);
}

#[test]
fn a_worse_grade_asks_for_a_measure_again_and_puts_nothing_off() {
    let app = TestApp::start();
    let (officer, _, enterprise) = people(&app);
    entered(&officer, &entry_of(&enterprise.id, "sold_after_stop"));
    grade(&app);
    let open = |who: &crate::support::Http, key: &str| -> Vec<(Value, Value)> {
        let tasks = listed(who, &format!("{TASKS}?state=open"));
        of_key(&tasks, key).iter().map(|task| (task["grade"].clone(), task["due_on"].clone())).collect()
    };
    assert_eq!(open(&officer, "interview"), [(json!("c"), json!("2026-04-01"))]);
    app.clock.advance(Duration::days(10));
    let officer = app.http().log_in("officer", PASSWORD);
    let again = entered(&officer, &entry_of(&enterprise.id, "sold_after_stop"));
    grade(&app);
    assert_eq!(open(&officer, "interview"), [(json!("d"), json!("2026-04-01"))], "as it was due before");
    assert_eq!(open(&officer, "special"), [(json!("d"), json!("2026-03-27"))]);
    assert!(open(&officer, "inspect").is_empty(), "grade D has another inspection");
    let task = of_key(&listed(&officer, &format!("{TASKS}?state=open")), "interview")[0]["id"].clone();
    officer.post(&format!("{TASKS}/{}/done", text(&task)), &json!({ "note": "已约谈" })).expect(200);
    // A better grade does not ask again for what was done; a worse one does.
    let mut annulled = decision();
    annulled["ground"] = json!("mistake");
    step(&officer, &again, "annul", &annulled).expect(200);
    grade(&app);
    assert!(open(&officer, "interview").is_empty());
    assert_eq!(open(&officer, "inspect"), [(json!("c"), json!("2026-04-11"))]);
    let second = app.http().log_in("second", PASSWORD);
    entered(&second, &entry_of(&enterprise.id, "sold_after_stop"));
    grade(&app);
    assert_eq!(open(&officer, "interview"), [(json!("d"), json!("2026-04-11"))]);
    let measures = statement(&officer, &enterprise.id, None)["measures"].clone();
    let running: Vec<(&Value, &Value)> = measures
        .as_array()
        .unwrap()
        .iter()
        .filter(|measure| measure["until_day"].is_null() && measure["key"] == "interview")
        .map(|measure| (&measure["grade"], &measure["from_day"]))
        .collect();
    assert_eq!(running, [(&json!("d"), &json!("2026-03-12"))], "{measures}");
}
