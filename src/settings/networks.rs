//! A setting that lists networks.

use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::settings::kind::Kind;
use crate::settings::value::{Described, Value};

/// Networks such as `10.0.0.0/8`; a single address is a network of one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct Networks(Vec<IpNet>);

impl Networks {
    /// Whether an address is in one of them.
    pub fn contain(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

fn network(text: &str) -> Option<IpNet> {
    let text = text.trim();
    let network = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    network.ok().map(|network| network.trunc())
}

fn check(text: &str) -> Result<(), String> {
    network(text).map(drop).ok_or_else(|| format!("\"{text}\" found"))
}

impl TryFrom<Vec<String>> for Networks {
    type Error = String;

    fn try_from(texts: Vec<String>) -> Result<Self, String> {
        let read = |text: &String| network(text).ok_or_else(|| format!("{text} is not a network"));
        texts.iter().map(read).collect::<Result<_, _>>().map(Self)
    }
}

impl From<Networks> for Vec<String> {
    fn from(networks: Networks) -> Self {
        networks.0.iter().map(ToString::to_string).collect()
    }
}

impl FromStr for Networks {
    type Err = String;

    /// By commas, as a variable has them.
    fn from_str(text: &str) -> Result<Self, String> {
        text.split(',')
            .map(str::trim)
            .filter(|t| !t.is_empty())
            .map(str::to_owned)
            .collect::<Vec<_>>()
            .try_into()
    }
}

impl Value for Networks {
    fn built_in_text(&self) -> String {
        let texts = self.0.iter().map(|network| format!("\"{network}\""));
        format!("[{}]", texts.collect::<Vec<_>>().join(", "))
    }
}

impl Described for Networks {
    const KIND: Kind =
        Kind::List { of: "networks such as \"10.0.0.0/8\" or addresses such as \"::1\"", check };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_in_their_networks() {
        let networks: Networks = "10.0.0.0/8, 192.0.2.7,fd00::/8,".parse().unwrap();
        for (address, inside) in [
            ("10.1.2.3", true),
            ("11.0.0.1", false),
            ("192.0.2.7", true),
            ("192.0.2.8", false),
            ("fd00::1", true),
        ] {
            assert_eq!(networks.contain(address.parse().unwrap()), inside, "{address}");
        }
        assert!("10.0.0.0/33".parse::<Networks>().is_err());
        assert!("proxy.example".parse::<Networks>().is_err());
        assert_eq!(networks.built_in_text(), r#"["10.0.0.0/8", "192.0.2.7/32", "fd00::/8"]"#);
    }
}
