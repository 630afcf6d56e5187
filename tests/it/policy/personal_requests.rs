//! Who may know of what people ask for under the personal information law: the list, the row and the decision agree.

use super::rows::{ALL, agree, assert_answers, decided, listed};
use super::*;
use zerodesk::core::clock::shanghai_date;
use zerodesk::db::schema::personal_request as r;
use zerodesk::personal_data::ids::PersonalRequestId;
use zerodesk::personal_data::policy as request_policy;
use zerodesk::personal_data::queries::{self as requests, RequestFilter};
use zerodesk::personal_data::state::{RequestKind, RequestState};

#[test]
fn lists_rows_and_commands_agree_on_personal_requests() {
    let database = Database::new();
    let (catalogue, conn) = (Catalogue::builtin().unwrap(), &mut database.connect());
    let mut world = World { conn, now: start_of_test(), made: 0 };
    let actors = world.bystanders();
    let person = world.account(Scope::Admin("440000".to_owned())).account().unwrap();
    let (conn, now) = (world.conn, world.now);
    let today = shanghai_date(now);
    let all = SCOPES.map(|region| (PersonalRequestId::new(), region));
    for (id, region) in &all {
        diesel::insert_into(r::table)
            .values((
                r::id.eq(id),
                r::account_id.eq(person),
                r::kind.eq(RequestKind::Copy),
                r::state.eq(RequestState::Withdrawn),
                r::region.eq(region),
                r::created_at.eq(now),
                r::due_on.eq(today),
                r::decided_at.eq(now),
            ))
            .execute(conn)
            .unwrap();
    }
    let mut tally = Vec::new();
    for actor in &actors {
        let filter = RequestFilter::default();
        let list = listed(requests::list(conn, actor, &filter, today, ALL), |view| view.id.0);
        for (id, region) in &all {
            let place = format!("{region}: {actor:?}");
            let seen = agree(&place, &list, id.0, requests::get(conn, actor, *id, today));
            let sees = request_policy::sees(actor, region, &catalogue);
            agree(&place, &list, id.0, decided(request_policy::permit(actor), sees));
            // Nobody's own: the person alone reads it so.
            let own = requests::own_one(conn, actor, *id, today).map_err(|problem| problem.status);
            assert!(matches!(own, Err(401 | 404)), "{place}");
            seen_by_role(&mut tally, actor, seen);
        }
    }
    assert_answers(&tally, &[Role::Admin], &[], &[Role::Enterprise, Role::Expert, Role::Operator]);
}
