//! The chat beside ejabberd, in turns on the same cores and the same PostgreSQL: as many conversations of two, as many messages on their way.

use crate::chat_data::{self, Pair};
use crate::ejabberd::Ejabberd;
use crate::figure::{ROUNDS, WINDOW};
use crate::load_clients::LoadClients;
use crate::output::{median, print, progress};
use crate::server_process::ServerProcess;
use crate::socket::failed;
use crate::xmpp::Occupant;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};
use zerodesk::app::App;
use zerodesk::cli::{CliError, limits};

/// Where the PostgreSQL of the measurement listens; `script/bench` runs it as the only one.
pub(crate) const POSTGRES: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 54_329);
/// Conversations of two that are held at once.
const ROOMS: usize = 500;
/// Before what is counted.
const WARM: Duration = Duration::from_secs(2);
/// What is counted.
const MEASURED: Duration = Duration::from_secs(6);
/// The longest silence while something is awaited.
const LONGEST_SILENCE: Duration = Duration::from_secs(30);

/// Measures both on a database of its own, migrated and with the reference data, in a PostgreSQL that listens at [`POSTGRES`].
///
/// # Errors
/// When something can't be run, or a message was lost by either.
pub(crate) fn bench_peers(app: &App) -> Result<(), CliError> {
    limits::raise_open_file_limit().map_err(failed)?;
    let pairs = chat_data::people(app, ROOMS)?;
    let url = app.pool().url().to_owned();
    let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        let our = ours_per_second(app, &url, &pairs)?;
        let their = ejabberd_per_second(app)?;
        progress(format!("round {round} of {ROUNDS}: {our:.0}/s beside {their:.0}/s of ejabberd"));
        ours.push(our);
        theirs.push(their);
        ratios.push(our / their);
    }
    print("peers_chat_messages_per_second", median(ours), "1/s");
    print("peers_ejabberd_messages_per_second", median(theirs), "1/s");
    print("chat_vs_ejabberd", median(ratios), "ratio");
    println!(
        "# peers: {ROOMS} conversations of two, {WINDOW} messages on their way for each, full load; an acknowledged message of ejabberd is one that its \
         room has sent back to who wrote it, which it does once the message is in its archive (MUC and MAM, 10 connections to the same PostgreSQL)"
    );
    Ok(())
}

fn ours_per_second(app: &App, url: &str, pairs: &[Pair]) -> Result<f64, CliError> {
    let server = ServerProcess::start(url, &[])?;
    let last =
        pairs.iter().map(|pair| chat_data::stored(app, pair.consultation)).collect::<Result<Vec<_>, _>>()?;
    let mut clients = LoadClients::gather(server.address, server.address, pairs, &last)?;
    chat_data::vacuum_and_checkpoint(app)?;
    let rate = clients.run_at_full_load(WINDOW, WARM, MEASURED)?.per_second;
    drop(clients);
    server.stop()?;
    Ok(rate)
}

fn ejabberd_per_second(app: &App) -> Result<f64, CliError> {
    let mut server = Ejabberd::start(app, POSTGRES)?;
    progress(format!("ejabberd: {} people enter {ROOMS} rooms", 2 * ROOMS));
    let mut occupants = Vec::new();
    for room in 0..ROOMS {
        for nick in ["enterprise", "expert"] {
            occupants.push(Occupant::join(server.address, room, nick)?);
        }
    }
    chat_data::vacuum_and_checkpoint(app)?;
    let (started, before) = (Instant::now(), server.cpu_seconds());
    let rate = full_load(&mut occupants)?;
    let busy = (server.cpu_seconds() - before) / started.elapsed().as_secs_f64() * 100.0;
    let sent: u64 = occupants.iter().map(|occupant| occupant.reflected).sum();
    let archived = server.archived()?;
    if u64::try_from(archived) != Ok(sent) {
        return Err(failed(format!("ejabberd's archive holds {archived} of {sent} messages")));
    }
    progress(format!("ejabberd: {sent} messages in its archive; its processor {busy:.0} %"));
    Ok(rate)
}

/// Every occupant keeps as many messages on their way as the chat's clients do; how many came back a second.
fn full_load(occupants: &mut [Occupant]) -> Result<f64, CliError> {
    let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC).map_err(failed)?;
    for (at, occupant) in (0..).zip(&mut *occupants) {
        epoll.add(&*occupant, EpollEvent::new(EpollFlags::EPOLLIN, at)).map_err(failed)?;
        (0..WINDOW).for_each(|_| occupant.queue_message());
        occupant.flush()?;
    }
    let counted = Instant::now() + WARM;
    let until = counted + MEASURED;
    let (mut count, mut quiet) = (0_u32, Instant::now());
    let mut events = vec![EpollEvent::empty(); 64];
    loop {
        let now = Instant::now();
        if now >= until && occupants.iter().all(Occupant::is_done) {
            return Ok(f64::from(count) / MEASURED.as_secs_f64());
        }
        if now.duration_since(quiet) > LONGEST_SILENCE {
            return Err(failed("nothing comes any more from ejabberd"));
        }
        let ready = epoll.wait(&mut events, EpollTimeout::from(100_u16)).map_err(failed)?;
        for event in events.iter().take(ready) {
            quiet = Instant::now();
            let at = usize::try_from(event.data()).unwrap_or(usize::MAX);
            let Some(occupant) = occupants.get_mut(at) else { continue };
            let was_writable = occupant.writable;
            if event.events().intersects(EpollFlags::EPOLLIN | EpollFlags::EPOLLHUP) {
                let now = Instant::now();
                for _ in 0..occupant.take()? {
                    count += u32::from(now >= counted && now < until);
                    if now < until {
                        occupant.queue_message();
                    }
                }
            }
            occupant.flush()?;
            if occupant.writable != was_writable {
                let mut wanted = EpollFlags::EPOLLIN;
                wanted.set(EpollFlags::EPOLLOUT, !occupant.writable);
                let mut interest = EpollEvent::new(wanted, event.data());
                epoll.modify(&*occupant, &mut interest).map_err(failed)?;
            }
        }
    }
}
