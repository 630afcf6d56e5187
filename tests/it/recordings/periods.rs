//! Recordings are erased by the outcome of the sampling; a legal hold wins.

use serde_json::{Value, json};
use zerodesk::attachments::Files;
use zerodesk::attachments::housekeeping::sweep as sweep_files;
use zerodesk::retention::erase::sweep;
use zerodesk::retention::settings::RetentionSettings;
use zerodesk::settings::ProcessSettings;

use super::{World, begin, filmed, world_of};
use crate::support::people::{PASSWORD, text};
use crate::support::{Http, TestApp};

fn stored(app: &TestApp) -> usize {
    let dir = app.app.settings().section::<ProcessSettings>().data_dir.join("attachments");
    let folders = std::fs::read_dir(dir).unwrap().map(|folder| folder.unwrap().path());
    folders.flat_map(|folder| std::fs::read_dir(folder).unwrap()).count()
}

fn erase(app: &TestApp) {
    sweep(&app.app, None).unwrap();
    let files = Files::open(app.app.settings()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(sweep_files(&app.app, &files)).unwrap();
}

fn ended(world: &World, id: &str, outcome: &str) {
    let today = world.app.now().to_rfc3339();
    world.sql(&format!(
        "UPDATE inspection SET state = 'final', outcome = '{outcome}', final_on = '{today}'::date, reported_on = '{today}'::date,
             updated_at = '{today}' WHERE id = '{id}'"
    ));
}

/// A recording of two segments; gives its path.
fn recorded(world: &World, n: u32) -> String {
    let mut device = begin(world, &world.sampler);
    filmed(world, &world.sampler, &mut device, n, 2);
    device.path
}

fn due(who: &Http, kind: &str) -> (i64, i64) {
    let preview = who.get("/api/v1/retention/preview").expect(200);
    let found: Vec<&Value> =
        preview["kinds"].as_array().unwrap().iter().filter(|k| k["kind"] == kind).collect();
    (found[0]["rows"].as_i64().unwrap(), found[0]["held"].as_i64().unwrap())
}

#[test]
fn what_passed_goes_after_days_what_failed_after_months_and_a_hold_keeps_both() {
    let app = TestApp::builder()
        .settings(|settings| {
            let mut periods = settings.edit::<RetentionSettings>();
            (periods.recordings_passed_days, periods.recordings_failed_months) = (30, 36);
        })
        .start();
    let mut world = world_of(app);
    let first = world.inspection.clone();
    let passed = recorded(&world, 1);
    let second = world.inspect("CY-002");
    world.inspection = second.clone();
    let failed = recorded(&world, 11);
    ended(&world, &first, "conforming");
    ended(&world, &second, "nonconforming");
    assert_eq!(stored(&world.app), 4);
    world.app.clock.advance(chrono::Duration::days(29));
    let province = world.app.http().log_in("province", PASSWORD);
    assert_eq!(due(&province, "recordings_passed"), (0, 0));
    world.app.clock.advance(chrono::Duration::days(3));
    let province = world.app.http().log_in("province", PASSWORD);
    assert_eq!(due(&province, "recordings_passed"), (1, 0));
    // A hold on the enterprise keeps it.
    let hold = json!({ "target": "enterprise", "id": world.enterprise.id, "reason": "涉及行政诉讼" });
    let hold = province.post("/api/v1/retention/holds", &hold).expect(201);
    assert_eq!(due(&province, "recordings_passed"), (0, 1));
    erase(&world.app);
    assert_eq!(stored(&world.app), 4);
    let release = format!("/api/v1/retention/holds/{}/release", text(&hold["id"]));
    province.post(&release, &json!({ "reason": "诉讼终结" })).expect(200);
    erase(&world.app);
    assert_eq!(stored(&world.app), 2, "what failed is kept");
    let view = province.get(&passed).expect(200);
    assert!(view["erased_at"].is_string() && view["segments"][0]["rendition"].is_null(), "{view}");
    assert_eq!(view["segments"][0]["sha256"].as_str().unwrap().len(), 64, "the hashes stay");
    assert!(province.get(&failed).expect(200)["erased_at"].is_null());
    world.app.clock.advance(chrono::Duration::days(3 * 366));
    let province = world.app.http().log_in("province", PASSWORD);
    assert_eq!(due(&province, "recordings_failed"), (1, 0));
    erase(&world.app);
    assert_eq!(stored(&world.app), 0);
    let runs = province.get("/api/v1/retention/runs").expect(200);
    let kinds: Vec<&str> =
        runs["items"].as_array().unwrap().iter().map(|run| run["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"recordings_passed") && kinds.contains(&"recordings_failed"), "{kinds:?}");
}
