//! Lists by region: every page, for every officer, whatever moved or was handed over.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use zerodesk::zero_out::import::Column;

use crate::support::csv::{file, row, uscc};
use crate::support::people::text;
use crate::support::{Http, TestApp};

const OFFICERS: [&str; 6] = ["440000", "440100", "440300", "440103", "440305", "441900"];

/// All the pages of a list, two rows each: no row twice, the newest first.
fn walk(who: &Http, list: &str) -> Vec<String> {
    let all = pages(who, list, 2, "/id");
    assert!(all.windows(2).all(|pair| pair[0] > pair[1]), "{all:?}");
    all
}

/// The same, so many rows each, and of each row what is there.
fn pages(who: &Http, list: &str, limit: u32, at: &str) -> Vec<String> {
    let (mut all, mut cursor): (Vec<String>, String) = (Vec::new(), String::new());
    loop {
        let page = who.get(&format!("{list}limit={limit}&cursor={cursor}")).expect(200);
        all.extend(page["items"].as_array().unwrap().iter().map(|item| text(item.pointer(at).unwrap())));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => return all,
        }
    }
}

fn within(scope: &str, region: &str) -> bool {
    match scope {
        "440000" => true,
        city if city.ends_with("00") && city != "441900" => region[..4] == city[..4],
        district => region == district,
    }
}

fn sql(app: &TestApp, statements: &str) {
    use diesel::connection::SimpleConnection;
    app.app.conn().unwrap().batch_execute(statements).unwrap();
}

#[test]
fn every_officer_finds_the_cases_of_its_region_and_those_handed_to_or_by_it() {
    let app = TestApp::start();
    let gd = app.admin("officer-gd", "440000");
    let homes = ["440103", "440103", "440106", "440305", "440305", "441900", "440103"];
    for (n, region) in (1..).zip(homes) {
        app.listed(n, region, "K0101");
    }
    let cases = walk(&gd, "/api/v1/remediation/cases?");
    assert_eq!(cases.len(), homes.len());
    // As they were listed: the oldest first.
    let oldest: Vec<&String> = cases.iter().rev().collect();
    let handed = json!({ "event": "transfer", "region": "440305", "document": "移送函" });
    for n in [1, 2] {
        gd.post(&format!("/api/v1/remediation/cases/{}/events", oldest[n]), &handed).expect(200);
    }
    // Handed on once more, from Shenzhen to Dongguan: all three know it.
    let on = json!({ "event": "transfer", "region": "441900", "document": "移送函" });
    gd.post(&format!("/api/v1/remediation/cases/{}/events", oldest[1]), &on).expect(200);
    // One moves from Liwan to Shenzhen.
    let moved = file(&[row(&[
        (Column::Uscc, &uscc(7)),
        (Column::Name, "广州第7公司"),
        (Column::RegionCode, "440305"),
    ])]);
    assert_eq!(app.import(&gd, &moved, false)["rejected"], 0);
    let homes = ["440103", "440103", "440106", "440305", "440305", "441900", "440305"];
    let elsewhere: [&[&str]; 7] =
        [&[], &["440103", "440305", "441900"], &["440106", "440305"], &[], &[], &[], &[]];
    for scope in OFFICERS {
        let officer = app.admin(&format!("o-{scope}"), scope);
        for narrowed in [None, Some("440000"), Some("440100"), Some("440103"), Some("440305"), Some("999999")]
        {
            let mine: BTreeSet<&String> = (0..homes.len())
                .filter(|n| {
                    within(scope, homes[*n]) || elsewhere[*n].iter().any(|region| within(scope, region))
                })
                .filter(|n| narrowed.is_none_or(|region| within(region, homes[*n])))
                .map(|n| oldest[n])
                .collect();
            for rest in ["", "state=ordered&", "due_before=2030-01-01&"] {
                let region = narrowed.map(|region| format!("region={region}&")).unwrap_or_default();
                let found = walk(&officer, &format!("/api/v1/remediation/cases?{region}{rest}"));
                assert_eq!(found.iter().collect::<BTreeSet<_>>(), mine, "{scope} {narrowed:?} {rest}");
            }
            assert_eq!(walk(&officer, "/api/v1/remediation/cases?state=cleared&"), Vec::<String>::new());
        }
    }
}

