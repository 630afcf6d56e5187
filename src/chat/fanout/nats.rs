//! The thread that talks to NATS.
//!
//! It tries to connect in the background without end: a server starts and runs without NATS. Records are not kept while
//! NATS is not connected; they are in the log. Once connected, it sends the records of the outbox, packed, and passes
//! received payloads to the hub.

use crate::app::App;
use crate::chat::fanout::Fanout;
use crate::chat::fanout::installation::Installation;
use crate::chat::fanout::wire::{Record, Wire};
use crate::chat::settings::NatsSettings;
use crate::core::{Code, Problem, Text};
use crate::jobs::Stop;
use async_nats::{Client, ConnectOptions, ServerAddr, Subscriber};
use futures_util::StreamExt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::Duration;

/// The longest pause between two attempts to connect.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// The time without traffic after which NATS is pinged.
const PING: Duration = Duration::from_secs(5);
/// Received payloads that may wait for the hub; more are dropped, and read from the log.
const MAX_RECEIVED: usize = 65_536;
/// The greatest number of received payloads that are delivered together.
const MAX_TOGETHER: usize = 1024;
/// Bytes of records that are packed at a time.
const ROUND_BYTES: usize = 1024 * 1024;
/// The greatest payload to send to a NATS server that has not announced its limit.
const DEFAULT_PAYLOAD: usize = 64 * 1024;

/// The servers of an address and how to log in to them. The parts after the first comma are further servers.
///
/// # Errors
/// When the address is malformed; the text does not show it, as it may contain a password.
pub fn options(url: &str) -> Result<(Vec<ServerAddr>, ConnectOptions), Problem> {
    let refuse = || {
        Problem::new(
            Code::BadNatsUrl,
            Text::new("nats.url 不是 NATS 地址", "nats.url is not an address of a NATS server"),
        )
    };
    let servers: Vec<ServerAddr> =
        url.split(',').map(|part| part.trim().parse()).collect::<Result<_, _>>().map_err(|_| refuse())?;
    let known = |server: &ServerAddr| !server.host().is_empty() && !server.is_websocket();
    let first = servers.first().filter(|_| servers.iter().all(known)).ok_or_else(refuse)?;
    let options = match (first.username(), first.password()) {
        (Some(user), Some(password)) => {
            ConnectOptions::with_user_and_password(user.to_owned(), password.to_owned())
        }
        (Some(token), None) => ConnectOptions::with_token(token.to_owned()),
        (None, _) => ConnectOptions::new(),
    };
    Ok((servers, options))
}

/// A pause that grows to a limit, with a random part, so that servers do not reconnect at the same time.
fn pause(attempt: usize) -> Duration {
    let longest = LONGEST_PAUSE.as_millis().min(50 << attempt.min(10));
    let mut random = [0_u8; 1];
    // Without randomness it is the longest.
    let share = getrandom::fill(&mut random).map_or(255, |()| u128::from(random[0]));
    Duration::from_millis(u64::try_from(longest * (128 + share / 2) / 255).unwrap_or(1000))
}

/// Starts the thread.
///
/// # Errors
/// When the address is malformed or the system gives no thread.
pub fn spawn(
    app: App,
    fanout: Fanout,
    installation: &Installation,
    stop: Arc<Stop>,
) -> Result<JoinHandle<()>, Problem> {
    let server = u64::try_from(app.server()).map_err(Problem::internal)?;
    let wire = || Wire::new(installation.id, &installation.key, server);
    let (out, incoming) = (wire(), wire());
    let (Some(out), Some(incoming)) = (out, incoming) else {
        return Err(Problem::internal("no key to sign with"));
    };
    let (servers, options) = options(app.settings().section::<NatsSettings>().url.expose())?;
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Problem::internal)?;
    let figures = fanout.clone();
    let options = options
        .name("zerodesk")
        .no_echo()
        .retry_on_initial_connect()
        .max_reconnects(None)
        .ping_interval(PING)
        .subscription_capacity(MAX_RECEIVED)
        .reconnect_delay_callback(pause)
        .event_callback(move |event| {
            figures.note(&event);
            std::future::ready(())
        });
    std::thread::Builder::new()
        .name("fanout".to_owned())
        .spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = stop.stopped() => {}
                    () = talk(app, &fanout, servers, options, out, incoming) => {}
                }
            });
            // What was sent before the stop is on its way; the stop does not wait for a NATS that is not connected.
            runtime.shutdown_timeout(Duration::from_millis(100));
        })
        .map_err(Problem::internal)
}

