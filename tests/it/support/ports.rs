//! Ports that are known before anything listens on them, or that are listened on again.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener};
use std::ops::RangeInclusive;

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};
use nix::unistd::getuid;

/// Where Linux says from which range it takes a port for whoever asks for any.
const ANY: &str = "/proc/sys/net/ipv4/ip_local_port_range";

/// A port on 127.0.0.1 that belongs to one test for as long as this lives, whether something listens on it or not.
///
/// A port that was merely free a moment ago may by now be that of another test, or of a connection that goes out. These
/// are not handed out by the system, and a lock on a file keeps other tests from them.
pub struct ReservedPort {
    number: u16,
    _lock: Flock<File>,
}

impl ReservedPort {
    /// Takes one that nobody has.
    pub fn new() -> Self {
        let found = not_handed_out().rev().find_map(|number| {
            let lock = lock(number)?;
            TcpListener::bind((Ipv4Addr::LOCALHOST, number)).is_ok().then_some(Self { number, _lock: lock })
        });
        found.expect("no port is left")
    }

    /// Its number.
    pub fn number(&self) -> u16 {
        self.number
    }
}

/// Ports without privilege that the system does not hand out by itself.
fn not_handed_out() -> RangeInclusive<u16> {
    let text = std::fs::read_to_string(ANY).unwrap_or_default();
    let mut bounds = text.split_whitespace().filter_map(|word| word.parse::<u16>().ok());
    match (bounds.next(), bounds.next()) {
        (Some(first), _) if first > 2_048 => 1_025..=first - 1,
        (_, Some(last)) if last < u16::MAX => last + 1..=u16::MAX,
        _ => 1_025..=u16::MAX,
    }
}

fn lock(number: u16) -> Option<Flock<File>> {
    let folder = std::env::temp_dir().join(format!("zerodesk-test-ports-{}", getuid()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(number.to_string());
    let file = File::options().create(true).truncate(false).write(true).open(file).unwrap();
    match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
        Ok(lock) => Some(lock),
        Err((_, Errno::EWOULDBLOCK)) => None,
        Err((_, error)) => panic!("{}: {error}", folder.display()),
    }
}

#[test]
fn a_reserved_port_is_nobody_elses_until_it_is_given_back() {
    let (one, two) = (ReservedPort::new(), ReservedPort::new());
    assert_ne!(one.number(), two.number());
    assert!(lock(one.number()).is_none());
    for _ in 0..2 {
        drop(TcpListener::bind((Ipv4Addr::LOCALHOST, one.number())).unwrap());
    }
}
