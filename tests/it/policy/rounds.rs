//! Members of cohorts and rounds: lists, single rows and commands agree on who may know of them.

use super::{REGIONS, SCOPES, World};
use crate::support::{Database, start_of_test};
use diesel::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;
use zerodesk::catalogue::Catalogue;
use zerodesk::core::actor::{Actor, Scope};
use zerodesk::core::ids::{AccountId, EnterpriseId, ExpertId};
use zerodesk::core::page::{MAX_LIMIT, Slice};
use zerodesk::db::schema::{circuit_member, circuit_round, programme};
use zerodesk::programmes::ids::ProgrammeId;
use zerodesk::programmes::kind::ProgrammeKind;
use zerodesk::programmes::state::{ProgrammeLevel, ProgrammeState};
use zerodesk::rounds::ids::{CircuitRoundId, MemberId};
use zerodesk::rounds::member_queries::MemberFilter;
use zerodesk::rounds::member_state::MemberState;
use zerodesk::rounds::policy::{self, MemberOf};
use zerodesk::rounds::round_state::CircuitRoundState;
use zerodesk::rounds::stage::CircuitStage;
use zerodesk::rounds::{member_queries, round_queries};

const ALL: Slice = Slice { after: None, limit: MAX_LIMIT, rank: 0, skip: 0, order: None };

fn circuit(world: &mut World<'_>, officers: [AccountId; 2]) -> ProgrammeId {
    use programme as p;
    let (id, now, day) = (ProgrammeId::new(), world.now, "2026-12-31".parse::<chrono::NaiveDate>().unwrap());
    diesel::insert_into(p::table)
        .values((
            p::id.eq(id),
            p::kind.eq(ProgrammeKind::Circuit),
            p::name.eq("x"),
            p::level.eq(ProgrammeLevel::Provincial),
            p::organiser_region.eq("440000"),
            p::period_from.eq(day),
            p::period_until.eq(day),
            p::state.eq(ProgrammeState::Running),
            p::salt.eq(vec![1u8; 32]),
            p::created_by.eq(officers[0]),
            p::approved_by.eq(officers[1]),
            p::approved_at.eq(now),
            p::created_at.eq(now),
            p::updated_at.eq(now),
        ))
        .execute(world.conn)
        .unwrap();
    id
}

fn round(
    world: &mut World<'_>,
    programme: ProgrammeId,
    no: i32,
    region: &str,
    by: AccountId,
) -> CircuitRoundId {
    use circuit_round as r;
    let (id, now) = (CircuitRoundId::new(), world.now);
    diesel::insert_into(r::table)
        .values((
            r::id.eq(id),
            r::programme_id.eq(programme),
            r::no.eq(no),
            r::region.eq(region),
            r::starts_on.eq(now.date_naive()),
            r::ends_on.eq(now.date_naive()),
            r::per_day.eq(4),
            r::state.eq(CircuitRoundState::Planned),
            r::created_by.eq(by),
            r::created_at.eq(now),
            r::updated_at.eq(now),
        ))
        .execute(world.conn)
        .unwrap();
    id
}

struct Member {
    id: MemberId,
    enterprise: EnterpriseId,
    region: &'static str,
    expert: Option<ExpertId>,
    state: MemberState,
    round: Option<CircuitRoundId>,
}

fn member(world: &mut World<'_>, programme: ProgrammeId, by: AccountId, member: &Member) {
    use circuit_member as m;
    let now = world.now;
    let ended = (member.state != MemberState::Member).then_some("x");
    diesel::insert_into(m::table)
        .values((
            (m::id.eq(member.id), m::programme_id.eq(programme), m::enterprise_id.eq(member.enterprise)),
            m::region.eq(member.region),
            m::expert_id.eq(member.expert),
            m::round_id.eq(member.round),
            m::state.eq(member.state),
            m::end_reason.eq(ended),
            m::stage.eq(CircuitStage::Found),
            m::stage_at.eq(now),
            m::kept_at.eq(now),
            m::added_by.eq(by),
            m::added_at.eq(now),
            m::updated_at.eq(now),
        ))
        .execute(world.conn)
        .unwrap();
}

