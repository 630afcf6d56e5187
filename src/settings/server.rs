//! The settings of the process, which belong to no domain: what it is for, its address, its log, its signing keys.

use std::collections::BTreeSet;
use std::net::{Ipv6Addr, SocketAddr};
use std::path::PathBuf;

use crate::settings::networks::Networks;
use crate::settings::secret::Secret;
use crate::settings::value::SigningKey;
use crate::settings::values::Checks;

/// Name of the built-in signing key.
const DEVELOPMENT_KID: &str = "development";

crate::settings_choice! {
    /// What the process is for; production is strict about keys and mail.
    pub Mode {
        /// On someone's own machine.
        Development = "development",
        /// With real people's data.
        Production = "production",
    }
}

crate::settings_choice! {
    /// For which domains browsers keep to https.
    pub HstsScope {
        /// The public address and all domains below it.
        Subdomains = "subdomains",
        /// The public address alone.
        Host = "host",
    }
}

crate::settings_choice! {
    /// Form of the log lines.
    pub LogFormat {
        /// Lines of text, for people.
        Text = "text",
        /// One JSON object a line.
        Json = "json",
    }
}

crate::settings_section! {
    /// What the process is for, and its folder.
    pub ProcessSettings in "" checked by check_process {
        /// "development" or "production". Production refuses the development signing key, secrets shorter than 32 bytes and a mail
        /// transport that sends nothing, and never loads demo people.
        mode: Mode = Mode::Development;
        /// Folder for all that the program keeps outside of the database, and for the private database itself. A relative path
        /// counts from the folder that the program is started in.
        data_dir: PathBuf = PathBuf::from("var");
    }
}

crate::settings_section! {
    /// The HTTP server.
    pub ServerSettings in "server" checked by check_server {
        /// Address to listen on. `0.0.0.0` or `::` opens the service to the network.
        host: String = "127.0.0.1".to_owned();
        /// TCP port; 0 takes a free one and prints it.
        port: u16 = 8080, 0..=65_535;
        /// The address that people use, without a slash at its end; is in mails and is compared with Origin. Empty: `http://host:port`,
        /// which production refuses. With `https://` the cookies are sent over https alone. On a network without TLS write `http://`, else
        /// nobody can log in there.
        public_url: String = String::new();
        /// Networks or addresses of the proxies before this server, as `["10.0.0.0/8", "::1"]`, by environment with commas between. The
        /// address of a client is taken from `X-Forwarded-For` or `Forwarded` of these peers alone. Empty: every peer is a client.
        trusted_proxies: Networks = Networks::default();
        /// Connections that one address (of IPv6: 64 bits) may hold at one time; further ones get 429 and are closed. Those of trusted proxies
        /// are not counted.
        connections_per_address: usize = 1_024, 1..=1_000_000;
        /// Connections at one time; further ones wait until others end.
        connections: usize = 20_000, 16..=1_000_000;
        /// An address such as `127.0.0.1:8081` at which a thread of its own answers `/healthz` and `/readyz`, whatever the server is busy
        /// with. Empty: they are answered at the server's address alone.
        health_address: String = String::new();
        /// Seconds within which the head of a request must have come, else 408.
        head_seconds: u64 = 10, 1..=3_600;
        /// Seconds within which the body of a request must have come, and the next piece of an upload, else 408.
        body_seconds: u64 = 30, 1..=3_600;
        /// Seconds within which an upload must have come, else 408.
        upload_seconds: u64 = 900, 1..=86_400;
        /// Bytes of bodies that are in memory at one time, half of them from one network; further ones get 503. Uploads go to the disk.
        bodies_bytes: usize = 67_108_864, 1_048_576..=1_099_511_627_776;
        /// Seconds for which browsers are told to come over https alone (HSTS), where `public_url` begins with `https://`; 0 tells them
        /// nothing.
        hsts_seconds: u64 = 31_536_000, 0..=315_360_000;
        /// Whether that holds for the domains below that of `public_url` as well: "subdomains", or "host" for this one alone.
        hsts_scope: HstsScope = HstsScope::Subdomains;
        /// Worker threads for HTTP; 0 means the number of processor cores.
        workers: usize = 0, 0..=1_024;
        /// Seconds that a stop waits for running requests and sockets.
        shutdown_seconds: u64 = 20, 1..=3_600;
        /// Greatest JSON body of a request in bytes.
        max_json_bytes: usize = 262_144, 1_024..=16_777_216;
    }
}

crate::settings_section! {
    /// What is logged, and in which form.
    pub LogSettings in "log" checked by check_log {
        /// "text" for people, "json" for collectors (one object a line).
        format: LogFormat = LogFormat::Text;
        /// Levels by module, as tracing's EnvFilter reads them: "info" or "info,zerodesk::chat=debug". The client of NATS tells
        /// each attempt to connect by itself; what ZeroDesk says of it is enough.
        filter: String = "info,async_nats=warn".to_owned();
    }
}

