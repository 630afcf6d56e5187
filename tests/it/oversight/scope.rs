//! Who may know of what, that lists and single things agree, and that rows hold what their histories come to.

use serde_json::{Value, json};
use uuid::Uuid;
use zerodesk::oversight::ids::OversightId;
use zerodesk::oversight::rows::{CourseRow, OversightRow};
use zerodesk::oversight::store::{events, fold};

use super::{OVERSIGHT, case_of, interview, letter, step, written};
use crate::inspections::{body, person};
use crate::support::people::text;
use crate::support::{Http, TestApp};

fn ids(who: &Http) -> Vec<String> {
    let found = who.get(&format!("{OVERSIGHT}?limit=200")).expect(200);
    found["items"].as_array().unwrap().iter().map(|one| text(&one["id"])).collect()
}

#[test]
fn each_knows_of_its_own_and_lists_agree_with_single_things() {
    let app = TestApp::start();
    let province = app.admin("province", "440000");
    let (guangzhou, shenzhen) = (app.admin("guangzhou", "440100"), app.admin("shenzhen", "440300"));
    let (liwan, operator) = (app.admin("liwan", "440103"), app.operator("operator-2"));
    let firm = app.claimed_enterprise(1, "440103", "K0101");
    let other = app.claimed_enterprise(2, "440305", "K0101");
    let laboratory = body(&province, "省质检院", false);
    let tester = person(&app, &province, "laboratory", "tester-1", &laboratory);
    let mut to_laboratory = letter("440100");
    to_laboratory["to"] = json!({ "kind": "laboratory", "laboratory_id": laboratory });
    let all = [
        written(&province, &letter("440100")),
        written(&guangzhou, &letter("440103")),
        written(&guangzhou, &interview(&firm.id)),
        written(&province, &to_laboratory),
    ];
    let everybody = [&province, &guangzhou, &shenzhen, &liwan, &firm.http, &other.http, &tester];
    let known = || -> Vec<Vec<usize>> {
        everybody
            .iter()
            .map(|who| {
                let listed = ids(who);
                let here = |path: &String| listed.iter().any(|id| path.ends_with(id.as_str()));
                let seen: Vec<usize> = (0..all.len()).filter(|at| who.get(&all[*at]).status == 200).collect();
                assert_eq!(seen, (0..all.len()).filter(|at| here(&all[*at])).collect::<Vec<_>>());
                seen
            })
            .collect()
    };
    assert_eq!(known(), [vec![0, 1, 2, 3], vec![1, 2], vec![], vec![], vec![], vec![], vec![]]);
    step(&province, &all[0], "issue", &json!({})).expect(200);
    step(&guangzhou, &all[1], "issue", &json!({})).expect(200);
    step(&guangzhou, &all[2], "notify", &json!({ "meets_on": "2026-03-09", "place": "市局" })).expect(200);
    step(&province, &all[3], "issue", &json!({})).expect(200);
    assert_eq!(
        known(),
        [vec![0, 1, 2, 3], vec![0, 1, 2], vec![], vec![1, 2], vec![2], vec![], vec![3]],
        "a laboratory of the province is nothing of its cities"
    );
    assert_eq!(operator.get(OVERSIGHT).status, 403);
    assert_eq!(liwan.get(&all[2]).expect(200)["standing"], "observer");
    assert_eq!(step(&liwan, &all[2], "report", &json!({ "text": "x" })).status, 403);
    let mine = liwan.get(&format!("{OVERSIGHT}?side=to_answer")).expect(200);
    assert_eq!(mine["items"].as_array().unwrap().len(), 1);
    assert_eq!(liwan.get(&format!("{OVERSIGHT}/counts")).expect(200)["waiting"], 1);
    // Who was addressed reads neither the basis nor who of the officers did what.
    let seen = firm.http.get(&all[2]).expect(200);
    assert_eq!(seen["basis"], json!([]));
    assert!(seen["events"].as_array().unwrap().iter().all(|event| event.get("by").is_none()), "{seen}");
    for (who, page) in [(&province, "/oversight"), (&tester, "/oversight"), (&firm.http, "/my/oversight")] {
        assert_eq!(who.get(page).status, 200, "{page}");
    }
    assert_eq!(province.get("/my/oversight").status, 404);
    rows_hold_what_their_histories_come_to(&app, &all);
}