async fn talk(
    app: App,
    fanout: &Fanout,
    servers: Vec<ServerAddr>,
    options: ConnectOptions,
    out: Wire,
    incoming: Wire,
) {
    let client = match options.connect(servers).await {
        Ok(client) => client,
        Err(error) => return tracing::error!(%error, "can't use NATS; the log is read instead"),
    };
    // The client renews the subscription at each connection.
    match client.subscribe(incoming.subjects()).await {
        Ok(subscriber) => {
            tokio::join!(send(fanout, &client, out), receive(app, fanout, subscriber, incoming));
        }
        Err(error) => tracing::error!(%error, "can't subscribe at NATS; the log is read instead"),
    }
}

async fn send(fanout: &Fanout, client: &Client, mut wire: Wire) {
    let outbox = &fanout.0.outbox;
    loop {
        let records = outbox.take(ROUND_BYTES);
        if records.is_empty() {
            outbox.wake.notified().await;
            continue;
        }
        let figures = fanout.figures();
        if !figures.connected.load(Ordering::Relaxed) {
            continue;
        }
        let most = match client.max_payload() {
            0 => DEFAULT_PAYLOAD,
            most => most,
        };
        for (subject, payload) in wire.pack(records, most) {
            match client.publish(subject, payload).await {
                Ok(()) => figures.sent.fetch_add(1, Ordering::Relaxed),
                Err(error) => {
                    tracing::debug!(%error, "NATS refused a payload");
                    figures.dropped.fetch_add(1, Ordering::Relaxed)
                }
            };
        }
    }
}

async fn receive(app: App, fanout: &Fanout, subscriber: Subscriber, mut wire: Wire) {
    let wake = |name: &str| app.wake(name);
    // The payloads that have arrived are delivered together, so that a socket is woken once for all of them.
    let mut subscriber = subscriber.ready_chunks(MAX_TOGETHER);
    while let Some(messages) = subscriber.next().await {
        let mut stored = Vec::new();
        for message in messages {
            let records = wire.open(&message.subject, &message.payload);
            if !records.is_empty() {
                fanout.figures().received.fetch_add(1, Ordering::Relaxed);
            }
            for record in records {
                match record {
                    Record::Message(message) => stored.push(message),
                    record => fanout.receive(record, &wake),
                }
            }
        }
        fanout.hub().deliver(&stored);
    }
}

impl Fanout {
    fn note(&self, event: &async_nats::Event) {
        use async_nats::Event as Nats;
        let connected = &self.figures().connected;
        match event {
            Nats::Connected => {
                connected.store(true, Ordering::Relaxed);
                tracing::info!("NATS is connected");
                // Payloads that were sent in the meantime were missed.
                self.hub().wake_log_reader();
            }
            Nats::Disconnected | Nats::Closed => {
                if connected.swap(false, Ordering::Relaxed) {
                    tracing::warn!("NATS is disconnected; the log is read instead");
                }
            }
            other => tracing::debug!(event = %other, "NATS"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_hold_a_password_or_a_token_and_several_servers() {
        for (url, count) in [
            ("nats://host:4222", 1),
            ("host", 1),
            ("nats://user:hunter2@host:4222, nats://other", 2),
            ("tls://token@host", 1),
        ] {
            assert_eq!(options(url).unwrap().0.len(), count, "{url}");
        }
        for url in ["nats://", "http://user:hunter2@host", "nats://a b"] {
            let problem = options(url).map(|(servers, _)| servers.len()).unwrap_err();
            assert!(!format!("{problem:?}").contains("hunter2"), "{problem:?}");
        }
    }

    #[test]
    fn the_pause_grows_to_a_limit_and_is_never_none() {
        for attempt in [0, 1, 5, 60] {
            let pause = pause(attempt);
            assert!(pause >= Duration::from_millis(25) && pause <= LONGEST_PAUSE, "{attempt}: {pause:?}");
        }
    }
}
