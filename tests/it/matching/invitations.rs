//! Invitations to panels: on the expert's desk, answered, and bounded.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};
use zerodesk::consultations::settings::ConsultationSettings;
use zerodesk::core::ids::ExpertId;
use zerodesk::db::schema::expert;

use super::support::{Scenario, accept, accept_invitation, conclude};
use crate::people::{deactivate, id_of};
use crate::support::people::{Enterprise, Expert, text};
use crate::support::{Http, Reply, csv};

const OWN: &str = "/api/v1/panel-invitations";

fn step(id: &str, what: &str) -> String {
    format!("/api/v1/consultations/{id}/{what}")
}

fn invite(lead: &Expert, id: &str, expert: &Expert) -> Value {
    lead.http.post(&step(id, "invite"), &json!({ "expert": expert.id, "note": "请看材料" })).expect(200)
}

/// A consultation that the lead holds, and one more expert.
fn held(scenario: &mut Scenario) -> (Enterprise, String, Expert, Expert) {
    let lead = scenario.expert("lead", &json!({ "specialties": [{ "product_kind": "K0101", "level": 3 }] }));
    let member =
        scenario.expert("member", &json!({ "capacity": 1, "specialties": [{ "product_class": "C40" }] }));
    let (enterprise, id) = scenario.opened();
    accept(&lead, &id);
    (enterprise, id, lead, member)
}

fn open_of(scenario: &Scenario, expert: &Expert) -> Value {
    scenario.officer.get(&format!("/api/v1/experts/{}", expert.id)).expect(200)["private"]["open_consultations"]
        .clone()
}

fn invitations(who: &Http) -> Vec<Value> {
    who.get(OWN).expect(200).as_array().unwrap().clone()
}

#[test]
fn an_invitation_comes_to_the_desk_and_shows_no_more_than_it_says() {
    let mut scenario = Scenario::new();
    let (enterprise, id, lead, member) = held(&mut scenario);
    scenario.app.following(&lead.http, &id).say_acknowledged(&id, "notes", "内部意见");
    let mut there = scenario.app.ws(&member.http);
    assert!(invitations(&member.http).is_empty());
    assert!(!member.http.get("/").text.contains("会诊邀请</span>"));
    invite(&lead, &id, &member);
    let heard = there.wait_ev("invitation");
    assert_eq!((&heard["consultation"], &heard["state"]), (&json!(id), &json!("invited")));
    let own = invitations(&member.http);
    assert_eq!(own.len(), 1);
    assert_eq!(
        [&own[0]["consultation"], &own[0]["note"], &own[0]["lead"], &own[0]["enterprise"]["id"]],
        [&json!(id), &json!("请看材料"), &json!(lead.name), &json!(enterprise.id)]
    );
    assert!(!own[0].to_string().contains("内部意见"));
    for page in ["/", "/parts/offers"] {
        let shown = member.http.get(page).text;
        assert!(shown.contains("会诊邀请</span>") && shown.contains("请看材料"), "{page}: {shown}");
        assert!(
            shown.contains(&step(&id, "invitation/accept")) && shown.contains("data-count=\"1\""),
            "{page}"
        );
    }
    for path in ["", "/history", "/messages?stream=talk", "/messages?stream=notes", "/transcript", "/match"] {
        assert_eq!(member.http.get(&format!("/api/v1/consultations/{id}{path}")).status, 404, "{path}");
    }
    assert_eq!(member.http.get(&format!("/consultations/{id}")).status, 404);
    assert_eq!(member.http.get("/api/v1/consultations").expect(200)["items"], json!([]));
    // A second one is not made, and others can't answer it.
    let again = lead.http.post(&step(&id, "invite"), &json!({ "expert": member.id }));
    assert_eq!(again.refusal(), (409, "on_panel_already".to_owned()));
    let stranger = scenario.expert("stranger", &json!({}));
    for answer in ["accept", "decline"] {
        let path = step(&id, &format!("invitation/{answer}"));
        assert_eq!(stranger.http.act(&path).status, 404, "{answer}");
        // What may have been done before is judged by the command itself.
        let repeated = stranger.http.send("POST", &path, &[("Idempotency-Key", answer)], None);
        assert_eq!(repeated.status, 404, "{answer}: {}", repeated.text);
        assert_eq!(enterprise.http.act(&path).status, 403, "{answer}");
        assert_eq!(scenario.officer.act(&path).status, 403, "{answer}");
        assert_eq!(lead.http.act(&path).refusal(), (409, "invitation_answered".to_owned()), "{answer}");
    }
    // Taken back, it goes from the desk.
    let back = json!({ "expert": member.id });
    assert_eq!(enterprise.http.post(&step(&id, "invitation/withdraw"), &back).status, 403);
    let seen = lead.http.post(&step(&id, "invitation/withdraw"), &back).expect(200);
    assert_eq!(seen["invitations"][0]["state"], "withdrawn");
    assert_eq!(there.wait_ev("invitation")["state"], "withdrawn");
    assert!(invitations(&member.http).is_empty());
    // Nothing was given to the expert by being invited.
    let given: Option<DateTime<Utc>> = expert::table
        .find(ExpertId(member.id.parse().unwrap()))
        .select(expert::last_assigned_at)
        .first(&mut *scenario.app.app.conn().unwrap())
        .unwrap();
    assert_eq!(given, None);
    let late = member.http.act(&step(&id, "invitation/accept"));
    assert_eq!(late.refusal(), (409, "invitation_answered".to_owned()));
    assert_eq!(lead.http.post(&step(&id, "invitation/withdraw"), &back).refusal().0, 409);
    assert_eq!(open_of(&scenario, &member), 0);
}

