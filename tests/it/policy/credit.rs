//! Credit: lists, single statements and tasks agree on who may know of them.

use super::{REGIONS, SCOPES, World};
use crate::support::{Database, start_of_test};
use diesel::prelude::*;
use std::collections::BTreeSet;
use zerodesk::catalogue::Catalogue;
use zerodesk::core::actor::{Actor, Scope};
use zerodesk::core::ids::EnterpriseId;
use zerodesk::credit::ids::{CreditTaskId, MeasureId};
use zerodesk::credit::policy;
use zerodesk::db::schema::{credit_measure, credit_subject, credit_task};

fn subject(world: &mut World<'_>, enterprise: EnterpriseId, region: &str) -> CreditTaskId {
    use credit_measure as m;
    use credit_subject as s;
    use credit_task as t;
    let (now, day) = (world.now, world.now.date_naive());
    diesel::insert_into(s::table)
        .values((
            s::enterprise_id.eq(enterprise),
            s::role.eq("producer"),
            s::region.eq(region),
            s::operating.eq(true),
            s::score.eq(0),
            s::grade.eq("c"),
            s::worst.eq(true),
            s::lines.eq(serde_json::json!([])),
            s::counted.eq(Vec::<uuid::Uuid>::new()),
            s::under_objection.eq(false),
            s::repair_pending.eq(false),
            s::rules_version.eq("x"),
            s::trial.eq(true),
            s::graded_on.eq(day),
            s::graded_at.eq(now),
        ))
        .execute(world.conn)
        .unwrap();
    let (measure, task) = (MeasureId::new(), CreditTaskId::new());
    diesel::insert_into(m::table)
        .values((
            m::id.eq(measure),
            m::enterprise_id.eq(enterprise),
            m::role.eq("producer"),
            m::key.eq("inspect"),
            m::region.eq(region),
            m::grade.eq("c"),
            m::rules_version.eq("x"),
            m::trial.eq(true),
            m::text_zh.eq("x"),
            m::text_en.eq("x"),
            m::period_days.eq(0),
            m::from_day.eq(day),
            m::created_at.eq(now),
        ))
        .execute(world.conn)
        .unwrap();
    diesel::insert_into(t::table)
        .values((
            t::id.eq(task),
            t::measure_id.eq(measure),
            t::enterprise_id.eq(enterprise),
            t::region.eq(region),
            t::ordinal.eq(1),
            t::due_on.eq(day),
            t::state.eq("open"),
            t::created_at.eq(now),
        ))
        .execute(world.conn)
        .unwrap();
    task
}

#[test]
fn lists_and_single_rows_agree_on_credit() {
    let database = Database::new();
    let catalogue = Catalogue::builtin().unwrap();
    let conn = &mut database.connect();
    let mut world = World { conn, now: start_of_test(), made: 0 };
    let mut subjects = Vec::new();
    let mut actors = vec![Actor::Anonymous, Actor::System];
    for region in REGIONS {
        let (enterprise, actor) = world.enterprise(region);
        let task = subject(&mut world, enterprise, region);
        subjects.push((enterprise, task, region));
        actors.push(actor);
    }
    for scope in SCOPES {
        actors.push(world.account(Scope::Admin(scope.to_owned())));
    }
    actors.push(world.account(Scope::Operator));
    actors.push(world.expert().1);
    let mut seen = 0;
    for actor in &actors {
        let listed: BTreeSet<EnterpriseId> = policy::visible_to(actor)
            .select(credit_subject::enterprise_id)
            .load(world.conn)
            .unwrap()
            .into_iter()
            .collect();
        let tasks: BTreeSet<CreditTaskId> = policy::visible_tasks(actor)
            .select(credit_task::id)
            .load(world.conn)
            .unwrap()
            .into_iter()
            .collect();
        for (enterprise, task, region) in &subjects {
            let sees = policy::sees(actor, *enterprise, region, &catalogue);
            assert_eq!(listed.contains(enterprise), sees, "{actor:?} {region}");
            assert_eq!(
                tasks.contains(task),
                policy::sees_task(actor, region, &catalogue),
                "{actor:?} {region}"
            );
            seen += usize::from(sees);
        }
    }
    assert!(seen > 10, "{seen}");
}
