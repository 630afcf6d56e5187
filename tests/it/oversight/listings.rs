//! The life of a listing: four responsibilities, the second officer, the public page, monthly reports, delisting, escalation.

use chrono::Duration;
use serde_json::{Value, json};

use super::{OVERSIGHT, case_of, listing, step, sweep, upload, written};
use crate::support::people::{PASSWORD, text};
use crate::support::{Http, TestApp};

const PUBLIC: &str = "/api/v1/public/listings";

/// A public listing of Guangzhou by the province; gives its path and the officers of both.
fn listed(app: &TestApp) -> (Http, Http, Http, String) {
    let (officer, second) = (app.admin("officer", "440000"), app.admin("second", "440000"));
    let city = app.admin("city", "440100");
    let (_, basis) = case_of(app, 1, "440103");
    let path = written(&officer, &listing("440100", &basis));
    assert_eq!(step(&officer, &path, "list", &json!({})).refusal().1, "oversight_state");
    let own = step(&officer, &path, "approve", &json!({}));
    assert_eq!(own.refusal(), (409, "second_officer_needed".to_owned()));
    step(&second, &path, "approve", &json!({})).expect(200);
    assert_eq!(city.get(&path).status, 404, "not before it is listed");
    step(&officer, &path, "list", &json!({})).expect(200);
    (officer, second, city, path)
}

#[test]
fn who_is_addressed_neither_reads_the_files_of_inner_steps_nor_finds_it_by_its_basis() {
    let app = TestApp::start();
    let (officer, second) = (app.admin("officer", "440000"), app.admin("second", "440000"));
    let (firm, basis) = case_of(&app, 1, "440103");
    let mut body = listing("440100", &basis);
    body["to"] = json!({ "kind": "enterprise", "enterprise_id": firm.id });
    let path = written(&officer, &body);
    let (inner, outer) = (upload(&second), upload(&officer));
    step(&second, &path, "approve", &json!({ "attachments": [inner] })).expect(200);
    step(&officer, &path, "list", &json!({ "attachments": [outer] })).expect(200);
    let read = |who: &Http, id: &str| who.get(&format!("/api/v1/attachments/{id}")).status;
    assert_eq!((read(&officer, &inner), read(&officer, &outer)), (200, 200));
    assert_eq!((read(&firm.http, &inner), read(&firm.http, &outer)), (404, 200));
    let seen = firm.http.get(&path).expect(200);
    assert!(!seen.to_string().contains(inner.as_str()), "{seen}");
    // An alert on which it might rest finds nothing for who is not told of the basis.
    let alert = "01890000-0000-7000-8000-000000000001";
    let found = firm.http.get(&format!("/api/v1/oversight?alert={alert}")).expect(200);
    assert_eq!(found["items"], json!([]));
}

/// A public listing of Guangzhou under this title, by these two officers of the province.
pub fn listed_as(app: &TestApp, officer: &Http, second: &Http, title: &str) {
    let (_, basis) = case_of(app, 950, "440103");
    let mut body = listing("440100", &basis);
    body["title"] = json!(title);
    let path = written(officer, &body);
    step(second, &path, "approve", &json!({})).expect(200);
    step(officer, &path, "list", &json!({})).expect(200);
}

fn public(who: &Http) -> Vec<Value> {
    who.get(PUBLIC).expect(200)["items"].as_array().unwrap().clone()
}

fn done(who: &Http, path: &str, kind: &str) {
    let task = json!({ "responsibility": kind, "text": "任务完成，见附件" });
    step(who, path, "task_done", &task).expect(200);
}

#[test]
fn a_listing_needs_a_basis_and_four_responsibilities_with_posts() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let (_, basis) = case_of(&app, 1, "440103");
    let refused = |body: &Value| text(&officer.post(OVERSIGHT, body).problem()["errors"][0]["pointer"]);
    assert_eq!(refused(&listing("440100", &json!([]))), "/basis");
    let mut body = listing("440100", &basis);
    body["responsibilities"].as_array_mut().unwrap().pop();
    assert_eq!(refused(&body), "/responsibilities");
    let mut body = listing("440100", &basis);
    body["responsibilities"][1]["post"] = json!("");
    assert_eq!(refused(&body), "/responsibilities/1/post");
    let mut body = listing("440100", &basis);
    body["responsibilities"][2]["due_on"] = json!("2026-05-03");
    assert_eq!(refused(&body), "/responsibilities/2/due_on", "a rest day");
    let mut body = listing("440100", &basis);
    body["responsibilities"][3]["kind"] = json!("leadership");
    assert_eq!(refused(&body), "/responsibilities/3/kind");
}

