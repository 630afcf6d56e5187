//! The transcript: everything that was said, nothing of the notes, for those who see the consultation.

use serde_json::{Value, json};
use uuid::Uuid;
use zerodesk::chat::settings::ChatSettings;

use crate::support::{Http, TestApp};

fn say(who: &Http, id: &str, stream: &str, body: &str) {
    let message = json!({ "stream": stream, "client_id": Uuid::new_v4(), "body": body });
    let said = who.post(&format!("/api/v1/consultations/{id}/messages"), &message);
    assert!(said.status < 300, "{}", said.text);
}

#[test]
fn a_transcript_contains_the_talk_and_no_notes_in_each_format() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let (id, enterprise, expert) = (talk.id.as_str(), &talk.enterprise.http, &talk.expert.http);
    say(enterprise, id, "talk", "<b>first</b>");
    say(expert, id, "notes", "a secret of the experts");
    say(expert, id, "talk", "second");
    let path = format!("/api/v1/consultations/{id}/transcript");
    for who in [enterprise, expert, &officer] {
        let page = who.get(&path);
        assert_eq!(page.status, 200);
        assert!(page.header("content-type").starts_with("text/html"));
        assert!(page.header("content-disposition").starts_with("attachment;"));
        assert!(
            page.text.contains("&#60;b&#62;first&#60;/b&#62;") && page.text.contains("second"),
            "{}",
            page.text
        );
        assert!(page.text.trim_end().ends_with("</html>"));
        let plain = who.get(&format!("{path}?format=text&lang=en"));
        assert!(plain.header("content-type").starts_with("text/plain"));
        assert!(plain.text.contains("<b>first</b>") && plain.text.contains("Enterprise: "), "{}", plain.text);
        let data: Value = who.get(&format!("{path}?format=json")).expect(200);
        let bodies: Vec<_> =
            data["talk"].as_array().unwrap().iter().map(|m| m["body"].as_str().unwrap()).collect();
        assert_eq!(bodies, ["<b>first</b>", "second"]);
        assert_eq!(data["consultation"]["id"], id);
        for text in [page.text, plain.text, data.to_string()] {
            assert!(!text.contains("secret"), "{text}");
        }
    }
    let elsewhere = app.admin("officer-sz", "440300");
    let other = app.claimed_enterprise(2, "440103", "K0102");
    for who in [&elsewhere, &other.http] {
        assert_eq!(who.get(&path).status, 404);
    }
    assert_eq!(app.http().get(&path).status, 401);
    assert_eq!(enterprise.get(&format!("{path}?format=docx")).status, 422);
}

#[test]
fn a_long_transcript_comes_whole_and_in_order() {
    let app = TestApp::builder()
        .settings(|settings| settings.edit::<ChatSettings>().frames_per_second = 100_000)
        .start();
    let (_, talk) = app.small_world();
    let (id, enterprise) = (talk.id.as_str(), &talk.enterprise.http);
    let mut ws = app.following(enterprise, id);
    // More than two parts of it.
    for n in 1..=1100 {
        ws.send(&json!({ "op": "send", "ref": n, "consultation": id, "client_id": Uuid::new_v4(), "body": n.to_string() }));
        if n % 50 == 0 {
            ws.wait(|v| v["ev"] == "ack" && v["ref"] == n);
        }
    }
    let data: Value =
        enterprise.get(&format!("/api/v1/consultations/{id}/transcript?format=json")).expect(200);
    let seqs: Vec<_> = data["talk"].as_array().unwrap().iter().map(|m| m["seq"].as_i64().unwrap()).collect();
    assert_eq!(seqs, (1..=1100).collect::<Vec<_>>());
    let page = enterprise.get(&format!("/api/v1/consultations/{id}/transcript"));
    assert_eq!(page.text.matches("<article").count(), 1100);
}
