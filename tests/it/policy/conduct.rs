//! Credit conduct: lists and loaded rows agree on who may know of an entry.

use super::{SCOPES, World};
use crate::support::{Database, start_of_test};
use diesel::prelude::*;
use std::collections::BTreeSet;
use zerodesk::catalogue::Catalogue;
use zerodesk::conduct::ids::{ConductId, FactId};
use zerodesk::conduct::policy::{may_know, sees, visible_to};
use zerodesk::conduct::rows::ConductRow;
use zerodesk::conduct::words::{ConductSource, ConductState, Intent};
use zerodesk::core::Role;
use zerodesk::core::actor::Scope;
use zerodesk::core::ids::EnterpriseId;
use zerodesk::db::schema::{conduct, conduct_fact};
use zerodesk::inspections::words::InspectedRole;

fn row(
    world: &mut World<'_>,
    state: ConductState,
    enterprise_id: EnterpriseId,
    authority_region: &str,
) -> ConductRow {
    let (fact_id, day) = (FactId::new(), world.now.date_naive());
    diesel::insert_into(conduct_fact::table)
        .values((
            conduct_fact::id.eq(fact_id),
            conduct_fact::happened_on.eq(day),
            conduct_fact::created_at.eq(world.now),
        ))
        .execute(world.conn)
        .unwrap();
    let waits = matches!(state, ConductState::Contested | ConductState::RepairPending).then_some(day);
    let row = ConductRow {
        id: ConductId::new(),
        fact_id,
        enterprise_id,
        role: InspectedRole::Producer,
        line_id: None,
        behaviour: "sampling_failed".to_owned(),
        intent: Intent::NotStated,
        happened_on: day,
        decided_on: day,
        document_no: None,
        document_key: None,
        authority: "某局".to_owned(),
        authority_region: authority_region.to_owned(),
        source: ConductSource::Officer,
        inspection_id: None,
        case_id: None,
        import_id: None,
        description: None,
        entered_by: None,
        rules_version: "credit-2021-trial".to_owned(),
        state,
        notified_on: None,
        counts_from: Some(day),
        counts_until: day,
        pending_since: waits,
        due_on: waits,
        repaired_on: (state == ConductState::Repaired).then_some(day),
        annulled_on: (state == ConductState::Annulled).then_some(day),
        created_at: world.now,
        updated_at: world.now,
    };
    diesel::insert_into(conduct::table).values(&row).execute(world.conn).unwrap();
    row
}

#[test]
fn lists_and_rows_agree_on_credit_conduct() {
    let database = Database::new();
    let (catalogue, conn) = (Catalogue::builtin().unwrap(), &mut database.connect());
    let mut world = World { conn, now: start_of_test(), made: 0 };
    let mut actors = world.bystanders();
    let mut rows = Vec::new();
    for region in ["440106", "440305"] {
        let (enterprise, actor) = world.enterprise(region);
        actors.push(actor);
        for authority in SCOPES {
            for &state in ConductState::ALL {
                rows.push((row(&mut world, state, enterprise, authority), region));
            }
        }
    }
    let conn = world.conn;
    let mut answers = BTreeSet::new();
    for actor in &actors {
        let listed: BTreeSet<ConductId> =
            visible_to(actor).select(conduct::id).load(conn).unwrap().into_iter().collect();
        for (row, region) in &rows {
            let seen = sees(actor, row, region, &catalogue);
            assert_eq!(listed.contains(&row.id), seen, "{row:?}: {actor:?}");
            assert_eq!(may_know(conn, actor, row.id.0).unwrap(), seen, "{row:?}: {actor:?}");
            answers.insert((actor.scope().map(Scope::role), seen));
        }
    }
    for role in [Role::Enterprise, Role::Admin] {
        for seen in [true, false] {
            assert!(answers.contains(&(Some(role), seen)), "no {role} with the answer {seen}");
        }
    }
    for role in [Role::Expert, Role::Operator] {
        assert!(!answers.contains(&(Some(role), true)), "{role} has no part in it");
    }
}
