//! The figures of cross-inspections: in sum alone, over closed rounds, and none over so few enterprises that it would speak of one of them.

use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::cross_inspections::policy::{permit, visible_to};
use crate::cross_inspections::settings::CrossInspectionSettings;
use crate::cross_inspections::state::{RoundState, Verdict};
use crate::db::schema::{cross_participant, cross_product, cross_round, region_scope};
use crate::settings::Settings;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Sums over closed rounds. Without results where too few enterprises took part.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CrossFigures {
    /// How many rounds were closed.
    pub rounds: usize,
    /// How many enterprises took part, each counted once.
    pub enterprises: usize,
    /// The fewest enterprises of whom results are shown, by the rules.
    pub least_enterprises: i64,
    /// What was found; none where too few enterprises took part.
    pub results: Option<CrossSums>,
}

/// What was found, in sum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CrossSums {
    /// Products that were handed in.
    pub products: usize,
    /// Products that a participant tested.
    pub tested: usize,
    /// Of `tested`: those in which it found a fault.
    pub nonconforming: usize,
    /// Products that both a participant and the laboratory tested.
    pub compared: usize,
    /// Of `compared`: those of which both say the same.
    pub agreed: usize,
    /// Products in which either found a fault.
    pub faulty: usize,
    /// Of `faulty`: those in which a participant found it before the laboratory.
    pub found_first: usize,
    /// Of `faulty`: those that their enterprise says to have corrected.
    pub corrected: usize,
}

/// A product of a closed round, as far as it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// What the participant found, and when it said so.
    pub peer: Option<(Verdict, DateTime<Utc>)>,
    /// What the laboratory found, and when that was entered.
    pub check: Option<(Verdict, DateTime<Utc>)>,
    /// Whether it was corrected.
    pub corrected: bool,
}

/// The sums over some products. Pure.
pub fn sums(products: &[Counted]) -> CrossSums {
    let mut sums = CrossSums::default();
    for product in products {
        let tested =
            |found: Option<(Verdict, DateTime<Utc>)>| found.filter(|(v, _)| *v != Verdict::NotTested);
        let (peer, check) = (tested(product.peer), tested(product.check));
        let fault =
            |found: Option<(Verdict, DateTime<Utc>)>| found.filter(|(v, _)| *v == Verdict::Nonconforming);
        sums.products += 1;
        sums.tested += usize::from(peer.is_some());
        sums.nonconforming += usize::from(fault(peer).is_some());
        if let (Some((one, _)), Some((other, _))) = (peer, check) {
            sums.compared += 1;
            sums.agreed += usize::from(one == other);
        }
        if fault(peer).is_some() || fault(check).is_some() {
            sums.faulty += 1;
            sums.corrected += usize::from(product.corrected);
        }
        let first = fault(peer).is_some_and(|(_, at)| check.is_none_or(|(_, check)| at < check));
        sums.found_first += usize::from(first);
    }
    sums
}

/// What the figures are narrowed to.
#[derive(Debug, Clone, Default)]
pub struct FigureFilter {
    /// Only rounds of this region or one under it.
    pub region: Option<String>,
    /// Only rounds that were closed on this day or later, in Asia/Shanghai.
    pub from: Option<NaiveDate>,
    /// Only rounds that were closed on this day or earlier.
    pub until: Option<NaiveDate>,
}

type Product =
    (Option<Verdict>, Option<DateTime<Utc>>, Option<Verdict>, Option<DateTime<Utc>>, Option<NaiveDate>);

/// The figures over the rounds that the actor may know of.
///
/// # Errors
/// 403 for the operator.
pub fn figures(
    conn: &mut PgConnection,
    actor: &Actor,
    settings: &Settings,
    filter: &FigureFilter,
    today: NaiveDate,
) -> Result<CrossFigures, Problem> {
    use cross_product as p;
    permit(actor)?;
    let mut query = visible_to(actor).filter(cross_round::state.eq(RoundState::Closed));
    if let Some(region) = filter.region.clone() {
        let under = region_scope::table.filter(region_scope::scope.eq(region)).select(region_scope::region);
        query = query.filter(cross_round::region.eq_any(under));
    }
    let rounds: Vec<(crate::cross_inspections::ids::RoundId, Option<DateTime<Utc>>)> =
        query.select((cross_round::id, cross_round::closed_at)).load(conn)?;
    let within = |at: Option<DateTime<Utc>>| {
        let day = at.map_or(today, shanghai_date);
        filter.from.is_none_or(|from| from <= day) && filter.until.is_none_or(|until| day <= until)
    };
    let ids: Vec<_> = rounds.into_iter().filter(|(_, at)| within(*at)).map(|(id, _)| id).collect();
    let enterprises: BTreeSet<Uuid> = cross_participant::table
        .filter(cross_participant::round_id.eq_any(&ids))
        .select(cross_participant::enterprise_id)
        .load::<Uuid>(conn)?
        .into_iter()
        .collect();
    let least = settings.section::<CrossInspectionSettings>().rules_on(today);
    let least = least.map_or(3, |rules| rules.least_in_figures);
    let enough = i64::try_from(enterprises.len()).unwrap_or(i64::MAX) >= least;
    let mut found = CrossFigures {
        rounds: ids.len(),
        enterprises: enterprises.len(),
        least_enterprises: least,
        results: None,
    };
    if enough {
        let rows: Vec<Product> = p::table
            .filter(p::round_id.eq_any(&ids))
            .select((p::result, p::reported_at, p::check_result, p::check_at, p::corrected_on))
            .load(conn)?;
        let counted = |(result, at, check, check_at, corrected): Product| Counted {
            peer: result.zip(at),
            check: check.zip(check_at),
            corrected: corrected.is_some(),
        };
        found.results = Some(sums(&rows.into_iter().map(counted).collect::<Vec<_>>()));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Verdict::{Conforming, Nonconforming, NotTested};

    #[test]
    fn the_sums_are_those_of_the_definition() {
        let at = |minute: i64| DateTime::from_timestamp(minute * 60, 0).unwrap();
        let product = |peer: Option<(Verdict, i64)>, check: Option<(Verdict, i64)>, corrected| Counted {
            peer: peer.map(|(v, t)| (v, at(t))),
            check: check.map(|(v, t)| (v, at(t))),
            corrected,
        };
        let found = sums(&[
            // Found by the peer first, confirmed, corrected.
            product(Some((Nonconforming, 1)), Some((Nonconforming, 2)), true),
            // Found by the laboratory alone.
            product(Some((Conforming, 1)), Some((Nonconforming, 2)), false),
            // Found by the laboratory first.
            product(Some((Nonconforming, 3)), Some((Nonconforming, 2)), false),
            // Found by the peer, not checked.
            product(Some((Nonconforming, 1)), None, true),
            // Agreed that there is none.
            product(Some((Conforming, 1)), Some((Conforming, 2)), false),
            // Not tested is no result.
            product(Some((NotTested, 1)), Some((Conforming, 2)), false),
            product(None, None, false),
        ]);
        assert_eq!(
            found,
            CrossSums {
                products: 7,
                tested: 5,
                nonconforming: 3,
                compared: 4,
                agreed: 3,
                faulty: 4,
                found_first: 2,
                corrected: 2,
            }
        );
    }
}
