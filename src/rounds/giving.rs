//! Members put into a round, or taken out of it.

use crate::core::Problem;
use crate::core::fields::Fields;
use crate::core::ids::EnterpriseId;
use crate::db::schema::{circuit_member, circuit_round, circuit_stop, region_scope};
use crate::db::{Command, Tx};
use crate::rounds::ids::{CircuitRoundId, MemberId};
use crate::rounds::member_state::MemberState;
use crate::rounds::round_state::{CircuitRoundState, CircuitRoundStep};
use crate::rounds::store::{self, RoundRow};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{HashMap, HashSet};

/// The most regions or enterprises that one call gives to a round.
pub const MOST_GIVEN: usize = 20_000;
/// The most enterprises that are named because they are not in the cohort.
const MOST_FAULTS: usize = 100;

/// Which members go into a round, or out of it: those of some regions, or single ones.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CircuitGivenMembers)]
pub struct GivenMembers {
    /// Codes of regions, each with all under it.
    #[serde(default)]
    pub regions: Vec<String>,
    /// Enterprises of the cohort, at most 20,000.
    #[serde(default)]
    #[schema(value_type = Vec<EnterpriseId>)]
    pub enterprises: Vec<EnterpriseId>,
    /// Whether members that are in another round of the programme that is still planned are moved into this one; else they stay there.
    #[serde(default, rename = "move")]
    pub moves: bool,
}

/// Puts members into a round, or takes them out of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GiveMembers {
    /// The round.
    pub id: CircuitRoundId,
    /// The members, and the round that they are given.
    pub given: GivenMembers,
    /// Whether they are taken out.
    pub out: bool,
}

/// How many members were put into a round or taken out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = CircuitMembersGiven)]
pub struct MembersGiven {
    /// Number of members that were moved.
    pub changed: usize,
    /// How many the round has now.
    pub members: i64,
}

impl Command for GiveMembers {
    type Output = MembersGiven;
    const NAME: &'static str = "give_circuit_members";

    fn run(&self, tx: &mut Tx) -> Result<MembersGiven, Problem> {
        use circuit_member as m;
        // The programme before its members, as where they are added.
        let programme = store::round_programme(tx, self.id)?;
        store::under_way(tx, programme)?;
        let row = store::round(tx, self.id)?;
        self.check(tx, &row)?;
        store::step(tx, &row, CircuitRoundStep::Assign, None)?;
        let chosen = region_scope::table
            .filter(region_scope::scope.eq_any(&self.given.regions))
            .select(region_scope::region);
        let own = region_scope::table
            .filter(region_scope::scope.eq(tx.actor.officer_region().unwrap_or_default().to_owned()))
            .select(region_scope::region);
        let mut members = m::table
            .filter(m::programme_id.eq(row.programme_id))
            .filter(m::state.ne(MemberState::Removed))
            .filter(m::region.eq_any(own))
            .filter(m::region.eq_any(chosen).or(m::enterprise_id.eq_any(&self.given.enterprises)))
            .into_boxed();
        members = if self.out {
            members.filter(m::round_id.assume_not_null().eq(row.id))
        } else if self.given.moves {
            let planned = circuit_round::table
                .filter(circuit_round::programme_id.eq(row.programme_id))
                .filter(circuit_round::state.eq(CircuitRoundState::Planned))
                .filter(circuit_round::id.ne(row.id))
                .select(circuit_round::id);
            members.filter(m::round_id.is_null().or(m::round_id.assume_not_null().eq_any(planned)))
        } else {
            members.filter(m::round_id.is_null())
        };
        let wanted: HashMap<MemberId, Option<CircuitRoundId>> = members
            .select((m::id, m::round_id))
            .load::<(MemberId, Option<CircuitRoundId>)>(&mut *tx.conn)?
            .into_iter()
            .collect();
        let ids: Vec<MemberId> = wanted.keys().copied().collect();
        // Locked in the order of all who lock members; what another has changed meanwhile stays as that one wanted it.
        let now: Vec<(MemberId, Option<CircuitRoundId>)> = m::table
            .filter(m::id.eq_any(&ids))
            .filter(m::state.ne(MemberState::Removed))
            .order(m::id)
            .for_update()
            .select((m::id, m::round_id))
            .load(&mut *tx.conn)?;
        let same = |(id, round): &(MemberId, Option<CircuitRoundId>)| wanted.get(id) == Some(round);
        let ids: Vec<MemberId> = now.iter().filter(|one| same(one)).map(|(id, _)| *id).collect();
        let to = (!self.out).then_some(row.id);
        diesel::delete(circuit_stop::table.filter(circuit_stop::member_id.eq_any(&ids)))
            .execute(&mut *tx.conn)?;
        let changed = diesel::update(m::table.filter(m::id.eq_any(&ids)))
            .set((m::round_id.eq(to), m::updated_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        let members: i64 =
            m::table.filter(m::round_id.assume_not_null().eq(row.id)).count().get_result(&mut *tx.conn)?;
        store::audit(
            tx,
            &row,
            Self::NAME,
            json!({ "out": self.out, "changed": changed, "regions": self.given.regions }),
        )?;
        Ok(MembersGiven { changed, members })
    }
}

impl GiveMembers {
    fn check(&self, tx: &mut Tx, row: &RoundRow) -> Result<(), Problem> {
        use circuit_member as m;
        let mut fields = Fields::new();
        let GivenMembers { regions, enterprises, .. } = &self.given;
        let (zh, en) = ("请选择地区或企业", "name regions or enterprises");
        fields.require(!regions.is_empty() || !enterprises.is_empty(), "/regions", zh, en);
        let (zh, en) = ("一次最多 20000 项", "at most 20000 at once");
        fields.require(regions.len() <= MOST_GIVEN, "/regions", zh, en);
        fields.require(enterprises.len() <= MOST_GIVEN, "/enterprises", zh, en);
        for (place, region) in regions.iter().enumerate().take(MOST_GIVEN) {
            if !tx.catalogue.regions.contains(&row.region, region) {
                let (zh, en) = ("不在本轮地区之内", "is not within the region of the round");
                fields.fault(format!("/regions/{place}"), zh, en);
            }
        }
        let named: Vec<EnterpriseId> = enterprises.iter().copied().take(MOST_GIVEN).collect();
        let within = region_scope::table
            .filter(region_scope::scope.eq(row.region.clone()))
            .select(region_scope::region);
        let own = region_scope::table
            .filter(region_scope::scope.eq(tx.actor.officer_region().unwrap_or_default().to_owned()))
            .select(region_scope::region);
        let known: Vec<EnterpriseId> = m::table
            .filter(m::programme_id.eq(row.programme_id))
            .filter(m::state.ne(MemberState::Removed))
            .filter(m::enterprise_id.eq_any(&named))
            .filter(m::region.eq_any(within))
            .filter(m::region.eq_any(own))
            .select(m::enterprise_id)
            .load(&mut *tx.conn)?;
        let known: HashSet<EnterpriseId> = known.into_iter().collect();
        let unknown = named.iter().enumerate().filter(|(_, id)| !known.contains(*id));
        for (place, _) in unknown.take(MOST_FAULTS) {
            let (zh, en) =
                ("不是本轮地区内的巡回对象", "is not in the cohort within the region of the round");
            fields.fault(format!("/enterprises/{place}"), zh, en);
        }
        fields.done()
    }
}
