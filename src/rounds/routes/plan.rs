//! Working the routes of a round out: its members, each at the point that an officer entered or at that of its town, shared out over the working days
//! of the round by the solver. Where the days have no room for all, those whom credit grades worse are visited first.

use crate::core::ids::{EnterpriseId, ExpertId};
use crate::core::{Code, Problem, Text};
use crate::db::published::enterprise;
use crate::db::schema::{circuit_member, circuit_point, circuit_round};
use crate::db::{Command, Tx};
use crate::programmes::draw::register::grades;
use crate::programmes::state::OperatorGrade;
use crate::rounds::ids::{CircuitRoundId, MemberId, StopId};
use crate::rounds::member_state::MemberState;
use crate::rounds::planning::forget_routes;
use crate::rounds::round_state::CircuitRoundStep;
use crate::rounds::routes::apart::apart;
use crate::rounds::routes::geo::{Point, of_region};
use crate::rounds::routes::solver::{Capacity, Routes, Visit, solve};
use crate::rounds::store::{self, RoundRow};
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Array, Date, Integer, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// The most members of a round that are routed.
const MOST_VISITS: i64 = 20_000;

/// Works the routes of a round out, in place of those that there were.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RouteRound {
    /// The round.
    pub id: CircuitRoundId,
}

/// Result of planning the routes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = CircuitRouted)]
pub struct Routed {
    /// Visits that are on a route.
    pub visits: usize,
    /// Visits for which there is no room on the days of the round, or whom no expert of the round may visit.
    pub unplaced: usize,
    /// Experts who go.
    pub experts: usize,
    /// Working days of the round.
    pub days: usize,
    /// The length of all routes, in metres, as the crow flies.
    pub metres: u64,
    /// What it would be by always going to the nearest place.
    pub nearest_metres: u64,
}

/// A member as it is put on a route.
struct Stop {
    member: MemberId,
    expert: Option<ExpertId>,
    point: Point,
    /// Its credit grade, where one may be used.
    grade: Option<OperatorGrade>,
}

const INSERT: &str = "
    INSERT INTO circuit_stop (id, round_id, member_id, expert_id, on_day, ordinal, metres)
    SELECT u.id, $1, u.member, u.expert, u.day, u.ordinal, u.metres
    FROM unnest($2, $3, $4, $5, $6, $7) AS u (id, member, expert, day, ordinal, metres)";

impl Command for RouteRound {
    type Output = Routed;
    const NAME: &'static str = "route_circuit_round";

    fn run(&self, tx: &mut Tx) -> Result<Routed, Problem> {
        let programme = store::round_programme(tx, self.id)?;
        store::under_way(tx, programme)?;
        let row = store::round(tx, self.id)?;
        store::step(tx, &row, CircuitRoundStep::Route, None)?;
        let stops = stops(tx, &row)?;
        let days: Vec<NaiveDate> = row
            .starts_on
            .iter_days()
            .take_while(|day| *day <= row.ends_on)
            .filter(|day| tx.catalogue.calendar.is_working_day(*day))
            .collect();
        let mut experts: Vec<ExpertId> = stops.iter().filter_map(|stop| stop.expert).collect();
        experts.sort_unstable();
        experts.dedup();
        require_some(&stops, &experts, &days)?;
        let seat = of_region(&tx.catalogue, &row.region)
            .ok_or_else(|| Problem::internal("the region of a round has no point"))?;
        let per_day = usize::try_from(row.per_day).unwrap_or(1);
        let capacity = Capacity { experts: experts.len(), days: days.len(), per_day };
        let of_nobody: Vec<MemberId> =
            stops.iter().filter(|stop| stop.expert.is_none()).map(|stop| stop.member).collect();
        let (stops, unfit) = fitting(stops, &experts, &apart(&mut tx.conn, &of_nobody, &experts)?);
        let (stops, left) = worse_first(stops, &experts, capacity);
        let visits: Vec<Visit> = (0..)
            .zip(&stops)
            .map(|(key, stop)| Visit {
                key,
                point: stop.point,
                expert: stop.expert.and_then(|expert| experts.binary_search(&expert).ok()),
            })
            .collect();
        let routes = solve(seat, &visits, capacity);
        forget_routes(tx, row.id)?;
        let visits = write(tx, &row, &stops, &experts, &days, &routes)?;
        let routed = Routed {
            visits,
            unplaced: routes.unplaced.len().saturating_add(left).saturating_add(unfit),
            experts: experts.len(),
            days: days.len(),
            metres: routes.metres,
            nearest_metres: routes.nearest_metres,
        };
        keep(tx, row.id, routed)?;
        store::audit(tx, &row, Self::NAME, json!({ "visits": visits, "metres": routes.metres }))?;
        Ok(routed)
    }
}

