//! How many bytes of bodies are in memory at one time: counted as they come, so that whoever announces much and sends little holds
//! little. What is above the limit is refused with 503 until others are done; one network may hold half of it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::{HttpMessage, HttpRequest};
use ipnet::IpNet;

use crate::core::{Code, Problem, Text};

/// The bytes that are held.
#[derive(Debug, Default)]
pub(super) struct BodyMemory(Mutex<Used>);

#[derive(Debug, Default)]
struct Used {
    total: usize,
    by_network: HashMap<IpNet, usize>,
}

/// What one request holds of it; given back when it is dropped.
#[derive(Debug)]
pub(super) struct Held {
    memory: Arc<BodyMemory>,
    network: IpNet,
    most: usize,
    bytes: usize,
}

impl Held {
    /// Nothing yet, for a request from a network; all together may hold `most`.
    pub(super) fn new(memory: &Arc<BodyMemory>, network: IpNet, most: usize) -> Self {
        Self { memory: Arc::clone(memory), network, most, bytes: 0 }
    }

    /// Holds more.
    ///
    /// # Errors
    /// 503 `overloaded`.
    pub(super) fn grow(&mut self, bytes: usize) -> Result<(), Problem> {
        let mut used = self.memory.used();
        let of_network = used.by_network.get(&self.network).copied().unwrap_or_default();
        if used.total.saturating_add(bytes) > self.most || of_network.saturating_add(bytes) > self.most / 2 {
            return Err(overloaded());
        }
        used.total += bytes;
        used.by_network.insert(self.network, of_network + bytes);
        self.bytes += bytes;
        Ok(())
    }

    /// Keeps it until the request is answered.
    pub(super) fn until_answered(self, request: &HttpRequest) {
        request.extensions_mut().insert(self);
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut used = self.memory.used();
        used.total = used.total.saturating_sub(self.bytes);
        if let Some(bytes) = used.by_network.get_mut(&self.network) {
            *bytes = bytes.saturating_sub(self.bytes);
            if *bytes == 0 {
                used.by_network.remove(&self.network);
            }
        }
    }
}

impl BodyMemory {
    fn used(&self) -> MutexGuard<'_, Used> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// 503: too much is being received.
fn overloaded() -> Problem {
    let mut problem = Problem::new(
        Code::Overloaded,
        Text::new(
            "当前接收的数据过多，请过几秒再试",
            "too much is being received at this moment; try again in a few seconds",
        ),
    );
    problem.retry_after = Some(3);
    problem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_bounded_and_given_back() {
        let memory = Arc::new(BodyMemory::default());
        let network = |last: u8| IpNet::from(std::net::IpAddr::from([203, 0, 113, last]));
        let hold = |last| Held::new(&memory, network(last), 100);
        let (mut one, mut other, mut third) = (hold(1), hold(2), hold(3));
        one.grow(50).unwrap();
        assert_eq!(one.grow(1).unwrap_err().code, Code::Overloaded, "a network has half");
        other.grow(40).unwrap();
        assert_eq!(third.grow(11).unwrap_err().retry_after, Some(3));
        third.grow(10).unwrap();
        drop(one);
        third.grow(40).unwrap();
        drop((other, third));
        assert!(memory.used().total == 0 && memory.used().by_network.is_empty());
    }
}
