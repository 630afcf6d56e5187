//! Attachments of messages: the statement that stores the message decides and puts them into its stream.

use serde_json::{Value, json};
use uuid::Uuid;

use super::samples::{PDF, PNG};
use super::{status, up};
use crate::support::ws::send_frame;
use crate::support::{TestApp, Ws};

fn say(ws: &mut Ws, id: &str, stream: &str, client_id: Uuid, attachments: &Value) -> Value {
    let mut frame = send_frame(id, stream, client_id, "见附件");
    frame["attachments"] = attachments.clone();
    ws.send(&frame);
    ws.wait(|v| v["ref"] == client_id.to_string())
}

#[track_caller]
fn refused(answer: &Value) {
    let problem = &answer["problem"];
    assert_eq!((&problem["status"], &problem["errors"][0]["pointer"]), (&json!(422), &json!("/attachments")));
}

#[test]
fn a_message_shows_its_attachments_to_those_who_see_it() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let (id, factory, expert) = (talk.id.as_str(), &talk.enterprise.http, &talk.expert.http);
    let (photo, report) = (up(factory, "photo.png", PNG), up(factory, "report.pdf", PDF));
    let both = json!([photo["id"], report["id"], photo["id"]]);
    let (mut asks, mut answers) = (app.ws(factory), app.following(expert, id));
    assert_eq!((status(expert, &photo), status(factory, &photo)), (404, 200));
    let client_id = Uuid::new_v4();
    let ack = say(&mut asks, id, "talk", client_id, &both);
    assert_eq!((&ack["seq"], &ack["duplicate"]), (&json!(1), &json!(false)), "{ack}");
    assert_eq!(answers.wait_ev("message")["attachments"], json!([photo["id"], report["id"]]));
    for who in [expert, factory, &officer] {
        assert_eq!((status(who, &photo), status(who, &report)), (200, 200));
    }
    let again = say(&mut asks, id, "talk", client_id, &both);
    assert_eq!((&again["seq"], &again["duplicate"]), (&json!(1), &json!(true)), "{again}");
    let once_more = say(&mut asks, id, "talk", Uuid::new_v4(), &json!([photo["id"]]));
    assert_eq!(once_more["seq"], 2, "in the same stream it may stand again");
    let history = expert.get(&format!("/api/v1/consultations/{id}/messages")).expect(200);
    assert_eq!(history["items"][0]["attachments"], json!([photo["id"], report["id"]]));
}

#[test]
fn a_message_with_a_foreign_attachment_fails_without_affecting_others() {
    let app = TestApp::start();
    let (_, talk) = app.small_world();
    let (id, factory, expert) = (talk.id.as_str(), &talk.enterprise.http, &talk.expert.http);
    let (hers, his, fresh) = (up(factory, "a.png", PNG), up(expert, "b.png", PNG), up(factory, "c.png", PNG));
    let (mut asks, mut answers) = (app.ws(factory), app.ws(expert));
    refused(&say(&mut asks, id, "talk", Uuid::new_v4(), &json!([fresh["id"], his["id"]])));
    refused(&say(&mut asks, id, "talk", Uuid::new_v4(), &json!([fresh["id"], Uuid::new_v4()])));
    assert_eq!(status(expert, &fresh), 404, "what was refused leaves nothing used");
    let eleven: Vec<_> = (0..11).map(|_| Uuid::new_v4()).collect();
    refused(&say(&mut asks, id, "talk", Uuid::new_v4(), &json!(eleven)));
    assert_eq!(say(&mut asks, id, "talk", Uuid::new_v4(), &json!([hers["id"]]))["seq"], 1);
    assert_eq!(say(&mut answers, id, "notes", Uuid::new_v4(), &json!([his["id"]]))["seq"], 1);
    refused(&say(&mut answers, id, "talk", Uuid::new_v4(), &json!([his["id"]])));
    assert_eq!(status(factory, &his), 404, "one of the notes is never the enterprise's");
    // Without a socket, by the same statement.
    let path = format!("/api/v1/consultations/{id}/messages");
    let body = |ids: Value| json!({ "client_id": Uuid::new_v4(), "body": "x", "attachments": ids });
    assert_eq!(factory.post(&path, &body(json!([his["id"]]))).status, 422);
    assert_eq!(factory.post(&path, &body(json!([fresh["id"]]))).expect(201)["seq"], 2);
    assert_eq!(status(expert, &fresh), 200);
}
