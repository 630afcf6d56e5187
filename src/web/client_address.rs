//! The address of the client that sends a request.
//!
//! The peer of the connection may be a proxy. Of one that the settings trust (`server.trusted_proxies`) the address it names is taken,
//! from `X-Forwarded-For` or `Forwarded` (RFC 7239): each proxy adds the address of its own peer at the end, so the list is walked from
//! its end, over trusted addresses, to the first that is not; what stands before that one was written by strangers. Of any other peer
//! nothing is believed.

use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr};

use actix_web::dev::Payload;
use actix_web::http::header::HeaderMap;
use actix_web::{FromRequest, HttpRequest};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use crate::settings::{Networks, ServerSettings};
use crate::web::problem::Failure;
use crate::web::state::State;

/// A network that limits count as one sender.
pub type Network = IpNet;

/// Hops that are looked at; more have no honest use.
const MOST_HOPS: usize = 32;

/// The address of the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// The client of a request. Without a known peer, as on a socket of the file system, the address that means none.
    pub fn of(request: &HttpRequest) -> Self {
        let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| address.ip());
        match request.app_data::<State>() {
            Some(state) => {
                let trusted = &state.app.settings().section::<ServerSettings>().trusted_proxies;
                Self(client(peer, request.headers(), trusted))
            }
            None => Self(peer.to_canonical()),
        }
    }

    /// What the limits count as one sender: an address of IPv4, and 64 bits of IPv6, of which one subscriber has all below.
    pub fn network(self) -> Network {
        match self.0 {
            IpAddr::V4(address) => Ipv4Net::from(address).into(),
            IpAddr::V6(address) => {
                // Cannot fail: 64 bits are no more than there are.
                Ipv6Net::new(address, 64).map_or(Ipv6Net::from(address), |net| net.trunc()).into()
            }
        }
    }
}

impl std::fmt::Display for ClientAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl FromRequest for ClientAddress {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}

/// The client behind a peer.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &Networks) -> IpAddr {
    let peer = peer.to_canonical();
    if !trusted.contain(peer) {
        return peer;
    }
    let by = |name: &str, read: fn(&str) -> Vec<Option<IpAddr>>| {
        let lines = headers.get_all(name);
        let hops: Vec<_> = lines.flat_map(|line| line.to_str().map_or_else(|_| vec![None], read)).collect();
        (!hops.is_empty()).then(|| walk(peer, &hops, trusted))
    };
    match (by("x-forwarded-for", x_forwarded_for), by("forwarded", forwarded)) {
        (Some(one), Some(other)) if one != other => {
            // Proxies write one of the two; the other came through from a stranger, and which it is nobody can tell.
            peer
        }
        (Some(client), _) | (None, Some(client)) => client,
        (None, None) => peer,
    }
}

/// From the end over trusted addresses to the first that is not trusted. What can't be read is as far as one gets.
fn walk(peer: IpAddr, hops: &[Option<IpAddr>], trusted: &Networks) -> IpAddr {
    let mut client = peer;
    for hop in hops.iter().rev().take(MOST_HOPS) {
        let Some(address) = hop else { return client };
        client = *address;
        if !trusted.contain(client) {
            return client;
        }
    }
    client
}

fn x_forwarded_for(line: &str) -> Vec<Option<IpAddr>> {
    line.split(',').map(address).collect()
}

/// The `for` of each element of `Forwarded`.
fn forwarded(line: &str) -> Vec<Option<IpAddr>> {
    let of_element = |element: &str| {
        let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
        let mut named = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("for"));
        named.next().and_then(|(_, value)| address(value.trim().trim_matches('"')))
    };
    line.split(',').map(of_element).collect()
}

/// An address, with or without a port: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?.0,
        None if text.matches(':').count() == 1 => text.split_once(':')?.0,
        None => text,
    };
    bare.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};

    fn client_of(peer: &str, headers: &[(&'static str, &str)]) -> String {
        let trusted: Networks = "10.0.0.0/8, 192.0.2.7, 2001:db8:ff::/48".parse().unwrap();
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        client(peer.parse().unwrap(), &map, &trusted).to_string()
    }

    #[test]
    fn only_a_trusted_peer_is_believed() {
        let headers = [("x-forwarded-for", "203.0.113.9"), ("forwarded", "for=203.0.113.9")];
        assert_eq!(client_of("198.51.100.1", &headers), "198.51.100.1");
        assert_eq!(client_of("2001:db8::1", &headers), "2001:db8::1");
        assert_eq!(client_of("10.1.2.3", &headers), "203.0.113.9");
        assert_eq!(client_of("::ffff:10.1.2.3", &headers), "203.0.113.9", "IPv4 within IPv6 is IPv4");
        assert_eq!(client_of("10.1.2.3", &[]), "10.1.2.3");
    }

    #[test]
    fn a_chain_is_walked_from_its_end_over_trusted_addresses() {
        for (line, wanted) in [
            ("203.0.113.9", "203.0.113.9"),
            ("1.2.3.4, 203.0.113.9", "203.0.113.9"),
            ("1.2.3.4, 203.0.113.9, 10.0.0.5,192.0.2.7", "203.0.113.9"),
            ("10.0.0.6, 10.0.0.5", "10.0.0.6"),
            ("203.0.113.9:4711", "203.0.113.9"),
            ("[2001:db8::9]:4711", "2001:db8::9"),
            ("2001:db8::9, 2001:db8:ff::1", "2001:db8::9"),
            ("::ffff:203.0.113.9", "203.0.113.9"),
            ("1.2.3.4, unknown", "10.9.9.9"),
            ("1.2.3.4, unknown, 10.0.0.5", "10.0.0.5"),
            ("", "10.9.9.9"),
        ] {
            assert_eq!(client_of("10.9.9.9", &[("x-forwarded-for", line)]), wanted, "{line}");
        }
        let lines = [("x-forwarded-for", "1.2.3.4"), ("x-forwarded-for", "203.0.113.9, 10.0.0.5")];
        assert_eq!(client_of("10.9.9.9", &lines), "203.0.113.9", "several lines are one list");
    }

    #[test]
    fn forwarded_is_read_as_rfc_7239_writes_it() {
        for (line, wanted) in [
            ("for=203.0.113.9", "203.0.113.9"),
            ("For=\"203.0.113.9:80\";proto=https;by=10.0.0.1", "203.0.113.9"),
            ("for=1.2.3.4, proto=https; for=\"[2001:db8::9]:80\", for=10.0.0.5", "2001:db8::9"),
            ("for=_hidden", "10.9.9.9"),
            ("for=1.2.3.4, proto=https", "10.9.9.9"),
        ] {
            assert_eq!(client_of("10.9.9.9", &[("forwarded", line)]), wanted, "{line}");
        }
    }

    #[test]
    fn where_the_two_headers_disagree_neither_is_believed() {
        let headers = [("x-forwarded-for", "203.0.113.9"), ("forwarded", "for=198.51.100.1")];
        assert_eq!(client_of("10.1.2.3", &headers), "10.1.2.3");
    }

    #[test]
    fn a_network_is_what_one_subscriber_has() {
        let network = |text: &str| ClientAddress(text.parse().unwrap()).network().to_string();
        assert_eq!(network("203.0.113.9"), "203.0.113.9/32");
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
    }
}
