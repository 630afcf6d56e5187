//! The settings of the chat: limits of the sockets and the message store, and the way to other servers.

use crate::settings::{Checks, Secret};

crate::settings_choice! {
    /// How chat events reach the other servers.
    pub FanoutKind {
        /// By the database alone.
        Local = "local",
        /// Through NATS, too.
        Nats = "nats",
    }
}

crate::settings_section! {
    /// The way to the other servers.
    pub FanoutSettings in "" checked by check_fanout {
        /// How chat events reach the other servers on the same database: "nats" (at once; see `[nats]`) or "local" (by the database
        /// alone, within two seconds; what costs nothing while there is one server only).
        fanout: FanoutKind = FanoutKind::Local;
    }
}

crate::settings_section! {
    /// The NATS server; used when fanout = "nats".
    pub NatsSettings in "nats" {
        /// `nats://host:4222`, `tls://host:4222`, several with commas between. May hold `user:password@` or `token@` before the
        /// host. (secret)
        url: Secret = Secret::default();
    }
}

crate::settings_section! {
    /// Limits of the chat.
    pub ChatSettings in "chat" {
        // A character can take twelve bytes of JSON (`\ud83d\ude00`), so the longest message fits however it is escaped.
        /// Greatest WebSocket frame in bytes; a greater one closes the socket (1009).
        max_frame_bytes: usize = 131_072, 1_024..=16_777_216;
        /// Greatest message in characters (Unicode scalar values).
        max_body_chars: usize = 8_000, 1..=1_000_000;
        /// Most attachments of one message.
        attachments_per_message: usize = 10, 1..=100;
        /// Frames a second that one user may send, by all sockets at one server together, before the socket that sent one too
        /// many is closed (4009).
        frames_per_second: u32 = 1_000, 1..=100_000;
        /// Open sockets for one user at one server; one more is closed (4009).
        sockets_per_user: usize = 20, 1..=10_000;
        /// Messages that one account may send on a day, in Asia/Shanghai.
        messages_per_day: u32 = 50_000, 1..=100_000_000;
        /// Bytes of text that one account may send on a day.
        bytes_per_day: u64 = 209_715_200, 1_024..=1_099_511_627_776;
    }
    constants {
        /// Consultations that one socket may follow.
        subscriptions_per_socket: usize = 500;
        /// Bytes waiting to be read by one slow peer before it is closed (4008). Read it by
        /// [`ChatSettings::queue_bytes`].
        session_queue_bytes: usize = 1_048_576;
        /// Most messages stored by one transaction. More cost hardly less each, and hold their consultations longer.
        batch_messages: usize = 256;
    }
}

impl ChatSettings {
    /// Bytes waiting to be read by one slow peer before it is closed (4008): room for one frame at least.
    pub fn queue_bytes(&self) -> usize {
        self.session_queue_bytes.max(self.max_frame_bytes)
    }
}

fn check_fanout(settings: &FanoutSettings, checks: &mut Checks<'_>) {
    if settings.fanout == FanoutKind::Nats {
        let url = !checks.settings.section::<NatsSettings>().url.is_empty();
        checks.check(url, "nats.url", "is needed for fanout \"nats\"");
    }
}
