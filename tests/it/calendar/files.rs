//! A new year's notice as a settings file: checked by the command, refused at the start where it is wrong, and what follows from it.

use std::path::Path;
use std::process::{Command, Output};

use chrono::Datelike;
use diesel::prelude::*;
use zerodesk::catalogue::settings::CatalogueSettings;
use zerodesk::db::schema::{counted_calendar, outbox_mail};
use zerodesk::remediation::settings::DeadlineSettings;
use zerodesk::zero_out::import::Column;

use crate::support::csv::{file, row, uscc};
use crate::support::people::text;
use crate::support::{PATIENCE, TestApp};

/// A notice for 2027 that nobody has issued.
const NOTICE: &str = r#"[[year]]
year = 2027
source = "国办发明电〔2026〕9号"
announced_on = "2026-11-25"
holidays = [
  { name = "元旦", from = "2027-01-01", to = "2027-01-03" },
  { name = "春节", from = "2027-02-05", to = "2027-02-11" },
]
working_days = ["2027-02-20"]
"#;

fn check(arguments: &[&str], folder: Option<&Path>) -> (Output, String, String) {
    let place = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_zerodesk"));
    command.args(arguments).current_dir(place.path());
    if let Some(folder) = folder {
        command.env("ZERODESK_CATALOGUE__CALENDAR_DIR", folder);
    }
    let output = command.output().unwrap();
    let said = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (out, err) = (said(&output.stdout), said(&output.stderr));
    (output, out, err)
}

#[test]
fn the_command_prints_each_year_and_ends_with_1_where_a_file_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("2027.toml");
    let file = path.to_str().unwrap();
    // The command goes by the clock of the machine, which may be past 2027.
    let later = (2028..=chrono::Utc::now().year() + 1).map(|year| {
        let holiday = format!("{{ name = \"元旦\", from = \"{year}-01-01\", to = \"{year}-01-01\" }}");
        format!("[[year]]\nyear = {year}\nsource = \"x\"\nholidays = [{holiday}]\nworking_days = []\n")
    });
    let later: Vec<String> = later.collect();
    let (notice, years) = (format!("{NOTICE}{}", later.concat()), 17 + later.len());
    std::fs::write(&path, &notice).unwrap();
    for (arguments, dir) in
        [(vec!["calendar", "check", file], None), (vec!["calendar", "check"], Some(folder.path()))]
    {
        let (output, out, err) = check(&arguments, dir);
        assert_eq!(output.status.code(), Some(0), "{out}{err}");
        assert_eq!(out.lines().filter(|line| line.contains("make-up days")).count(), years, "{out}");
        assert!(
            out.contains("2027  国办发明电〔2026〕9号 (2026-11-25)  2 holidays with 10 days, 1 make-up days"),
            "{out}"
        );
    }
    // The file in hand takes the place of the one in the folder.
    let (output, out, _) = check(&["calendar", "check", file], Some(folder.path()));
    assert_eq!(output.status.code(), Some(0), "{out}");

    let wrong = notice.replace("2027-02-20", "2027-02-22").replace("2027-02-11", "2027-02-01");
    std::fs::write(&path, &wrong).unwrap();
    let (output, out, err) = check(&["calendar", "check", file], None);
    assert_eq!(output.status.code(), Some(1));
    assert!(out.contains("2027.toml line 7: year 2027: 春节 lasts -3 days"), "{out}");
    assert!(
        out.contains("2027.toml line 9: year 2027: make-up day 2027-02-22 is not a weekend day in it"),
        "{out}"
    );
    assert!(err.contains("the calendar has 2 problems"), "{err}");
    let (output, _, err) = check(&["calendar", "check", "nowhere.toml"], None);
    assert_eq!(output.status.code(), Some(1));
    assert!(err.contains("nowhere.toml can't be read"), "{err}");
}

#[test]
fn a_server_does_not_start_with_a_wrong_file() {
    let folder = tempfile::tempdir().unwrap();
    let start = |text: &[u8]| {
        std::fs::write(folder.path().join("2027.toml"), text).unwrap();
        let (output, _, err) = check(&["migrate"], Some(folder.path()));
        assert_eq!(output.status.code(), Some(1), "{err}");
        err
    };
    let err = start(NOTICE.replace("source = ", "sauce = ").as_bytes());
    assert!(err.contains("2027.toml line 3: ") && err.contains("sauce"), "{err}");
    let err =
        start(NOTICE.replace("2027-01-03", "2027-02-06").replace("2027-01-01", "2027-02-03").as_bytes());
    assert!(err.contains("2027.toml line 7: year 2027: 2027-02-05 is in two holidays"), "{err}");
    assert!(start(b"\xff\xfe").contains("2027.toml can't be read"));
    let missing = folder.path().join("missing");
    let (output, _, err) = check(&["migrate"], Some(&missing));
    assert_eq!(output.status.code(), Some(1));
    assert!(err.contains("catalogue.calendar_dir") && err.contains("missing"), "{err}");
}

