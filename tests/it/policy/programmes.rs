//! Programmes and laboratories: lists, single rows and commands agree on who may know of them.

use super::{SCOPES, World};
use crate::support::{Database, start_of_test};
use diesel::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;
use zerodesk::catalogue::Catalogue;
use zerodesk::core::actor::{Actor, Scope};
use zerodesk::core::ids::AccountId;
use zerodesk::core::page::{MAX_LIMIT, Slice};
use zerodesk::db::schema::{laboratory, programme, programme_target};
use zerodesk::programmes::ids::{LaboratoryId, ProgrammeId, TargetId};
use zerodesk::programmes::kind::ProgrammeKind;
use zerodesk::programmes::laboratories::queries as laboratories;
use zerodesk::programmes::queries::ProgrammeFilter;
use zerodesk::programmes::state::{OperatorRole, ProgrammeLevel, ProgrammeState};
use zerodesk::programmes::{policy, queries};

const ALL: Slice = Slice { after: None, limit: MAX_LIMIT, rank: 0, skip: 0, order: None };
const STATES: [ProgrammeState; 3] =
    [ProgrammeState::Draft, ProgrammeState::Running, ProgrammeState::Withdrawn];

/// A programme of a region in a state: a sampling with a task in another region, or a circuit where none is charged.
fn insert(
    world: &mut World<'_>,
    officers: [AccountId; 2],
    region: &str,
    charged: Option<&str>,
    state: ProgrammeState,
) -> ProgrammeId {
    use programme as p;
    use programme_target as t;
    let (id, now, day) = (ProgrammeId::new(), world.now, "2026-12-31".parse::<chrono::NaiveDate>().unwrap());
    let approved = state.is_public();
    let kind = if charged.is_some() { ProgrammeKind::Sampling } else { ProgrammeKind::Circuit };
    diesel::insert_into(p::table)
        .values((
            p::id.eq(id),
            p::kind.eq(kind),
            p::name.eq("x"),
            p::level.eq(ProgrammeLevel::Provincial),
            p::organiser_region.eq(region),
            p::period_from.eq(day),
            p::period_until.eq(day),
            p::rules_version.eq(charged.map(|_| "x")),
            p::state.eq(state),
            p::salt.eq(vec![1u8; 32]),
            p::created_by.eq(officers[0]),
            p::approved_by.eq(approved.then_some(officers[1])),
            p::approved_at.eq(approved.then_some(now)),
            p::created_at.eq(now),
            p::updated_at.eq(now),
        ))
        .execute(world.conn)
        .unwrap();
    let Some(charged) = charged else { return id };
    diesel::insert_into(t::table)
        .values((
            t::id.eq(TargetId::new()),
            t::programme_id.eq(id),
            t::region.eq(charged),
            t::product_kind.eq("K0101"),
            t::role.eq(OperatorRole::Producer),
            t::samples.eq(1),
            t::due_on.eq(day),
            t::created_at.eq(now),
        ))
        .execute(world.conn)
        .unwrap();
    id
}

#[test]
fn lists_rows_and_commands_agree_on_programmes_and_laboratories() {
    let database = Database::new();
    let (catalogue, conn) = (Catalogue::builtin().unwrap(), &mut database.connect());
    let mut world = World { conn, now: start_of_test(), made: 0 };
    let actors = world.bystanders();
    let officers = [(); 2].map(|()| world.account(Scope::Admin("440000".to_owned())).account().unwrap());
    let mut all = Vec::new();
    for region in SCOPES {
        let charged = SCOPES.into_iter().filter(|code| catalogue.regions.contains(region, code)).map(Some);
        for charged in charged.chain([None]) {
            for state in STATES {
                all.push((insert(&mut world, officers, region, charged, state), region, charged, state));
            }
        }
    }
    let places = SCOPES.map(|region| (LaboratoryId::new(), region));
    let (conn, now) = (world.conn, world.now);
    for (id, region) in &places {
        diesel::insert_into(laboratory::table)
            .values((
                laboratory::id.eq(id),
                laboratory::name.eq(*region),
                laboratory::region.eq(*region),
                laboratory::products.eq(Vec::<String>::new()),
                laboratory::serves.eq(vec![*region]),
                laboratory::capacity.eq(1),
                laboratory::takes_samples.eq(false),
                laboratory::excluded_usccs.eq(Vec::<String>::new()),
                laboratory::active.eq(true),
                laboratory::created_by.eq(officers[0]),
                laboratory::created_at.eq(now),
                laboratory::updated_at.eq(now),
            ))
            .execute(conn)
            .unwrap();
    }
    let (today, mut answers) = (now.date_naive(), BTreeSet::new());
    for actor in &actors {
        let permitted = policy::permit(actor).is_ok();
        let mut listed = BTreeSet::<Uuid>::new();
        for kind in [None, Some(ProgrammeKind::Circuit)] {
            let filter = ProgrammeFilter { kind, ..ProgrammeFilter::default() };
            let list = queries::list(conn, actor, &filter, today, ALL);
            assert_eq!(list.is_ok(), permitted, "{actor:?}");
            let items = list.map(|page| page.items).unwrap_or_default();
            listed.extend(items.iter().map(|view| view.programme.id.0));
        }
        for (id, region, charged, state) in &all {
            let place = format!("{region} {charged:?} {state}: {actor:?}");
            let kind = if charged.is_some() { ProgrammeKind::Sampling } else { ProgrammeKind::Circuit };
            let charged: Vec<String> = charged.iter().map(|code| (*code).to_owned()).collect();
            let seen = permitted && policy::sees(actor, (kind, region, *state), &charged, &catalogue);
            assert_eq!(listed.contains(&id.0), seen, "{place}");
            assert_eq!(queries::get(conn, actor, *id, today).is_ok(), seen, "{place}");
            answers.insert((matches!(actor, Actor::Person(_)), seen));
        }
        let list = laboratories::list(conn, actor, &Default::default(), ALL);
        assert_eq!(list.is_ok(), permitted, "{actor:?}");
        let listed: BTreeSet<Uuid> =
            list.map(|page| page.items.iter().map(|view| view.id.0).collect()).unwrap_or_default();
        for (id, region) in &places {
            let seen = permitted && policy::is_charged(actor, region, &catalogue);
            assert_eq!(listed.contains(&id.0), seen, "{region}: {actor:?}");
            assert_eq!(laboratories::get(conn, actor, *id).is_ok(), seen, "{region}: {actor:?}");
        }
    }
    assert!(answers.contains(&(true, true)) && answers.contains(&(true, false)), "{answers:?}");
}