#[test]
fn the_lead_sees_who_declined_and_who_joined() {
    let mut scenario = Scenario::new();
    let (enterprise, id, lead, member) = held(&mut scenario);
    invite(&lead, &id, &member);
    let mut there = scenario.app.following(&lead.http, &id);
    let why = json!({ "reason": "本周出差" });
    assert_eq!(
        member.http.post(&step(&id, "invitation/decline"), &json!({ "reason": "x".repeat(1001) })).status,
        422
    );
    member.http.post(&step(&id, "invitation/decline"), &why).expect(204);
    there.wait_ev("consultation");
    let seen = lead.http.get(&format!("/api/v1/consultations/{id}")).expect(200);
    let told = &seen["invitations"][0];
    assert_eq!((&told["state"], &told["reason"]), (&json!("declined"), &json!("本周出差")));
    let page = lead.http.get(&format!("/consultations/{id}")).text;
    assert!(
        page.contains("已婉拒") && page.contains("本周出差") && page.contains("婉拒了会诊邀请"),
        "{page}"
    );
    assert_eq!(open_of(&scenario, &member), 0);
    // Asked again, an officer may do so as well.
    let order = json!({ "expert": member.id });
    scenario.officer.post(&step(&id, "invite"), &order).expect(200);
    let seen = accept_invitation(&member, &id);
    assert_eq!(seen["panel"][0]["name"], json!(member.name));
    let states: Vec<_> = seen["invitations"].as_array().unwrap().iter().map(|i| text(&i["state"])).collect();
    assert_eq!(states, ["declined", "accepted"]);
    assert_eq!(open_of(&scenario, &member), 1);
    scenario.app.following(&member.http, &id).say_acknowledged(&id, "talk", "您好");
    let words = scenario.history(&id);
    let of = |word: &str| words.iter().filter(|w| *w == word).count();
    assert_eq!([of("invite"), of("decline_invitation"), of("join_panel")], [2, 1, 1], "{words:?}");
    // The enterprise learns who sits on the panel, and nothing of the rest.
    let own = enterprise.http.get(&format!("/api/v1/consultations/{id}")).expect(200);
    assert_eq!((&own["panel"][0]["name"], &own["invitations"]), (&json!(member.name), &json!([])));
    let page = enterprise.http.get(&format!("/consultations/{id}")).text;
    assert!(
        page.contains("已加入会诊") && !page.contains("婉拒了会诊邀请") && !page.contains("本周出差"),
        "{page}"
    );
}

