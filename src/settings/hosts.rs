//! A setting that lists hosts.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::settings::kind::Kind;
use crate::settings::value::{Described, Value};

/// Names of hosts, each with all names below it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct Hosts(Vec<String>);

impl Hosts {
    /// These, which are known to be names.
    pub fn of(names: &[&str]) -> Self {
        Self(names.iter().map(|name| (*name).to_owned()).collect())
    }

    /// Whether a host is one of them or below one of them.
    pub fn contain(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        self.0.iter().any(|name| {
            host.strip_suffix(name.as_str()).is_some_and(|before| before.is_empty() || before.ends_with('.'))
        })
    }
}

fn is_host(text: &str) -> bool {
    let known =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.' | ':' | '[' | ']');
    !text.is_empty() && text.chars().all(known) && !text.starts_with('.') && !text.ends_with('.')
}

fn check(text: &str) -> Result<(), String> {
    if is_host(&text.trim().to_ascii_lowercase()) { Ok(()) } else { Err(format!("\"{text}\" found")) }
}

impl TryFrom<Vec<String>> for Hosts {
    type Error = String;

    fn try_from(texts: Vec<String>) -> Result<Self, String> {
        let read = |text: String| {
            let name = text.trim().to_ascii_lowercase();
            if is_host(&name) { Ok(name) } else { Err(format!("{text} is not the name of a host")) }
        };
        texts.into_iter().map(read).collect::<Result<_, _>>().map(Self)
    }
}

impl From<Hosts> for Vec<String> {
    fn from(hosts: Hosts) -> Self {
        hosts.0
    }
}

impl FromStr for Hosts {
    type Err = String;

    /// By commas, as a variable has them.
    fn from_str(text: &str) -> Result<Self, String> {
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        names.map(str::to_owned).collect::<Vec<_>>().try_into()
    }
}

impl Value for Hosts {
    fn built_in_text(&self) -> String {
        let texts: Vec<String> = self.0.iter().map(|name| format!("\"{name}\"")).collect();
        format!("[{}]", texts.join(", "))
    }
}

impl Described for Hosts {
    const KIND: Kind = Kind::List { of: "hosts such as \"push.example.com\"", check };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_one_of_them_or_below_one() {
        let hosts: Hosts = "push.example.com, 127.0.0.1".parse().unwrap();
        for host in ["push.example.com", "a.push.example.com", "PUSH.example.com.", "127.0.0.1"] {
            assert!(hosts.contain(host), "{host}");
        }
        for host in ["example.com", "evilpush.example.com", "push.example.com.evil.net", ""] {
            assert!(!hosts.contain(host), "{host}");
        }
        assert!("a b".parse::<Hosts>().is_err() && ".com".parse::<Hosts>().is_err());
    }
}
