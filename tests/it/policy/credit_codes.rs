//! Quality credit codes: lists and single rows agree on who may know of them.

use super::{REGIONS, SCOPES, World};
use crate::support::{Database, start_of_test};
use diesel::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;
use zerodesk::catalogue::Catalogue;
use zerodesk::core::actor::Actor;
use zerodesk::core::ids::EnterpriseId;
use zerodesk::core::page::{MAX_LIMIT, Slice};
use zerodesk::credit_codes::ids::CreditCodeId;
use zerodesk::credit_codes::policy;
use zerodesk::credit_codes::queries::{self, CodeFilter};
use zerodesk::credit_codes::state::CodeState;
use zerodesk::db::schema::credit_code as c;

const ALL: Slice = Slice { after: None, limit: MAX_LIMIT, rank: 0, skip: 0, order: None };

/// A code of an enterprise that the officers of a region decide on.
fn insert(world: &mut World<'_>, region: &str, enterprise: EnterpriseId, applicant: &Actor) -> CreditCodeId {
    let (id, now) = (CreditCodeId::new(), world.now);
    diesel::insert_into(c::table)
        .values((
            c::id.eq(id),
            c::enterprise_id.eq(enterprise),
            c::region.eq(region),
            c::maker_name.eq("x"),
            c::maker_region.eq(region),
            c::uscc.eq("x"),
            c::product_kind.eq("K0101"),
            c::product_name.eq("x"),
            c::model.eq(id.to_string()),
            c::state.eq(CodeState::Applied),
            c::rules_version.eq("x"),
            c::text_version.eq("x"),
            c::applied_by.eq(applicant.account().unwrap()),
            c::applied_at.eq(now),
            c::version.eq(1),
            c::updated_at.eq(now),
        ))
        .execute(world.conn)
        .unwrap();
    id
}

#[test]
fn lists_and_rows_agree_on_codes() {
    let database = Database::new();
    let (catalogue, conn) = (Catalogue::builtin().unwrap(), &mut database.connect());
    let mut world = World { conn, now: start_of_test(), made: 0 };
    let mut actors = world.bystanders();
    let makers = ["440103", "440305"].map(|region| world.enterprise(region));
    let mut all = Vec::new();
    for region in REGIONS {
        for (maker, actor) in &makers {
            all.push((insert(&mut world, region, *maker, actor), region, *maker));
        }
    }
    actors.extend(makers.map(|(_, actor)| actor));
    let conn = world.conn;
    let mut seen_by_some = 0;
    for actor in &actors {
        let wanted: BTreeSet<Uuid> = all
            .iter()
            .filter(|(_, region, maker)| policy::sees(actor, region, *maker, &catalogue))
            .map(|(id, ..)| id.0)
            .collect();
        let listed: BTreeSet<Uuid> = policy::visible_to(actor)
            .select(c::id)
            .load::<CreditCodeId>(conn)
            .unwrap()
            .iter()
            .map(|id| id.0)
            .collect();
        assert_eq!(listed, wanted, "{actor:?}");
        for (id, ..) in &all {
            assert_eq!(policy::may_know(conn, actor, id.0).unwrap(), wanted.contains(&id.0), "{actor:?}");
        }
        if policy::permit(actor).is_ok() {
            let page = queries::list(conn, actor, &CodeFilter::default(), ALL).unwrap();
            assert_eq!(page.items.iter().map(|row| row.id.0).collect::<BTreeSet<_>>(), wanted, "{actor:?}");
        } else {
            assert!(wanted.is_empty(), "{actor:?}");
        }
        seen_by_some += usize::from(!wanted.is_empty());
    }
    assert!(seen_by_some > SCOPES.len());
}