fn rows_hold_what_their_histories_come_to(app: &TestApp, all: &[String]) {
    use diesel::prelude::*;
    use zerodesk::db::schema::oversight;
    for path in all {
        let id = OversightId(path.rsplit('/').next().unwrap().parse::<Uuid>().unwrap());
        let conn = &mut *app.app.conn().unwrap();
        let row: OversightRow =
            oversight::table.find(id).select(OversightRow::as_select()).first(conn).unwrap();
        let course = fold(row.written.kind, &events(conn, id).unwrap()).unwrap();
        assert_eq!(CourseRow::from(&course), row.course, "{path}");
    }
}

#[test]
fn the_next_step_is_proposed_and_never_taken() {
    let app = TestApp::start();
    let province = app.admin("officer", "440000");
    let (firm, basis) = case_of(&app, 1, "440103");
    let ladder = |about: &str| province.get(&format!("{OVERSIGHT}/ladder?{about}")).expect(200);
    let first = ladder("region=440100&product_kind=K0301");
    assert_eq!((&first["next"], &first["tried"]), (&json!("letter"), &json!([])));
    let mut body = letter("440100");
    body["basis"] = basis;
    let path = written(&province, &body);
    assert_eq!(
        ladder("region=440100&product_kind=K0301")["next"],
        "letter",
        "a draft is nothing that was tried"
    );
    step(&province, &path, "issue", &json!({})).expect(200);
    let running = ladder("region=440100&product_kind=K0301");
    assert_eq!((&running["next"], running["tried"].as_array().unwrap().len()), (&Value::Null, 1));
    assert!(running["reasons"][0]["zh"].as_str().unwrap().contains("正在办理"), "{running}");
    assert_eq!(ladder(&format!("enterprise={}", firm.id))["next"], "letter");
    assert_eq!(ids(&province).len(), 1, "nothing is written by itself");
    // Nothing is proposed for what is not the officer's, or is unknown.
    let shenzhen = app.admin("shenzhen", "440300");
    for (about, status) in [
        ("region=440100", 422),
        ("region=440000", 422),
        ("region=999999", 422),
        ("product_kind=K9999", 422),
        (format!("enterprise={}", firm.id).as_str(), 404),
        ("region=440305&product_kind=K0301", 200),
    ] {
        assert_eq!(shenzhen.get(&format!("{OVERSIGHT}/ladder?{about}")).status, status, "{about}");
    }
    let page = province.get("/oversight/new?region=440100&product_kind=K0301").text;
    assert!(page.contains("不会自动发出任何文书"), "the page says so");
}

#[test]
fn a_dossier_is_whole_for_officers_and_names_nobody_to_others() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let firm = app.claimed_enterprise(1, "440103", "K0101");
    let path = written(&officer, &interview(&firm.id));
    step(&officer, &path, "notify", &json!({ "meets_on": "2026-03-09", "place": "市局" })).expect(200);
    let page = officer.get(&format!("{path}/dossier?format=html"));
    assert!(
        page.header("content-disposition").starts_with("attachment"),
        "{}",
        page.header("content-disposition")
    );
    assert!(page.text.contains("穗市监质函〔2026〕1号") && page.text.contains("审计记录"));
    let all = officer.get(&format!("{path}/dossier?format=json")).expect(200);
    assert!(all["audit"].as_array().unwrap().iter().all(|row| row["hash"].is_string()), "{all}");
    let own = firm.http.get(&format!("{path}/dossier?format=json")).expect(200);
    assert!(!own.to_string().contains("name of officer"), "{own}");
    assert_eq!(own["effect"], Value::Null);
}
