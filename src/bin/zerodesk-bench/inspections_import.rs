//! How long a list of 30,000 samples takes, beside `psql \copy` of the same rows into a bare table.

use crate::import::copy_into;
use crate::output::{median, print, progress};
use crate::reports::timing::person;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use sha2::{Digest, Sha256};
use std::time::Instant;
use zerodesk::app::App;
use zerodesk::core::actor::Scope;
use zerodesk::core::ids::AccountId;
use zerodesk::core::{Caller, Problem};
use zerodesk::db::schema::{account, sampling_list};
use zerodesk::jobs::Stop;
use zerodesk::sampling_lists::list::row::Defaults;
use zerodesk::sampling_lists::request::RequestSamplingList;
use zerodesk::sampling_lists::run::JOB;
use zerodesk::zero_out::import::ImportState;

/// Samples of the list.
const ROWS: i32 = 30_000;
/// Each is timed so often; the median counts.
const ROUNDS: i32 = 3;

/// Times both over the inspections that are there, each list with other forms, and prints `inspection_import_seconds`,
/// `inspection_import_copy_seconds` and `inspection_import_vs_copy`.
///
/// `app` uses a database with an officer of the province; `psql_url` is its address for `psql`.
///
/// # Errors
/// When psql can't be run, the import fails, or it does not bring in every row.
pub(crate) fn bench_import(app: &App, psql_url: &str) -> Result<(), Problem> {
    progress(format_args!("imports lists of {ROWS} samples"));
    let conn = &mut *app.conn()?;
    conn.batch_execute(
        "DROP TABLE IF EXISTS bench_samples;
         CREATE TABLE bench_samples (form text, report text, product text, operator text, producer text, day text, outcome text, items text)",
    )?;
    let officer: AccountId =
        account::table.filter(account::region.eq("440000")).select(account::id).first(conn)?;
    let caller = Caller { actor: person(officer, Scope::Admin("440000".to_owned())), ..Caller::system() };
    let stop = Stop::new();
    let mut round = (JOB.start)(app, &stop)?;
    let (mut imports, mut copies) = (Vec::new(), Vec::new());
    for number in 0..ROUNDS {
        let csv = csv(number);
        copies.push(copy_into(psql_url, "bench_samples", &csv)?);
        let sha256 = Sha256::digest(&csv).to_vec();
        let request = RequestSamplingList::new("bench.csv", csv, sha256, false, Defaults::default());
        let started = Instant::now();
        let id = app.execute(&caller, &request)?.id;
        round(app)?;
        imports.push(started.elapsed().as_secs_f64());
        let (state, inserted): (ImportState, i32) = sampling_list::table
            .find(id)
            .select((sampling_list::state, sampling_list::inserted))
            .first(conn)?;
        if state != ImportState::Done || inserted != ROWS {
            return Err(Problem::internal(format!("the bench's list came to {state}, {inserted} of {ROWS}")));
        }
    }
    let (import, copy) = (median(imports), median(copies));
    print("inspection_import_seconds", import, "s");
    print("inspection_import_copy_seconds", copy, "s");
    print("inspection_import_vs_copy", import / copy, "ratio");
    Ok(())
}

/// The list: forms of this number, nine in ten conforming.
fn csv(number: i32) -> Vec<u8> {
    let mut text = String::from(
        "抽样单编号,检验报告编号,产品名称,被抽样单位,标称生产企业,抽样日期,检验结论,不合格项目\n",
    );
    for row in 0..ROWS {
        let (outcome, items) = if row % 10 == 0 { ("不合格", "抗拉强度") } else { ("合格", "") };
        let (seller, maker) = (row % 9_000, row % 7_000);
        text.push_str(&format!(
            "L{number}-{row},B{number}-{row},热轧带肋钢筋,广州第{seller}建材店,佛山第{maker}钢铁有限公司,2021-09-06,{outcome},{items}\n"
        ));
    }
    text.into_bytes()
}
