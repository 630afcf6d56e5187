//! How often the pages of codes are opened: counted in memory, and written down in sums by day and city. Of who opened a page nothing is kept, neither the address
//! nor anything that tells two visitors apart. What was counted since the last writing is lost when a server is killed.

use crate::app::App;
use crate::catalogue::{RegionLevel, Regions};
use crate::core::{Caller, Problem};
use crate::credit_codes::ids::CreditCodeId;
use crate::credit_codes::settings::{CodePageSettings, CodeRules};
use crate::credit_codes::state::ScanAnswer;
use crate::db::{Command, Tx};
use crate::settings::ServerSettings;
use crate::web::room::Job;
use actix_web::HttpRequest;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date, Integer, Text, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use uuid::Uuid;

/// How often counts are written down.
const POLL: Duration = Duration::from_secs(15);

/// Counts that are kept between two writings. Further codes are not counted until the next one.
const MOST_COUNTS: usize = 100_000;

/// Rows of one statement.
const ROWS: usize = 5_000;

/// What scans are counted by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ScanKey {
    /// The code.
    pub code: CreditCodeId,
    /// Number of the print run.
    pub number: i32,
    /// The day in Asia/Shanghai.
    pub day: NaiveDate,
    /// Code of the city or province; empty where it is not known.
    pub region: String,
    /// What the page said.
    pub answer: ScanAnswer,
}

/// The counts of this process that are not written down yet.
#[derive(Debug, Default)]
pub struct ScanCounts(Mutex<HashMap<ScanKey, i64>>);

impl ScanCounts {
    fn counts(&self) -> MutexGuard<'_, HashMap<ScanKey, i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a scan.
    pub fn note(&self, key: ScanKey) {
        self.add(key, 1);
    }

    fn add(&self, key: ScanKey, scans: i64) {
        let mut counts = self.counts();
        if counts.len() < MOST_COUNTS || counts.contains_key(&key) {
            let count = counts.entry(key).or_default();
            *count = count.saturating_add(scans);
        }
    }

    fn take(&self) -> Vec<(ScanKey, i64)> {
        self.counts().drain().collect()
    }
}

/// From which city or province a page is opened, as a trusted proxy says it; empty where none does. A district is counted as its city.
pub fn region_of(request: &HttpRequest, app: &App) -> String {
    let name = app.settings().section::<CodePageSettings>().region_header.trim();
    let trusted = &app.settings().section::<ServerSettings>().trusted_proxies;
    if name.is_empty() || !request.peer_addr().is_some_and(|peer| trusted.contain(peer.ip().to_canonical())) {
        return String::new();
    }
    let said = request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    coarse_region(&app.catalogue().regions, said)
}

/// The city or province of a code; empty where there is no such region.
fn coarse_region(regions: &Regions, code: &str) -> String {
    let Some(region) = regions.get(code.trim()) else { return String::new() };
    match (region.level, region.parent.as_deref()) {
        (RegionLevel::District, Some(city)) => city.to_owned(),
        (RegionLevel::District, None) => String::new(),
        (RegionLevel::City | RegionLevel::Province, _) => region.code.clone(),
    }
}

/// Writes down what was counted.
pub const JOB: Job = Job {
    name: "credit_code_scans",
    wake: None,
    poll: POLL,
    start: |_, _| Ok(Box::new(|app| flush(app).map(|()| false))),
};

/// Writes down what this process has counted. What can't be written is counted again.
///
/// # Errors
/// When the database can't be written.
pub fn flush(app: &App) -> Result<(), Problem> {
    let counts = app.cache().of::<ScanCounts>();
    let taken = counts.take();
    let mut failed = None;
    for part in taken.chunks(ROWS) {
        let result = match failed {
            None => app.execute(&Caller::system(), &CountScans { counts: part.to_vec() }),
            Some(_) => Ok(()),
        };
        if let Err(problem) = result {
            failed = Some(problem);
        }
        if failed.is_some() {
            for (key, scans) in part {
                counts.add(key.clone(), *scans);
            }
        }
    }
    failed.map_or(Ok(()), Err)
}

