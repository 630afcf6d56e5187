//! The lists of pages: how many rows there are, the way to the other pages and back, and other orders than by time.

use std::collections::BTreeSet;

use serde_json::json;
use zerodesk::ROOMS;
use zerodesk::core::Role;
use zerodesk::zero_out::import::Column;

use crate::support::csv::{file, row, uscc};
use crate::support::people::PASSWORD;
use crate::support::{Http, TestApp};

/// So many enterprises are listed in each of two cities.
const EACH: u32 = 34;

fn world() -> (TestApp, Http) {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let rows: Vec<Vec<String>> = (0..2 * EACH)
        .map(|n| {
            let (code, name) = (uscc(n), format!("恒通第{n:03}公司"));
            let (report, region) = (format!("R{n}"), if n < EACH { "440103" } else { "440304" });
            let day = format!("2026-02-{:02}", 1 + n % 20);
            row(&[
                (Column::Uscc, &code),
                (Column::Name, &name),
                (Column::RegionCode, region),
                (Column::ReportNo, &report),
                (Column::OrderIssuedOn, &day),
            ])
        })
        .collect();
    let done = app.import(&officer, &file(&rows), false);
    assert_eq!(
        (done["inserted"].as_i64(), done["rejected"].as_i64()),
        (Some(i64::from(2 * EACH)), Some(0)),
        "{done}"
    );
    (app, officer)
}

/// The addresses of the rows of a page, in their order.
fn rows(page: &str, path: &str) -> Vec<String> {
    let found =
        page.split(&format!("href=\"{path}/")).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
    found.filter(|id| id.len() == 36).collect()
}