#[test]
fn a_consultation_moves_with_its_enterprise() {
    let app = TestApp::start();
    let (gd, talk) = app.small_world();
    let (gz, sz) = (app.admin("officer-gz", "440100"), app.admin("officer-ns", "440305"));
    let list = "/api/v1/consultations?";
    assert_eq!((walk(&gz, list), walk(&sz, list)), (vec![talk.id.clone()], vec![]));
    assert_eq!(walk(&talk.expert.http, list), std::slice::from_ref(&talk.id));
    assert_eq!(walk(&talk.enterprise.http, list), std::slice::from_ref(&talk.id));
    let detail: Value =
        talk.enterprise.http.get(&format!("/api/v1/enterprises/{}", talk.enterprise.id)).json();
    let moved = file(&[row(&[
        (Column::Uscc, detail["uscc"].as_str().unwrap()),
        (Column::Name, detail["name"].as_str().unwrap()),
        (Column::RegionCode, "440305"),
    ])]);
    assert_eq!(app.import(&gd, &moved, false)["rejected"], 0);
    assert_eq!((walk(&gz, list), walk(&sz, list)), (vec![], vec![talk.id.clone()]));

    // Opening locks the enterprise, so that a row never carries the region that its enterprise has left (`db::regions`). Even if one
    // did, the officers of that region would not see it.
    for table in ["consultation", "remediation_case"] {
        sql(&app, &format!("UPDATE {table} SET region = '440103'"));
    }
    let cases = "/api/v1/remediation/cases?";
    assert_eq!((walk(&gz, list), walk(&gz, cases)), (vec![], vec![]));
}

#[test]
fn open_cases_are_the_same_in_lists_and_in_the_course() {
    use zerodesk::remediation::CaseState;
    use zerodesk::remediation::case_filter::NOT_ENDED;
    for state in CaseState::ALL {
        assert_eq!(NOT_ENDED.contains(&format!("'{state}'")), state.is_final(), "{state}");
    }
}

/// More lines than are looked through one by one. The oldest have other names, some of them other reports and another
/// region.
const MANY: u32 = 4100;

fn long_list() -> Vec<u8> {
    let one = |n: u32| {
        let name = format!("{}{n}", if n <= 60 { "Old Stock" } else { "新厂" });
        let report = format!("{}{n}", if (41..=100).contains(&n) { "X_" } else { "XY" });
        let region = if n <= 60 && n.is_multiple_of(5) { "440305" } else { "440103" };
        row(&[
            (Column::Uscc, &uscc(n)),
            (Column::Name, &name),
            (Column::ReportNo, &report),
            (Column::RegionCode, region),
        ])
    };
    file(&(1..=MANY).map(one).collect::<Vec<_>>())
}

#[test]
fn a_name_is_found_anywhere_in_a_long_list() {
    type Predicate<'a> = &'a dyn Fn(&u32) -> bool;
    let app = TestApp::start();
    let (gd, sz) = (app.admin("officer-gd", "440000"), app.admin("officer-sz", "440300"));
    let report = app.import(&gd, &long_list(), false);
    assert_eq!((&report["inserted"], &report["rejected"]), (&json!(MANY), &json!(0)), "{report}");
    let in_shenzhen = |n: &u32| *n <= 60 && n.is_multiple_of(5);
    let expectations: [(&str, Predicate); 7] = [
        ("old%20STOCK", &|n: &u32| *n <= 60),
        ("%E6%96%B0%E5%8E%82", &|n: &u32| *n > 60),
        ("%E5%8E%8217", &|n: &u32| *n > 60 && n.to_string().starts_with("17")),
        ("91440101ma5%200000", &|n: &u32| *n < 31),
        // A dash that was left out of a report's number, and one too many.
        ("X4", &|n: &u32| (41..=100).contains(n) && n.to_string().starts_with('4')),
        ("x-y%EF%BC%943", &|n: &u32| *n > 100 && n.to_string().starts_with("43")),
        ("X%25", &|_: &u32| true),
    ];
    let number = |report: &String| report[2..].parse::<u32>().unwrap();
    for (who, seen) in [(&gd, &(|_: &u32| true) as Predicate), (&sz, &in_shenzhen)] {
        let expected = |fits: Predicate| (1..=MANY).rev().filter(|n| seen(n) && fits(n)).collect::<Vec<_>>();
        let found = |list: &str, number_at: &str| {
            let all = pages(who, list, 100, number_at);
            all.iter().map(number).collect::<Vec<_>>()
        };
        for (q, fits) in expectations {
            let cases = found(&format!("/api/v1/remediation/cases?q={q}&"), "/report_no");
            assert_eq!(cases, expected(fits), "{q}");
            let lines = found(&format!("/api/v1/zero-out?q={q}&"), "/nonconformity/report_no");
            assert_eq!(lines, expected(fits), "{q}");
        }
        let lines = found("/api/v1/zero-out?region=440305&", "/nonconformity/report_no");
        assert_eq!(lines, expected(&in_shenzhen));
    }
}
