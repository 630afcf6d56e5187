//! Grades weigh draws: an operator of grade D is drawn more often than one of grade A, and anybody can still repeat the draw. Grades on trial do not
//! weigh unless the settings say so.

use serde_json::{Value, json};
use std::process::Command;
use zerodesk::conduct::settings::ConductSettings;

use super::{grade, number};
use crate::conduct::{entered, entry_of};
use crate::programmes::{approved, officers, target};
use crate::support::TestApp;
use crate::support::csv::uscc;
use crate::support::people::text;

/// Ten enterprises on the list of which the last two are on the list of severe breaches; gives the credit codes of these.
fn ten(app: &TestApp) -> Vec<String> {
    let officer = app.admin("enters", "440000");
    let mut bad = Vec::new();
    for n in 1..=10 {
        let enterprise = app.claimed_enterprise(n, "440106", "K0301");
        let behaviour = if n > 8 { "severe_list" } else { "sampling_passed" };
        let mut entry = entry_of(&enterprise.id, behaviour);
        entry["document_no"] = json!(format!("粤市监处罚〔2026〕{n}号"));
        entered(&officer, &entry);
        bad.extend((n > 8).then(|| uscc(n)));
    }
    // The list of severe breaches counts after its notice.
    app.clock.set("2026-04-20T01:00:00Z".parse().unwrap());
    grade(app);
    bad
}

/// Draws two of the ten under a hundred seeds; gives how often an operator of `bad` was among them, and the last draw.
fn hundred(app: &TestApp, bad: &[String]) -> (usize, Value) {
    let (planner, approver) = officers(app);
    let (path, target) = approved(&planner, &approver, &target("C03", "440100", 2));
    let (mut hits, mut last) = (0, Value::Null);
    for n in 0..100 {
        let body = json!({
            "target_id": target, "seed": format!("{n:064x}"), "seed_event": "测试", "reason": (n > 0).then_some("测试"),
        });
        last = planner.post(&format!("{path}/draws"), &body).expect(201);
        let drawn = planner.get(&format!("/api/v1/draws/{}/operators", text(&last["id"]))).expect(200);
        let codes = drawn["items"].as_array().unwrap().iter().map(|row| text(&row["uscc"]));
        hits += codes.filter(|code| bad.contains(code)).count();
    }
    (hits, last)
}

#[test]
fn an_operator_of_grade_d_is_drawn_more_often_and_the_draw_stays_repeatable() {
    let app = TestApp::builder()
        .settings(|settings| {
            for rules in &mut settings.edit::<ConductSettings>().rules {
                rules.provisional = false;
            }
        })
        .start();
    let bad = ten(&app);
    assert_eq!(number(&app, "SELECT count(*) FROM operator_grade WHERE grade = 'd'"), 2);
    assert_eq!(
        number(&app, "SELECT count(*) FROM operator_grade"),
        2,
        "A is what draws take without a grade"
    );
    let (hits, last) = hundred(&app, &bad);
    // Two of ten by chance alone are 40 of 200; with three times the weight some 80.
    assert!(hits > 60, "{hits} of 200");
    // The frame has the weights of the grades, and the recipe gives the same rows.
    let nobody = app.http();
    let public = nobody.get(&format!("/api/v1/public/draws/{}", text(&last["id"]))).expect(200);
    let frame = nobody.get(&text(&public["frame_url"])).text;
    assert_eq!(frame.lines().filter(|line| line.split(',').nth(2) == Some("3000")).count(), 2, "{frame}");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &frame).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/programmes/repeat_draw.py");
    let output = Command::new("/usr/bin/python3")
        .arg(script)
        .arg(file.path())
        .args([&text(&public["seed"]), "2"])
        .output()
        .unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    let repeated: Vec<&str> = output.lines().skip(1).collect();
    let drawn: Vec<String> =
        public["drawn"].as_array().unwrap().iter().map(|row| text(&row["row_id"])).collect();
    assert_eq!(repeated, drawn);
}

#[test]
fn grades_on_trial_do_not_weigh_draws() {
    let app = TestApp::start();
    ten(&app);
    assert_eq!(number(&app, "SELECT count(*) FROM credit_subject WHERE grade = 'd' AND trial"), 2);
    assert_eq!(number(&app, "SELECT count(*) FROM operator_grade"), 0, "frames can be read with names later");
}
