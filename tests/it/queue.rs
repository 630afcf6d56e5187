//! The officers' queue, narrowed by region, expert and words.

use serde_json::json;

use crate::support::people::{PASSWORD, text};
use crate::support::{Http, TestApp};

/// Whether a consultation stands in a list.
fn lists(who: &Http, address: &str, id: &str) -> bool {
    let reply = who.get(address);
    assert_eq!(reply.status, 200, "{address}: {}", reply.text);
    reply.text.contains(&format!("/queue/{id}"))
}

#[test]
fn the_queue_is_narrowed_by_region_expert_and_words_and_the_file_follows() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let expert = app.approved_expert(&officer, "expert-1", "K0101");
    let held = app.talk(&app.claimed_enterprise(1, "440103", "K0101"), &expert).id;
    // Nobody takes the others.
    expert.http.json("PUT", "/api/v1/experts/me/availability", &json!({ "available": false })).expect(200);
    let far = text(&app.open(&app.claimed_enterprise(2, "440305", "K0101"))["id"]);
    let near = text(&app.open(&app.claimed_enterprise(3, "440106", "K0101"))["id"]);

    // Those that wait, by city and district.
    for (narrowed, seen) in [
        ("", [false, true, true]),
        ("region=440100", [false, false, true]),
        ("region=440106", [false, false, true]),
        ("region=440103", [false, false, false]),
        ("region=440300", [false, true, false]),
        ("show=all&region=440100", [true, false, true]),
        ("region=nowhere", [false, false, false]),
    ] {
        for place in ["/queue", "/parts/queue"] {
            let address = format!("{place}?{narrowed}");
            let found = [&held, &far, &near].map(|id| lists(&officer, &address, id));
            assert_eq!(found, seen, "{address}");
        }
    }
    // The expert's, whatever their status; words besides.
    let of_expert = format!("/queue?expert={}", expert.id);
    assert_eq!([&held, &far, &near].map(|id| lists(&officer, &of_expert, id)), [true, false, false]);
    assert!(!lists(&officer, &format!("{of_expert}&region=440300"), &held));
    assert!(lists(&officer, &format!("{of_expert}&region=440100&q=第1公司"), &held));
    assert!(!lists(&officer, &format!("{of_expert}&q=第2公司"), &held));
    assert_eq!(officer.get("/queue?expert=x").status, 422);

    // What narrows it stays: in the parts of the list, in what renews itself, in the file.
    let page = officer.get("/queue?region=440100&q=绝缘").text;
    assert!(page.contains("value=\"440100\" selected"), "{page}");
    for kept in [
        "/queue?q=%E7%BB%9D%E7%BC%98&#38;region=440100&#38;alarm=true",
        "/parts/queue?q=%E7%BB%9D%E7%BC%98&#38;region=440100&#38;",
    ] {
        assert!(page.contains(kept), "no {kept} in {page}");
    }
    let file = officer.get("/api/v1/consultations?region=440100&status=waiting&format=csv").text;
    assert!(file.contains("第3公司") && !file.contains("第2公司") && !file.contains("第1公司"), "{file}");
    assert!(page.contains("/api/v1/consultations?q=%E7%BB%9D%E7%BC%98&#38;region=440100&#38;"), "{page}");
    for list in ["/queue?sort=due", "/consultations?sort=due"] {
        let page = officer.get(list);
        assert!(page.status == 200 && page.text.contains("答复时限最近在前"), "{list}: {}", page.text);
    }
    let page = officer.get("/queue?sort=oldest&region=440100").text;
    assert!(page.contains("/parts/queue?region=440100&#38;sort=oldest&#38;"), "the order, too: {page}");
    assert!(page.contains("/queue?region=440100&#38;sort=oldest&#38;status=active"), "{page}");
    let page = officer.get("/queue").text;
    assert!(page.contains(&format!("<option value=\"{}\">专家 expert-1</option>", expert.id)), "{page}");

    // An officer of another region finds nothing of it, whatever is asked for.
    let elsewhere = app.admin("elsewhere", "440300");
    for narrowed in ["show=all&region=440100", "show=all&region=440000", "q=第3公司"] {
        assert!(!lists(&elsewhere, &format!("/queue?{narrowed}"), &near), "{narrowed}");
    }
    assert!(!elsewhere.get("/queue").text.contains("专家 expert-1"), "who has nothing there is not named");
    assert!(!lists(&elsewhere, &of_expert, &held));
}

#[test]
fn what_waits_is_counted_for_the_navigation_of_every_page() {
    const COUNTS: &str = "/api/v1/consultations/counts";
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let (elsewhere, operator) =
        (app.admin("elsewhere", "440300"), app.http().log_in("the-operator", PASSWORD));
    let waiting = |who: &Http| who.get(COUNTS).expect(200)["waiting"].as_i64().unwrap();
    let say = |who: &Http, stream: &str| {
        let message = json!({ "client_id": uuid::Uuid::new_v4(), "stream": stream, "body": "在" });
        who.post(&format!("/api/v1/consultations/{}/messages", talk.id), &message).expect(201);
    };
    for (who, wanted) in [(&talk.enterprise.http, 0), (&talk.expert.http, 0), (&officer, 0)] {
        assert_eq!(waiting(who), wanted);
    }
    say(&talk.expert.http, "talk");
    say(&talk.expert.http, "talk");
    say(&officer, "notes");
    // Neither the own messages nor notes that one does not see count; an officer's are consultations that wait.
    assert_eq!([waiting(&talk.enterprise.http), waiting(&talk.expert.http), waiting(&officer)], [2, 1, 0]);
    let read = json!({ "stream": "talk", "seq": 1 });
    talk.enterprise.http.json("PUT", &format!("/api/v1/consultations/{}/read", talk.id), &read);
    assert_eq!(waiting(&talk.enterprise.http), 1);
    let question = json!({ "subject": "无人可派", "question": "如何整改？", "product_kind": "K0301" });
    talk.enterprise.http.post("/api/v1/consultations", &question).expect(201);
    assert_eq!([waiting(&officer), waiting(&elsewhere)], [1, 0]);
    assert_eq!((operator.get(COUNTS).status, app.http().get(COUNTS).status), (403, 401));
    for (who, page) in
        [(&talk.enterprise.http, "/records"), (&talk.expert.http, "/profile"), (&officer, "/cases")]
    {
        assert!(who.get(page).text.contains(&format!("data-waiting=\"{COUNTS}\"")), "{page}");
    }
}