#[test]
fn the_rules_hold_when_an_invitation_is_accepted() {
    let mut scenario = Scenario::new();
    let (enterprise, id, lead, member) = held(&mut scenario);
    let tied = json!({ "conflicts": [{ "uscc": csv::uscc(1), "relation": "owner" }] });
    let tied = scenario.expert("tied", &tied);
    assert_eq!(lead.http.post(&step(&id, "invite"), &json!({ "expert": tied.id })).refusal().0, 422);
    invite(&lead, &id, &member);
    // Full by now: the seat would be one too many.
    let (_, other) = scenario.opened();
    scenario
        .officer
        .post(&step(&other, "assign"), &json!({ "expert": member.id, "reason": "x" }))
        .expect(200);
    let refused = member.http.act(&step(&id, "invitation/accept"));
    assert_eq!(refused.status, 409);
    let problem = refused.problem();
    assert_eq!(problem["code"], "panel_rule");
    assert!(text(&problem["detail"]).contains("承接数量已满"), "{problem}");
    assert_eq!(invitations(&member.http).len(), 1, "it stays open");
    conclude(&member, &other);
    // A tie that is known only now.
    let code =
        text(&scenario.officer.get(&format!("/api/v1/enterprises/{}", enterprise.id)).expect(200)["uscc"]);
    let conflicts = format!("/api/v1/experts/{}/conflicts", member.id);
    scenario.officer.post(&conflicts, &json!({ "uscc": code, "relation": "owner" })).expect(200);
    let refused = member.http.act(&step(&id, "invitation/accept"));
    assert!(text(&refused.problem()["detail"]).contains("任职于该企业或持有其权益"), "{}", refused.text);
    assert_eq!(scenario.officer.send("DELETE", &format!("{conflicts}?uscc={code}"), &[], None).status, 204);
    // The enterprise does not want the expert: the invitation ends with it.
    let exclusion = format!("/api/v1/experts/{}/exclusion", member.id);
    assert_eq!(enterprise.http.post(&exclusion, &json!({ "reason": "x" })).status, 204);
    assert!(invitations(&member.http).is_empty());
    assert_eq!(scenario.seen(&id)["invitations"][0]["state"], "withdrawn");
    assert_eq!(
        member.http.act(&step(&id, "invitation/accept")).refusal(),
        (409, "invitation_answered".to_owned())
    );
}

#[test]
fn a_panel_has_so_many_places_and_invitations_count() {
    let mut scenario = Scenario::with(|s| s.edit::<ConsultationSettings>().panel_places = 2);
    let (_, id, lead, member) = held(&mut scenario);
    let others = ["second", "third"].map(|name| scenario.expert(name, &json!({})));
    invite(&lead, &id, &member);
    invite(&lead, &id, &others[0]);
    let more = json!({ "expert": others[1].id });
    assert_eq!(lead.http.post(&step(&id, "invite"), &more).refusal(), (409, "panel_full".to_owned()));
    accept_invitation(&member, &id);
    assert_eq!(lead.http.post(&step(&id, "invite"), &more).refusal(), (409, "panel_full".to_owned()));
    others[0].http.act(&step(&id, "invitation/decline")).expect(204);
    invite(&lead, &id, &others[1]);
    assert_eq!(lead.http.post(&step(&id, "invite"), &json!({ "expert": others[0].id })).refusal().0, 409);
}