#[test]
fn everybody_reads_a_listing_until_some_time_after_its_end() {
    let app = TestApp::start();
    let guest = app.http();
    let (officer, second, city, path) = listed(&app);
    let id = path.rsplit('/').next().unwrap().to_owned();
    let seen = public(&guest);
    assert_eq!((seen.len(), &seen[0]["state"]), (1, &json!("listed")));
    let one = guest.get(&format!("{PUBLIC}/{id}")).expect(200);
    let mut fields: Vec<&str> = one.as_object().unwrap().keys().map(String::as_str).collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "document_no",
            "ended_on",
            "extensions",
            "from_region",
            "id",
            "listed_on",
            "product_kinds",
            "requirements",
            "responsibilities",
            "state",
            "subject",
            "term_on",
            "title",
            "to_name",
            "to_region"
        ]
    );
    assert_eq!(
        (&one["responsibilities"][0]["holder"], &one["to_name"]),
        (&json!("张三"), &json!("广州市人民政府"))
    );
    for page in ["/listings", &format!("/listings/{id}")] {
        assert!(guest.get(page).text.contains("电线电缆区域性质量问题"), "{page}");
    }
    assert_eq!(guest.get(&path).status, 401, "the thing itself is not public");
    // No delisting while a responsibility is open.
    let apply = json!({ "text": "整治完成" });
    let open = step(&city, &path, "apply", &apply);
    assert_eq!(open.refusal(), (409, "oversight_responsibility_open".to_owned()));
    for kind in ["leadership", "territorial", "supervisory", "enterprise"] {
        done(&city, &path, kind);
    }
    let report = json!({ "text": "三月进展：已完成排查。" });
    let reported = step(&city, &path, "report", &report).expect(200);
    assert_eq!(reported["report_due_on"], "2026-05-06", "the next of the months");
    assert_eq!(step(&city, &path, "report", &report).expect(200)["report_due_on"], "2026-05-06");
    step(&city, &path, "apply", &apply).expect(200);
    assert_eq!(step(&city, &path, "accept", &json!({})).status, 403);
    let again = json!({ "responsibility": "territorial", "reason": "现场仍有不合格产品" });
    assert_eq!(step(&officer, &path, "task_reopen", &again).expect(200)["state"], "listed");
    assert_eq!(step(&city, &path, "apply", &apply).refusal().1, "oversight_responsibility_open");
    done(&city, &path, "territorial");
    step(&city, &path, "apply", &apply).expect(200);
    let taken_off = step(&second, &path, "accept", &json!({})).expect(200);
    assert_eq!((&taken_off["state"], &taken_off["public"]), (&json!("accepted"), &json!(true)));
    let one = guest.get(&format!("{PUBLIC}/{id}")).expect(200);
    assert_eq!((&one["state"], &one["responsibilities"][0]["holder"]), (&json!("accepted"), &Value::Null));
    assert_eq!(one["responsibilities"][0]["post"], "副市长");
    app.clock.advance(Duration::days(181));
    assert!(public(&guest).is_empty());
    assert_eq!(guest.get(&format!("{PUBLIC}/{id}")).status, 404);
    assert_eq!(guest.get(&format!("/listings/{id}")).status, 404);
}

