//! The load: many clients on one thread.

use crate::chat_data::Pair;
use crate::client::{Client, Received};
use crate::latencies::Latencies;
use crate::socket::failed;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use zerodesk::cli::CliError;

/// The longest silence while something is awaited.
const LONGEST_SILENCE: Duration = Duration::from_secs(30);

/// Many sockets.
pub(crate) struct LoadClients {
    epoll: Epoll,
    clients: Vec<Client>,
}

/// The result of a run at full load.
pub(crate) struct Throughput {
    /// Acknowledged messages a second.
    pub(crate) per_second: f64,
}

impl LoadClients {
    /// Both sides of each pair follow their consultation: enterprises at one address, experts at the other. `after` is the
    /// last number of each.
    pub(crate) fn gather(
        enterprises: SocketAddr,
        experts: SocketAddr,
        pairs: &[Pair],
        after: &[i64],
    ) -> Result<Self, CliError> {
        let mut clients = Vec::new();
        for (pair, after) in pairs.iter().zip(after) {
            for (address, member) in [(enterprises, &pair.enterprise), (experts, &pair.expert)] {
                clients.push(Client::join(address, member, pair.consultation, *after)?);
            }
        }
        Self::of(clients)
    }

    /// These sockets.
    pub(crate) fn of(mut clients: Vec<Client>) -> Result<Self, CliError> {
        let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC).map_err(failed)?;
        for (at, client) in (0..).zip(&mut clients) {
            client.socket.waits(false)?;
            epoll.add(&client.socket, EpollEvent::new(EpollFlags::EPOLLIN, at)).map_err(failed)?;
        }
        Ok(Self { epoll, clients })
    }

    /// Reads what has come until `until`, or until `done`; `each` learns of every ack.
    fn run(
        &mut self,
        until: Option<Instant>,
        mut each: impl FnMut(&mut Client),
        mut between: impl FnMut(&mut [Client]) -> Result<Option<Instant>, CliError>,
        done: impl Fn(&[Client]) -> bool,
    ) -> Result<(), CliError> {
        // Few at a time: between them is sent what has become due.
        let mut events = vec![EpollEvent::empty(); 64];
        let mut quiet = Instant::now();
        loop {
            let now = Instant::now();
            if until.is_some_and(|until| now >= until) || (until.is_none() && done(&self.clients)) {
                return Ok(());
            }
            if now.duration_since(quiet) > LONGEST_SILENCE {
                return Err(failed("nothing comes any more"));
            }
            let next = between(&mut self.clients)?;
            let wake = [next, until].into_iter().flatten().min();
            let wait = wake.map_or(Duration::from_millis(100), |at| at.saturating_duration_since(now));
            // At least a millisecond: a busy loop would take processor time from the servers.
            let millis = u16::try_from(wait.as_micros().div_ceil(1000)).unwrap_or(1000).clamp(1, 100);
            let count = self.epoll.wait(&mut events, EpollTimeout::from(millis)).map_err(failed)?;
            for event in events.iter().take(count) {
                quiet = Instant::now();
                let at = usize::try_from(event.data()).unwrap_or(usize::MAX);
                let Some(client) = self.clients.get_mut(at) else { continue };
                let was_writable = client.writable;
                if event.events().intersects(EpollFlags::EPOLLIN | EpollFlags::EPOLLHUP) {
                    client.socket.fill()?;
                    while let Some(received) = client.next()? {
                        if let Received::Ack = received {
                            each(client);
                        }
                    }
                }
                client.flush()?;
                if client.writable != was_writable {
                    let mut wanted = EpollFlags::EPOLLIN;
                    wanted.set(EpollFlags::EPOLLOUT, !client.writable);
                    let mut interest = EpollEvent::new(wanted, event.data());
                    self.epoll.modify(&client.socket, &mut interest).map_err(failed)?;
                }
            }
        }
    }

    /// Every socket keeps `window` messages on their way; what is acknowledged after `warm` is counted for `measured`.
    pub(crate) fn run_at_full_load(
        &mut self,
        window: usize,
        warm: Duration,
        measured: Duration,
    ) -> Result<Throughput, CliError> {
        for client in &mut self.clients {
            for _ in 0..window {
                client.queue_message(Instant::now());
            }
            client.flush()?;
        }
        let mut count = 0_u32;
        let again = |client: &mut Client, count: &mut u32| {
            client.due.pop_front();
            *count += 1;
            client.queue_message(Instant::now());
        };
        self.run(Some(Instant::now() + warm), |p| again(p, &mut count), |_| Ok(None), |_| false)?;
        count = 0;
        let start = Instant::now();
        self.run(Some(start + measured), |p| again(p, &mut count), |_| Ok(None), |_| false)?;
        let seconds = start.elapsed().as_secs_f64();
        self.wait_until_delivered()?;
        Ok(Throughput { per_second: f64::from(count) / seconds })
    }

    /// Sends `per_second` messages by a schedule that does not wait for answers. What a message waits for before it is sent
    /// counts as its time; what is due after `warm` is counted, for `lasting`.
    pub(crate) fn run_at_rate(
        &mut self,
        per_second: f64,
        warm: Duration,
        lasting: Duration,
    ) -> Result<Latencies, CliError> {
        let start = Instant::now();
        let counted = start + warm;
        let (mut sent, mut at) = (0_u32, 0_usize);
        let (mut times, mut late) = (Vec::new(), Vec::new());
        let due = |n: u32| start + Duration::from_secs_f64(f64::from(n) / per_second);
        let each = |client: &mut Client| {
            if let Some(due) = client.due.pop_front().filter(|due| *due >= counted) {
                times.push((due.duration_since(counted), due.elapsed()));
            }
        };
        let between = |clients: &mut [Client]| {
            let now = Instant::now();
            while due(sent) <= now {
                let count = clients.len().max(1);
                if let Some(client) = clients.get_mut(at % count) {
                    if due(sent) >= counted {
                        late.push(due(sent).elapsed());
                    }
                    client.queue_message(due(sent));
                    client.flush()?;
                    if !client.writable {
                        return Err(failed("the server takes nothing any more"));
                    }
                }
                sent += 1;
                // In another order than that in which the sockets were opened.
                at = at.wrapping_add(619);
            }
            Ok(Some(due(sent)))
        };
        self.run(Some(counted + lasting), each, between, |_| false)?;
        let each = |client: &mut Client| {
            if let Some(due) = client.due.pop_front() {
                times.push((due.duration_since(counted), due.elapsed()));
            }
        };
        self.run(None, each, |_| Ok(None), all_delivered)?;
        Ok(Latencies::of(times, late))
    }

    /// Waits until everything sent is acknowledged and delivered to everyone.
    pub(crate) fn wait_until_delivered(&mut self) -> Result<(), CliError> {
        let each = |client: &mut Client| {
            client.due.pop_front();
        };
        self.run(None, each, |_| Ok(None), all_delivered)
    }

    /// Only answers pings until then.
    pub(crate) fn idle_until(&mut self, until: impl Fn(&[Client]) -> bool) -> Result<(), CliError> {
        self.run(None, |_| {}, |_| Ok(None), until)
    }

    /// The last number that everyone was sent, by pairs of sockets.
    pub(crate) fn seen(&self) -> Vec<i64> {
        self.clients.iter().step_by(2).map(|client| client.seen).collect()
    }

    /// Whether every socket has been pinged once.
    pub(crate) fn all_pinged(clients: &[Client]) -> bool {
        clients.iter().all(|client| client.socket.pings > 0)
    }
}

/// Whether nothing is on its way: sockets are in pairs of one consultation.
fn all_delivered(clients: &[Client]) -> bool {
    clients.iter().all(|client| client.acked == client.sent)
        && clients.chunks(2).all(|pair| {
            let mut seen = pair.iter().map(|client| client.seen);
            let first = seen.next();
            seen.all(|seen| Some(seen) == first)
        })
}
