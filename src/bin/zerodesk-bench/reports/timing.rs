//! Who asks for reports and lists, and how long the answers take.

use crate::output::print;
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

/// What was measured of one list: each time with what was asked.
pub(crate) struct Times {
    name: &'static str,
    all: Vec<(f64, String)>,
}

impl Times {
    pub(crate) fn of(name: &'static str) -> Self {
        Self { name, all: Vec::new() }
    }

    pub(crate) fn add(
        &mut self,
        what: impl FnOnce() -> String,
        work: impl FnOnce() -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let took = timed(work)?;
        self.all.push((took, what()));
        Ok(())
    }

    pub(crate) fn print(mut self) {
        self.all.sort_by(|a, b| a.0.total_cmp(&b.0));
        let times: Vec<f64> = self.all.iter().map(|(took, _)| *took).collect();
        print(&format!("{}_p99_ms", self.name), at(&times, 99), "ms");
        if let Some((took, what)) = self.all.last() {
            println!("# the slowest of {}: {took:.1} ms, {what}", times.len());
        }
    }
}
