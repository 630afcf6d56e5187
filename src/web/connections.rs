//! How many connections one client may hold at one time. Those of trusted proxies are not counted: they carry many clients.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use nix::sys::socket::{MsgFlags, Shutdown, send, shutdown};
use std::os::fd::AsRawFd;

use crate::core::{Code, Language, Problem, Text};
use crate::settings::{Networks, ServerSettings};
use crate::web::client_address::{ClientAddress, Network};

/// The connections of one server.
#[derive(Debug)]
pub(super) struct Connections {
    most: usize,
    trusted: Networks,
    open: Mutex<HashMap<Network, usize>>,
    refused: AtomicU64,
    refusal: Vec<u8>,
}

/// One that is counted, until it ends.
struct Counted {
    connections: Arc<Connections>,
    network: Network,
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut open = self.connections.open();
        if let Some(count) = open.get_mut(&self.network) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                open.remove(&self.network);
            }
        }
    }
}

/// What a client reads that holds too many. Nothing of its request is read, so the sentence is in the language of doubt.
fn refusal() -> Vec<u8> {
    let text = Text::new(
        "您的网络地址同时打开的连接过多，请关闭一些，或稍后再试",
        "your address holds too many connections; close some, or try again in a moment",
    );
    let body = Problem::new(Code::TooManyRequests, text).body(Language::default(), None);
    // Cannot fail: the body is strings and numbers.
    let body = serde_json::to_vec(&body).unwrap_or_default();
    let mut answer = format!(
        "HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/problem+json\r\nContent-Language: {}\r\n\
         Cache-Control: no-store\r\nRetry-After: 5\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        Language::default().tag(),
        body.len()
    )
    .into_bytes();
    answer.extend(body);
    answer
}

impl Connections {
    /// With the limits of the settings, and no connection yet.
    pub(super) fn new(settings: &ServerSettings) -> Arc<Self> {
        Arc::new(Self {
            most: settings.connections_per_address,
            trusted: settings.trusted_proxies.clone(),
            open: Mutex::default(),
            refused: AtomicU64::new(0),
            refusal: refusal(),
        })
    }

    fn open(&self) -> MutexGuard<'_, HashMap<Network, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a new connection with what belongs to it, and ends it at once where its client holds too many.
    pub(super) fn accept(self: &Arc<Self>, stream: &TcpStream, belongings: &mut Extensions) {
        let Ok(peer) = stream.peer_addr() else { return };
        let address = peer.ip().to_canonical();
        if self.trusted.contain(address) {
            return;
        }
        match self.count(ClientAddress(address).network()) {
            Some(counted) => {
                belongings.insert(counted);
            }
            None => {
                let refused = self.refused.fetch_add(1, Ordering::Relaxed) + 1;
                // A flood of connections must not become one of lines.
                if refused.is_power_of_two() {
                    tracing::warn!(%address, refused, "a client holds too many connections");
                }
                let socket = stream.as_raw_fd();
                let _ = send(socket, &self.refusal, MsgFlags::MSG_DONTWAIT | MsgFlags::MSG_NOSIGNAL);
                let _ = shutdown(socket, Shutdown::Both);
            }
        }
    }

    fn count(self: &Arc<Self>, network: Network) -> Option<Counted> {
        let mut open = self.open();
        let count = open.entry(network).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Counted { connections: Arc::clone(self), network })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ended_connection_makes_room() {
        let connections =
            Connections::new(&ServerSettings { connections_per_address: 2, ..ServerSettings::default() });
        let network = |last: u8| ClientAddress([203, 0, 113, last].into()).network();
        let (first, second) = (connections.count(network(1)), connections.count(network(1)));
        assert!(first.is_some() && second.is_some() && connections.count(network(1)).is_none());
        assert!(connections.count(network(2)).is_some());
        drop(first);
        assert!(connections.count(network(1)).is_some());
        drop(second);
        assert!(connections.open().is_empty());
    }
}
