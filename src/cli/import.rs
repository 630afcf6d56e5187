//! `import zero-out`: the same command as the upload's, with a bar on a terminal.

use std::path::PathBuf;

use clap::Subcommand;

use indicatif::{ProgressBar, ProgressStyle};

use serde::Serialize;

use crate::app::App;
use crate::cli::{CliError, open};
use crate::core::page::Slice;
use crate::core::{Actor, Caller};
use crate::list_files::rejections::RejectionView;
use crate::list_files::settings::ImportSettings;
use crate::settings::Settings;
use crate::zero_out::ids::ImportId;
use crate::zero_out::import::{ImportReport, import_file, rejections};

#[derive(Debug, Subcommand)]
pub(super) enum Import {
    /// The zero-out list: CSV (UTF-8 or GB18030) or XLSX.
    ZeroOut(ZeroOut),
}

#[derive(Debug, clap::Args)]
pub(super) struct ZeroOut {
    /// The list.
    pub file: PathBuf,
    /// Check everything and write nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Print the counts and the rejections as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Imports a list in the foreground. A bar shows how far it is; the counts are printed at the end.
pub(super) fn run(
    settings: Settings,
    Import::ZeroOut(ZeroOut { file, dry_run, json }): Import,
) -> Result<(), CliError> {
    let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let limit = settings.section::<ImportSettings>().max_upload_bytes;
    let size = std::fs::metadata(&file).map_err(CliError::io(file.display().to_string()))?.len();
    if size > limit {
        return Err(CliError::Other(format!("{}: larger than {limit} bytes", file.display())));
    }
    let bytes = std::fs::read(&file).map_err(CliError::io(file.display().to_string()))?;
    let opened = open::database(settings)?;
    // Drawn only on a terminal; to a file or a pipe indicatif draws nothing.
    let bar = ProgressBar::new(0).with_style(
        ProgressStyle::with_template("{bar:40} {pos}/{len} rows  {eta}")
            .map_err(|e| CliError::Other(e.to_string()))?,
    );
    let progress = |processed, total| {
        bar.set_length(total);
        bar.set_position(processed);
    };
    let report = import_file(&opened.app, &Caller::system(), &name, bytes, dry_run, &progress)?;
    bar.finish_and_clear();
    if json {
        let whole = Whole { report: &report, rejections: all_rejections(&opened.app, report.id)? };
        let text = serde_json::to_string_pretty(&whole).map_err(|e| CliError::Other(e.to_string()))?;
        println!("{text}");
    } else {
        println!(
            "rows {}  inserted {}  updated {}  unchanged {}  rejected {}",
            report.rows, report.inserted, report.updated, report.unchanged, report.rejected
        );
        for warning in &report.warnings {
            let sheet = warning.sheet.as_deref().map_or(String::new(), |sheet| format!("{sheet}: "));
            println!("warning: {sheet}{} · {}", warning.detail_zh, warning.detail_en);
        }
    }
    if let Some(problem) = report.problem {
        return Err(CliError::Other(format!("{}: {}", file.display(), problem.detail_en)));
    }
    if report.rejected > 0 && !json {
        print_rejections(&opened.app, report.id)?;
    }
    Ok(())
}

/// An import with the reasons of all rows that were not taken.
#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    report: &'a ImportReport,
    rejections: Vec<RejectionView>,
}

/// How many reasons are read at once.
const PART: i64 = 1_000;

fn all_rejections(app: &App, id: ImportId) -> Result<Vec<RejectionView>, CliError> {
    let mut conn = app.conn()?;
    let (mut all, mut slice) = (Vec::new(), Slice { limit: PART, ..Slice::default() });
    loop {
        let page = rejections(&mut conn, &Actor::System, id, slice)?;
        all.extend(page.items);
        match page.next_cursor {
            Some(cursor) => slice = Slice { limit: PART, ..Slice::parse(None, Some(&cursor))? },
            None => return Ok(all),
        }
    }
}

/// How many reasons are printed; all of them are kept with the import.
const SHOWN: i64 = 50;

fn print_rejections(app: &App, id: ImportId) -> Result<(), CliError> {
    let slice = Slice { limit: SHOWN, ..Slice::default() };
    let mut conn = app.conn()?;
    let page = rejections(&mut conn, &Actor::System, id, slice)?;
    for r in &page.items {
        let sheet = r.sheet.as_deref().map_or(String::new(), |sheet| format!("{sheet} "));
        println!("{sheet}row {} {}: {} · {} ({})", r.row, r.column, r.reason_zh, r.reason_en, r.value);
    }
    if page.next_cursor.is_some() {
        println!("… more: GET /api/v1/zero-out/imports/{id}/rejections?format=csv");
    }
    Ok(())
}
