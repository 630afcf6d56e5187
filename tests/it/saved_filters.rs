//! Filters of lists that people save: each only the own ones, of pages that they may open.

use serde_json::{Value, json};

use crate::support::people::text;
use crate::support::{Http, TestApp};

const PATH: &str = "/api/v1/me/saved-filters";

fn save(who: &Http, page: &str, name: &str, query: &str) -> crate::support::http::Reply {
    who.post(PATH, &json!({ "page": page, "name": name, "query": query }))
}

fn names(who: &Http, page: &str) -> Vec<(String, String)> {
    let all = who.get(&format!("{PATH}?page={page}")).expect(200);
    all.as_array().unwrap().iter().map(|f| (text(&f["name"]), text(&f["query"]))).collect()
}

fn fault(refused: &Value) -> (Option<&str>, Option<i64>) {
    (refused["errors"][0]["pointer"].as_str(), refused["status"].as_i64())
}

#[test]
fn a_filter_is_saved_replaced_and_deleted_by_its_owner_alone() {
    let app = TestApp::start();
    let (officer, other) = (app.admin("officer", "440000"), app.admin("other", "440000"));
    let made =
        save(&officer, "/cases", " 快到期 ", "?due=week&q=&cursor=abc&back=2&sort=deadline").expect(201);
    assert_eq!(names(&officer, "/cases"), [("快到期".to_owned(), "due=week&sort=deadline".to_owned())]);
    assert!(names(&officer, "/enterprises").is_empty() && names(&other, "/cases").is_empty());
    // Under the same name it is replaced, of another page it is another one.
    save(&officer, "/cases", "快到期", "state=ordered").expect(201);
    save(&officer, "/enterprises", "快到期", "cleared=false").expect(201);
    assert_eq!(names(&officer, "/cases"), [("快到期".to_owned(), "state=ordered".to_owned())]);
    assert_eq!(officer.get(PATH).expect(200).as_array().unwrap().len(), 2);
    let one = format!("{PATH}/{}", text(&made["id"]));
    other.send("DELETE", &one, &[], None).expect(404);
    officer.send("DELETE", &one, &[], None).expect(204);
    officer.send("DELETE", &one, &[], None).expect(404);
    assert!(names(&officer, "/cases").is_empty());
}

#[test]
fn what_is_no_filter_is_refused_by_its_field() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    for (page, name, query, pointer) in [
        ("/cases", " ", "state=ordered", "/name"),
        ("/cases", &*"长".repeat(41), "state=ordered", "/name"),
        ("/cases", "无", "cursor=abc", "/query"),
        ("/cases", "长", &*format!("q={}", "a".repeat(2_000)), "/query"),
        ("/nowhere", "页", "q=a", "/page"),
        ("/cases/{id}", "页", "q=a", "/page"),
        ("https://elsewhere.example/", "页", "q=a", "/page"),
        // The outbox is for operators.
        ("/mail", "页", "state=sent", "/page"),
    ] {
        let refused = save(&officer, page, name, query).problem();
        assert_eq!(fault(&refused), (Some(pointer), Some(422)), "{page} {name} {query}: {refused}");
    }
    for n in 0..100 {
        save(&officer, "/cases", &format!("{n}"), "state=ordered").expect(201);
    }
    assert_eq!(
        fault(&save(&officer, "/cases", "再一个", "state=ordered").problem()),
        (Some("/name"), Some(422))
    );
    // One that is there can still be changed.
    save(&officer, "/cases", "7", "state=cleared").expect(201);
    assert_eq!(app.http().get(PATH).status, 401);
}