/// Adds scans to the sums. Done by the platform.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CountScans {
    /// Number of scans of each key since the last call.
    pub counts: Vec<(ScanKey, i64)>,
}

const ADD: &str = "
    INSERT INTO credit_code_scan AS s (code_id, number, day, region, answer, scans)
    SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
    ON CONFLICT (code_id, number, day, region, answer) DO UPDATE SET scans = s.scans + EXCLUDED.scans";

impl Command for CountScans {
    type Output = ();
    const NAME: &'static str = "count_code_scans";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        // In one order, so that two servers wait for each other and do not end in a deadlock.
        let mut counts: Vec<&(ScanKey, i64)> = self.counts.iter().collect();
        counts.sort_by_key(|(key, _)| (key.code, key.number, key.day, key.region.clone(), key.answer));
        let codes: Vec<Uuid> = counts.iter().map(|(key, _)| key.code.0).collect();
        let numbers: Vec<i32> = counts.iter().map(|(key, _)| key.number).collect();
        let days: Vec<NaiveDate> = counts.iter().map(|(key, _)| key.day).collect();
        let regions: Vec<&str> = counts.iter().map(|(key, _)| key.region.as_str()).collect();
        let answers: Vec<&str> = counts.iter().map(|(key, _)| key.answer.as_str()).collect();
        let scans: Vec<i64> = counts.iter().map(|(_, scans)| *scans).collect();
        diesel::sql_query(ADD)
            .bind::<Array<SqlUuid>, _>(codes)
            .bind::<Array<Integer>, _>(numbers)
            .bind::<Array<Date>, _>(days)
            .bind::<Array<Text>, _>(regions)
            .bind::<Array<Text>, _>(answers)
            .bind::<Array<BigInt>, _>(scans)
            .execute(&mut *tx.conn)?;
        Ok(())
    }
}

/// Whether so many scans on a day are far above usual, by the days before it: a label may have been copied.
pub fn is_unusual(rules: &CodeRules, scans: i64, before: &[i64]) -> bool {
    let days = i64::try_from(before.len()).unwrap_or(i64::MAX).max(1);
    let sum = before.iter().fold(0_i64, |sum, scans| sum.saturating_add(*scans));
    // Against the mean of the days before, without a division: scans × days > factor × sum.
    scans >= i64::from(rules.unusual_least)
        && scans.saturating_mul(days) > sum.saturating_mul(i64::from(rules.unusual_factor))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use crate::credit_codes::settings::CreditCodeSettings;

    #[test]
    fn scans_are_added_up_and_taken_once() {
        let counts = ScanCounts::default();
        let key = |number| ScanKey {
            code: CreditCodeId(Uuid::nil()),
            number,
            day: "2026-11-30".parse().unwrap(),
            region: String::new(),
            answer: ScanAnswer::InForce,
        };
        for number in [1, 2, 1] {
            counts.note(key(number));
        }
        let mut taken = counts.take();
        taken.sort_by_key(|(key, _)| key.number);
        assert_eq!(taken, [(key(1), 2), (key(2), 1)]);
        assert!(counts.take().is_empty());
    }

    #[test]
    fn a_district_is_counted_as_its_city() {
        let catalogue = Catalogue::builtin().unwrap();
        for (said, counted) in
            [("440106", "440100"), (" 440300 ", "440300"), ("440000", "440000"), ("999999", ""), ("天河", "")]
        {
            assert_eq!(coarse_region(&catalogue.regions, said), counted, "{said}");
        }
    }

    #[test]
    fn far_above_usual() {
        let rules = CreditCodeSettings::default().rules[0].clone();
        assert!(!is_unusual(&rules, 999, &[0; 28]), "too few for a hint");
        assert!(is_unusual(&rules, 1_000, &[0; 28]));
        assert!(!is_unusual(&rules, 1_000, &[100; 28]), "ten times as many is not above it");
        assert!(is_unusual(&rules, 1_001, &[100; 28]));
        assert!(is_unusual(&rules, i64::MAX, &[]));
    }
}
