//! An enterprise has several people: all see and write, each is known by name, and who is removed receives nothing more.

use serde_json::json;
use zerodesk::people::settings::PeopleSettings;

use super::{colleague, deactivate, id_of};
use crate::support::TestApp;
use crate::support::people::{PASSWORD, text};

#[test]
fn colleagues_talk_on_two_sockets_and_messages_show_who_wrote() {
    let app = TestApp::start();
    let (_, talk) = app.small_world();
    let first = &talk.enterprise.http;
    let second = colleague(&app, first, "second");
    let list = second.get("/api/v1/enterprises/me/colleagues").expect(200);
    let names: Vec<_> = list["items"].as_array().unwrap().iter().map(|row| text(&row["name"])).collect();
    assert_eq!(names, ["contact of enterprise-1", "同事 second"], "{list}");
    assert_eq!((&list["may_manage"], &list["items"][0]["first"]), (&json!(false), &json!(true)));
    let mut sockets = [first, &second, &talk.expert.http].map(|who| app.following(who, &talk.id));
    sockets[0].say_acknowledged(&talk.id, "talk", "第一人");
    sockets[1].say_acknowledged(&talk.id, "talk", "第二人");
    sockets[2].say_acknowledged(&talk.id, "talk", "专家");
    for socket in &mut sockets {
        let senders: Vec<_> = socket
            .messages_to(&talk.id, "talk", 3)
            .iter()
            .map(|message| (text(&message["sender"]["name"]), text(&message["sender"]["role"])))
            .collect();
        let wanted = [
            ("contact of enterprise-1", "enterprise"),
            ("同事 second", "enterprise"),
            (talk.expert.name.as_str(), "expert"),
        ];
        assert_eq!(senders, wanted.map(|(name, role)| (name.to_owned(), role.to_owned())));
    }
    // Each has own marks of reading.
    let unread = |who: &crate::support::Http| {
        let list = who.get("/api/v1/consultations?unread=true").expect(200);
        list["items"].as_array().unwrap().len()
    };
    sockets[0].send(&json!({ "op": "read", "consultation": talk.id, "stream": "talk", "seq": 3 }));
    sockets[2].wait_ev("read");
    assert_eq!((unread(first), unread(&second)), (0, 1));
    // The transcript names the person beside the enterprise.
    let path = format!("/api/v1/consultations/{}/transcript?format=text&lang=zh-CN", talk.id);
    let transcript = talk.expert.http.get(&path).text;
    for line in ["同事 second（广州第1公司）", "contact of enterprise-1（广州第1公司）"] {
        assert!(transcript.contains(line), "{transcript}");
    }
    let page = second.get(&format!("/consultations/{}", talk.id)).text;
    assert!(page.contains("广州第1公司"), "{page}");
}

#[test]
fn the_own_address_and_that_of_a_colleague_are_not_invited() {
    let app = TestApp::start();
    let (_, talk) = app.small_world();
    let first = &talk.enterprise.http;
    let second = colleague(&app, first, "second");
    let address = |who: &crate::support::Http| text(&who.get("/api/v1/me").expect(200)["email"]);
    for taken in [address(first), address(&second).to_uppercase()] {
        let body = json!({ "name": "同事", "email": taken });
        let refused = first.post("/api/v1/enterprises/me/colleagues", &body).expect(422);
        assert_eq!(refused["errors"][0]["pointer"], "/email", "{refused}");
    }
    // Who else has an account is told to nobody.
    for other in [address(&talk.expert.http), "nobody@elsewhere.example".to_owned()] {
        let body = json!({ "name": "同事", "email": other });
        first.post("/api/v1/enterprises/me/colleagues", &body).expect(201);
    }
}

#[test]
fn a_colleague_who_comes_later_takes_part_in_what_was_open_and_in_what_is_opened() {
    let app = TestApp::start();
    let (admin, talk) = app.small_world();
    let second = colleague(&app, &talk.enterprise.http, "second");
    let said = |id: &str, who: &crate::support::Http| {
        let body = json!({ "stream": "talk", "client_id": uuid::Uuid::new_v4(), "body": "在吗" });
        who.post(&format!("/api/v1/consultations/{id}/messages"), &body).status
    };
    assert_eq!(said(&talk.id, &second), 201);
    let body = json!({ "product_kind": "K0101", "subject": "另一问题", "question": "如何整改?" });
    let opened = second.post("/api/v1/consultations", &body).expect(201);
    assert_eq!(said(&text(&opened["id"]), &talk.enterprise.http), 201);
    // Both are told by mail; the officer sees whose people they are.
    let conclusion = json!({ "conclusion": "更换材料" });
    talk.expert.http.post(&format!("/api/v1/consultations/{}/conclude", talk.id), &conclusion).expect(200);
    app.mail("second@enterprise.example", "更换材料");
    app.mail("factory-1@enterprise.example", "更换材料");
    let people = admin.get(&format!("/api/v1/accounts?enterprise={}", talk.enterprise.id)).expect(200);
    assert_eq!(people["items"].as_array().unwrap().len(), 2, "{people}");
}

