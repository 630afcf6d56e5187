//! A NATS server of our own on a loopback port, which can be taken away and brought back, and a proxy before it
//! that mishandles what it carries.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::{PATIENCE, Random, ReservedPort};

/// A running NATS server; killed when dropped.
pub struct NatsServer {
    port: ReservedPort,
    child: Option<Child>,
}

impl NatsServer {
    /// Starts one on a free port.
    pub fn start() -> Self {
        let mut server = Self::not_running();
        server.run();
        server
    }

    /// One that does not run yet, with the port that it will have.
    pub fn not_running() -> Self {
        Self { port: ReservedPort::new(), child: None }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port.number())
    }

    /// Runs it, again on the same port.
    pub fn run(&mut self) {
        let child = Command::new("nats-server")
            .args(["-a", "127.0.0.1", "-p", &self.port.number().to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("nats-server is installed by script/bootstrap test");
        self.child = Some(child);
        let end = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", self.port.number())).is_err() {
            assert!(Instant::now() < end, "nats-server does not come up");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Kills it.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A proxy that loses, doubles, delays, replays and garbles the messages that a client gets. What the client sends
/// passes untouched.
pub struct FaultyNats {
    port: u16,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    stopped: AtomicBool,
    done: [AtomicUsize; 5],
    open: Mutex<Vec<TcpStream>>,
}

/// The faults that are injected.
const FAULTS: [&str; 5] = ["lost", "duplicated", "delayed", "replayed", "garbled"];

impl FaultyNats {
    /// A proxy before this server, by this seed.
    pub fn in_front_of(server: &NatsServer, seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (shared, target) = (Arc::<Shared>::default(), server.port.number());
        let inner = Arc::clone(&shared);
        std::thread::spawn(move || {
            for (n, client) in (1..).zip(listener.incoming()) {
                if inner.stopped.load(Ordering::Relaxed) {
                    return;
                }
                let (Ok(client), Ok(server)) = (client, TcpStream::connect(("127.0.0.1", target))) else {
                    continue;
                };
                let both = || (client.try_clone().unwrap(), server.try_clone().unwrap());
                let (mut up, mut to) = both();
                inner.open.lock().unwrap().extend([both().0, both().1]);
                std::thread::spawn(move || {
                    let _ = std::io::copy(&mut up, &mut to);
                    let _ = to.shutdown(Shutdown::Both);
                });
                let inner = Arc::clone(&inner);
                std::thread::spawn(move || {
                    let _ = mishandle(server, &client, &inner, &mut Random::new(seed, n));
                    let _ = client.shutdown(Shutdown::Both);
                });
            }
        });
        Self { port, shared }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Fails unless all of it was done.
    pub fn assert_done(&self) {
        for (fault, count) in FAULTS.iter().zip(&self.shared.done) {
            assert!(count.load(Ordering::Relaxed) > 0, "no message was {fault}");
        }
    }
}

impl Drop for FaultyNats {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
        for stream in self.shared.open.lock().unwrap().iter() {
            let _ = stream.shutdown(Shutdown::Both);
        }
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// Carries the server's side of the protocol: lines, and payloads after those that begin with `MSG`.
fn mishandle(
    server: TcpStream,
    mut client: &TcpStream,
    shared: &Shared,
    random: &mut Random,
) -> std::io::Result<()> {
    let mut server = BufReader::new(server);
    let (mut held, mut past): (Vec<Vec<u8>>, Vec<Vec<u8>>) = Default::default();
    let did = |deed: usize| shared.done[deed].fetch_add(1, Ordering::Relaxed);
    loop {
        let mut line = Vec::new();
        if server.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        if !line.starts_with(b"MSG ") {
            client.write_all(&line)?;
            continue;
        }
        let head = String::from_utf8_lossy(&line).trim_end().to_owned();
        let size: usize = head.rsplit(' ').next().unwrap().parse().unwrap();
        let mut message = line;
        let start = message.len();
        message.resize(start + size + 2, 0);
        server.read_exact(&mut message[start..])?;
        past.push(message.clone());
        match random.below(12) {
            0 => {
                did(0);
            }
            1 => {
                did(1);
                client.write_all(&message)?;
                client.write_all(&message)?;
            }
            2 | 3 => {
                did(2);
                held.push(message);
            }
            4 => {
                did(3);
                client.write_all(&past[usize::try_from(random.below(past.len() as u64)).unwrap()])?;
                client.write_all(&message)?;
            }
            5 => {
                did(4);
                for byte in message[start..start + size].iter_mut() {
                    *byte ^= u8::try_from(random.below(255)).unwrap();
                }
                client.write_all(&message)?;
            }
            _ => client.write_all(&message)?,
        }
        // What was held back comes later, the last one first.
        if random.below(8) == 0 {
            for message in held.drain(..).rev() {
                client.write_all(&message)?;
            }
        }
    }
}
