//! What somebody is writing is kept for another device of the same person, and for nobody else.

use chrono::Duration;
use serde_json::{Value, json};
use zerodesk::chat::settings::ChatSettings;
use zerodesk::consultations::drafts::delete_old;
use zerodesk::consultations::settings::ConsultationSettings;

use crate::support::people::PASSWORD;
use crate::support::{Http, TestApp};

fn body(who: &Http, path: &str, stream: &str) -> Value {
    who.get(path).expect(200)[stream]["body"].clone()
}

#[test]
fn a_draft_is_its_writers_alone_and_goes_when_it_is_sent_or_old() {
    let app = TestApp::builder()
        .settings(|s| {
            s.edit::<ChatSettings>().max_body_chars = 20;
            s.edit::<ConsultationSettings>().draft_days = 2;
        })
        .start();
    let (officer, talk) = app.small_world();
    let (expert, factory) = (&talk.expert.http, &talk.enterprise.http);
    let path = format!("/api/v1/consultations/{}/draft", talk.id);
    let keep = |who: &Http, stream: &str, body: &str| {
        who.json("PUT", &path, &json!({ "stream": stream, "body": body }))
    };
    keep(expert, "talk", "还没写完").expect(204);
    keep(expert, "notes", "内部的").expect(204);
    keep(expert, "talk", "还没写完的话").expect(204);
    // On another device of the same person.
    let elsewhere = app.http().log_in("expert-1", PASSWORD);
    assert_eq!(
        (body(&elsewhere, &path, "talk"), body(&elsewhere, &path, "notes")),
        (json!("还没写完的话"), json!("内部的"))
    );
    for who in [factory, &officer] {
        assert_eq!(who.get(&path).expect(200), json!({ "talk": null, "notes": null }));
    }
    let stranger = app.claimed_enterprise(2, "440103", "K0101").http;
    for who in [&stranger, &app.admin("far", "440300"), &app.operator("operator")] {
        who.get(&path).expect(404);
        assert_eq!(keep(who, "talk", "x").status, 404);
    }
    assert_eq!(keep(factory, "notes", "x").status, 404, "an enterprise knows of no notes");
    let long = keep(factory, "talk", &"长".repeat(21)).problem();
    assert_eq!((&long["status"], &long["errors"][0]["pointer"]), (&json!(422), &json!("/body")));
    assert_eq!(keep(factory, "nowhere", "x").status, 422);
    // Emptied, as the page does it when the message is sent.
    keep(expert, "notes", " \n").expect(204);
    assert_eq!(body(expert, &path, "notes"), Value::Null);
    delete_old(&app.app).unwrap();
    assert_eq!(body(expert, &path, "talk"), "还没写完的话");
    app.clock.advance(Duration::hours(49));
    delete_old(&app.app).unwrap();
    let again = app.http().log_in("expert-1", PASSWORD);
    assert_eq!(body(&again, &path, "talk"), Value::Null);
}
