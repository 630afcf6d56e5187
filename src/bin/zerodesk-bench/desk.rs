//! How long every page takes to be made over ten million messages, for each kind of person who may open it, and what it costs when many
//! officers look at a long queue.

use crate::desk_queue;
use crate::desk_reader::{Reader, log_in};
use crate::kept_connection::KeptConnection;
use crate::latencies::quantile_ms;
use crate::output::{print, progress};
use crate::reports::fill;
use crate::server_process::ServerProcess;
use crate::socket::failed;
use diesel::prelude::*;
use diesel::sql_types;
use std::time::{Duration, Instant};
use uuid::Uuid;
use zerodesk::app::App;
use zerodesk::cli::CliError;
use zerodesk::core::Problem;
use zerodesk::core::actor::Role;
use zerodesk::search::index::Indexer;
use zerodesk::server::rooms::all_pages;

/// Consultations, of ten messages each, unless ZERODESK_BENCH_CONSULTATIONS says another number; one case for five of them.
const CONSULTATIONS: u32 = 1_000_000;
/// How often each page is asked for by each reader, after once.
const ASKED: usize = 40;

/// Who asks for the pages: name, username, role.
const READERS: [(&str, &str, Role); 5] = [
    ("province", "officer-440000", Role::Admin),
    ("city", "officer-440100", Role::Admin),
    ("district", "officer-440103", Role::Admin),
    ("expert", "expert-7", Role::Expert),
    ("enterprise", "enterprise-7", Role::Enterprise),
];

/// Which thing of a kind each reader opens, by the beginning of the path. `$1` is the account.
const THINGS: [(&str, &str); 6] = [
    (
        "/cases/",
        "SELECT c.id::text AS id FROM remediation_case c, account a WHERE a.id = $1 AND (a.role = 'admin' OR c.enterprise_id = a.enterprise_id)
         AND (a.region IS NULL OR c.region IN (SELECT region FROM region_scope WHERE scope = a.region)) ORDER BY c.id DESC LIMIT 1",
    ),
    (
        "/consultations/",
        "SELECT c.id::text AS id FROM consultation c, account a WHERE a.id = $1 AND (c.expert_id = a.expert_id OR c.enterprise_id = a.enterprise_id
         OR (a.role = 'admin' AND c.region IN (SELECT region FROM region_scope WHERE scope = a.region)))
         ORDER BY c.status = 'active' DESC, c.id DESC LIMIT 1",
    ),
    (
        "/enterprises/",
        "SELECT e.id::text AS id FROM enterprise e, account a WHERE a.id = $1
         AND e.region IN (SELECT region FROM region_scope WHERE scope = a.region) ORDER BY e.id DESC LIMIT 1",
    ),
    ("/experts/", "SELECT id::text AS id FROM expert, (SELECT $1::uuid) AS asks ORDER BY id LIMIT 1"),
    (
        "/people/",
        "SELECT p.id::text AS id FROM account p, account a WHERE a.id = $1 AND p.region = a.region ORDER BY p.id LIMIT 1",
    ),
    (
        "/queue/",
        "SELECT c.id::text AS id FROM consultation c, account a WHERE a.id = $1 AND c.status = 'waiting'
         AND c.region IN (SELECT region FROM region_scope WHERE scope = a.region) ORDER BY c.id LIMIT 1",
    ),
];

/// What is looked for in the searches, behind the pages of their rooms.
const SEARCHES: [&str; 3] =
    ["/search?q=%E6%A0%87%E5%BF%97", "/api/v1/search?q=%E6%95%B4%E6%94%B9", "/api/v1/search?q=gd"];

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = sql_types::Text)]
    id: String,
}

