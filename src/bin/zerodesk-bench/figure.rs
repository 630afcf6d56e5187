//! The figures of the chat, and what they share.

/// Each ratio is taken so often; the median counts.
pub(crate) const ROUNDS: usize = 3;
/// Messages that each socket has on their way under full load.
pub(crate) const WINDOW: usize = 8;

/// What can be measured alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Figure {
    /// Full load beside pgbench.
    Full,
    /// Times to the ack at a fifth of the full load.
    Ack,
    /// One message at a time beside pgbench with one client.
    Single,
    /// A thousand missed messages.
    Resume,
    /// Cost by the length of a consultation.
    Length,
    /// Two servers beside one.
    TwoServers,
    /// Memory of idle sockets.
    Idle,
}
