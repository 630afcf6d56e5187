//! How many items and enterprises recovered and relapsed, by region and kind, as of any day; never without n and interval.

use crate::app::App;
use crate::catalogue::Region;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_day_end;
use crate::core::ids::EnterpriseId;
use crate::recovery::queries::{Asked, RecoveryFilter, asked};
use crate::recovery::state::RecoveryState;
use crate::reports::scope::part;
use crate::sampling_figures::intervals::{Count, Rate};
use chrono::{Months, NaiveDate};
use diesel::prelude::*;
use diesel::sql_types::{Array, Date, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// How often items failed again after their clearance.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct RelapseRate {
    /// Items that failed again within the window, of those cleared in the period.
    pub relapsed: i64,
    /// Items cleared in the period: n.
    pub cleared: i64,
    /// `relapsed` ÷ `cleared` in percent, to two decimals; null where nothing was cleared.
    pub percent: Option<f64>,
    /// The lower end of the 95 % interval (Wilson), in percent.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
}

impl RelapseRate {
    fn of(relapsed: i64, cleared: i64) -> Self {
        let rate = Rate::from(Count { failed: relapsed, tested: cleared });
        Self { relapsed, cleared, percent: rate.percent, low: rate.low, high: rate.high }
    }
}

/// The recoveries of a region or a kind.
#[derive(Debug, Clone, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct RecoveryLine {
    /// Code of the region or the kind.
    pub key: String,
    /// Items whose case was cleared, ever.
    pub items: i64,
    /// Enterprises that they are of.
    pub enterprises: i64,
    /// Enterprises without a relapsed item whose items are all recovered.
    pub enterprises_recovered: i64,
    /// Enterprises with a relapsed item.
    pub enterprises_relapsed: i64,
    /// Items that are cleared, without a check-up that is planned.
    pub cleared: i64,
    /// Items under care.
    pub under_care: i64,
    /// Items that recovered.
    pub recovered: i64,
    /// Items that relapsed.
    pub relapsed: i64,
    /// The relapse rate of the period.
    pub relapse: RelapseRate,
}

impl RecoveryLine {
    /// How many items came to this; all of them where nothing is named.
    pub fn count(&self, state: Option<RecoveryState>) -> i64 {
        match state {
            None => self.items,
            Some(RecoveryState::Cleared) => self.cleared,
            Some(RecoveryState::UnderCare) => self.under_care,
            Some(RecoveryState::Recovered) => self.recovered,
            Some(RecoveryState::Relapsed) => self.relapsed,
        }
    }
}

/// The recoveries of a region as of a day.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct RecoveryFigures {
    /// As of the end of this day, in Asia/Shanghai.
    pub as_of: NaiveDate,
    /// Code of the region.
    pub region: String,
    /// The version of the rules.
    pub rules_version: String,
    /// Whether a number of the rules is assumed.
    pub provisional: bool,
    /// Months after a clearance within which a new failure of the same item is a relapse.
    pub window_months: i32,
    /// The relapse rate counts the clearances from this day on.
    pub rate_from: NaiveDate,
    /// All together.
    pub total: RecoveryLine,
    /// By the parts of the region.
    pub by_region: Vec<RecoveryLine>,
    /// By product kind, those with most items first; at most 50.
    pub by_kind: Vec<RecoveryLine>,
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Item {
    #[diesel(sql_type = SqlUuid)]
    enterprise_id: EnterpriseId,
    #[diesel(sql_type = Text)]
    region: String,
    #[diesel(sql_type = Text)]
    product_kind: String,
    #[diesel(sql_type = Date)]
    cleared_on: NaiveDate,
    #[diesel(sql_type = Text)]
    state: RecoveryState,
}

fn items(conn: &mut PgConnection, asked: &Asked, kind: Option<&str>) -> QueryResult<Vec<Item>> {
    diesel::sql_query(
        "SELECT r.enterprise_id, r.region, r.product_kind, r.cleared_on, r.state FROM recovery_items($1, $2, $3, $4, $5) r
         WHERE $6 IS NULL OR r.product_kind = $6",
    )
    .bind::<Array<Text>, _>(&asked.scopes)
    .bind::<Nullable<SqlUuid>, _>(asked.enterprise)
    .bind::<Date, _>(asked.day)
    .bind::<Timestamptz, _>(shanghai_day_end(asked.day))
    .bind::<Integer, _>(asked.rules.window_months)
    .bind::<Nullable<Text>, _>(kind)
    .load(conn)
}

/// What an enterprise came to: relapsed as soon as one item did, recovered once all are.
fn worst(one: RecoveryState, other: RecoveryState) -> RecoveryState {
    let rank = |state| match state {
        RecoveryState::Relapsed => 3,
        RecoveryState::Cleared => 2,
        RecoveryState::UnderCare => 1,
        RecoveryState::Recovered => 0,
    };
    if rank(other) > rank(one) { other } else { one }
}