/// The path of a page with a thing that this reader may open in the place of `{id}`; none where there is no such thing.
fn path_for(app: &App, path: &str, username: &str) -> Result<Option<String>, CliError> {
    if !path.contains('{') {
        return Ok(Some(path.to_owned()));
    }
    let Some((_, sql)) = THINGS.iter().find(|(start, _)| path.starts_with(start)) else { return Ok(None) };
    let sql = sql.replace("$1", &format!("(SELECT id FROM account WHERE username = '{username}')"));
    let found: Vec<Found> = diesel::sql_query(sql).load(&mut *app.conn()?).map_err(Problem::from)?;
    Ok(found.first().map(|found| path.replace("{id}", &found.id)))
}

/// Prints the median and the 99th percentile of each page and reader, the slowest of all, and what the queue costs.
///
/// `app` uses a database of its own, migrated and with the reference data, which is emptied.
///
/// # Errors
/// When the database or the server refuses.
pub(crate) fn bench_desk(app: &App) -> Result<(), CliError> {
    let consultations: u32 = std::env::var("ZERODESK_BENCH_CONSULTATIONS")
        .ok()
        .and_then(|number| number.parse().ok())
        .unwrap_or(CONSULTATIONS);
    fill::fill(app, consultations, consultations / 5)?;
    progress("fills the index of messages");
    let mut indexer = Indexer::default();
    while indexer.round(app)? {}
    println!("# desk: {consultations} consultations of ten messages each, {} cases", consultations / 5);
    let server = ServerProcess::start(app.pool().url(), &[])?;
    progress("waits until the jobs of the server have done what they find");
    let settled = server.settle();
    println!("# desk: the jobs of the server were done after {:.0} s", settled.as_secs_f64());
    pages(app, &server)?;
    desk_queue::measure(app, &server)?;
    server.stop()
}

fn pages(app: &App, server: &ServerProcess) -> Result<(), CliError> {
    let (mut slowest, mut count) = ((0.0, String::new()), 0_u32);
    for (name, username, role) in READERS {
        let reader = log_in(app, name, username, role)?;
        let open =
            |access: zerodesk::web::room::Access| access.roles().is_none_or(|roles| roles.contains(&role));
        let rows = all_pages().filter(|page| page.method == "GET" && open(page.access)).map(|page| page.path);
        for path in rows.chain(SEARCHES) {
            let Some(path) = path_for(app, path, username)? else { continue };
            let Some(times) = timed(server, &path, &reader)? else { continue };
            let p99 = quantile_ms(&times, 0.99);
            // Of a thing it is the page that counts, not which thing it was.
            let page = path.split('/').map(|part| if part.parse::<Uuid>().is_ok() { "{id}" } else { part });
            let page = page.collect::<Vec<_>>().join("/");
            println!(
                "# desk: {} {page} p50 {:.1} ms, p99 {p99:.1} ms",
                reader.name,
                quantile_ms(&times, 0.5)
            );
            count += 1;
            if p99 > slowest.0 {
                slowest = (p99, format!("{page} of {}", reader.name));
            }
        }
    }
    print("desk_pages", f64::from(count), "pages");
    print("desk_slowest_page_p99_ms", slowest.0, "ms");
    println!("# desk: the slowest page is {}", slowest.1);
    Ok(())
}

/// The times of a page in order; none where this reader has no such page, or it only leads to another one.
fn timed(server: &ServerProcess, path: &str, reader: &Reader) -> Result<Option<Vec<Duration>>, CliError> {
    let mut connection = KeptConnection::open(server.address)?;
    match connection.get(path, &reader.token)? {
        200 => {}
        status if status < 500 => {
            progress(format!("{} {path}: {status}", reader.name));
            return Ok(None);
        }
        status => return Err(failed(format!("{path} of {} was answered by {status}", reader.name))),
    }
    let mut times = Vec::new();
    for _ in 0..ASKED {
        let began = Instant::now();
        let status = connection.get(path, &reader.token)?;
        if status != 200 {
            return Err(failed(format!("{path} of {} was answered by {status}", reader.name)));
        }
        times.push(began.elapsed());
    }
    times.sort_unstable();
    Ok(Some(times))
}