/// How many of the answers have this status.
fn count(answers: &[Reply], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

#[test]
fn answers_at_the_same_time_leave_one_state() {
    let mut scenario = Scenario::with(|s| s.edit::<ConsultationSettings>().panel_places = 1);
    let (_, id, lead, member) = held(&mut scenario);
    let other = scenario.expert("second", &json!({}));
    // Two invitations to one place.
    let answers: Vec<Reply> = std::thread::scope(|scope| {
        let invite = |expert: &Expert| lead.http.post(&step(&id, "invite"), &json!({ "expert": expert.id }));
        let threads = [&member, &other].map(|expert| scope.spawn(move || invite(expert)));
        threads.map(|thread| thread.join().unwrap()).into()
    });
    assert_eq!([count(&answers, 200), count(&answers, 409)], [1, 1], "{answers:?}");
    let invited = if invitations(&member.http).is_empty() { &other } else { &member };
    // It is accepted while it is taken back.
    let answers: Vec<Reply> = std::thread::scope(|scope| {
        let accepts = scope.spawn(|| invited.http.act(&step(&id, "invitation/accept")));
        let back = json!({ "expert": invited.id });
        let withdraws = lead.http.post(&step(&id, "invitation/withdraw"), &back);
        vec![accepts.join().unwrap(), withdraws]
    });
    assert_eq!([count(&answers, 200), count(&answers, 409)], [1, 1], "{answers:?}");
    let accepted = answers[0].status == 200;
    let seen = scenario.seen(&id);
    let state = if accepted { "accepted" } else { "withdrawn" };
    assert_eq!(seen["invitations"][0]["state"], state);
    assert_eq!(seen["panel"].as_array().unwrap().len(), usize::from(accepted));
    assert_eq!(open_of(&scenario, invited), i64::from(accepted));
}

#[test]
fn two_panels_accepted_at_the_same_time_take_no_more_than_the_capacity() {
    let mut scenario = Scenario::new();
    let (_, id, lead, member) = held(&mut scenario);
    let (_, second) = scenario.opened();
    accept(&lead, &second);
    let both = [&id, &second];
    for id in both {
        invite(&lead, id, &member);
    }
    let answers: Vec<Reply> = std::thread::scope(|scope| {
        let accepts = |id: &str| member.http.act(&step(id, "invitation/accept"));
        let threads = both.map(|id| scope.spawn(move || accepts(id)));
        threads.map(|thread| thread.join().unwrap()).into()
    });
    assert_eq!([count(&answers, 200), count(&answers, 409)], [1, 1], "{answers:?}");
    assert_eq!((open_of(&scenario, &member), invitations(&member.http).len()), (json!(1), 1));
}

#[test]
fn an_invitation_ends_with_the_consultation_and_with_the_account() {
    let mut scenario = Scenario::new();
    let (_, id, lead, member) = held(&mut scenario);
    let leaving = scenario.expert("leaving", &json!({}));
    invite(&lead, &id, &member);
    invite(&lead, &id, &leaving);
    deactivate(&scenario.officer, &id_of(&leaving.http), None);
    let states = |seen: &Value| -> Vec<String> {
        seen["invitations"].as_array().unwrap().iter().map(|i| text(&i["state"])).collect()
    };
    assert_eq!(states(&scenario.seen(&id)), ["invited", "withdrawn"]);
    // Who is to lead needs no invitation.
    let order = json!({ "expert": member.id, "reason": "x" });
    scenario.officer.post(&step(&id, "assign"), &order).expect(200);
    assert_eq!(states(&scenario.seen(&id)), ["withdrawn", "withdrawn"]);
    invite(&member, &id, &lead);
    let mut there = scenario.app.ws(&lead.http);
    conclude(&member, &id);
    assert_eq!(there.wait_ev("invitation")["state"], "lapsed");
    assert_eq!(states(&scenario.seen(&id)), ["withdrawn", "withdrawn", "lapsed"]);
    assert!(invitations(&lead.http).is_empty());
    assert_eq!(
        lead.http.act(&step(&id, "invitation/accept")).refusal(),
        (409, "invitation_answered".to_owned())
    );
    // Reopened, nobody is invited by itself.
    scenario.officer.post(&step(&id, "reopen"), &json!({ "reason": "复发" })).expect(200);
    assert!(invitations(&lead.http).is_empty());
    let noted = scenario.officer.get("/api/v1/audit?action=accept_invitation").expect(200);
    assert_eq!(noted["items"], json!([]));
}

#[test]
fn answers_stand_in_the_audit() {
    let mut scenario = Scenario::new();
    let (_, id, lead, member) = held(&mut scenario);
    invite(&lead, &id, &member);
    member.http.act(&step(&id, "invitation/decline")).expect(204);
    invite(&lead, &id, &member);
    lead.http.post(&step(&id, "invitation/withdraw"), &json!({ "expert": member.id })).expect(200);
    invite(&lead, &id, &member);
    accept_invitation(&member, &id);
    for action in ["decline_invitation", "withdraw_invitation", "accept_invitation"] {
        let noted = scenario.officer.get(&format!("/api/v1/audit?action={action}")).expect(200);
        assert_eq!(noted["items"].as_array().unwrap().len(), 1, "{action}");
        assert_eq!(noted["items"][0]["subject_id"], json!(id), "{action}");
    }
}
