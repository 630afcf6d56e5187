//! Who asks for reports and lists, and how long the answers take.

use std::time::Instant;
use zerodesk::core::actor::{Actor, Person, Proof, Scope};
use zerodesk::core::ids::{AccountId, SessionId};
use zerodesk::core::{Language, Problem};

/// The value below which so many percent of the sorted ones lie.
pub(crate) fn at(sorted: &[f64], percent: usize) -> f64 {
    let place = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(place).copied().unwrap_or(f64::NAN)
}

/// A person of this scope.
pub(crate) fn person(account: AccountId, scope: Scope) -> Actor {
    let (session, name, proof) = (SessionId::new(), String::new(), Proof::default());
    Actor::Person(Person { account, session, name, language: Language::Zh, scope, proof })
}

/// An officer of the province, of a city and of a district.
pub(crate) fn officers() -> [Actor; 3] {
    ["440000", "440100", "440103"].map(|region| person(AccountId::new(), Scope::Admin(region.to_owned())))
}

/// The milliseconds that something takes.
pub(crate) fn timed<T>(work: impl FnOnce() -> Result<T, Problem>) -> Result<f64, Problem> {
    let started = Instant::now();
    work()?;
    Ok(started.elapsed().as_secs_f64() * 1000.0)
}
