//! Who may know of a signal: the list, the row and the decision agree.

use super::rows::{ALL, agree, assert_answers, decided, listed};
use super::*;
use serde_json::json;
use zerodesk::db::schema::signal as s;
use zerodesk::signals::ids::SignalId;
use zerodesk::signals::policy as of_signals;
use zerodesk::signals::queries::{self, SignalFilter};
use zerodesk::signals::source::{Reliability, SignalSource};
use zerodesk::signals::state::SignalState;

#[test]
fn lists_rows_and_commands_agree_on_signals() {
    let database = Database::new();
    let (catalogue, conn) = (Catalogue::builtin().unwrap(), &mut database.connect());
    let mut world = World { conn, now: start_of_test(), made: 0 };
    let actors = world.bystanders();
    let (conn, now) = (world.conn, world.now);
    let all = SCOPES.map(|region| (SignalId::new(), region));
    for (id, region) in &all {
        diesel::insert_into(s::table)
            .values((
                s::id.eq(id),
                s::source.eq(SignalSource::Media),
                s::external_id.eq(id.to_string()),
                s::published_on.eq(now.date_naive()),
                s::observed_on.eq(now.date_naive()),
                s::scope.eq(region),
                s::home.eq(region),
                s::named.eq(json!({})),
                s::title.eq("x"),
                s::text.eq(""),
                s::reliability.eq(Reliability::Attributed),
                s::state.eq(SignalState::New),
                s::version.eq(1),
                s::created_at.eq(now),
            ))
            .execute(conn)
            .unwrap();
    }
    let mut tally = Vec::new();
    for actor in &actors {
        let list = listed(queries::list(conn, actor, &SignalFilter::default(), ALL), |view| view.id.0);
        for (id, region) in &all {
            let place = format!("{region}: {actor:?}");
            let seen = agree(&place, &list, id.0, queries::get(conn, actor, *id));
            let sees = of_signals::sees(actor, region, &catalogue);
            agree(&place, &list, id.0, decided(of_signals::permit(actor), sees));
            seen_by_role(&mut tally, actor, seen);
        }
    }
    assert_answers(&tally, &[Role::Admin], &[], &[Role::Enterprise, Role::Expert, Role::Operator]);
}
