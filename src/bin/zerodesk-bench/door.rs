//! What many strangers at one time cost: the memory of a server and how long somebody else waits meanwhile.

use crate::door_load::{Load, Tally};
use crate::kept_connection::KeptConnection;
use crate::latencies::quantile_ms;
use crate::output::{print, progress};
use crate::server_process::ServerProcess;
use crate::socket::failed;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use zerodesk::accounts::{CreateStaff, NewPassword};
use zerodesk::app::App;
use zerodesk::cli::CliError;
use zerodesk::core::{Caller, Language, Role};

/// Of each kind at one time.
const CLIENTS: usize = 200;
/// How long each load lasts.
const LASTS: Duration = Duration::from_secs(15);
/// How often somebody else asks who they are.
const ASKS_EVERY: Duration = Duration::from_millis(20);
const USERNAME: &str = "bench-door";
const PASSWORD: &str = "quiet river at the door";

/// The server's own limits, which other parts of the bench widen.
const OWN_LIMITS: [(&str, &str); 2] =
    [("ZERODESK_SERVER_CONNECTIONS_PER_ADDRESS", "1024"), ("ZERODESK_SERVER_CONNECTIONS", "20000")];

/// Prints memory and waiting times under each load.
pub(crate) fn bench_door(app: &App) -> Result<(), CliError> {
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
    let server = ServerProcess::start(app.pool().url(), &OWN_LIMITS)?;
    let token = log_in(server.address, USERNAME, PASSWORD)?;
    print("door_rss_at_rest_mib", resident_mib(&server)?, "MiB");
    let strangers = [Load::Claims, Load::Uploads, Load::SlowBodies];
    measure(&server, &token, "door", &strangers)?;
    measure(&server, &token, "door_log_ins", &[Load::LogIns])?;
    server.stop()
}

#[expect(clippy::cast_precision_loss, reason = "a memory size is far below 2^52 KiB")]
fn resident_mib(server: &ServerProcess) -> Result<f64, CliError> {
    Ok(server.resident_kib()? as f64 / 1024.0)
}

fn measure(server: &ServerProcess, token: &str, name: &str, loads: &[Load]) -> Result<(), CliError> {
    progress(format!("{CLIENTS} of each at one time: {loads:?}"));
    let (stop, tally) = (AtomicBool::new(false), Mutex::new(Tally::default()));
    let (times, most) = std::thread::scope(|scope| {
        for load in loads {
            for number in 0..CLIENTS {
                let (stop, tally) = (&stop, &tally);
                scope.spawn(move || load.run(server.address, token, number, stop, tally));
            }
        }
        let watched = watch(server, token);
        stop.store(true, Ordering::Relaxed);
        watched
    })?;
    let counts: BTreeMap<_, _> = tally.into_inner().map_err(failed)?.answers;
    for ((load, answer), count) in counts {
        println!("# {name}: {load:?} {answer}: {count}");
    }
    print(&format!("{name}_rss_mib"), most, "MiB");
    print(&format!("{name}_me_p50_ms"), quantile_ms(&times, 0.5), "ms");
    print(&format!("{name}_me_p99_ms"), quantile_ms(&times, 0.99), "ms");
    Ok(())
}

/// The waiting times of somebody else, in order, and the most memory, MiB.
fn watch(server: &ServerProcess, token: &str) -> Result<(Vec<Duration>, f64), CliError> {
    let (mut times, mut most) = (Vec::new(), 0.0_f64);
    let mut connection = KeptConnection::open(server.address)?;
    let end = Instant::now() + LASTS;
    while Instant::now() < end {
        let begin = Instant::now();
        let status = connection.get("/api/v1/me", token)?;
        if status != 200 {
            return Err(failed(format!("GET /me was answered by {status}")));
        }
        times.push(begin.elapsed());
        most = most.max(resident_mib(server)?);
        std::thread::sleep(ASKS_EVERY.saturating_sub(begin.elapsed()));
    }
    times.sort_unstable();
    Ok((times, most))
}

/// Logs in and gives the access token.
pub(crate) fn log_in(address: SocketAddr, username: &str, password: &str) -> Result<String, CliError> {
    let io = |error| CliError::io("a log-in")(error);
    let body = format!(r#"{{"username":"{username}","password":"{password}"}}"#);
    let mut stream = TcpStream::connect(address).map_err(io)?;
    let request = format!(
        "POST /api/v1/auth/login HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut answer = String::new();
    stream.write_all(request.as_bytes()).and_then(|()| stream.read_to_string(&mut answer)).map_err(io)?;
    let token = answer.split(r#""access_token":""#).nth(1).and_then(|rest| rest.split('"').next());
    token.map(str::to_owned).ok_or_else(|| {
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        failed(format!("the bench could not log in: {} {body}", head.lines().next().unwrap_or("no answer")))
    })
}
