//! Engagements: lists and single rows agree on who may know of them.

use super::{SCOPES, World};
use crate::support::{Database, start_of_test};
use diesel::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;
use zerodesk::catalogue::Catalogue;
use zerodesk::core::actor::{Actor, Scope};
use zerodesk::core::ids::{EnterpriseId, ExpertId};
use zerodesk::core::page::{MAX_LIMIT, Slice};
use zerodesk::db::schema::{engagement, engagement_enterprise, engagement_expert};
use zerodesk::engagements::ids::EngagementId;
use zerodesk::engagements::policy::{Parties, may_know, permit, sees};
use zerodesk::engagements::queries::{Today, get, list};
use zerodesk::engagements::settings::EngagementSettings;
use zerodesk::engagements::state::{EngagementKind, EngagementState};

const ALL: Slice = Slice { after: None, limit: MAX_LIMIT, rank: 0, skip: 0, order: None };

fn insert(world: &mut World<'_>, region: &str, expert: ExpertId, enterprise: EnterpriseId) -> EngagementId {
    use engagement as e;
    let (id, now) = (EngagementId::new(), world.now);
    diesel::insert_into(e::table)
        .values((
            e::id.eq(id),
            e::kind.eq(EngagementKind::Training),
            e::region.eq(region),
            e::topic.eq("x"),
            e::state.eq(EngagementState::Planned),
            e::version.eq(1),
            e::created_at.eq(now),
            e::updated_at.eq(now),
        ))
        .execute(world.conn)
        .unwrap();
    diesel::insert_into(engagement_expert::table)
        .values((
            engagement_expert::engagement_id.eq(id),
            engagement_expert::expert_id.eq(expert),
            engagement_expert::lead.eq(true),
        ))
        .execute(world.conn)
        .unwrap();
    diesel::insert_into(engagement_enterprise::table)
        .values((
            engagement_enterprise::engagement_id.eq(id),
            engagement_enterprise::enterprise_id.eq(enterprise),
        ))
        .execute(world.conn)
        .unwrap();
    id
}

#[test]
fn lists_and_rows_agree_on_engagements() {
    let database = Database::new();
    let (catalogue, conn) = (Catalogue::builtin().unwrap(), &mut database.connect());
    let mut world = World { conn, now: start_of_test(), made: 0 };
    let mut actors = world.bystanders();
    let (member, member_actor) = world.enterprise("440103");
    let (other, _) = world.enterprise("440305");
    let (expert, expert_actor) = world.expert();
    let (second, _) = world.expert();
    actors.extend([member_actor, expert_actor, world.account(Scope::Admin("440300".to_owned()))]);
    let mut all = Vec::new();
    for region in SCOPES {
        for helps in [expert, second] {
            for invited in [member, other] {
                all.push((insert(&mut world, region, helps, invited), region, helps, invited));
            }
        }
    }
    let today = Today::of(&EngagementSettings::default(), world.now.date_naive());
    let (conn, mut answers) = (world.conn, BTreeSet::new());
    for actor in &actors {
        let permitted = permit(actor).is_ok();
        let page = list(conn, actor, &Default::default(), today, ALL);
        assert_eq!(page.is_ok(), permitted, "{actor:?}");
        let listed: BTreeSet<Uuid> =
            page.map(|page| page.items.iter().map(|view| view.row.id.0).collect()).unwrap_or_default();
        for (id, region, helps, invited) in &all {
            let parties = Parties { region, experts: &[*helps], enterprises: &[*invited] };
            let standing = sees(actor, parties, &catalogue);
            let seen = permitted && standing.is_some();
            let place = format!("{region}: {actor:?}");
            assert_eq!(listed.contains(&id.0), seen, "{place}");
            assert_eq!(get(conn, actor, today, *id).is_ok(), seen, "{place}");
            if permitted {
                assert_eq!(may_know(conn, actor, id.0).unwrap(), seen, "{place}");
            }
            answers.insert((matches!(actor, Actor::Person(_)), seen));
        }
    }
    assert!(answers.contains(&(true, true)) && answers.contains(&(true, false)), "{answers:?}");
}
