//! A long list as a file: how soon it begins, how long it takes beside `psql \copy` of the same rows, and what memory the server needs
//! for it.

use crate::output::{print, progress};
use crate::server_process::ServerProcess;
use crate::socket::failed;
use diesel::connection::SimpleConnection;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::time::Instant;
use zerodesk::accounts::{CreateStaff, NewPassword};
use zerodesk::app::App;
use zerodesk::cli::CliError;
use zerodesk::core::{Caller, Language, Role};

/// Rows of the list.
const ROWS: u32 = 200_000;
const USERNAME: &str = "bench-export";
const PASSWORD: &str = "quiet river of many rows";

/// A nonconformity for each row, two to an enterprise. Triggers are off: figures are not measured here.
const FILL: &str = "BEGIN; SET LOCAL session_replication_role = replica; SET LOCAL statement_timeout = 0;
    TRUNCATE enterprise, nonconformity, remediation_case CASCADE;
    CREATE FUNCTION pg_temp.uscc(body text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
        SELECT body || substr(a, 1 + (31 - sum((strpos(a, substr(body, i, 1)) - 1) * (3 ^ (i - 1))::bigint % 31)::int % 31) % 31, 1)
        FROM (VALUES ('0123456789ABCDEFGHJKLMNPQRTUWXY')) AS alphabet (a), generate_series(1, 17) AS i GROUP BY a
    $$;
    INSERT INTO enterprise (id, uscc, name, operating_status, region, address, contact_name, contact_phone, created_at, updated_at)
    SELECT ('00000000-0003-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, pg_temp.uscc('B' || lpad(n::text, 16, '0')),
           '广东第' || n || '电线电缆有限公司', 'operating', (ARRAY['440103', '440305', '440106'])[n % 3 + 1],
           '某某工业大道' || n || '号', '联系人' || n, '13800138000', now(), now()
    FROM generate_series(1, $ROWS / 2) n;
    INSERT INTO nonconformity (id, enterprise_id, product_kind, report_no, inspected_on, failed_items, created_at, updated_at)
    SELECT ('00000000-0005-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
           ('00000000-0003-7000-8000-' || lpad(to_hex(n % ($ROWS / 2) + 1), 12, '0'))::uuid, 'K0101', 'GD2021-' || n,
           DATE '2021-01-01' + n % 300, '{绝缘厚度,标志}', now(), now()
    FROM generate_series(1, $ROWS) n;
    COMMIT; ANALYZE enterprise, nonconformity";

/// The same columns of the same rows, from the tables alone.
const COPY: &str = "\\copy (SELECT e.uscc, e.name, e.operating_status, e.region, n.product_kind, n.report_no, n.inspected_on, \
    n.inspection_level, n.failed_items, n.order_issued_on FROM nonconformity n JOIN enterprise e ON e.id = n.enterprise_id \
    ORDER BY n.id DESC) TO STDOUT WITH (FORMAT csv, HEADER true)";

/// Prints for the zero-out list as XLSX and as CSV: seconds to the first byte and to the last, the size, and the most memory of the server
/// meanwhile; then `export_peak_mib`, the greater of the two, `export_rows_per_second` of the CSV, and `export_vs_copy`, its time divided
/// by that of `psql \copy` of the same rows.
///
/// `app` uses a database of its own, migrated and with the reference data, whose list is replaced.
pub(crate) fn bench_export(app: &App) -> Result<(), CliError> {
    // Emptying the list empties the accounts as well, which refer to it.
    progress(format!("fills a list of {ROWS} rows"));
    app.conn()?.batch_execute(&FILL.replace("$ROWS", &ROWS.to_string())).map_err(failed)?;
    let staff = CreateStaff {
        username: USERNAME.to_owned(),
        password: NewPassword::hashed(PASSWORD, app)?,
        name: "bench".to_owned(),
        email: None,
        role: Role::Admin,
        region: Some("440000".to_owned()),
        language: Language::Zh,
    };
    app.execute(&Caller::system(), &staff)?;
    let server = ServerProcess::start(app.pool().url(), &[])?;
    let token = crate::door::log_in(server.address, USERNAME, PASSWORD)?;
    print("export_rss_at_rest_mib", mib(&server)?, "MiB");
    let (mut peak, mut seconds) = (0.0_f64, 0.0_f64);
    for format in ["xlsx", "csv"] {
        let taken = download(&server, server.address, &token, format)?;
        print(&format!("export_{format}_first_byte_seconds"), taken.first, "s");
        print(&format!("export_{format}_seconds"), taken.all, "s");
        print(&format!("export_{format}_mib"), taken.mib, "MiB");
        print(&format!("export_{format}_rss_mib"), taken.memory, "MiB");
        (peak, seconds) = (peak.max(taken.memory), taken.all);
    }
    let copy = copy(app.pool().url())?;
    print("export_peak_mib", peak, "MiB");
    print("export_rows_per_second", f64::from(ROWS) / seconds, "1/s");
    print("export_copy_seconds", copy, "s");
    print("export_vs_copy", seconds / copy, "ratio");
    server.stop()
}

#[expect(clippy::cast_precision_loss, reason = "a memory size is far below 2^52 KiB")]
fn mib(server: &ServerProcess) -> Result<f64, CliError> {
    Ok(server.resident_kib()? as f64 / 1024.0)
}

/// The time of psql from its start to its end, in seconds.
fn copy(url: &str) -> Result<f64, CliError> {
    let io = |error| CliError::io("psql")(error);
    let started = Instant::now();
    let status = Command::new("psql")
        .args(["-qX", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", COPY])
        .stdout(Stdio::null())
        .status()
        .map_err(io)?;
    if !status.success() {
        return Err(failed(format!("psql ended with {status}")));
    }
    Ok(started.elapsed().as_secs_f64())
}

struct Taken {
    first: f64,
    all: f64,
    mib: f64,
    memory: f64,
}

#[expect(clippy::cast_precision_loss, reason = "a file is far below 2^52 bytes")]
fn download(
    server: &ServerProcess,
    address: SocketAddr,
    token: &str,
    format: &str,
) -> Result<Taken, CliError> {
    let io = |error| CliError::io("a download")(error);
    let mut stream = TcpStream::connect(address).map_err(io)?;
    let request = format!(
        "GET /api/v1/zero-out?format={format} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Authorization: Bearer {token}\r\n\r\n"
    );
    let begin = Instant::now();
    stream.write_all(request.as_bytes()).map_err(io)?;
    let (mut first, mut bytes, mut memory, mut piece) = (None, 0_usize, 0.0_f64, vec![0; 64 * 1024]);
    loop {
        let read = stream.read(&mut piece).map_err(io)?;
        if read == 0 {
            break;
        }
        if first.is_none() && !piece.starts_with(b"HTTP/1.1 200") {
            return Err(failed("the list was refused"));
        }
        first.get_or_insert_with(|| begin.elapsed().as_secs_f64());
        bytes += read;
        memory = memory.max(mib(server)?);
    }
    let all = begin.elapsed().as_secs_f64();
    Ok(Taken { first: first.unwrap_or(all), all, mib: bytes as f64 / 1_048_576.0, memory })
}