/// Template and recipient of the mails about deadlines that have moved.
fn mails(app: &TestApp) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = outbox_mail::table
        .filter(outbox_mail::template.like("%moved"))
        .select((outbox_mail::template, outbox_mail::recipient))
        .load(&mut *app.app.conn().unwrap())
        .unwrap();
    found.sort();
    found
}

#[test]
fn a_new_file_moves_open_deadlines_and_those_concerned_are_told() {
    let mut app = TestApp::builder()
        .at("2026-12-11T01:00:00Z")
        .settings(|settings| settings.edit::<DeadlineSettings>().digest_over = 1)
        .start();
    let officer = app.admin("district", "440103");
    // Of the next level, which this does not concern.
    app.admin("province", "440000");
    let rows: Vec<_> = (1..=2)
        .map(|n| {
            row(&[
                (Column::Uscc, uscc(n).as_str()),
                (Column::Name, &format!("广州第{n}公司")),
                (Column::ReportNo, &format!("R{n}")),
                (Column::ContactEmail, &format!("factory-{n}@enterprise.example")),
                (Column::InspectedOn, "2026-12-01"),
                (Column::OrderIssuedOn, "2026-12-10"),
            ])
        })
        .collect();
    let report = app.import(&officer, &file(&rows), false);
    assert_eq!(report["inserted"], 2, "{report}");
    let cases = officer.get("/api/v1/remediation/cases").expect(200);
    let clock = &cases["items"][0]["clocks"]["rectification"];
    assert_eq!((&clock["due_on"], &clock["provisional"]), (&"2027-02-08".into(), &true.into()));
    assert!(cases["items"][0].get("counted_by_later_rules").is_none(), "{cases}");
    assert!(officer.get("/").text.contains("2027年节假日安排尚未载入"));

    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("2027.toml"), NOTICE).unwrap();
    std::fs::write(folder.path().join("README"), "no calendar").unwrap();
    app.stop();
    let dir = folder.path().to_owned();
    let again =
        app.another().settings(|settings| settings.edit::<CatalogueSettings>().calendar_dir = dir).start();
    let end = std::time::Instant::now() + PATIENCE;
    while mails(&again).len() < 3 {
        assert!(std::time::Instant::now() < end, "{:?}", mails(&again));
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let told = mails(&again);
    let to: Vec<(&str, &str)> = told.iter().map(|(template, to)| (template.as_str(), to.as_str())).collect();
    assert_eq!(
        to,
        [
            ("deadline_moved", "factory-1@enterprise.example"),
            ("deadline_moved", "factory-2@enterprise.example"),
            ("deadlines_moved", "district@regulator.example"),
        ]
    );
    again.mails_sent();
    let received = again.smtp.received();
    let read = |to: &str| {
        let mail = received.iter().rfind(|mail| mail.to == [to]);
        mail.unwrap_or_else(|| panic!("no mail to {to}")).body_text.clone()
    };
    for (_, to) in &to {
        let body = read(to);
        assert!(body.contains("整改期限由2027年2月8日调整为2027年2月12日"), "{body}");
        assert!(!body.contains("复查期限"), "it did not move: {body}");
        assert!(body.contains("国办发明电〔2026〕9号"), "{body}");
    }
    let digest = read("district@regulator.example");
    assert!(digest.contains("2 件") && digest.contains("广州第2公司（R2）"), "{digest}");
    let officer = again.http().log_in("district", crate::support::people::PASSWORD);
    let cases = officer.get("/api/v1/remediation/cases").expect(200);
    for case in cases["items"].as_array().unwrap() {
        let clock = &case["clocks"]["rectification"];
        assert_eq!((&clock["due_on"], &clock["provisional"]), (&"2027-02-12".into(), &false.into()));
        let dossier = officer
            .get(&format!("/api/v1/remediation/cases/{}/dossier?format=json", text(&case["id"])))
            .expect(200);
        let trail = dossier["audit"].as_array().unwrap();
        assert!(trail.iter().any(|row| row["action"] == "recount_deadlines"), "{trail:?}");
    }
    assert!(!officer.get("/").text.contains("尚未载入"));
    let years: Vec<(i32, String)> = counted_calendar::table
        .filter(counted_calendar::year.ge(2026))
        .order(counted_calendar::year)
        .select((counted_calendar::year, counted_calendar::source))
        .load(&mut *again.app.conn().unwrap())
        .unwrap();
    assert_eq!(
        years,
        [(2026, "国办发明电〔2025〕7号".to_owned()), (2027, "国办发明电〔2026〕9号".to_owned())]
    );

    // The next start finds nothing to do.
    let third = again.another().start();
    third
        .app
        .execute(&zerodesk::core::Caller::system(), &zerodesk::remediation::deadlines::RecountDeadlines {})
        .unwrap();
    assert_eq!(mails(&third).len(), 3);
}
