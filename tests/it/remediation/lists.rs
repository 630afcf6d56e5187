//! Lists by region: every page, for every officer, whatever moved or was handed over.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use zerodesk::core::Caller;
use zerodesk::enterprises::import::Column;
use zerodesk::reports::counted::FoldFigures;

use crate::support::csv::{file, row, uscc};
use crate::support::people::text;
use crate::support::{Http, TestApp};

const OFFICERS: [&str; 6] = ["440000", "440100", "440300", "440103", "440305", "441900"];

/// All the pages of a list, two rows each: no row twice, the newest first.
fn walk(who: &Http, list: &str) -> Vec<String> {
    let (mut all, mut cursor): (Vec<String>, String) = (Vec::new(), String::new());
    loop {
        let page = who.get(&format!("{list}limit=2&cursor={cursor}")).expect(200);
        all.extend(page["items"].as_array().unwrap().iter().map(|item| text(&item["id"])));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert!(all.windows(2).all(|pair| pair[0] > pair[1]), "{all:?}");
    all
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
fn a_consultation_goes_along_with_its_enterprise() {
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

    // One that was opened while its enterprise moved carries the old region. The old region's officers don't see it for
    // that, and it is set right with the figures.
    let mark = format!("INSERT INTO figure_stale (enterprise_id) VALUES ('{}')", talk.enterprise.id);
    for table in ["consultation", "remediation_case"] {
        sql(&app, &format!("UPDATE {table} SET region = '440103'"));
    }
    let cases = "/api/v1/remediation/cases?";
    assert_eq!((walk(&gz, list), walk(&gz, cases)), (vec![], vec![]));
    sql(&app, &mark);
    while app.app.execute(&Caller::system(), &FoldFigures {}).unwrap() {}
    let cases_there = walk(&sz, cases);
    assert_eq!((walk(&sz, list), cases_there.len()), (vec![talk.id.clone()], 1));
}

#[test]
fn what_has_not_ended_is_the_same_in_lists_as_in_the_course() {
    use zerodesk::remediation::CaseState;
    use zerodesk::remediation::queries::NOT_ENDED;
    for state in CaseState::ALL {
        assert_eq!(NOT_ENDED.contains(&format!("'{state}'")), state.is_final(), "{state}");
    }
}
