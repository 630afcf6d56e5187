//! How long a list of province size takes, beside `psql \copy` of the same rows into a bare table.

use crate::output::median;
use diesel::connection::SimpleConnection;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::process::{Command, Stdio};
use std::time::Instant;
use zerodesk::app::App;
use zerodesk::core::{Caller, Problem};
use zerodesk::zero_out::import::sample::Sample;
use zerodesk::zero_out::import::{Column, ImportState, import_file};

/// Each is timed so often; the median counts. The memory is the greatest of all: a process that imports one list after the other does not grow.
const ROUNDS: usize = 9;

/// Times both and prints `import_seconds`, `copy_seconds`, `import_vs_copy`, and of the process that imports `import_peak_mib`: its
/// greatest resident memory during an import, the file and two copies of it for the measurement included.
///
/// `app` uses a database of its own, migrated and with the reference data: its enterprises are
/// deleted before each round. `psql_url` is that database's address for `psql`.
///
/// # Errors
/// When psql can't be run, the import fails, or it does not bring in every row.
pub(crate) fn bench_import(app: &App, psql_url: &str) -> Result<(), Problem> {
    let sample = Sample::PROVINCE;
    let csv = sample.csv(app.catalogue()).map_err(Problem::internal)?;
    let (mut imports, mut copies) = (Vec::new(), Vec::new());
    let mut peak = 0.0_f64;
    for _ in 0..ROUNDS {
        clear(app)?;
        copies.push(copy(psql_url, &csv)?);
        let file = csv.clone();
        forget_peak()?;
        let started = Instant::now();
        let report = import_file(app, &Caller::system(), "bench.csv", file, false, &|_, _| ())?;
        imports.push(started.elapsed().as_secs_f64());
        peak = peak.max(peak_mib()?);
        if report.state != ImportState::Done || i64::from(report.inserted) != i64::from(sample.rows) {
            return Err(Problem::internal(format!("the bench's import came to {report:?}")));
        }
    }
    let (import, copy) = (median(imports), median(copies));
    let mut out = std::io::stdout();
    writeln!(
        out,
        "import_seconds {import:.3} s\ncopy_seconds {copy:.3} s\nimport_vs_copy {:.2} ratio\n\
         import_peak_mib {peak:.1} MiB",
        import / copy
    )
    .map_err(Problem::internal)
}

/// From here on the kernel notes the greatest resident memory of this process anew.
fn forget_peak() -> Result<(), Problem> {
    std::fs::write("/proc/self/clear_refs", "5").map_err(Problem::internal)
}

/// The greatest resident memory of this process, in MiB.
fn peak_mib() -> Result<f64, Problem> {
    let status = std::fs::read_to_string("/proc/self/status").map_err(Problem::internal)?;
    let kib = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse::<f64>().ok());
    Ok(kib.ok_or_else(|| Problem::internal("no VmHWM"))? / 1024.0)
}

fn clear(app: &App) -> Result<(), Problem> {
    let columns: Vec<_> = Column::ALL.iter().map(|c| format!("{} text", c.as_str())).collect();
    app.conn()?.batch_execute(&format!(
        "BEGIN; SET LOCAL session_replication_role = replica;
         TRUNCATE enterprise, nonconformity, remediation_case, case_event, zero_out_import,
            figure_stale, enterprise_figure, region_figure CASCADE;
         COMMIT;
         DROP TABLE IF EXISTS bench_bare; CREATE TABLE bench_bare ({}); CHECKPOINT",
        columns.join(", ")
    ))?;
    Ok(())
}

/// The same for the list of enterprises.
fn copy(url: &str, csv: &[u8]) -> Result<f64, Problem> {
    copy_into(url, "bench_bare", csv)
}

/// The time of psql from its start to its end, in seconds, for the rows of a file with a line of headings into a table.
pub(crate) fn copy_into(url: &str, table: &str, csv: &[u8]) -> Result<f64, Problem> {
    let mut file: File = unnamed().map_err(Problem::internal)?;
    file.write_all(csv).and_then(|()| file.seek(SeekFrom::Start(0))).map_err(Problem::internal)?;
    let started = Instant::now();
    let status = Command::new("psql")
        .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url])
        .args(["-c", &format!("\\copy {table} FROM pstdin WITH (FORMAT csv, HEADER true)")])
        .stdin(file)
        .stdout(Stdio::null())
        .status()
        .map_err(Problem::internal)?;
    let seconds = started.elapsed().as_secs_f64();
    if status.success() { Ok(seconds) } else { Err(Problem::internal(format!("psql: {status}"))) }
}

/// A file that is gone as soon as it is closed.
fn unnamed() -> std::io::Result<File> {
    let path = std::env::temp_dir().join(format!("zerodesk-bench-{}", uuid::Uuid::new_v4()));
    let file = File::options().read(true).write(true).create_new(true).open(&path)?;
    std::fs::remove_file(path)?;
    Ok(file)
}
