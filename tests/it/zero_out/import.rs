use crate::support::Database;
use crate::support::app::settings;
use crate::zero_out::lists::{
    B, admin, app, counts, csv, domain, import, import_as, person, reasons, row, some_list,
};
use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};
use zerodesk::app::App;
use zerodesk::catalogue::Catalogue;
use zerodesk::chat::fanout::installation;
use zerodesk::core::actor::Scope;
use zerodesk::core::ids::{EnterpriseId, ExpertId};
use zerodesk::core::page::Slice;
use zerodesk::core::{Actor, Caller, Clock, Code};
use zerodesk::db::settings::DatabaseSettings;
use zerodesk::jobs::Stop;
use zerodesk::list_files::settings::ImportSettings;
use zerodesk::zero_out::import::sample::Sample;
use zerodesk::zero_out::import::{
    Column, ImportState, JOB, RequestImport, import_file, import_status, list_imports, rejections_csv,
    run_import,
};
use zerodesk::zero_out::queries::{self, Filter};

#[test]
fn every_encoding_and_format_gives_the_same_result() {
    let first = app();
    let list = some_list(&first);
    let text = String::from_utf8(list.clone()).unwrap();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, record) in
        (0..).zip(csv::ReaderBuilder::new().has_headers(false).from_reader(&list[..]).records())
    {
        for (column, cell) in (0..).zip(record.unwrap().iter()) {
            match cell.parse::<f64>() {
                Ok(number) if cell.len() == 6 || cell.len() == 11 => {
                    sheet.write(row, column, number).unwrap()
                }
                _ => sheet.write(row, column, cell).unwrap(),
            };
        }
    }
    let mut seen = Vec::new();
    for file in [
        list.clone(),
        [b"\xef\xbb\xbf", &list[..]].concat(),
        encoding_rs::GB18030.encode(&text).0.into_owned(),
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
        book.save_to_buffer().unwrap(),
    ] {
        let app = app();
        assert_eq!(counts(&import_as(&app, &Caller::system(), file)), [700, 0, 0, 0]);
        seen.push(domain(&app));
    }
    assert_eq!(seen[0].lines().count(), 700);
    assert!(seen.iter().all(|other| other == &seen[0]));
}

#[test]
fn the_same_file_again_changes_nothing() {
    let app = app();
    let list = some_list(&app);
    assert_eq!(counts(&import_as(&app, &Caller::system(), list.clone())), [700, 0, 0, 0]);
    let before = domain(&app);
    assert_eq!(counts(&import_as(&app, &Caller::system(), list)), [0, 0, 700, 0]);
    assert_eq!(domain(&app), before);
}

#[test]
fn the_last_row_wins_and_blanks_erase_nothing() {
    let app = app();
    let rows = [
        row(&[(Column::ReportNo, "R1")]),
        row(&[
            (Column::ReportNo, "R2"),
            (Column::Name, "甲新公司"),
            (Column::Address, ""),
            (Column::ContactEmail, "b@example.com"),
        ]),
        row(&[(Column::Uscc, B), (Column::Address, "")]),
    ];
    assert_eq!(counts(&import(&app, &rows)), [3, 0, 0, 0]);
    let first = domain(&app);
    assert!(!first.contains("甲公司|operating|440103|某路 1 号|张三|13800138000|a@"));
    assert_eq!(
        first.matches("甲新公司|operating|440103|某路 1 号|张三|13800138000|b@example.com").count(),
        2
    );
    assert_eq!(counts(&import(&app, &rows)), [0, 0, 3, 0]);
    // A row without the optional cells says nothing new; one change of the enterprise touches all its rows.
    let bare: Vec<_> = Column::ALL.iter().filter(|c| !c.is_required()).map(|c| (*c, "")).collect();
    let mut blank = row(&bare);
    blank[Column::Name as usize] = "甲新公司".to_owned();
    assert_eq!(counts(&import(&app, &[blank])), [0, 0, 1, 0]);
    assert_eq!(domain(&app), first);
    let moved = [
        row(&[(Column::Name, "甲新公司"), (Column::OperatingStatus, "迁出"), (Column::ContactEmail, "")]),
        row(&[
            (Column::ReportNo, "R2"),
            (Column::Name, "甲新公司"),
            (Column::OperatingStatus, "迁出"),
            (Column::ContactEmail, ""),
        ]),
        row(&[(Column::Uscc, B), (Column::FailedItems, "丙")]),
    ];
    assert_eq!(counts(&import(&app, &moved)), [0, 3, 0, 0]);
    assert_eq!(counts(&import(&app, &moved)), [0, 0, 3, 0]);
}

