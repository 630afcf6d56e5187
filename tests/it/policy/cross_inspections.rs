//! Rounds of cross-inspection and devices of quick tests: lists and single rows agree on who may know of them.

use super::{SCOPES, World};
use crate::support::{Database, start_of_test};
use diesel::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;
use zerodesk::catalogue::Catalogue;
use zerodesk::core::actor::{Actor, Scope};
use zerodesk::core::ids::{AccountId, EnterpriseId};
use zerodesk::core::page::{MAX_LIMIT, Slice};
use zerodesk::cross_inspections::ids::{ParticipantId, RoundId};
use zerodesk::cross_inspections::state::RoundState;
use zerodesk::cross_inspections::{policy, queries};
use zerodesk::db::schema::{cross_participant, cross_round, quick_device};
use zerodesk::label_checks::device_queries;
use zerodesk::label_checks::ids::DeviceId;

const ALL: Slice = Slice { after: None, limit: MAX_LIMIT, rank: 0, skip: 0, order: None };

/// A round of a region, led by this account, with this participant.
fn insert(world: &mut World<'_>, region: &str, led_by: AccountId, participant: EnterpriseId) -> RoundId {
    use cross_participant as p;
    use cross_round as r;
    let (id, now) = (RoundId::new(), world.now);
    diesel::insert_into(r::table)
        .values((
            r::id.eq(id),
            r::name.eq("x"),
            r::region.eq(region),
            r::product_kind.eq("K0101"),
            r::led_by.eq(led_by),
            r::state.eq(RoundState::Gathering),
            r::rules_version.eq("x"),
            r::join_code.eq(id.to_string()),
            r::check_percent.eq(20),
            r::created_at.eq(now),
            r::updated_at.eq(now),
        ))
        .execute(world.conn)
        .unwrap();
    diesel::insert_into(p::table)
        .values((
            p::id.eq(ParticipantId::new()),
            p::round_id.eq(id),
            p::enterprise_id.eq(participant),
            p::joined_at.eq(now),
        ))
        .execute(world.conn)
        .unwrap();
    id
}

#[test]
fn lists_and_rows_agree_on_rounds_and_devices() {
    let database = Database::new();
    let (catalogue, conn) = (Catalogue::builtin().unwrap(), &mut database.connect());
    let mut world = World { conn, now: start_of_test(), made: 0 };
    let mut actors = world.bystanders();
    let (member, member_actor) = world.enterprise("440103");
    let (_, leading_expert) = world.expert();
    let leading_officer = world.account(Scope::Admin("440300".to_owned()));
    actors.extend([member_actor, leading_expert.clone(), leading_officer.clone()]);
    let (other, _) = world.enterprise("440305");
    let laboratory = super::inspections::body(&mut world, &leading_officer);
    actors.push(world.account(Scope::Laboratory(laboratory)));
    let leaders = [leading_expert.account().unwrap(), leading_officer.account().unwrap()];
    let mut all = Vec::new();
    for region in SCOPES {
        for led_by in leaders {
            for participant in [member, other] {
                let id = insert(&mut world, region, led_by, participant);
                // One of two is assigned, with a share for the laboratory.
                let tests = (participant == member).then_some(laboratory);
                diesel::update(cross_round::table.find(id))
                    .set((
                        cross_round::laboratory_id.eq(laboratory),
                        cross_round::assigned_at.eq(tests.map(|_| world.now)),
                        cross_round::results_due_on.eq(tests.map(|_| world.now.date_naive())),
                    ))
                    .execute(world.conn)
                    .unwrap();
                all.push((id, region, led_by, participant, tests));
            }
        }
    }
    let devices = SCOPES.map(|region| (DeviceId::new(), region));
    let (conn, now) = (world.conn, world.now);
    for (id, region) in &devices {
        diesel::insert_into(quick_device::table)
            .values((
                quick_device::id.eq(id),
                quick_device::name.eq("x"),
                quick_device::serial_no.eq("1"),
                quick_device::region.eq(*region),
                quick_device::active.eq(true),
                quick_device::created_by.eq(leaders[1]),
                quick_device::created_at.eq(now),
                quick_device::updated_at.eq(now),
            ))
            .execute(conn)
            .unwrap();
    }
    let (today, mut answers) = (now.date_naive(), BTreeSet::new());
    for actor in &actors {
        let permitted = policy::permit(actor).is_ok();
        let list = queries::list(conn, actor, &Default::default(), ALL);
        assert_eq!(list.is_ok(), permitted, "{actor:?}");
        let listed: BTreeSet<Uuid> =
            list.map(|page| page.items.iter().map(|view| view.round.id.0).collect()).unwrap_or_default();
        for (id, region, led_by, participant, tests) in &all {
            let place = format!("{region} {led_by}: {actor:?}");
            let holders = policy::Holders { region, led_by: *led_by, laboratory: *tests };
            let standing = policy::sees(actor, holders, &[*participant], &catalogue);
            let seen = permitted && standing.is_some();
            assert_eq!(listed.contains(&id.0), seen, "{place}");
            let one = queries::get(conn, actor, *id);
            assert_eq!(one.is_ok(), seen, "{place}");
            if let Ok((_, found, _)) = one {
                assert_eq!(Some(found), standing, "{place}");
            }
            if permitted {
                assert_eq!(policy::may_know(conn, actor, id.0).unwrap(), seen, "{place}");
            }
            answers.insert((matches!(actor, Actor::Person(_)), seen));
        }
        let permitted = device_queries::permit(actor).is_ok();
        let list = device_queries::list(conn, actor, &Default::default(), today, ALL);
        assert_eq!(list.is_ok(), permitted, "{actor:?}");
        let listed: BTreeSet<Uuid> =
            list.map(|page| page.items.iter().map(|view| view.device.id.0).collect()).unwrap_or_default();
        for (id, region) in &devices {
            let seen = permitted && device_queries::sees(actor, region, &catalogue);
            assert_eq!(listed.contains(&id.0), seen, "{region}: {actor:?}");
            assert_eq!(device_queries::get(conn, actor, *id, today).is_ok(), seen, "{region}: {actor:?}");
        }
    }
    assert!(answers.contains(&(true, true)) && answers.contains(&(true, false)), "{answers:?}");
}
