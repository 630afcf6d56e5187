//! The load: many sockets on one thread, which count and check what they receive.
//!
//! Every reader must get each message once and in order, every sender each ack once and in order; anything else ends the
//! bench. Frames are compared with the text that they must be, which is cheaper than to parse them.

use crate::chat_data::{Member, Pair};
use crate::socket::{Socket, failed, text_frame};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use std::collections::{BTreeMap, VecDeque};
use std::io::Write;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use uuid::Uuid;
use zerodesk::cli::CliError;

/// The text of a message. pgbench inserts a body of the same size.
pub(crate) const BODY: &str =
    "样品绝缘电阻实测值低于标准限值,请说明整改步骤与复检安排。 Sample 3 of 5 failed.";

/// The longest silence while something is awaited.
const PATIENCE: Duration = Duration::from_secs(30);

/// References begin here, so that all have as many digits.
const FIRST_REF: u64 = 1_000_000_000;

/// A socket in one consultation, in which it reads and sends.
pub(crate) struct Client {
    socket: Socket,
    message: Vec<u8>,
    ack: Vec<u8>,
    frame: Vec<u8>,
    ref_at: usize,
    client_id_at: usize,
    random_state: u64,
    /// The last number it was sent.
    seen: i64,
    sent: u64,
    acked: u64,
    /// When each message that waits for its ack was due.
    due: VecDeque<Instant>,
    writable: bool,
}

enum Received {
    Ack,
    Message,
    Other,
}

impl Client {
    /// Opens a socket and follows a consultation from behind the number `after`.
    pub(crate) fn join(
        address: SocketAddr,
        member: &Member,
        consultation: Uuid,
        after: i64,
    ) -> Result<Self, CliError> {
        let mut socket = Socket::open(address, &member.token)?;
        socket.opened()?;
        let mut client = Self::of(socket, consultation, after);
        client.subscribe(consultation, after)?;
        Ok(client)
    }