#[test]
fn an_order_opens_a_case_and_is_not_moved() {
    let app = app();
    import(&app, &[row(&[(Column::OrderIssuedOn, "")])]);
    assert!(!domain(&app).contains("ordered"));
    assert_eq!(counts(&import(&app, &[row(&[])])), [0, 1, 0, 0]);
    assert!(domain(&app).ends_with(
        "2021-08-03|ordered|SAMR-18-2020|2021-08-03|2021-10-08|2021-10-18|order_issued|1|ordered|2021-08-03"
    ));
    let before = domain(&app);
    let moved = row(&[(Column::OrderIssuedOn, "2021-08-04"), (Column::Name, "乙公司")]);
    let report = import(&app, &[row(&[(Column::Uscc, B)]), moved]);
    assert_eq!(counts(&report), [1, 0, 0, 1]);
    assert_eq!(reasons(&app, &report), [(3, "order_issued_on".into(), "order_date_conflicts".into())]);
    assert!(domain(&app).contains(&before));
    assert_eq!(counts(&import(&app, &[row(&[(Column::OrderIssuedOn, "")])])), [0, 0, 1, 0]);
}

#[test]
fn an_admin_imports_into_its_region_only() {
    let app = app();
    let (guangzhou, shenzhen) = (admin(&app, "440100"), admin(&app, "440300"));
    let report = import_as(
        &app,
        &guangzhou,
        csv(&[row(&[]), row(&[(Column::Uscc, B), (Column::RegionCode, "440305")])]),
    );
    assert_eq!(counts(&report), [1, 0, 0, 1]);
    assert_eq!(reasons(&app, &report), [(3, "region_code".into(), "region_outside_scope".into())]);
    // Shenzhen can't draw an enterprise of Guangzhou over.
    let drawn =
        import_as(&app, &shenzhen, csv(&[row(&[(Column::RegionCode, "440305"), (Column::ReportNo, "R9")])]));
    assert_eq!(reasons(&app, &drawn), [(2, "region_code".into(), "region_outside_scope".into())]);
    assert!(domain(&app).contains("440103") && !domain(&app).contains("440305"));

    let conn = &mut app.conn().unwrap();
    let sees = |conn: &mut PgConnection, caller: &Caller| {
        import_status(conn, &caller.actor, report.id).map_err(|p| p.status)
    };
    assert!(sees(conn, &guangzhou).is_ok() && sees(conn, &admin(&app, "440000")).is_ok());
    assert_eq!(sees(conn, &shenzhen), Err(404));
    assert_eq!(sees(conn, &admin(&app, "440103")), Err(404));
    assert_eq!(sees(conn, &person(&app, Scope::Expert(ExpertId::new()))), Err(403));
    assert_eq!(list_imports(conn, &shenzhen.actor, None, Slice::default()).unwrap().items.len(), 1);
    for scope in [Scope::Expert(ExpertId::new()), Scope::Enterprise(EnterpriseId::new())] {
        let refused = app.execute(&person(&app, scope), &RequestImport::new("x", vec![1], false));
        assert_eq!(refused.unwrap_err().status, 403);
    }

    let names = |conn: &mut PgConnection, caller: &Caller| {
        let page = queries::list(conn, &caller.actor, &Filter::default(), Slice::default()).unwrap();
        let list = queries::zero_out_list(conn, &caller.actor, &Filter::default(), Slice::default()).unwrap();
        assert_eq!(page.items.len(), list.items.len());
        page.items.into_iter().map(|e| e.id).collect::<Vec<_>>()
    };
    let seen = names(conn, &guangzhou);
    assert_eq!((seen.len(), names(conn, &shenzhen).len()), (1, 0));
    assert_eq!(names(conn, &person(&app, Scope::Enterprise(seen[0]))), seen);
    assert_eq!(
        zerodesk::remediation::enterprises::get(conn, &shenzhen.actor, seen[0]).unwrap_err().status,
        404
    );
    let detail = zerodesk::remediation::enterprises::get(conn, &guangzhou.actor, seen[0]).unwrap();
    assert_eq!(detail.nonconformities[0].case_state.as_deref(), Some("ordered"));
    for (filter, found) in [
        (Filter { q: Some("甲公".into()), ..Filter::default() }, 1),
        (Filter { q: Some("9144030071".into()), ..Filter::default() }, 1),
        (Filter { q: Some("%".into()), ..Filter::default() }, 0),
        (Filter { cleared: Some(true), ..Filter::default() }, 0),
        (Filter { cleared: Some(false), region: Some("440000".into()), ..Filter::default() }, 1),
    ] {
        assert_eq!(
            queries::list(conn, &Actor::System, &filter, Slice::default()).unwrap().items.len(),
            found
        );
        assert_eq!(
            queries::zero_out_list(conn, &Actor::System, &filter, Slice::default()).unwrap().items.len(),
            found
        );
    }
}