fn require_some(stops: &[Stop], experts: &[ExpertId], days: &[NaiveDate]) -> Result<(), Problem> {
    let text = if stops.is_empty() {
        Text::new("本轮还没有企业，请先分配", "no members are in the round yet; give it some first")
    } else if experts.is_empty() {
        Text::new(
            "本轮企业均没有专家，请先指派专家",
            "no member of the round has an expert; give them experts first",
        )
    } else if days.is_empty() {
        Text::new("本轮没有工作日，请修改日期", "the round has no working day; change its days")
    } else {
        return Ok(());
    };
    Err(Problem::new(Code::CircuitRouteImpossible, text))
}

/// The members with an expert for each of nobody whom some must not visit: the one among the others who has the fewest. How many are left out, whom nobody
/// of the round may visit.
fn fitting(
    stops: Vec<Stop>,
    experts: &[ExpertId],
    apart: &HashMap<MemberId, BTreeSet<ExpertId>>,
) -> (Vec<Stop>, usize) {
    let all = stops.len();
    let mut given: HashMap<ExpertId, usize> = HashMap::new();
    for expert in stops.iter().filter_map(|stop| stop.expert) {
        *given.entry(expert).or_default() += 1;
    }
    let mut fitting = Vec::with_capacity(all);
    for stop in stops {
        let Some(kept_away) = apart.get(&stop.member).filter(|_| stop.expert.is_none()) else {
            fitting.push(stop);
            continue;
        };
        let others = experts.iter().copied().filter(|expert| !kept_away.contains(expert));
        let fewest = others.min_by_key(|expert| (given.get(expert).copied().unwrap_or(0), *expert));
        if let Some(expert) = fewest {
            *given.entry(expert).or_default() += 1;
            fitting.push(Stop { expert: Some(expert), ..stop });
        }
    }
    let left = all.saturating_sub(fitting.len());
    (fitting, left)
}

/// Those for whom the days of a round have room, in their order, and how many are left out. Of an expert's members, and of those of nobody, whom credit
/// grades worse comes first; where no grade is known all are given to the solver, which leaves out who is far.
fn worse_first(stops: Vec<Stop>, experts: &[ExpertId], room: Capacity) -> (Vec<Stop>, usize) {
    let all = stops.len();
    if stops.iter().all(|stop| stop.grade.is_none()) {
        return (stops, 0);
    }
    let most = room.days.saturating_mul(room.per_day);
    let mut order: Vec<usize> = (0..all).collect();
    order.sort_by_key(|place| std::cmp::Reverse(stops.get(*place).and_then(|stop| stop.grade)));
    let assigned = |stop: &Stop| stop.expert.and_then(|expert| experts.binary_search(&expert).ok());
    let (mut visits, mut kept) = (vec![0_usize; experts.len()], BTreeSet::new());
    for place in &order {
        let Some(expert) = stops.get(*place).and_then(assigned) else { continue };
        if let Some(count) = visits.get_mut(expert).filter(|count| **count < most) {
            *count = count.saturating_add(1);
            kept.insert(*place);
        }
    }
    let mut room_left = experts.len().saturating_mul(most).saturating_sub(kept.len());
    for place in &order {
        let of_nobody = stops.get(*place).is_some_and(|stop| assigned(stop).is_none());
        if of_nobody && room_left > 0 {
            room_left = room_left.saturating_sub(1);
            kept.insert(*place);
        }
    }
    let fitting = stops.into_iter().enumerate().filter(|(place, _)| kept.contains(place));
    let fitting: Vec<Stop> = fitting.map(|(_, stop)| stop).collect();
    let left = all.saturating_sub(fitting.len());
    (fitting, left)
}