#[test]
fn a_removed_colleague_receives_nothing_more_and_the_words_stay() {
    let app = TestApp::start();
    let (_, talk) = app.small_world();
    let first = &talk.enterprise.http;
    let (second, third) = (colleague(&app, first, "second"), colleague(&app, first, "third"));
    let mut removed = app.following(&second, &talk.id);
    removed.say_acknowledged(&talk.id, "talk", "我先说");
    let (id, me) = (id_of(&second), id_of(first));
    let path = |id: &str| format!("/api/v1/enterprises/me/colleagues/{id}");
    // Only the first of them removes and invites, nobody the own account or somebody of elsewhere.
    assert_eq!(third.send("DELETE", &path(&id), &[], None).status, 403);
    let body = json!({ "name": "x", "email": "x@enterprise.example" });
    assert_eq!(third.post("/api/v1/enterprises/me/colleagues", &body).status, 403);
    let own = first.send("DELETE", &path(&me), &[], None);
    assert_eq!(own.refusal(), (409, "own_account".into()));
    let other = app.claimed_enterprise(2, "440103", "K0101");
    assert_eq!(first.send("DELETE", &path(&id_of(&other.http)), &[], None).status, 404);
    assert_eq!(first.send("DELETE", &path(&id), &[], None).status, 204);
    let mut expert = app.following(&talk.expert.http, &talk.id);
    expert.say_acknowledged(&talk.id, "talk", "她看不到");
    removed.closed();
    assert!(
        removed.poll(std::time::Duration::ZERO).is_none_or(|last| !format!("{last:?}").contains("她看不到"))
    );
    assert_eq!(second.get("/api/v1/me").status, 401);
    let log =
        first.get(&format!("/api/v1/consultations/{}/messages?stream=talk&after=0", talk.id)).expect(200);
    let before = log["items"].as_array().unwrap().iter().find(|row| row["body"] == "我先说").unwrap();
    assert_eq!(before["sender"]["name"], "同事 second", "{log}");
    let list = first.get("/api/v1/enterprises/me/colleagues").expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    assert_eq!(first.send("DELETE", &path(&id), &[], None).status, 404);
}

#[test]
fn an_officer_ends_the_last_person_and_the_enterprise_can_be_claimed_again() {
    let app = TestApp::start();
    let admin = app.admin("officer", "440000");
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    let second = colleague(&app, &enterprise.http, "second");
    let city = app.admin("elsewhere", "440300");
    let (one, two) = (id_of(&enterprise.http), id_of(&second));
    let reason = json!({ "reason": "冒领" });
    assert_eq!(city.post(&format!("/api/v1/accounts/{one}/deactivate"), &reason).status, 404);
    deactivate(&admin, &one, None);
    // Whoever was there next manages the people now.
    let list = second.get("/api/v1/enterprises/me/colleagues").expect(200);
    assert_eq!(list["may_manage"], true, "{list}");
    deactivate(&admin, &two, None);
    let code = crate::support::csv::uscc(1);
    let token = app.claim(&code, "factory-1@enterprise.example", "claimed-again");
    app.confirm_claim(&token, "claimed-again");
    let new = app.http().log_in("claimed-again", PASSWORD);
    assert_eq!(new.get("/api/v1/enterprises/me/colleagues").expect(200)["may_manage"], true);
    let taken = admin.act(&format!("/api/v1/accounts/{one}/reactivate"));
    assert_eq!(taken.refusal(), (409, "already_claimed".into()));
}

#[test]
fn an_enterprise_invites_so_many_a_day_and_taking_back_makes_no_room_for_mails() {
    let app =
        TestApp::builder().settings(|s| s.edit::<PeopleSettings>().enterprise_invitations_a_day = 2).start();
    let first = app.claimed_enterprise(1, "440103", "K0101").http;
    let invite = |n: u32| {
        let body = json!({ "name": "同事", "email": format!("c{n}@enterprise.example") });
        first.post("/api/v1/enterprises/me/colleagues", &body)
    };
    for n in 0..2 {
        let id = text(&invite(n).expect(201)["id"]);
        if n == 1 {
            let again = first.act(&format!("/api/v1/account-invitations/{id}/resend"));
            assert_eq!(again.refusal(), (429, "invitation_sent_often".into()));
        }
        let taken_back = first.send("DELETE", &format!("/api/v1/account-invitations/{id}"), &[], None);
        assert_eq!(taken_back.status, 204);
    }
    let often = invite(2);
    assert_eq!(often.refusal(), (429, "invitation_sent_often".into()));
    assert!(!often.header("retry-after").is_empty());
    app.clock.advance(chrono::Duration::hours(24));
    app.http()
        .log_in("enterprise-1", PASSWORD)
        .post(
            "/api/v1/enterprises/me/colleagues",
            &json!({ "name": "同事", "email": "c3@enterprise.example" }),
        )
        .expect(201);
}