#[test]
fn bad_rows_are_reported_and_good_ones_imported() {
    let app = app();
    let bad: &[(Column, &str, &str)] = &[
        (Column::Uscc, "", "value_missing"),
        (Column::Uscc, "9144", "uscc_length"),
        (Column::Uscc, "9144030071526726OG", "uscc_character"),
        (Column::Uscc, "9144030071526726XH", "uscc_checksum"),
        (Column::Name, "甲\0", "control_character"),
        (Column::Name, "#REF!", "cell_error"),
        (Column::OperatingStatus, "不详", "operating_status_unknown"),
        (Column::RegionCode, "999999", "region_unknown"),
        (Column::ContactPhone, "123", "phone_invalid"),
        (Column::ContactEmail, "a@", "email_invalid"),
        (Column::ProductKind, "飞船", "product_kind_unknown"),
        (Column::InspectedOn, "2021-02-29", "date_invalid"),
        (Column::InspectedOn, "2022-01-01", "date_in_future"),
        (Column::InspectionLevel, "世界", "inspection_level_unknown"),
        (Column::FailedItems, "；", "failed_items_empty"),
        (Column::OrderIssuedOn, "2021-07-31", "order_before_inspection"),
    ];
    let mut rows = vec![row(&[])];
    rows.extend(bad.iter().map(|(column, value, _)| row(&[(*column, value)])));
    rows.push(row(&[]));
    rows.push(row(&[(Column::Uscc, B), (Column::Name, "=cmd()"), (Column::Address, "x\u{1b}")]));
    let report = import(&app, &rows);
    let count = i32::try_from(bad.len()).unwrap();
    assert_eq!(counts(&report), [1, 0, 0, count + 2]);
    let mut expected: Vec<_> =
        (3..).zip(bad).map(|(row, (c, _, code))| (row, c.to_string(), (*code).to_owned())).collect();
    expected.push((count + 3, "report_no".into(), "duplicate_row".into()));
    expected.push((count + 4, "address".into(), "control_character".into()));
    assert_eq!(reasons(&app, &report), expected);
    assert_eq!(domain(&app).lines().count(), 1);

    let file = rejections_csv(&mut app.conn().unwrap(), &Actor::System, report.id).unwrap();
    let text = String::from_utf8(file).unwrap();
    assert!(text.starts_with("\u{feff}统一社会信用代码,") && text.contains(",拒绝原因,rejection_reason\r\n"));
    assert!(text.contains("'=cmd()") && text.contains("与第 2 行重复"));
    // As it is, it is rejected again, but for nothing that the export did; corrected, it lands.
    let again = import_as(&app, &Caller::system(), text.clone().into_bytes());
    assert_eq!((counts(&again), again.warnings.len()), ([0, 0, 1, count + 1], 0));
    let corrected = import_as(&app, &Caller::system(), text.replace('\u{1b}', "").into_bytes());
    assert_eq!(corrected.inserted, 1);
    assert!(domain(&app).contains("|=cmd()|"));
    assert!(rejections_csv(&mut app.conn().unwrap(), &Actor::System, again.id).unwrap().len() < text.len());
}