/// The members of the round that are to be visited, by region and address, with where they are.
fn stops(tx: &mut Tx, row: &RoundRow) -> Result<Vec<Stop>, Problem> {
    use circuit_member as m;
    type Found = (MemberId, EnterpriseId, String, Option<ExpertId>);
    let found: Vec<Found> = m::table
        .filter(m::round_id.assume_not_null().eq(row.id))
        .filter(m::state.eq(MemberState::Member))
        .order(m::id)
        .limit(MOST_VISITS)
        .select((m::id, m::enterprise_id, m::region, m::expert_id))
        .load(&mut *tx.conn)?;
    let enterprises: Vec<EnterpriseId> = found.iter().map(|(_, enterprise, ..)| *enterprise).collect();
    let points: HashMap<EnterpriseId, (f64, f64)> = circuit_point::table
        .filter(circuit_point::enterprise_id.eq_any(&enterprises))
        .select((circuit_point::enterprise_id, (circuit_point::latitude, circuit_point::longitude)))
        .load::<(EnterpriseId, (f64, f64))>(&mut *tx.conn)?
        .into_iter()
        .collect();
    let addresses: HashMap<EnterpriseId, Option<String>> = enterprise::table
        .filter(enterprise::id.eq_any(&enterprises))
        .select((enterprise::id, enterprise::address))
        .load::<(EnterpriseId, Option<String>)>(&mut *tx.conn)?
        .into_iter()
        .collect();
    let grades = grades(tx, enterprises.iter().map(|id| id.0).collect())?;
    // Those of one town are where the town is; among them the order of their addresses decides.
    let mut found = found;
    found.sort_by_cached_key(|(member, enterprise, region, _)| {
        (region.clone(), addresses.get(enterprise).cloned().flatten(), *member)
    });
    let stop = |(member, enterprise, region, expert): Found| {
        let entered = points
            .get(&enterprise)
            .map(|(latitude, longitude)| Point { latitude: *latitude, longitude: *longitude });
        let point = entered.or_else(|| of_region(&tx.catalogue, &region));
        let grade = grades.get(&enterprise.0).copied();
        point.map(|point| Stop { member, expert, point, grade })
    };
    Ok(found.into_iter().filter_map(stop).collect())
}

fn write(
    tx: &mut Tx,
    row: &RoundRow,
    stops: &[Stop],
    experts: &[ExpertId],
    days: &[NaiveDate],
    routes: &Routes,
) -> Result<usize, Problem> {
    let mut columns: (Vec<Uuid>, Vec<Uuid>, Vec<Uuid>) = Default::default();
    let mut places: (Vec<NaiveDate>, Vec<i32>, Vec<i32>) = Default::default();
    for tour in &routes.tours {
        let (Some(expert), Some(day)) = (experts.get(tour.expert), days.get(tour.day)) else {
            return Err(Problem::internal("a route of nobody"));
        };
        for (ordinal, (place, metres)) in tour.stops.iter().enumerate() {
            let stop = stops.get(*place).ok_or_else(|| Problem::internal("a stop that was not asked for"))?;
            columns.0.push(StopId::new().0);
            columns.1.push(stop.member.0);
            columns.2.push(expert.0);
            places.0.push(*day);
            places.1.push(i32::try_from(ordinal).unwrap_or(i32::MAX).saturating_add(1));
            places.2.push(i32::try_from(*metres).unwrap_or(i32::MAX));
        }
    }
    Ok(diesel::sql_query(INSERT)
        .bind::<SqlUuid, _>(row.id)
        .bind::<Array<SqlUuid>, _>(columns.0)
        .bind::<Array<SqlUuid>, _>(columns.1)
        .bind::<Array<SqlUuid>, _>(columns.2)
        .bind::<Array<Date>, _>(places.0)
        .bind::<Array<Integer>, _>(places.1)
        .bind::<Array<Integer>, _>(places.2)
        .execute(&mut *tx.conn)?)
}