crate::settings_section! {
    /// Tokens, passwords, limits of the log-in.
    pub TokenKeys in "auth" checked by check_token_keys {
        /// Keys of the access tokens (HMAC-SHA256): the first signs, all verify, so a key is changed by putting the new one in front
        /// and dropping the old one after access_token_seconds; where `auth.factor_keys` is empty these keys encrypt the second factors as
        /// well, so set `auth.factor_keys` to the old ones first, or every second factor is lost. This one is public and thus for development only. By environment:
        /// ZERODESK_AUTH__KEYS=kid:secret,kid:secret. (secret)
        keys: Vec<SigningKey> = vec![SigningKey {
            kid: DEVELOPMENT_KID.to_owned(),
            secret: Secret::new("zerodesk-development-key-that-everyone-knows"),
        }];
    }
}

impl ServerSettings {
    /// The address that people use, without a slash at its end. `bound_port` is the port really listened on,
    /// which differs from `port` when that is 0. An address that listens on all interfaces is shown as the
    /// loopback one.
    pub fn public_url(&self, bound_port: u16) -> String {
        let configured = self.public_url.trim_end_matches('/');
        if !configured.is_empty() {
            return configured.to_owned();
        }
        match self.host.as_str() {
            "0.0.0.0" => format!("http://127.0.0.1:{bound_port}"),
            "::" | "[::]" => format!("http://[::1]:{bound_port}"),
            host if host.contains(':') && !host.starts_with('[') => {
                format!("http://[{host}]:{bound_port}")
            }
            host => format!("http://{host}:{bound_port}"),
        }
    }

    /// Whether people come over https, as the public address says.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// Worker threads, with 0 resolved to the number of cores (1 if that cannot be told).
    pub fn worker_count(&self) -> usize {
        match self.workers {
            0 => std::thread::available_parallelism().map_or(1, |cores| cores.get()),
            workers => workers,
        }
    }
}

fn check_process(process: &ProcessSettings, checks: &mut Checks<'_>) {
    checks.check(!process.data_dir.as_os_str().is_empty(), "data_dir", "must not be empty");
}

fn check_server(server: &ServerSettings, checks: &mut Checks<'_>) {
    checks.not_empty("server.host", &server.host);
    let schemes = ["http://", "https://"];
    checks.check(
        !(checks.production && server.public_url.is_empty()),
        "server.public_url",
        "production needs the address that people use, such as https://zerodesk.example.cn",
    );
    let health = &server.health_address;
    checks.check(
        health.is_empty() || health.parse::<SocketAddr>().is_ok(),
        "server.health_address",
        "must be an address with a port, such as 127.0.0.1:8081",
    );
    checks.scheme("server.public_url", &server.public_url, &schemes, "must begin with http:// or https://");
    if let Some((_, rest)) = server.public_url.split_once("://") {
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        let alone = !authority.contains(['/', '\\', '?', '#', '@']);
        checks.check(
            alone,
            "server.public_url",
            "must be scheme, host and port alone, without user, path, query or fragment",
        );
        checks.check(
            !alone || is_host_and_port(authority),
            "server.public_url",
            "needs a host, with a port from 1 to 65535 where it has one, such as https://zerodesk.example.cn",
        );
    }
}

/// Whether a text is a host, by name or address, with or without a port (RFC 3986, section 3.2).
fn is_host_and_port(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, port)) => (address.parse::<Ipv6Addr>().is_ok(), port),
        None => {
            let (host, port) = text.split_at(text.find(':').unwrap_or(text.len()));
            let named = host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'));
            (named && host.contains(char::is_alphanumeric), port)
        }
    };
    let port = port.is_empty()
        || port.strip_prefix(':').and_then(|port| port.parse::<u16>().ok()).is_some_and(|port| port > 0);
    host && port
}

fn check_log(log: &LogSettings, checks: &mut Checks<'_>) {
    checks.not_empty("log.filter", &log.filter);
}

fn check_token_keys(tokens: &TokenKeys, checks: &mut Checks<'_>) {
    let keys = &tokens.keys;
    checks.check(!keys.is_empty(), "auth.keys", "at least one key is needed");
    let kids: BTreeSet<&str> = keys.iter().map(|key| key.kid.as_str()).collect();
    checks.check(kids.len() == keys.len(), "auth.keys", "two keys have the same kid");
    let built_in = TokenKeys::default();
    for key in keys {
        checks.check(!key.kid.is_empty(), "auth.keys", "a kid is empty");
        let what = format!("the secret of kid \"{}\" is empty", key.kid);
        checks.check(!key.secret.is_empty(), "auth.keys", what);
        // By its text too: a new name makes a public key no less public.
        let known = |public: &SigningKey| {
            !key.secret.is_empty() && public.secret.expose().contains(key.secret.expose())
        };
        let public = key.kid == DEVELOPMENT_KID || built_in.keys.iter().any(known);
        checks.check(
            !(public && checks.settings.is_production()),
            "auth.keys",
            "the development key is refused in production; set a secret of your own",
        );
    }
    checks.check_key_lengths("auth.keys", keys);
}