#[test]
fn a_dry_run_reports_all_and_writes_nothing() {
    let app = app();
    import(&app, &[row(&[])]);
    let before = domain(&app);
    let file = csv(&[
        row(&[(Column::Name, "乙")]),
        row(&[(Column::Uscc, B)]),
        row(&[(Column::Uscc, "x")]),
        row(&[(Column::ReportNo, "R2"), (Column::OrderIssuedOn, "")]),
    ]);
    let dry = import_file(&app, &Caller::system(), "a.csv", file.clone(), true, &|_, _| ()).unwrap();
    assert_eq!(domain(&app), before);
    assert_eq!(reasons(&app, &dry), [(4, "uscc".into(), "uscc_length".into())]);
    let real = import_as(&app, &Caller::system(), file);
    assert_eq!((counts(&dry), dry.rows), (counts(&real), real.rows));
    assert!(dry.dry_run && !real.dry_run && domain(&app) != before);
}

#[test]
fn a_killed_import_ends_with_the_same_result() {
    let clean = app();
    import_as(&clean, &Caller::system(), some_list(&clean));
    let killed = app();
    let requested =
        killed.execute(&Caller::system(), &RequestImport::new("a.csv", some_list(&killed), false)).unwrap();
    let mut killer = PgConnection::establish(killed.pool().url()).unwrap();
    let killer = std::cell::RefCell::new(&mut killer);
    let terminate = |_: u64, _: u64| {
        killer
            .borrow_mut()
            .batch_execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )
            .unwrap();
    };
    let problem = run_import(&killed, requested.id, &terminate).unwrap_err();
    assert_eq!(problem.status, 503, "{problem}");
    assert_eq!(domain(&killed), "");
    let open = import_status(&mut killed.conn().unwrap(), &Actor::System, requested.id).unwrap();
    assert_eq!((open.state, open.rows), (ImportState::Running, 0));

    // It may panic while it waits for the end of the backend that was told to end: all the same here.
    let again =
        std::panic::AssertUnwindSafe(|| run_import(&killed, requested.id, &|_, _| panic!("killed again")));
    assert!(!std::panic::catch_unwind(again).is_ok_and(|run| run.is_ok()));
    let report = run_import(&killed, requested.id, &|_, _| ()).unwrap();
    assert_eq!((report.state, counts(&report)), (ImportState::Done, [700, 0, 0, 0]));
    assert_eq!(domain(&killed), domain(&clean));
    assert_eq!(run_import(&killed, requested.id, &|_, _| ()).unwrap(), report);
}

#[test]
fn an_import_that_never_ends_is_abandoned() {
    let app = app();
    let requested =
        app.execute(&Caller::system(), &RequestImport::new("a.csv", some_list(&app), false)).unwrap();
    let run = || run_import(&app, requested.id, &|_, _| panic!("each time"));
    let report = (0..50).find_map(|_| std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).ok()?.ok());
    let report = report.unwrap();
    assert_eq!(report.state, ImportState::Failed);
    assert_eq!(report.problem.unwrap().code, Code::ImportGaveUp);
}

#[test]
fn a_refused_file_stores_only_its_reason() {
    let app = app();
    let mut lacking = csv(&[row(&[])]);
    lacking = String::from_utf8(lacking)
        .unwrap()
        .replace("产品种类", "种类")
        .replace("抽样日期", "日期")
        .into_bytes();
    let mut settings = (**app.settings()).clone();
    settings.edit::<ImportSettings>().max_rows = 2;
    let small = App::new(Arc::new(settings), app.pool().clone(), Arc::clone(app.catalogue()));
    let many = csv(&[row(&[]), row(&[(Column::Uscc, "x")]), row(&[(Column::ReportNo, "R3")])]);
    for (app, file, code) in [
        (&*app, lacking, "import_missing_columns"),
        (&app, csv(&[]), "import_no_rows"),
        (&app, Vec::new(), "import_empty"),
        (&app, b"%PDF-1.4".to_vec(), "import_not_a_table"),
        (&small, many, "import_too_many_rows"),
    ] {
        let report = import_as(app, &Caller::system(), file);
        let problem = report.problem.clone().unwrap();
        assert_eq!((report.state, problem.code.as_str(), report.rows), (ImportState::Failed, code, 0));
        assert!(!problem.detail_zh.is_empty() && !problem.detail_en.is_empty());
        if code == "import_missing_columns" {
            assert!(problem.detail_zh.contains("产品种类") && problem.detail_zh.contains("抽样日期"));
            assert!(problem.detail_en.contains("product_kind") && problem.detail_en.contains("inspected_on"));
        }
        assert_eq!((reasons(app, &report), domain(app).as_str()), (Vec::new(), ""));
    }
}