fn keep(tx: &mut Tx, id: CircuitRoundId, routed: Routed) -> Result<(), Problem> {
    use circuit_round as r;
    let metres = |metres: u64| i64::try_from(metres).unwrap_or(i64::MAX);
    let count = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
    diesel::update(r::table.find(id))
        .set((
            r::routed_at.eq(tx.now),
            r::route_metres.eq(metres(routed.metres)),
            r::nearest_metres.eq(metres(routed.nearest_metres)),
            r::route_visits.eq(count(routed.visits)),
            r::route_unplaced.eq(count(routed.unplaced)),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_must_not_visit_a_member_of_nobody_is_not_sent_there() {
        let mut experts = [ExpertId::new(), ExpertId::new()];
        experts.sort_unstable();
        let [one, other] = experts;
        let point = Point { latitude: 23.13, longitude: 113.28 };
        let stop = |expert| Stop { member: MemberId::new(), expert, point, grade: None };
        let stops = vec![stop(Some(one)), stop(Some(other)), stop(None), stop(None), stop(None)];
        let (free, kept, nobodys) = (stops[2].member, stops[3].member, stops[4].member);
        let apart = HashMap::from([
            (kept, BTreeSet::from([one])),
            (nobodys, BTreeSet::from([one, other])),
            // Whom an officer has given to an expert stays there.
            (stops[0].member, BTreeSet::from([one])),
        ]);
        let (found, left) = fitting(stops, &experts, &apart);
        let of = |member| found.iter().find(|stop| stop.member == member).map(|stop| stop.expert);
        assert_eq!((found.len(), left), (4, 1));
        assert_eq!((of(free), of(kept), of(nobodys)), (Some(None), Some(Some(other)), None));
        assert_eq!(found.first().and_then(|stop| stop.expert), Some(one));
    }

    #[test]
    fn without_room_for_all_the_worse_grades_come_first() {
        use OperatorGrade::{B, C, D};
        let mut experts = [ExpertId::new(), ExpertId::new()];
        experts.sort_unstable();
        let point = Point { latitude: 23.13, longitude: 113.28 };
        let stops = |of: &[(Option<usize>, Option<OperatorGrade>)]| -> Vec<Stop> {
            let stop = |(expert, grade): &(Option<usize>, Option<OperatorGrade>)| Stop {
                member: MemberId::new(),
                expert: expert.and_then(|place| experts.get(place).copied()),
                point,
                grade: *grade,
            };
            of.iter().map(stop).collect()
        };
        let room = Capacity { experts: 2, days: 1, per_day: 2 };
        let all = [
            (Some(0), None),
            (Some(0), Some(B)),
            (Some(0), Some(D)),
            (None, None),
            (None, Some(C)),
            (None, None),
        ];
        let (fitting, left) = worse_first(stops(&all), &experts, room);
        let grades: Vec<Option<OperatorGrade>> = fitting.iter().map(|stop| stop.grade).collect();
        assert_eq!((grades, left), (vec![Some(B), Some(D), None, Some(C)], 2));
        // Where there is room, and where no grade may be used, all are given on.
        assert_eq!(worse_first(stops(&all[1..5]), &experts, room).1, 0);
        let ungraded = [(Some(0), None); 9];
        let (fitting, left) = worse_first(stops(&ungraded), &experts, room);
        assert_eq!((fitting.len(), left), (9, 0));
    }
}
