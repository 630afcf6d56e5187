//! From where a session is used: the program and the address, and both in plain words.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use actix_web::HttpRequest;
use actix_web::http::header::USER_AGENT;
use serde::{Deserialize, Serialize};

use crate::core::Text;
use crate::web::client_address::ClientAddress;

/// As much of a `User-Agent` as is kept.
const LONGEST: usize = 300;

/// What is known of the program that uses a session. Made up at will by whoever sends it, so it is shown and never decides.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// The header `User-Agent`.
    pub user_agent: Option<String>,
    /// The address.
    pub address: Option<String>,
}

impl Device {
    /// Of the program that makes a request.
    pub fn of(request: &HttpRequest) -> Self {
        let named = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
        let user_agent = named.map(|text| text.chars().filter(|c| !c.is_control()).take(LONGEST).collect());
        Self { user_agent, address: Some(ClientAddress::of(request).to_string()) }
    }
}

/// Browsers, by a word of their `User-Agent`; many name others besides, so the first that is found counts.
const BROWSERS: [(&str, &str, &str); 14] = [
    ("MicroMessenger", "微信", "WeChat"),
    ("DingTalk", "钉钉", "DingTalk"),
    ("Edg", "Edge 浏览器", "Edge"),
    ("QQBrowser", "QQ 浏览器", "QQ Browser"),
    ("360SE", "360 浏览器", "360 Browser"),
    ("360EE", "360 浏览器", "360 Browser"),
    ("UCBrowser", "UC 浏览器", "UC Browser"),
    ("HuaweiBrowser", "华为浏览器", "Huawei Browser"),
    ("OPR/", "Opera 浏览器", "Opera"),
    ("Firefox", "Firefox 浏览器", "Firefox"),
    ("FxiOS", "Firefox 浏览器", "Firefox"),
    ("Chrome", "Chrome 浏览器", "Chrome"),
    ("CriOS", "Chrome 浏览器", "Chrome"),
    ("Safari", "Safari 浏览器", "Safari"),
];

/// Systems, in the same way.
const SYSTEMS: [(&str, &str, &str); 8] = [
    ("HarmonyOS", "鸿蒙系统", "HarmonyOS"),
    ("OpenHarmony", "鸿蒙系统", "HarmonyOS"),
    ("Windows", "Windows 电脑", "a Windows computer"),
    ("iPhone", "iPhone 手机", "an iPhone"),
    ("iPad", "iPad 平板", "an iPad"),
    ("Android", "安卓设备", "an Android device"),
    ("Macintosh", "Mac 电脑", "a Mac"),
    ("Linux", "Linux 电脑", "a Linux computer"),
];

/// A program in plain words.
pub fn device(user_agent: Option<&str>) -> Text {
    let agent = user_agent.unwrap_or_default().trim();
    if agent.is_empty() {
        return Text::new("未知程序", "an unknown program");
    }
    let known = |words: &[(&str, &'static str, &'static str)]| {
        words.iter().find(|(word, ..)| agent.contains(word)).map(|(_, zh, en)| (*zh, *en))
    };
    match (known(&BROWSERS), known(&SYSTEMS)) {
        (Some((zh, en)), Some((on_zh, on_en))) => {
            Text::new(format!("{on_zh}上的 {zh}"), format!("{en} on {on_en}"))
        }
        (Some((zh, en)), None) => Text::new(zh, en),
        _ => {
            let product = agent.split([' ', '/', '(']).next().unwrap_or(agent);
            Text::new(format!("其他程序（{product}）"), format!("another program ({product})"))
        }
    }
}

/// Where an address is, as far as it says so itself: here, within the own network, or a network of the Internet, shown coarsely.
pub fn place(address: Option<&str>) -> Text {
    let Some(address) = address.and_then(|text| text.parse::<IpAddr>().ok()) else {
        return Text::new("未知网络", "an unknown network");
    };
    match address.to_canonical() {
        ip if ip.is_loopback() => Text::new("本机", "this machine"),
        IpAddr::V4(ip) if is_internal(ip) => Text::new("内网", "the internal network"),
        IpAddr::V6(ip) if ip.is_unique_local() || ip.is_unicast_link_local() => {
            Text::new("内网", "the internal network")
        }
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            network(format!("{}/24", Ipv4Addr::new(a, b, c, 0)))
        }
        IpAddr::V6(ip) => {
            let [a, b, c, ..] = ip.segments();
            network(format!("{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0)))
        }
    }
}

/// Private addresses, those of the link, and those that a provider shares among many (100.64.0.0/10).
fn is_internal(ip: Ipv4Addr) -> bool {
    let [a, b, ..] = ip.octets();
    ip.is_private() || ip.is_link_local() || (a == 100 && (64..128).contains(&b))
}

fn network(name: String) -> Text {
    Text::new(format!("互联网，{name} 网段"), format!("the Internet, network {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_named_in_plain_words() {
        for (agent, zh, en) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0",
                "Windows 电脑上的 Edge 浏览器",
                "Edge on a Windows computer",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.50",
                "iPhone 手机上的 微信",
                "WeChat on an iPhone",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
                "Linux 电脑上的 Firefox 浏览器",
                "Firefox on a Linux computer",
            ),
            ("python-requests/2.32.3", "其他程序（python-requests）", "another program (python-requests)"),
            ("", "未知程序", "an unknown program"),
        ] {
            let words = device(Some(agent));
            assert_eq!((&*words.zh, &*words.en), (zh, en));
        }
        assert_eq!(device(None).zh, "未知程序");
    }

    #[test]
    fn an_address_is_placed_coarsely() {
        for (address, zh) in [
            ("127.0.0.1", "本机"),
            ("::1", "本机"),
            ("192.168.1.20", "内网"),
            ("10.0.0.1", "内网"),
            ("100.64.3.2", "内网"),
            ("fd00::1", "内网"),
            ("::ffff:10.0.0.1", "内网"),
            ("203.0.113.77", "互联网，203.0.113.0/24 网段"),
            ("2001:db8:1:2::3", "互联网，2001:db8:1::/48 网段"),
            ("nonsense", "未知网络"),
        ] {
            assert_eq!(place(Some(address)).zh, zh, "{address}");
        }
    }
}
