//! Signals in sums: what the effects of inspections say of methods whose single results go nowhere. The sum of a month, a kind and a city, of at least
//! so many results; made once the month is over.

use crate::core::Problem;
use crate::db::{Command, Tx};
use crate::inspections::effects::Signal;
use crate::inspections::settings::InspectionSettings;
use crate::inspections::words::Method;
use crate::risk::index::keep::rules;
use crate::signals::enter::enter;
use crate::signals::new_signal::NewSignal;
use crate::signals::source::{Reliability, SignalSource};
use chrono::{Datelike, Months, NaiveDate};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date, Text};
use serde::Serialize;
use std::sync::Arc;

/// Makes the signals of a month that is over, in sums. Done by the platform, any number of times. Gives how many there are.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct MakeSumSignals {
    /// The first day of the month.
    pub month: NaiveDate,
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Sum {
    #[diesel(sql_type = Text)]
    method: Method,
    #[diesel(sql_type = Text)]
    product_kind: String,
    #[diesel(sql_type = Text)]
    region: String,
    #[diesel(sql_type = BigInt)]
    tested: i64,
    #[diesel(sql_type = BigInt)]
    failed: i64,
}

/// The results of the methods `$1` from `$2` to before `$3`, by kind and city, of at least `$4` results with a failure among them.
const SUMS: &str = "
    SELECT i.method, i.product_kind, s.scope AS region, count(*) AS tested,
           count(*) FILTER (WHERE i.outcome IN ('nonconforming', 'suspect')) AS failed
    FROM published.inspection i
    JOIN region_scope s ON s.region = i.place_region
    JOIN region r ON r.code = s.scope AND r.level = 'city'
    WHERE i.method = ANY ($1) AND i.sampled_on >= $2 AND i.sampled_on < $3 AND i.product_kind IS NOT NULL AND i.outcome IS NOT NULL
      AND i.state <> 'withdrawn'
    GROUP BY 1, 2, 3
    HAVING count(*) >= $4 AND count(*) FILTER (WHERE i.outcome IN ('nonconforming', 'suspect')) > 0
    ORDER BY 1, 2, 3";

impl Command for MakeSumSignals {
    type Output = usize;
    const NAME: &'static str = "make_risk_sum_signals";

    fn run(&self, tx: &mut Tx) -> Result<usize, Problem> {
        let settings = Arc::clone(&tx.settings);
        let Some(next) = self.month.checked_add_months(Months::new(1)) else { return Ok(0) };
        let Some(effects) = settings.section::<InspectionSettings>().effects_on(self.month) else {
            return Ok(0);
        };
        let methods: Vec<String> = effects
            .rows
            .iter()
            .filter(|row| row.signal == Signal::Sum)
            .map(|row| row.method.to_string())
            .collect();
        let least = rules(&settings, self.month)?.sum_at_least;
        let sums: Vec<Sum> = diesel::sql_query(SUMS)
            .bind::<Array<Text>, _>(methods)
            .bind::<Date, _>(self.month)
            .bind::<Date, _>(next)
            .bind::<BigInt, _>(i64::from(least))
            .load(&mut *tx.conn)?;
        let last = next.pred_opt().unwrap_or(self.month);
        let month = format!("{}-{:02}", self.month.year(), self.month.month());
        for sum in &sums {
            let id = format!("{}:{}:{}:{month}", sum.method, sum.product_kind, sum.region);
            let title = format!(
                "{}汇总（{month}）：{} 个结果中 {} 个不符合",
                sum.method.text().zh,
                sum.tested,
                sum.failed
            );
            let new = NewSignal {
                observed_on: Some(last),
                region: Some(sum.region.clone()),
                product_kind: Some(sum.product_kind.clone()),
                reliability: Reliability::Official,
                ..NewSignal::new(SignalSource::Sampling, &id, &sum.region, last, &title)
            };
            enter(tx, &new)?;
        }
        Ok(sums.len())
    }
}