#[test]
fn lists_rows_and_commands_agree_on_members_and_rounds() {
    let database = Database::new();
    let (catalogue, conn) = (Catalogue::builtin().unwrap(), &mut database.connect());
    let mut world = World { conn, now: start_of_test(), made: 0 };
    let mut actors = world.bystanders();
    let officers = [(); 2].map(|()| world.account(Scope::Admin("440000".to_owned())).account().unwrap());
    let programme = circuit(&mut world, officers);
    let (expert, expert_actor) = world.expert();
    actors.push(expert_actor);
    let rounds: Vec<(CircuitRoundId, &str)> = SCOPES
        .iter()
        .zip(1..)
        .map(|(region, no)| (round(&mut world, programme, no, region, officers[0]), *region))
        .collect();
    let mut all = Vec::new();
    for region in REGIONS {
        for (expert, state) in [
            (Some(expert), MemberState::Member),
            (None, MemberState::Member),
            (Some(expert), MemberState::Removed),
        ] {
            let (enterprise, actor) = world.enterprise(region);
            actors.push(actor);
            let place = rounds.iter().find(|(_, of)| *of == region).map(|(id, _)| *id);
            let round = place.filter(|_| state == MemberState::Member);
            let one = Member { id: MemberId::new(), enterprise, region, expert, state, round };
            member(&mut world, programme, officers[0], &one);
            all.push(one);
        }
    }
    let conn = world.conn;
    let mut answers = BTreeSet::new();
    for actor in &actors {
        let permitted = policy::permit(actor).is_ok();
        let mut listed = BTreeSet::<Uuid>::new();
        for state in [None, Some(MemberState::Removed)] {
            let filter = MemberFilter { state, ..MemberFilter::default() };
            let list = member_queries::list(conn, actor, &filter, ALL);
            assert_eq!(list.is_ok(), permitted, "{actor:?}");
            listed
                .extend(list.map(|page| page.items).unwrap_or_default().iter().map(|view| view.member.id.0));
        }
        for one in &all {
            let of = MemberOf {
                enterprise: one.enterprise,
                region: one.region,
                expert: one.expert,
                state: one.state,
            };
            let seen = permitted && policy::sees_member(actor, of, &catalogue);
            let place = format!("{} {:?}: {actor:?}", one.region, one.state);
            assert_eq!(listed.contains(&one.id.0), seen, "{place}");
            assert_eq!(member_queries::get(conn, actor, one.id).is_ok(), seen, "{place}");
            answers.insert((matches!(actor, Actor::Person(_)), seen));
        }
        let list = round_queries::list(conn, actor, &Default::default(), ALL);
        assert_eq!(list.is_ok(), permitted, "{actor:?}");
        let listed: BTreeSet<Uuid> =
            list.map(|page| page.items).unwrap_or_default().iter().map(|view| view.round.id.0).collect();
        for (id, region) in &rounds {
            let own = |one: &&Member| {
                let of = MemberOf {
                    enterprise: one.enterprise,
                    region: one.region,
                    expert: one.expert,
                    state: one.state,
                };
                one.round == Some(*id) && policy::sees_member(actor, of, &catalogue)
            };
            let seen = permitted
                && match actor.scope() {
                    Some(Scope::Expert(_) | Scope::Enterprise(_)) => all.iter().any(|one| own(&one)),
                    _ => policy::sees_round(actor, region, &catalogue),
                };
            assert_eq!(listed.contains(&id.0), seen, "{region}: {actor:?}");
            assert_eq!(round_queries::get(conn, actor, *id).is_ok(), seen, "{region}: {actor:?}");
        }
    }
    assert!(answers.contains(&(true, true)) && answers.contains(&(true, false)), "{answers:?}");
}