#[test]
fn a_term_is_extended_once_and_passes_and_the_level_above_decides() {
    let app = TestApp::start();
    let (officer, second) = (app.admin("officer", "440100"), app.admin("second", "440100"));
    let (_, basis) = case_of(&app, 1, "440103");
    let path = written(&officer, &listing("440103", &basis));
    step(&second, &path, "approve", &json!({})).expect(200);
    let listed = step(&officer, &path, "list", &json!({ "due_on": "2026-03-31" })).expect(200);
    assert_eq!((&listed["term_on"], &listed["report_due_on"]), (&json!("2026-03-31"), &json!("2026-04-02")));
    let longer = |day: &str| json!({ "reason": "检验尚未完成", "due_on": day });
    for day in ["2026-03-31", "2026-04-05", "2026-08-03"] {
        let refused = step(&officer, &path, "extend", &longer(day));
        assert_eq!(refused.problem()["errors"][0]["pointer"], "/due_on", "{day}");
    }
    let extended = step(&officer, &path, "extend", &longer("2026-04-15")).expect(200);
    assert_eq!((&extended["term_on"], &extended["extensions"]), (&json!("2026-04-15"), &json!(1)));
    assert_eq!(step(&officer, &path, "extend", &longer("2026-04-30")).refusal().1, "oversight_extended");
    assert_eq!(step(&officer, &path, "escalate", &json!({ "reason": "x" })).refusal().1, "oversight_state");
    app.clock.advance(Duration::days(45));
    sweep(&app);
    let officer = app.http().log_in("officer", PASSWORD);
    let late = officer.get(&path).expect(200);
    assert_eq!((&late["state"], &late["overdue"]), (&json!("overdue"), &json!(true)));
    let handed = step(&officer, &path, "escalate", &json!({ "reason": "整治不力" })).expect(200);
    assert_eq!(handed["state"], "escalated");
    let above = text(&handed["events"].as_array().unwrap().last().unwrap()["details"]["escalated_to"]);
    let above = format!("{OVERSIGHT}/{above}");
    assert_eq!(officer.get(&above).status, 404, "it is for the level above");
    let province = app.admin("province", "440000");
    let proposed = province.get(&above).expect(200);
    assert_eq!((&proposed["state"], &proposed["from_region"]), (&json!("proposed"), &json!("440000")));
    assert_eq!(proposed["to_region"], "440103");
    assert_eq!(proposed["responsibilities"].as_array().unwrap().len(), 4);
    step(&province, &above, "approve", &json!({})).expect(200);
    let listed = step(&province, &above, "list", &json!({})).expect(200);
    assert_eq!(listed["document_no"], "粤市监质函〔2026〕1号");
    assert_eq!(officer.get(&above).expect(200)["standing"], "observer");
}

#[test]
fn a_listing_whose_application_is_sent_back_after_its_term_is_overdue_again() {
    let app = TestApp::start();
    let (officer, second) = (app.admin("officer", "440100"), app.admin("second", "440100"));
    let city = app.admin("district", "440103");
    let (_, basis) = case_of(&app, 1, "440103");
    let path = written(&officer, &listing("440103", &basis));
    step(&second, &path, "approve", &json!({})).expect(200);
    step(&officer, &path, "list", &json!({ "due_on": "2026-03-31" })).expect(200);
    for kind in ["leadership", "territorial", "supervisory", "enterprise"] {
        done(&city, &path, kind);
    }
    app.clock.advance(Duration::days(45));
    sweep(&app);
    let (officer, city) = (app.http().log_in("officer", PASSWORD), app.http().log_in("district", PASSWORD));
    assert_eq!(officer.get(&path).expect(200)["state"], "overdue");
    step(&city, &path, "apply", &json!({ "text": "整治完成" })).expect(200);
    step(&officer, &path, "return", &json!({ "reason": "现场仍有不合格产品" })).expect(200);
    sweep(&app);
    assert_eq!(officer.get(&path).expect(200)["state"], "overdue", "its term has passed all the same");
    step(&officer, &path, "escalate", &json!({ "reason": "整治不力" })).expect(200);
}

#[test]
fn a_holder_who_leaves_is_replaced_with_a_post() {
    let app = TestApp::start();
    let (officer, _, city, path) = listed(&app);
    let mut other = json!({ "responsibility": "leadership", "holder": "钱七", "reason": "职务调整" });
    assert_eq!(step(&city, &path, "replace_holder", &other).problem()["errors"][0]["pointer"], "/post");
    other["post"] = json!("副市长");
    let seen = step(&city, &path, "replace_holder", &other).expect(200);
    assert_eq!(seen["responsibilities"][0]["holder"], "钱七");
    let guest = app.http().get(PUBLIC).expect(200);
    let id = text(&guest["items"][0]["id"]);
    let public = app.http().get(&format!("{PUBLIC}/{id}")).expect(200);
    assert_eq!(public["responsibilities"][0]["holder"], "钱七");
    assert!(!public.to_string().contains("张三"), "{public}");
    // What the issuing side enters for the city needs a file.
    let task = json!({ "responsibility": "leadership", "text": "完成" });
    assert_eq!(step(&officer, &path, "task_done", &task).problem()["errors"][0]["pointer"], "/attachments");
    let mut shown = task;
    shown["attachments"] = json!([upload(&officer)]);
    step(&officer, &path, "task_done", &shown).expect(200);
    let withdrawn = step(&officer, &path, "withdraw", &json!({ "reason": "挂牌有误" })).expect(200);
    assert_eq!((&withdrawn["state"], &withdrawn["public"]), (&json!("withdrawn"), &json!(false)));
    assert!(app.http().get(PUBLIC).expect(200)["items"].as_array().unwrap().is_empty());
}

