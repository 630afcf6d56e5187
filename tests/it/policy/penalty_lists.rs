//! Who may know of a penalty list and of what is to be decided of its penalties: the list, the row and the decision agree.

use super::rows::{ALL, agree, assert_answers, decided, listed};
use super::*;
use zerodesk::db::schema::penalty_list as l;
use zerodesk::penalty_lists::ids::PenaltyListId;
use zerodesk::penalty_lists::{policy as list_policy, view as lists};
use zerodesk::zero_out::import::ImportState;

#[test]
fn lists_rows_and_commands_agree_on_penalty_lists() {
    let database = Database::new();
    let (catalogue, conn) = (Catalogue::builtin().unwrap(), &mut database.connect());
    let mut world = World { conn, now: start_of_test(), made: 0 };
    let actors = world.bystanders();
    let (conn, now) = (world.conn, world.now);
    let all = SCOPES.map(|region| (PenaltyListId::new(), region));
    for (id, region) in &all {
        diesel::insert_into(l::table)
            .values((
                l::id.eq(id),
                l::region.eq(region),
                l::file_name.eq("x.csv"),
                l::sha256.eq(vec![0u8]),
                l::dry_run.eq(false),
                l::state.eq(ImportState::Done),
                l::created_at.eq(now),
            ))
            .execute(conn)
            .unwrap();
    }
    let mut tally = Vec::new();
    for actor in &actors {
        let list = listed(lists::all(conn, actor, None, ALL), |view| view.id.0);
        for (id, region) in &all {
            let place = format!("{region}: {actor:?}");
            let seen = agree(&place, &list, id.0, lists::list_status(conn, actor, *id));
            let sees = list_policy::sees(actor, region, &catalogue);
            agree(&place, &list, id.0, decided(list_policy::permit(actor), sees));
            seen_by_role(&mut tally, actor, seen);
        }
    }
    assert_answers(&tally, &[Role::Admin], &[], &[Role::Enterprise, Role::Expert, Role::Operator]);
}
