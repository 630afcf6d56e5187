//! Sending what is due: many at one time, so that a slow receiver keeps nobody else waiting.
//!
//! Who sends takes what is due from a queue for the time of a lease; what a server that ends has in hand is sent again once its lease has
//! ended.

use crate::core::Problem;
use chrono::Duration as Span;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use std::future::Future;
use std::time::Duration;
use tokio::runtime::Runtime;

/// Seconds of a lease beyond the longest call.
const LEASE_MARGIN: u64 = 30;

/// How long what was taken is in hand: the longest call, by the limits of the settings in seconds, and a margin.
pub fn lease(connect_seconds: u64, total_seconds: u64) -> Span {
    let longest = connect_seconds.max(total_seconds).saturating_add(LEASE_MARGIN);
    Span::seconds(i64::try_from(longest).unwrap_or(i64::MAX / 1_000))
}

/// Where a job sends.
///
/// # Errors
/// When the system gives no threads.
pub fn runtime() -> Result<Runtime, Problem> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Problem::internal)
}

/// Takes what is due and sends it, `most` at one time, until nothing is due, or `stops` says that the server stops: then it ends what it is
/// sending and takes nothing more. What falls due meanwhile is looked for each time something was sent, and after `poll` at the latest.
///
/// # Errors
/// Those of `take` and `record`; what is in hand is sent again once its lease has ended.
pub async fn send_due<One, Sent, Sending: Future<Output = Sent>>(
    most: usize,
    poll: Duration,
    stops: impl Fn() -> bool,
    take: impl Fn(usize) -> Result<Vec<One>, Problem>,
    send: impl Fn(One) -> Sending,
    record: impl Fn(Sent) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let mut flying = FuturesUnordered::new();
    loop {
        if !stops() && flying.len() < most {
            flying.extend(take(most - flying.len())?.into_iter().map(&send));
        }
        match tokio::time::timeout(poll, flying.next()).await {
            Ok(Some(sent)) => record(sent)?,
            Ok(None) => return Ok(()),
            Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::{Cell, RefCell};

    #[test]
    fn all_that_is_due_is_sent_and_no_more_at_one_time_than_allowed() {
        let (left, flying, longest, sent) =
            (Cell::new(10_usize), Cell::new(0_usize), Cell::new(0), RefCell::new(Vec::new()));
        let take = |limit: usize| {
            let taken = left.get().min(limit);
            left.set(left.get() - taken);
            flying.set(flying.get() + taken);
            longest.set(longest.get().max(flying.get()));
            Ok((0..taken).collect())
        };
        let record = |one: usize| {
            flying.set(flying.get() - 1);
            sent.borrow_mut().push(one);
            Ok(())
        };
        let send = async |one: usize| one;
        let work = send_due(3, Duration::from_secs(60), || false, take, send, record);
        runtime().unwrap().block_on(work).unwrap();
        assert_eq!((sent.borrow().len(), left.get(), longest.get()), (10, 0, 3));

        left.set(10);
        let work = send_due(3, Duration::from_secs(60), || true, take, send, record);
        runtime().unwrap().block_on(work).unwrap();
        assert_eq!((sent.borrow().len(), left.get()), (10, 10), "a server that stops takes nothing");
    }
}