    /// A socket that is open.
    pub(crate) fn of(socket: Socket, consultation: Uuid, after: i64) -> Self {
        let nil = Uuid::nil();
        let text = format!(
            r#"{{"op":"send","ref":{FIRST_REF},"consultation":"{consultation}","client_id":"{nil}","body":"{BODY}"}}"#
        );
        let frame = text_frame(&text);
        let find = |what: &str| {
            frame.windows(what.len()).position(|part| part == what.as_bytes()).unwrap_or_default()
        };
        let (ref_at, client_id_at) = (find(&FIRST_REF.to_string()), find(&nil.to_string()));
        let message = format!(r#"{{"ev":"message","consultation":"{consultation}","stream":"talk","seq":"#);
        let ack = format!(r#","consultation":"{consultation}","stream":"talk","client_id":""#);
        Self {
            socket,
            message: message.into_bytes(),
            ack: ack.into_bytes(),
            frame,
            ref_at,
            client_id_at,
            // Random bits of another kind than the server's.
            random_state: u64::from_le_bytes(*Uuid::new_v4().as_bytes().first_chunk().unwrap_or(&[1; 8])) | 1,
            seen: after,
            sent: 0,
            acked: 0,
            due: VecDeque::new(),
            writable: true,
        }
    }

    /// Follows the consultation and waits for the answer.
    pub(crate) fn subscribe(&mut self, consultation: Uuid, after: i64) -> Result<(), CliError> {
        self.ask(consultation, after)?;
        self.socket.wait_for("subscribed")
    }

    /// Asks to follow.
    pub(crate) fn ask(&mut self, consultation: Uuid, after: i64) -> Result<(), CliError> {
        self.seen = after;
        let ask = format!(
            r#"{{"op":"subscribe","ref":0,"consultation":"{consultation}","after":{{"talk":{after},"notes":0}}}}"#
        );
        self.socket.queue(&text_frame(&ask));
        self.flush()
    }

    fn random(&mut self) -> u64 {
        // Marsaglia's xorshift.
        self.random_state ^= self.random_state << 13;
        self.random_state ^= self.random_state >> 7;
        self.random_state ^= self.random_state << 17;
        self.random_state
    }

    /// Queues the next message; `due` is when it should have been sent.
    fn queue_message(&mut self, due: Instant) {
        let reference = FIRST_REF + self.sent;
        let bits = (u128::from(self.random()) << 64) | u128::from(self.random());
        let client_id = uuid::Builder::from_random_bytes(bits.to_le_bytes()).into_uuid();
        if let Some(mut place) = self.frame.get_mut(self.ref_at..) {
            let _ = write!(place, "{reference}");
        }
        if let Some(place) = self.frame.get_mut(self.client_id_at..) {
            client_id.hyphenated().encode_lower(place);
        }
        self.socket.queue(&self.frame);
        self.sent += 1;
        self.due.push_back(due);
    }

    fn flush(&mut self) -> Result<(), CliError> {
        self.writable = self.socket.flush()?;
        Ok(())
    }

    /// The next frame that has come, checked.
    fn next(&mut self) -> Result<Option<Received>, CliError> {
        let Some(frame) = self.socket.frame()? else { return Ok(None) };
        let payload = self.socket.payload(frame);
        if let Some(rest) = payload.strip_prefix(self.message.as_slice()) {
            let seq = number(rest);
            if seq != u64::try_from(self.seen + 1).unwrap_or(0) {
                return Err(failed(format!("after number {} received {seq}", self.seen)));
            }
            self.seen += 1;
            return Ok(Some(Received::Message));
        }
        if let Some(rest) = payload.strip_prefix(b"{\"ev\":\"ack\",\"ref\":") {
            let wanted = FIRST_REF + self.acked;
            let (digits, rest) = rest.split_at_checked(10).unwrap_or_default();
            let fits = rest.starts_with(&self.ack) && rest.ends_with(b",\"duplicate\":false}");
            if number(digits) != wanted || !fits {
                return Err(failed(format!("not the awaited ack: {}", String::from_utf8_lossy(payload))));
            }
            self.acked += 1;
            return Ok(Some(Received::Ack));
        }
        if payload.starts_with(b"{\"ev\":\"error\"") {
            return Err(failed(String::from_utf8_lossy(payload)));
        }
        Ok(Some(Received::Other))
    }

    /// Sends one message and waits for its ack. Gives the time between the two.
    pub(crate) fn send_and_wait(&mut self) -> Result<Duration, CliError> {
        let start = Instant::now();
        self.queue_message(start);
        self.flush()?;
        loop {
            while let Some(received) = self.next()? {
                if let Received::Ack = received {
                    self.due.clear();
                    return Ok(start.elapsed());
                }
            }
            self.socket.fill()?;
        }
    }

    /// Waits until it was sent this number.
    pub(crate) fn wait_for_number(&mut self, seq: i64) -> Result<(), CliError> {
        loop {
            while self.next()?.is_some() {}
            if self.seen >= seq {
                return Ok(());
            }
            self.socket.fill()?;
        }
    }
}

/// The digits at the beginning, as a number.
fn number(text: &[u8]) -> u64 {
    let digits = text.iter().take_while(|c| c.is_ascii_digit());
    digits.fold(0_u64, |n, c| n.wrapping_mul(10).wrapping_add(u64::from(c - b'0')))
}

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

/// How long messages took, from when they were due to their ack.
pub(crate) struct Latencies {
    /// When each was due, from the start, and its time; by time once all are there.
    times: Vec<(Duration, Duration)>,
    /// How late each was sent; by length.
    late: Vec<Duration>,
}

/// The value at this part of a list that is in order, milliseconds.
pub(crate) fn quantile_ms(sorted: &[Duration], part: f64) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and the length"
    )]
    let at = (sorted.len() as f64 * part) as usize;
    let found = sorted.get(at.min(sorted.len().saturating_sub(1)));
    found.map_or(f64::NAN, |d| d.as_secs_f64() * 1e3)
}

impl Latencies {
    fn of(mut times: Vec<(Duration, Duration)>, mut late: Vec<Duration>) -> Self {
        times.sort_unstable_by_key(|(_, time)| *time);
        late.sort_unstable();
        Self { times, late }
    }

    /// The time within which this part of them was acknowledged, milliseconds.
    pub(crate) fn quantile_ms(&self, part: f64) -> f64 {
        let times: Vec<_> = self.times.iter().map(|(_, time)| *time).collect();
        quantile_ms(&times, part)
    }

    /// How late this part of them was sent at most, milliseconds: what the load itself took.
    pub(crate) fn late_ms(&self, part: f64) -> f64 {
        quantile_ms(&self.late, part)
    }

    /// The 99th percentile of each slice of the time, for a look at when it was slow.
    pub(crate) fn course(&self, slice: Duration) -> String {
        let mut slices: BTreeMap<u128, Vec<Duration>> = BTreeMap::new();
        for (due, time) in &self.times {
            slices.entry(due.as_micros() / slice.as_micros().max(1)).or_default().push(*time);
        }
        let tails = slices.into_values().map(|times| format!("{:.1}", quantile_ms(&times, 0.99)));
        tails.collect::<Vec<_>>().join(" ")
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.times.len()
    }
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
            if now.duration_since(quiet) > PATIENCE {
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