#[test]
fn progress_can_be_watched_and_a_second_runner_waits() {
    let app = app();
    let list =
        Sample { enterprises: 900, operating: 900, rows: 2_500, seed: 3 }.csv(app.catalogue()).unwrap();
    let requested = app.execute(&Caller::system(), &RequestImport::new("a.csv", list, false)).unwrap();
    let looked = Cell::new(0);
    let look = |processed: u64, total: u64| {
        assert!(processed <= total);
        if looked.replace(looked.get() + 1) == 0 {
            std::thread::sleep(Duration::from_millis(300));
            return;
        }
        let seen = import_status(&mut app.conn().unwrap(), &Actor::System, requested.id).unwrap();
        assert_eq!(seen.state, ImportState::Running);
        assert!(seen.processed >= 1_024 && seen.total.is_some_and(|total| total >= 2_000), "{seen:?}");
    };
    run_import(&app, requested.id, &look).unwrap();
    assert!(looked.get() >= 3);
}

/// A clock that moves whenever it is looked at, as a real one does.
struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> DateTime<Utc> {
        let ticks = self.0.fetch_add(1, Ordering::Relaxed);
        "2021-11-01T04:00:00Z".parse::<DateTime<Utc>>().unwrap() + chrono::Duration::milliseconds(ticks)
    }
}

#[test]
fn an_import_ends_when_its_work_is_done() {
    let database = Database::new();
    installation::ensure(&mut database.connect()).unwrap();
    let pool = database.pool(settings().section::<DatabaseSettings>().pool_size);
    let catalogue = Arc::new(Catalogue::builtin().unwrap());
    let app = App::with_clock(Arc::new(settings()), pool, catalogue, Arc::new(Ticking(AtomicI64::new(0))));
    for file in [some_list(&app), b"no list".to_vec()] {
        let requested = app.execute(&Caller::system(), &RequestImport::new("a.csv", file, false)).unwrap();
        let _ = run_import(&app, requested.id, &|_, _| {});
        let seen = import_status(&mut app.conn().unwrap(), &Actor::System, requested.id).unwrap();
        let (started, finished) = (seen.started_at.unwrap(), seen.finished_at.unwrap());
        assert!(started > seen.created_at && started < finished, "{seen:?}");
    }
}

#[test]
fn the_worker_runs_queued_imports_and_stops_on_request() {
    let app = app();
    let stop = Stop::new();
    let worker = JOB.spawn(&app, &stop).unwrap();
    let ids: Vec<_> = (0..3)
        .map(|n| {
            let file = csv(&[row(&[(Column::ReportNo, &format!("R{n}"))])]);
            app.execute(&Caller::system(), &RequestImport::new("../../a\u{202e}b.csv", file, false))
                .unwrap()
                .id
        })
        .collect();
    let deadline = Instant::now() + Duration::from_secs(20);
    for id in ids {
        let report = loop {
            let report = import_status(&mut app.conn().unwrap(), &Actor::System, id).unwrap();
            if report.state == ImportState::Done {
                break report;
            }
            assert!(Instant::now() < deadline, "{report:?}");
            std::thread::sleep(Duration::from_millis(20));
        };
        assert_eq!((report.inserted, report.file_name.as_str()), (1, "ab.csv"));
    }
    stop.stop();
    let told = Instant::now();
    worker.join().unwrap();
    assert!(told.elapsed() < Duration::from_secs(1));
}
