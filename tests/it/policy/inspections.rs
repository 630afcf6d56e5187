//! Inspections: lists and loaded rows agree on who may know of them.

use super::{SCOPES, World};
use crate::support::{Database, start_of_test};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use std::collections::BTreeSet;
use zerodesk::catalogue::Catalogue;
use zerodesk::core::Role;
use zerodesk::core::actor::{Actor, Scope};
use zerodesk::core::ids::{EnterpriseId, LaboratoryId};
use zerodesk::db::schema::{inspection, inspection_challenge, laboratory};
use zerodesk::inspections::ids::InspectionId;
use zerodesk::inspections::policy::{may_know, sees, visible_to};
use zerodesk::inspections::rows::InspectionRow;
use zerodesk::inspections::state::InspectionState;
use zerodesk::inspections::words::{
    Confirmation, InspectedRole, Method, Outcome, Purpose, SampleState, Source,
};
use zerodesk::programmes::state::ProgrammeLevel;

fn row(world: &World<'_>, state: InspectionState) -> InspectionRow {
    let id = InspectionId::new();
    let day = state.is_final().then(|| world.now.date_naive());
    InspectionRow {
        id,
        number: id.to_string(),
        organiser_region: "440000".to_owned(),
        programme_id: None,
        target_id: None,
        method: Method::Sampling,
        purpose: Purpose::Routine,
        level: ProgrammeLevel::Provincial,
        state,
        role: InspectedRole::Seller,
        operator_id: None,
        place_region: "440103".to_owned(),
        producer_id: None,
        producer_region: None,
        confirmation: None,
        product_kind: None,
        laboratory_id: None,
        sampler_id: None,
        sample: SampleState::None,
        sampled_on: None,
        received_on: None,
        reported_on: None,
        delivered_on: None,
        final_on: day,
        published_on: day.filter(|_| state == InspectionState::Published),
        outcome: day.map(|_| Outcome::Conforming),
        nonconformity_id: None,
        source: Source::Officer,
        import_id: None,
        version: 1,
        created_at: world.now,
        updated_at: world.now,
    }
}

/// A body that tests and takes samples.
pub fn body(world: &mut World<'_>, officer: &Actor) -> LaboratoryId {
    let id = LaboratoryId::new();
    diesel::insert_into(laboratory::table)
        .values((
            laboratory::id.eq(id),
            laboratory::name.eq(id.to_string()),
            laboratory::region.eq("440000"),
            laboratory::products.eq(Vec::<String>::new()),
            laboratory::serves.eq(vec!["440000"]),
            laboratory::capacity.eq(1),
            laboratory::takes_samples.eq(true),
            laboratory::excluded_usccs.eq(Vec::<String>::new()),
            laboratory::active.eq(true),
            laboratory::created_by.eq(officer.account().unwrap()),
            laboratory::created_at.eq(world.now),
            laboratory::updated_at.eq(world.now),
        ))
        .execute(world.conn)
        .unwrap();
    id
}

#[test]
fn lists_and_rows_agree_on_inspections() {
    let database = Database::new();
    let (catalogue, conn) = (Catalogue::builtin().unwrap(), &mut database.connect());
    let mut world = World { conn, now: start_of_test(), made: 0 };
    let mut actors = world.bystanders();
    let officer = world.account(Scope::Admin("440000".to_owned()));
    let (tests, takes) = (body(&mut world, &officer), body(&mut world, &officer));
    let again = body(&mut world, &officer);
    for body in [tests, takes, again] {
        actors.push(world.account(Scope::Laboratory(body)));
        actors.push(world.account(Scope::Sampler(body)));
    }
    let own: Vec<EnterpriseId> = (0..2)
        .map(|_| {
            let (id, actor) = world.enterprise("440106");
            actors.push(actor);
            id
        })
        .collect();
    let mut rows = Vec::new();
    for &state in InspectionState::ALL {
        for confirmation in [None, Some(Confirmation::Pending), Some(Confirmation::Denied)] {
            for (operator, producer) in
                [(None, None), (Some(own[0]), Some(own[1])), (Some(own[1]), Some(own[1]))]
            {
                let bodies =
                    if rows.len() % 2 == 0 { (Some(tests), Some(takes)) } else { (None, Some(tests)) };
                rows.push(InspectionRow {
                    operator_id: operator,
                    producer_id: producer,
                    confirmation,
                    laboratory_id: bodies.0,
                    sampler_id: bodies.1,
                    ..row(&world, state)
                });
            }
        }
    }
    for region in SCOPES {
        let plain = row(&world, InspectionState::Drawn);
        rows.push(InspectionRow { organiser_region: region.to_owned(), ..plain.clone() });
        rows.push(InspectionRow {
            id: InspectionId::new(),
            place_region: region.to_owned(),
            number: region.to_owned(),
            ..plain.clone()
        });
        rows.push(InspectionRow {
            id: InspectionId::new(),
            producer_region: Some(region.to_owned()),
            organiser_region: "441900".to_owned(),
            number: format!("{region}-producer"),
            ..plain
        });
    }
    let conn = world.conn;
    // Every third one is tested again by the body that tests no other one.
    let retest = |at: usize| at.is_multiple_of(3).then_some(again);
    for (at, row) in rows.iter().enumerate() {
        diesel::insert_into(inspection::table).values(row).execute(conn).unwrap();
        if let Some(body) = retest(at) {
            diesel::insert_into(inspection_challenge::table)
                .values((
                    inspection_challenge::inspection_id.eq(row.id),
                    inspection_challenge::contested_on.eq(row.created_at.date_naive()),
                    inspection_challenge::laboratory_id.eq(body),
                ))
                .execute(conn)
                .unwrap();
        }
    }
    let mut answers = BTreeSet::new();
    for actor in &actors {
        let listed: BTreeSet<InspectionId> =
            visible_to(actor).select(inspection::id).load(conn).unwrap().into_iter().collect();
        for (at, row) in rows.iter().enumerate() {
            let seen = sees(actor, row, retest(at), &catalogue);
            assert_eq!(listed.contains(&row.id), seen, "{row:?}: {actor:?}");
            assert_eq!(may_know(conn, actor, row.id.0).unwrap(), seen, "{row:?}: {actor:?}");
            answers.insert((actor.scope().map(Scope::role), seen));
        }
    }
    for role in [Role::Enterprise, Role::Admin, Role::Sampler, Role::Laboratory] {
        for seen in [true, false] {
            assert!(answers.contains(&(Some(role), seen)), "no {role} with the answer {seen}");
        }
    }
    for role in [Role::Expert, Role::Operator] {
        assert!(!answers.contains(&(Some(role), true)), "{role} has no part in it");
    }
}

#[test]
fn searches_of_enterprises_know_the_states_in_which_they_know_results() {
    let database = Database::new();
    let conn = &mut database.connect();
    for state in InspectionState::ALL {
        let known = sql::<Bool>(&format!("inspection_is_known('{state}')"));
        assert_eq!(diesel::select(known).get_result::<bool>(conn).unwrap(), state.is_known(), "{state}");
    }
}