#[test]
fn a_task_is_done_once_and_who_enters_it_for_the_other_side_does_not_accept() {
    let app = TestApp::start();
    let (officer, second, city, path) = listed(&app);
    done(&city, &path, "leadership");
    let again = json!({ "responsibility": "leadership", "text": "另一份材料" });
    let refused = step(&city, &path, "task_done", &again);
    assert_eq!(refused.refusal(), (409, "oversight_state".to_owned()), "its evidence stays");
    let open = json!({ "responsibility": "territorial", "reason": "尚未完成" });
    assert_eq!(step(&officer, &path, "task_reopen", &open).refusal().1, "oversight_state");
    for kind in ["territorial", "supervisory"] {
        done(&city, &path, kind);
    }
    let allowed = |who: &Http| who.get(&path).expect(200)["allowed"].to_string();
    assert!(!allowed(&city).contains("apply"), "{}", allowed(&city));
    let shown = json!({ "responsibility": "enterprise", "text": "完成", "attachments": [upload(&second)] });
    step(&second, &path, "task_done", &shown).expect(200);
    assert!(allowed(&city).contains("apply") && !allowed(&city).contains("task_done"), "{}", allowed(&city));
    let apply = json!({ "text": "整治完成" });
    step(&city, &path, "apply", &apply).expect(200);
    assert_eq!(step(&second, &path, "accept", &json!({})).refusal().1, "second_officer_needed");
    // Months and the term go on while an application waits.
    let reported = step(&city, &path, "report", &json!({ "text": "三月进展" })).expect(200);
    assert_eq!((&reported["state"], &reported["report_due_on"]), (&json!("applied"), &json!("2026-05-06")));
    let longer = json!({ "reason": "现场尚需核实", "due_on": "2026-06-30" });
    let extended = step(&officer, &path, "extend", &longer).expect(200);
    assert_eq!((&extended["state"], &extended["term_on"]), (&json!("listed"), &json!("2026-06-30")));
    step(&city, &path, "apply", &apply).expect(200);
    step(&officer, &path, "withdraw", &json!({ "reason": "挂牌依据已撤销" })).expect(200);
    assert!(public(&app.http()).is_empty());
}

#[test]
fn tasks_are_reminded_of_once_and_once_when_they_are_late() {
    let app = TestApp::start();
    let (_, _, city, path) = listed(&app);
    done(&city, &path, "leadership");
    let noted = |kind: &str| {
        let query =
            format!("SELECT count(*) FROM oversight_reminder WHERE kind = '{kind}' AND day = '2026-05-20'");
        crate::credit::number(&app, &query)
    };
    sweep(&app);
    assert_eq!((noted("task"), noted("task_overdue")), (0, 0));
    for (days, soon, late) in [(77, 1, 0), (0, 1, 0), (3, 1, 1), (1, 1, 1)] {
        app.clock.advance(Duration::days(days));
        sweep(&app);
        assert_eq!((noted("task"), noted("task_overdue")), (soon, late), "{days} days on");
    }
}

#[test]
fn who_proposed_a_listing_is_told_what_was_decided() {
    let app = TestApp::start();
    let officer = app.admin_at("officer", "440100", "officer@regulator.example");
    let second = app.admin("second", "440100");
    let (_, basis) = case_of(&app, 1, "440103");
    let mut other = listing("440103", &basis);
    other["title"] = json!("另一事项");
    let path = written(&officer, &other);
    step(&second, &path, "decline", &json!({ "reason": "依据不足" })).expect(200);
    app.mail("officer@regulator.example", "不予批准，另一事项");
    assert_eq!(officer.get(&path).expect(200)["state"], "declined");
    let path = written(&officer, &listing("440103", &basis));
    step(&second, &path, "approve", &json!({})).expect(200);
    app.mail("officer@regulator.example", "批准挂牌，电线电缆区域性质量问题");
    // What was handed to the level above and is not approved comes back to who handed it up.
    step(&officer, &path, "list", &json!({ "due_on": "2026-03-31" })).expect(200);
    app.clock.advance(Duration::days(45));
    sweep(&app);
    let officer = app.http().log_in("officer", PASSWORD);
    let handed = step(&officer, &path, "escalate", &json!({ "reason": "整治不力" })).expect(200);
    let above = text(&handed["events"].as_array().unwrap().last().unwrap()["details"]["escalated_to"]);
    let province = app.admin("province", "440000");
    step(&province, &format!("{OVERSIGHT}/{above}"), "decline", &json!({ "reason": "由市局继续督办" }))
        .expect(200);
    app.mail("officer@regulator.example", "不予批准，电线电缆区域性质量问题");
}