fn line<'i>(key: &str, items: impl Iterator<Item = &'i Item>, rate_from: NaiveDate) -> RecoveryLine {
    let mut line = RecoveryLine { key: key.to_owned(), ..RecoveryLine::default() };
    let mut enterprises: HashMap<EnterpriseId, RecoveryState> = HashMap::new();
    let (mut relapsed, mut cleared) = (0, 0);
    for item in items {
        line.items += 1;
        match item.state {
            RecoveryState::Cleared => line.cleared += 1,
            RecoveryState::UnderCare => line.under_care += 1,
            RecoveryState::Recovered => line.recovered += 1,
            RecoveryState::Relapsed => line.relapsed += 1,
        }
        if item.cleared_on >= rate_from {
            cleared += 1;
            relapsed += i64::from(item.state == RecoveryState::Relapsed);
        }
        enterprises
            .entry(item.enterprise_id)
            .and_modify(|state| *state = worst(*state, item.state))
            .or_insert(item.state);
    }
    let of = |wanted| {
        i64::try_from(enterprises.values().filter(|state| **state == wanted).count()).unwrap_or(i64::MAX)
    };
    line.enterprises = i64::try_from(enterprises.len()).unwrap_or(i64::MAX);
    line.enterprises_recovered = of(RecoveryState::Recovered);
    line.enterprises_relapsed = of(RecoveryState::Relapsed);
    line.relapse = RelapseRate::of(relapsed, cleared);
    line
}

/// The most kinds that have a line.
const MOST_KINDS: usize = 50;

/// The figures of a region as of a day; `filter` may name a kind as well.
///
/// # Errors
/// 403 for anyone but officers, 422 for a region or day that can't be asked for.
pub fn figures(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &RecoveryFilter,
) -> Result<RecoveryFigures, Problem> {
    let asked = asked(app, actor, filter)?.ok_or_else(Problem::not_found)?;
    let items = items(conn, &asked, filter.kind.as_deref())?;
    let back = asked.day.checked_sub_months(Months::new(asked.rules.rate_months)).unwrap_or(NaiveDate::MIN);
    // Of twelve months up to the day itself the first is the day behind the same date.
    let rate_from = back.succ_opt().unwrap_or(back);
    let code = asked.scopes.first().cloned().unwrap_or_default();
    let region = app.catalogue().regions.get(&code);
    let place = |item: &Item| {
        region
            .map_or(code.clone(), |region: &Region| part(app.catalogue(), region, &item.region).code.clone())
    };
    let mut places: BTreeMap<String, Vec<&Item>> = BTreeMap::new();
    let mut kinds: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
    for item in &items {
        places.entry(place(item)).or_default().push(item);
        kinds.entry(&item.product_kind).or_default().push(item);
    }
    let by_region = places.iter().map(|(key, of)| line(key, of.iter().copied(), rate_from)).collect();
    let mut by_kind: Vec<RecoveryLine> =
        kinds.iter().map(|(key, of)| line(key, of.iter().copied(), rate_from)).collect();
    by_kind.sort_by(|a, b| b.items.cmp(&a.items).then_with(|| a.key.cmp(&b.key)));
    by_kind.truncate(MOST_KINDS);
    Ok(RecoveryFigures {
        as_of: asked.day,
        region: code.clone(),
        rules_version: asked.rules.version,
        provisional: asked.rules.provisional,
        window_months: asked.rules.window_months,
        rate_from,
        total: line("total", items.iter(), rate_from),
        by_region,
        by_kind,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn an_enterprise_is_as_well_as_its_worst_item() {
        let item = |enterprise: u128, state, cleared_on: &str| Item {
            enterprise_id: EnterpriseId(Uuid::from_u128(enterprise)),
            region: "440305".to_owned(),
            product_kind: "K0102".to_owned(),
            cleared_on: cleared_on.parse().unwrap(),
            state,
        };
        let items = [
            item(1, RecoveryState::Recovered, "2024-01-01"),
            item(1, RecoveryState::Relapsed, "2025-06-01"),
            item(2, RecoveryState::Recovered, "2024-01-01"),
            item(3, RecoveryState::UnderCare, "2025-07-01"),
            item(3, RecoveryState::Recovered, "2024-01-01"),
            item(4, RecoveryState::Cleared, "2025-08-01"),
        ];
        let line = line("x", items.iter(), "2025-01-01".parse().unwrap());
        assert_eq!((line.items, line.enterprises), (6, 4));
        assert_eq!((line.cleared, line.under_care, line.recovered, line.relapsed), (1, 1, 3, 1));
        assert_eq!((line.enterprises_recovered, line.enterprises_relapsed), (1, 1));
        assert_eq!((line.relapse.relapsed, line.relapse.cleared, line.relapse.percent), (1, 3, Some(33.33)));
        assert_eq!((line.relapse.low, line.relapse.high), (Some(6.15), Some(79.23)));
    }
}