/// The address behind a link of the pager.
fn way(page: &str, rel: &str) -> Option<String> {
    let (_, rest) = page.split_once(&format!("<a rel=\"{rel}\" href=\""))?;
    Some(rest.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&"))
}

/// Goes forth through a list to its end and back again: the rows of each page on the way forth.
fn forth_and_back(who: &Http, path: &str, query: &str) -> Vec<Vec<String>> {
    let mut address = format!("{path}?{query}");
    let (mut pages, mut addresses) = (Vec::new(), Vec::new());
    loop {
        let page = who.get(&address);
        assert_eq!(page.status, 200, "{address}");
        pages.push(rows(&page.text, path));
        addresses.push(address);
        match way(&page.text, "next") {
            Some(next) => address = next,
            None => break,
        }
    }
    // Backwards each page is the one that it was.
    let mut last = who.get(addresses.last().unwrap()).text;
    for page in pages.iter().rev().skip(1) {
        last = who.get(&way(&last, "prev").unwrap()).text;
        assert_eq!(&rows(&last, path), page, "{path}?{query}");
    }
    assert_eq!(way(&last, "prev"), None);
    pages
}

#[test]
fn lists_say_how_many_rows_they_have_and_lead_forth_and_back() {
    let (app, officer) = world();
    let all = 2 * EACH;
    for path in ["/enterprises", "/cases"] {
        let first = officer.get(path).text;
        assert!(first.contains(&format!("第 1—30 条，共 {all} 条")), "{path}: {first}");
        assert!(first.contains(&format!("<span class=\"count\">{all}</span>")), "{path}");
        let english = officer.get(&format!("{path}?lang=en")).text;
        assert!(english.contains(&format!("1 to 30, {all} in all")), "{path}: {english}");
        officer.get(&format!("{path}?lang=zh-CN"));
        let newest: Vec<Vec<String>> = forth_and_back(&officer, path, "");
        let lengths: Vec<_> = newest.iter().map(Vec::len).collect();
        assert_eq!(lengths, [30, 30, 8], "{path}");
        let newest: BTreeSet<_> = newest.concat().into_iter().collect();
        assert_eq!(newest.len(), all as usize, "{path}: each once");
        let sorts: &[&str] = if path == "/cases" {
            &["deadline", "enterprise", "region"]
        } else {
            &["name", "region", "deadline", "records"]
        };
        for sort in sorts {
            let sorted: Vec<_> = forth_and_back(&officer, path, &format!("sort={sort}")).concat();
            assert_eq!(sorted.len(), all as usize, "{path} {sort}");
            assert_eq!(sorted.into_iter().collect::<BTreeSet<_>>(), newest, "{path} {sort}: each once");
        }
        // Narrowed, the rows that fit are counted.
        let narrowed = officer.get(&format!("{path}?region=440300")).text;
        assert!(narrowed.contains(&format!("共 {EACH} 条")), "{path}: {narrowed}");
        let found = officer.get(&format!("{path}?q=恒通第00")).text;
        assert!(found.contains("共 10 条"), "{path}: {found}");
        assert!(officer.get(&format!("{path}?q=佛山")).text.contains("没有符合条件"), "{path}");
        for wrong in ["sort=nothing", "cursor=x", "sort=region&cursor=AAAAAAAAAAAAAAAAAAAAAA"] {
            assert_eq!(officer.get(&format!("{path}?{wrong}")).status, 422, "{path} {wrong}");
        }
        // An officer elsewhere counts the own rows alone.
        let elsewhere = app.admin(&format!("elsewhere-{}", path.len()), "440300");
        assert!(elsewhere.get(path).text.contains(&format!("共 {EACH} 条")), "{path}");
    }
}

#[test]
fn orders_are_what_they_are_called() {
    let (app, officer) = world();
    let names = |query: &str| -> Vec<u32> {
        let page = officer.get(&format!("/enterprises?{query}")).text;
        let found = page.split("恒通第").skip(1).map(|rest| rest.chars().take(3).collect::<String>());
        found.map(|number| number.parse().unwrap()).collect()
    };
    assert_eq!(names("sort=name"), (0..30).collect::<Vec<_>>());
    assert!(names("sort=region").iter().all(|n| *n < EACH));
    // The nearest deadline is that of the earliest order.
    assert!(names("sort=deadline").iter().take(4).all(|n| n % 20 == 0), "{:?}", names("sort=deadline"));
    let page = officer.get("/enterprises?sort=deadline").text;
    assert!(page.contains("不合格记录 <b>1</b> · 已清零 0 · 最近期限"), "{page}");
    // An operator sees neither cases nor consultations, and nothing that follows from them.
    let operator = app.operator("operator");
    let page = operator.get("/enterprises?sort=name").text;
    assert!(
        page.contains("恒通第000公司") && !page.contains("最近期限") && !page.contains("期限最近"),
        "{page}"
    );
    assert_eq!(operator.get("/enterprises?sort=deadline").status, 422);
    let case = officer.get("/cases?sort=enterprise").text;
    assert!(case.find("恒通第000公司").unwrap() < case.find("恒通第001公司").unwrap());
}

/// Pages with a search whose list has one order only: the audit is by time, as the law wants it; regimes stand in the catalogue's order;
/// consumers have the newest bulletin and the newest listing first.
const ONE_ORDER: [&str; 4] = ["/audit", "/bulletins", "/listings", "/regimes"];

#[test]
fn every_list_is_had_in_the_orders_that_its_page_offers() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let operator = app.http().log_in("the-operator", PASSWORD);
    for description in ["甲系统", "丙系统", "乙系统"] {
        let hook = json!({ "url": "https://hooks.example.cn/", "events": ["import.finished"], "description": description });
        officer.post("/api/v1/webhooks", &hook).expect(201);
    }
    let people = [
        (Role::Enterprise, &talk.enterprise.http),
        (Role::Expert, &talk.expert.http),
        (Role::Admin, &officer),
        (Role::Operator, &operator),
    ];
    let mut tried = 0;
    for list in ROOMS.iter().flat_map(|room| room.orders).filter(|list| !list.page.contains('{')) {
        let page = ROOMS.iter().flat_map(|room| room.pages).find(|page| page.path == list.page).unwrap();
        for (role, who) in people.iter().filter(|(role, _)| page.access.check(*role).is_ok()) {
            for order in list.orders {
                let (path, seen) =
                    (format!("{}?sort={}", list.page, order.word), !order.officers || *role == Role::Admin);
                let reply = who.get(&path);
                assert_eq!(reply.status, if seen { 200 } else { 422 }, "{path} as {role}");
                let chosen = format!("<option value=\"{}\" selected>", order.word);
                assert_eq!(reply.text.contains(&chosen), seen, "{path} as {role}");
                tried += 1;
            }
            assert_eq!(who.get(&format!("{}?sort=nonsense", list.page)).status, 422, "{}", list.page);
        }
    }
    assert!(tried > 60, "only {tried}");
    let text = officer.get("/webhooks?sort=description").text;
    let places = ["丙系统", "甲系统", "乙系统"].map(|name| text.find(name).unwrap());
    assert!(places.is_sorted(), "by how they are read: {places:?}");

    let ordered: BTreeSet<&str> = ROOMS.iter().flat_map(|room| room.orders).map(|list| list.page).collect();
    for source in ROOMS.iter().flat_map(|room| room.search).filter(|source| !source.page.is_empty()) {
        let one = ONE_ORDER.contains(&source.page);
        assert!(
            one != ordered.contains(source.page),
            "{}: its orders, or the reason why it has one",
            source.page
        );
    }
}
