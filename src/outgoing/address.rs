//! Which addresses may be called. An endpoint is somebody else's choice: without this, whoever registers one could have the server call what
//! only the server reaches. A name is resolved once for each call, all its addresses are checked, and the connection goes to one of those that
//! were checked, since the client asks nobody else.

use crate::settings::Networks;
use ipnet::{Ipv4Net, Ipv6Net};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::error::Error;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

/// Why a name can't be called.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressFault {
    /// It has an address that is not public, whether or not it has others.
    #[error("the address {0} is not public")]
    NotPublic(IpAddr),
    /// It has no address.
    #[error("the name {0} has no address")]
    Unknown(String),
}

/// Networks of IPv4 that are not public: IANA's registry of special-purpose addresses, and multicast.
const SPECIAL_V4: [(Ipv4Addr, u8); 16] = [
    // This network, 0.0.0.0 among it, which is this very machine.
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    // Shared behind a carrier's address translation.
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    // Link-local, the metadata of clouds among it.
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    // Documentation, as are 198.51.100.0/24 and 203.0.113.0/24.
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    // Relays of 6to4.
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    // Benchmarks.
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // Multicast.
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    // Reserved, and the broadcast.
    (Ipv4Addr::new(240, 0, 0, 0), 4),
    (Ipv4Addr::new(255, 255, 255, 255), 32),
];

/// Networks of IPv6 that are public: what is allocated to registries. All else is local, reserved or multicast.
const GLOBAL_V6: (Ipv6Addr, u8) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);
/// Networks among those that are not public all the same: Teredo and other protocols, documentation (twice).
const SPECIAL_V6: [(Ipv6Addr, u8); 3] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];
/// NAT64 (RFC 6052): the last 32 bits are an address of IPv4.
const NAT64: (Ipv6Addr, u8) = (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);
/// 6to4 (RFC 3056): the 32 bits behind the first 16 are an address of IPv4.
const SIX_TO_FOUR: (Ipv6Addr, u8) = (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16);

fn in_v4((network, prefix): (Ipv4Addr, u8), address: Ipv4Addr) -> bool {
    Ipv4Net::new(network, prefix).is_ok_and(|network| network.contains(&address))
}

fn in_v6((network, prefix): (Ipv6Addr, u8), address: Ipv6Addr) -> bool {
    Ipv6Net::new(network, prefix).is_ok_and(|network| network.contains(&address))
}

/// Whether an address is one of the public internet. What only carries an address of IPv4 is judged by that one.
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => !SPECIAL_V4.into_iter().any(|network| in_v4(network, address)),
        IpAddr::V6(address) => {
            let [_, one, two, .., six, seven] = address.segments();
            let carried = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
            if in_v6(NAT64, address) {
                return is_public(IpAddr::V4(carried(six, seven)));
            }
            if in_v6(SIX_TO_FOUR, address) {
                return is_public(IpAddr::V4(carried(one, two)));
            }
            in_v6(GLOBAL_V6, address) && !SPECIAL_V6.into_iter().any(|network| in_v6(network, address))
        }
    }
}

/// Checks an address.
///
/// # Errors
/// When it is neither public nor in one of the networks that the settings allow.
pub fn check(address: IpAddr, allowed: &Networks) -> Result<(), AddressFault> {
    let address = address.to_canonical();
    if is_public(address) || allowed.contain(address) {
        return Ok(());
    }
    Err(AddressFault::NotPublic(address))
}

/// The address that a host of a URL is, where it is no name.
pub fn literal(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok()
}

/// Resolves names by the system, and gives addresses that were checked alone.
#[derive(Debug, Clone)]
pub struct CheckedResolver(Arc<Networks>);

impl CheckedResolver {
    /// One with networks that may be called although they are not public.
    pub fn new(allowed: Networks) -> Self {
        Self(Arc::new(allowed))
    }
}

/// The addresses of a name, all of them checked.
///
/// # Errors
/// When one of them may not be called, or there is none.
pub async fn resolve(name: String, allowed: &Networks) -> Result<Vec<SocketAddr>, AddressFault> {
    let found = tokio::net::lookup_host((name.as_str(), 0)).await.map(Iterator::collect::<Vec<_>>);
    let found = found.unwrap_or_default();
    if found.is_empty() {
        return Err(AddressFault::Unknown(name));
    }
    for address in &found {
        check(address.ip(), allowed)?;
    }
    Ok(found)
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = Arc::clone(&self.0);
        Box::pin(async move {
            let found = resolve(name.as_str().to_owned(), &allowed).await?;
            let addresses: Addrs = Box::new(found.into_iter());
            Ok::<Addrs, Box<dyn Error + Send + Sync>>(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_public_addresses_are_called() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.7",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:10::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "2002:c0a8:101::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        for address in [
            "1.1.1.1",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "::ffff:1.1.1.1",
            "64:ff9b::101:101",
            "2002:101:101::1",
            "2400:3200::1",
            "2606:4700::1111",
        ] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn what_the_settings_name_is_allowed_and_nothing_beside_it() {
        let allowed: Networks = "127.0.0.1, fd00::/8".parse().unwrap();
        for address in ["127.0.0.1", "::ffff:127.0.0.1", "fd00::7", "1.1.1.1"] {
            assert_eq!(check(address.parse().unwrap(), &allowed), Ok(()), "{address}");
        }
        for address in ["127.0.0.2", "10.0.0.1", "::1"] {
            let address: IpAddr = address.parse().unwrap();
            assert_eq!(check(address, &allowed), Err(AddressFault::NotPublic(address)));
        }
    }

    #[tokio::test]
    async fn a_name_is_refused_by_any_of_its_addresses() {
        let refused = resolve("localhost".to_owned(), &Networks::default()).await.unwrap_err();
        assert!(matches!(refused, AddressFault::NotPublic(address) if address.is_loopback()), "{refused}");
        let both: Networks = "127.0.0.0/8, ::1".parse().unwrap();
        assert!(!resolve("localhost".to_owned(), &both).await.unwrap().is_empty());
        let refused = resolve("a..b".to_owned(), &both).await.unwrap_err();
        assert_eq!(refused, AddressFault::Unknown("a..b".to_owned()));
    }

    proptest! {
        #[test]
        fn an_address_in_another_guise_is_judged_the_same(bits in any::<u32>()) {
            let address = Ipv4Addr::from(bits);
            let [a, b, c, d] = address.octets();
            let high = u16::from_be_bytes([a, b]);
            let low = u16::from_be_bytes([c, d]);
            let plain = is_public(address.into());
            prop_assert_eq!(is_public(address.to_ipv6_mapped().into()), plain);
            prop_assert_eq!(is_public(Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low).into()), plain);
            prop_assert_eq!(is_public(Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1).into()), plain);
        }
    }
}
