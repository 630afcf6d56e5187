//! Online sessions: lists, single ones and commands agree on who may know of them, and on who keeps them.

use super::rows::{ALL, agree, assert_answers, decided, listed};
use super::*;
use chrono::Duration;
use zerodesk::db::schema::{online_session, online_session_expert, online_session_member};
use zerodesk::online_sessions::detail::detail;
use zerodesk::online_sessions::ids::OnlineSessionId;
use zerodesk::online_sessions::policy::{Standing, may_know, permit, sees};
use zerodesk::online_sessions::queries::{self, SessionFilter};
use zerodesk::online_sessions::state::OnlineSessionState;

#[test]
fn lists_rows_and_commands_agree_on_online_sessions() {
    let database = Database::new();
    let (catalogue, conn) = (Catalogue::builtin().unwrap(), &mut database.connect());
    let mut world = World { conn, now: start_of_test(), made: 0 };
    let mut actors = world.bystanders();
    let officer = world.account(Scope::Admin("440000".to_owned())).account().unwrap();
    let (holder, holding) = world.expert();
    actors.push(holding);
    let (invited, own) = world.enterprise("440106");
    actors.push(own);
    let mut all = Vec::new();
    for region in SCOPES {
        for (experts, enterprises) in
            [(vec![], vec![]), (vec![holder], vec![]), (vec![], vec![invited]), (vec![holder], vec![invited])]
        {
            let (id, now) = (OnlineSessionId::new(), world.now);
            diesel::insert_into(online_session::table)
                .values((
                    online_session::id.eq(id),
                    online_session::topic.eq("x"),
                    online_session::region.eq(region),
                    online_session::product_kinds.eq(vec!["K0101"]),
                    online_session::starts_at.eq(now),
                    online_session::ends_at.eq(now + Duration::hours(1)),
                    online_session::capacity.eq(1),
                    online_session::state.eq(OnlineSessionState::Announced),
                    online_session::created_by.eq(officer),
                    online_session::created_at.eq(now),
                    online_session::updated_at.eq(now),
                ))
                .execute(world.conn)
                .unwrap();
            for expert in &experts {
                diesel::insert_into(online_session_expert::table)
                    .values((
                        online_session_expert::session_id.eq(id),
                        online_session_expert::expert_id.eq(expert),
                    ))
                    .execute(world.conn)
                    .unwrap();
            }
            for enterprise in &enterprises {
                diesel::insert_into(online_session_member::table)
                    .values((
                        online_session_member::session_id.eq(id),
                        online_session_member::enterprise_id.eq(enterprise),
                        online_session_member::invited_at.eq(now),
                    ))
                    .execute(world.conn)
                    .unwrap();
            }
            all.push((id, region, experts, enterprises));
        }
    }
    let (conn, mut tally) = (world.conn, Vec::new());
    for actor in &actors {
        let list =
            listed(queries::list(conn, actor, &SessionFilter::default(), ALL), |view| view.session.id.0);
        for (id, region, experts, enterprises) in &all {
            let place = format!("{region} {} {}: {actor:?}", experts.len(), enterprises.len());
            let seen = agree(&place, &list, id.0, detail(conn, actor, *id));
            let standing = sees(actor, region, experts, enterprises, &catalogue);
            agree(&place, &list, id.0, decided(permit(actor), standing.is_some()));
            assert_eq!(may_know(conn, actor, id.0).unwrap(), seen, "{place}");
            let member = matches!(actor.scope(), Some(Scope::Enterprise(_)));
            assert_eq!(standing == Some(Standing::Member), seen && member, "{place}");
            seen_by_role(&mut tally, actor, seen);
        }
    }
    assert_answers(&tally, &[Role::Enterprise, Role::Expert, Role::Admin], &[], &[Role::Operator]);
}
