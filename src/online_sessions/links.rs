//! Addresses that people give for a meeting or a recording: others follow them, so they lead nowhere but to a public server.

use crate::core::fields::Fields;
use crate::outgoing::address::{check, literal};
use crate::settings::Networks;

/// The most characters of an address.
const MAX: usize = 1_000;

/// An address as it is stored; none where it is blank. Faults go to the pointer.
pub fn checked(fields: &mut Fields, pointer: &str, text: Option<&str>) -> Option<String> {
    let typed = text.map(str::trim).filter(|text| !text.is_empty())?;
    if typed.chars().count() > MAX {
        fields.fault(pointer, format!("不能超过 {MAX} 个字符"), format!("must be at most {MAX} characters"));
        return None;
    }
    let Some(url) = reqwest::Url::parse(typed).ok().filter(|url| url.has_host()) else {
        fields.fault(pointer, "不是有效的网址", "is not a valid address of the web");
        return None;
    };
    fields.require(url.scheme() == "https", pointer, "须以 https:// 开头", "must begin with https://");
    fields.require(
        url.username().is_empty() && url.password().is_none(),
        pointer,
        "不得含用户名或者密码",
        "must have no user name and no password",
    );
    let host = url.host_str().unwrap_or_default();
    let refused = literal(host).and_then(|address| check(address, &Networks::default()).err());
    let local = host.eq_ignore_ascii_case("localhost") || (literal(host).is_none() && !host.contains('.'));
    fields.require(
        refused.is_none() && !local,
        pointer,
        "不能使用内网或其他非公网地址",
        "must not be a private or otherwise special address",
    );
    Some(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_https_is_taken() {
        let fits = |text: &str| {
            let mut fields = Fields::new();
            let found = checked(&mut fields, "/meeting_url", Some(text));
            fields.done().is_ok() && found.is_some()
        };
        assert!(fits("https://meeting.example.com/j/123?pwd=abc"));
        for wrong in [
            "http://meeting.example.com/",
            "javascript:alert(1)",
            "https://user:secret@meeting.example.com/",
            "https://127.0.0.1/",
            "https://10.0.0.8/room",
            "https://[::1]/",
            "https://localhost/",
            "https://intranet/",
            "meeting",
        ] {
            assert!(!fits(wrong), "{wrong}");
        }
        let mut fields = Fields::new();
        assert_eq!(checked(&mut fields, "/meeting_url", Some("  ")), None);
        assert!(fields.done().is_ok());
    }
}
