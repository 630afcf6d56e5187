//! Looking at recordings: for a reason, logged, originals for those whom the setting names.

use serde_json::{Value, json};

use super::{World, begin, film, filmed, sha256, upload, world};
use crate::support::people::text;
use crate::support::{Http, Reply};

fn open(world: &World, who: &Http, reason: &str) -> Value {
    who.post(&format!("{}/recordings/views", world.path()), &json!({ "reason": reason })).expect(201)
}

fn content(who: &Http, segment: &Value, view: &Value, more: &str) -> Reply {
    who.get(&format!(
        "/api/v1/recordings/segments/{}/content?view={}{more}",
        text(&segment["id"]),
        text(&view["id"])
    ))
}

/// A recording of two segments; gives the segments.
fn recorded(world: &World) -> Vec<Value> {
    let mut device = begin(world, &world.sampler);
    filmed(world, &world.sampler, &mut device, 1, 2);
    world.sampler.get(&device.path).expect(200)["segments"].as_array().unwrap().clone()
}

#[test]
fn a_view_needs_a_reason_and_the_enterprise_reads_who_looked() {
    let world = world();
    let segments = recorded(&world);
    let path = format!("{}/recordings/views", world.path());
    assert_eq!(
        world.officer.post(&path, &json!({ "reason": " " })).json()["errors"][0]["pointer"],
        "/reason"
    );
    let view = open(&world, &world.officer, "办理企业异议");
    assert_eq!(view["originals"], true);
    let seen = content(&world.officer, &segments[0], &view, "");
    assert_eq!((seen.status, seen.bytes), (200, film(1)));
    // A view is one person's.
    let borrowed = content(&world.sampler, &segments[0], &view, "");
    assert_eq!(borrowed.refusal(), (403, "forbidden".to_owned()));
    assert_eq!(content(&world.elsewhere, &segments[0], &view, "").status, 404);
    open(&world, &world.enterprise.http, "核实抽样过程");
    for who in [&world.officer, &world.enterprise.http] {
        let log = who.get(&path).expect(200);
        let lines: Vec<(String, String)> =
            log["items"].as_array().unwrap().iter().map(|v| (text(&v["role"]), text(&v["reason"]))).collect();
        let wanted = [("enterprise", "核实抽样过程"), ("admin", "办理企业异议")];
        assert_eq!(lines, wanted.map(|(role, reason)| (role.to_owned(), reason.to_owned())));
    }
    let page = world.enterprise.http.get(&format!("/inspections/{}/recording", world.inspection));
    assert!(page.text.contains("办理企业异议") && page.text.contains("name of officer"), "{}", page.text);
    // Those who record don't read the log, strangers know nothing of it.
    assert_eq!(world.sampler.get(&path).status, 403);
    assert_eq!(world.stranger.http.get(&path).status, 404);
    let audit = world.officer.get("/api/v1/audit?subject_type=inspection").expect(200);
    assert!(
        audit["items"].as_array().unwrap().iter().any(|row| row["action"] == "view_recordings"),
        "{audit}"
    );
    // It ends.
    world.app.clock.advance(chrono::Duration::minutes(61));
    let officer = world.app.http().log_in("officer", crate::support::people::PASSWORD);
    assert_eq!(content(&officer, &segments[0], &view, "").status, 403);
}

#[test]
fn originals_are_for_evidence_and_others_get_the_blurred_rendition() {
    let world = world();
    let segments = recorded(&world);
    let view = open(&world, &world.enterprise.http, "核实抽样过程");
    assert_eq!(view["originals"], false);
    let none = content(&world.enterprise.http, &segments[0], &view, "");
    assert_eq!(none.refusal(), (403, "forbidden".to_owned()));
    let path = format!("/api/v1/recordings/segments/{}/blurred", text(&segments[0]["id"]));
    let body = json!({ "attachment": upload(&world.officer, &film(900)) });
    assert_eq!(world.enterprise.http.post(&path, &body).status, 403);
    let made = world.officer.post(&path, &body).expect(201);
    assert_eq!((&made["blurred"], &made["rendition"]), (&json!(true), &json!("original")));
    // Once; the original stays.
    let second = json!({ "attachment": upload(&world.officer, &film(901)) });
    assert_eq!(world.officer.post(&path, &second).refusal(), (409, "recording_state".to_owned()));
    assert_eq!(content(&world.enterprise.http, &segments[0], &view, "").bytes, film(900));
    assert_eq!(content(&world.enterprise.http, &segments[0], &view, "&rendition=original").status, 403);
    let manifest = world.manifest(&world.enterprise.http);
    let shown: Vec<&Value> =
        manifest["recordings"][0]["segments"].as_array().unwrap().iter().map(|s| &s["rendition"]).collect();
    assert_eq!(shown, [&json!("blurred"), &Value::Null]);
    assert_eq!(manifest["recordings"][0]["segments"][0]["sha256"], json!(sha256(&film(1))));
    // Who recorded sees what was recorded, the laboratory does not.
    let own = open(&world, &world.sampler, "复核录像");
    assert_eq!(content(&world.sampler, &segments[1], &own, "").bytes, film(2));
    let theirs = open(&world, &world.laboratory, "核对封条");
    assert_eq!(content(&world.laboratory, &segments[1], &theirs, "").status, 403);
    let officers = open(&world, &world.officer, "取证");
    assert_eq!(content(&world.officer, &segments[0], &officers, "&rendition=blurred").bytes, film(900));
}

#[test]
fn parts_of_a_segment_are_given_as_players_ask_for_them() {
    let world = world();
    let segments = recorded(&world);
    let view = open(&world, &world.officer, "取证");
    let path = format!(
        "/api/v1/recordings/segments/{}/content?view={}",
        text(&segments[0]["id"]),
        text(&view["id"])
    );
    let asked = |range: &str| world.officer.send("GET", &path, &[("Range", range)], None);
    let whole = world.officer.get(&path);
    assert_eq!(
        (whole.status, whole.header("accept-ranges"), whole.header("content-type")),
        (200, "bytes", "video/webm")
    );
    let size = film(1).len();
    let part = asked("bytes=10-19");
    assert_eq!((part.status, part.bytes.as_slice()), (206, &film(1)[10..20]));
    assert_eq!(part.header("content-range"), format!("bytes 10-19/{size}"));
    assert_eq!(asked("bytes=-4").bytes, film(1)[size - 4..]);
    assert_eq!(asked("bytes=0-").bytes, film(1));
    assert_eq!(asked("bytes=9999-").refusal(), (416, "range_not_satisfiable".to_owned()));
    assert_eq!(asked("bytes=0-1,5-6").bytes, film(1));
    let known = world.officer.send("GET", &path, &[("If-None-Match", whole.header("etag"))], None);
    assert_eq!(known.status, 304);
    assert_eq!(world.officer.get(&path.replace("view=", "view=x")).json()["errors"][0]["pointer"], "?view");
}
