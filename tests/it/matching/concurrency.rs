//! A hundred consultations at the same moment on two servers, and one free place.

use diesel::prelude::*;
use serde_json::json;
use std::sync::{Arc, Barrier};
use zerodesk::consultations::{AssignConsultation, OpenConsultation, ReopenConsultation, Status};
use zerodesk::core::Caller;
use zerodesk::core::actor::{Actor, Scope};
use zerodesk::core::clock::ManualClock;
use zerodesk::core::ids::{ConsultationId, EnterpriseId, ExpertId};
use zerodesk::db::schema::{consultation, enterprise, expert, expert_region, expert_specialty};

use crate::support::app::{app_on, settings};
use crate::support::csv::uscc;
use crate::support::database::insert_account;
use crate::support::{Database, start_of_test};

fn expert(conn: &mut PgConnection, capacity: i32) -> ExpertId {
    let (id, now) = (ExpertId::new(), start_of_test());
    diesel::insert_into(expert::table)
        .values((
            expert::id.eq(id),
            expert::name.eq("x"),
            expert::title.eq("x"),
            expert::email.eq("x@expert.example"),
            expert::languages.eq(vec!["zh-CN"]),
            expert::capacity.eq(capacity),
            expert::vetting.eq("approved"),
            expert::applied_at.eq(now),
            expert::updated_at.eq(now),
        ))
        .execute(conn)
        .unwrap();
    diesel::insert_into(expert_region::table)
        .values((expert_region::expert_id.eq(id), expert_region::region.eq("440103")))
        .execute(conn)
        .unwrap();
    diesel::insert_into(expert_specialty::table)
        .values((
            expert_specialty::expert_id.eq(id),
            expert_specialty::ordinal.eq(1),
            expert_specialty::product_kind.eq("K0101"),
            expert_specialty::level.eq(2),
        ))
        .execute(conn)
        .unwrap();
    insert_account(conn, Scope::Expert(id), now);
    id
}

fn enterprise(conn: &mut PgConnection, n: u32) -> Actor {
    let id = EnterpriseId::new();
    diesel::insert_into(enterprise::table)
        .values((
            enterprise::id.eq(id),
            enterprise::uscc.eq(uscc(n)),
            enterprise::name.eq(format!("x{n}")),
            enterprise::operating_status.eq("operating"),
            enterprise::region.eq("440103"),
            enterprise::created_at.eq(start_of_test()),
            enterprise::updated_at.eq(start_of_test()),
        ))
        .execute(conn)
        .unwrap();
    insert_account(conn, Scope::Enterprise(id), start_of_test())
}

fn question() -> OpenConsultation {
    OpenConsultation {
        nonconformity: None,
        product_kind: Some("K0101".to_owned()),
        subject: "x".to_owned(),
        question: "x".to_owned(),
        on_site: false,
        attachments: Vec::new(),
    }
}

fn held(conn: &mut PgConnection, by: ExpertId) -> (i64, i32) {
    let open = consultation::table
        .filter(consultation::expert_id.eq(by))
        .filter(consultation::status.eq_any([Status::Offered, Status::Active]));
    let counted = expert::table.find(by).select(expert::open_count).first(conn).unwrap();
    (open.count().get_result(conn).unwrap(), counted)
}

#[test]
fn one_free_place_is_given_once_among_a_hundred_consultations() {
    let database = Database::new();
    let conn = &mut database.connect();
    let clock = Arc::new(ManualClock::at(start_of_test()));
    let servers = [app_on(&database, settings(), &clock), app_on(&database, settings(), &clock)];
    let (one, three) = (expert(conn, 1), expert(conn, 3));
    // One place is left of the second's three.
    for n in 900..903 {
        let who = enterprise(conn, n);
        servers[0].execute(&Caller::of(who), &question()).unwrap();
    }
    let before = (held(conn, one), held(conn, three));
    assert_eq!(before.0.0 + before.1.0, 3, "{before:?}");
    let people: Vec<Actor> = (0..100).map(|n| enterprise(conn, n)).collect();
    let start = Barrier::new(people.len());
    let opened: Vec<ConsultationId> = std::thread::scope(|scope| {
        let threads: Vec<_> = people
            .iter()
            .zip(servers.iter().cycle())
            .map(|(who, server)| {
                let start = &start;
                scope.spawn(move || {
                    start.wait();
                    server.execute(&Caller::of(who.clone()), &question()).unwrap()
                })
            })
            .collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    assert_eq!((held(conn, one), held(conn, three)), ((1, 1), (3, 3)), "each place is taken once");
    let offered = consultation::table
        .filter(consultation::id.eq_any(&opened))
        .filter(consultation::status.eq(Status::Offered));
    assert_eq!(offered.count().get_result::<i64>(conn).unwrap(), 1, "exactly one of the hundred");
}

#[test]
fn concurrent_orders_and_reopenings_never_exceed_a_capacity() {
    let database = Database::new();
    let conn = &mut database.connect();
    let clock = Arc::new(ManualClock::at(start_of_test()));
    let servers = [app_on(&database, settings(), &clock), app_on(&database, settings(), &clock)];
    let only = expert(conn, 2);
    let officer = insert_account(conn, Scope::Admin("440000".to_owned()), start_of_test());
    let now = start_of_test();
    let people: Vec<Actor> = (0..20).map(|n| enterprise(conn, n)).collect();
    let mut jobs = Vec::new();
    for (n, who) in people.iter().enumerate() {
        let id = servers[0].execute(&Caller::of(who.clone()), &question()).unwrap();
        // Half of them are concluded by the expert, to be reopened; the others wait for an order.
        let concluded = n % 2 == 0;
        let (status, by) = if concluded { (Status::Concluded, Some(only)) } else { (Status::Waiting, None) };
        diesel::update(consultation::table.find(id))
            .set((
                consultation::status.eq(status),
                consultation::expert_id.eq(by),
                consultation::offer_expires_at.eq(None::<chrono::DateTime<chrono::Utc>>),
                consultation::concluded_at.eq(concluded.then_some(now)),
            ))
            .execute(conn)
            .unwrap();
        jobs.push((id, who.clone(), concluded));
    }
    assert_eq!(held(conn, only), (0, 0));
    let start = Barrier::new(jobs.len());
    std::thread::scope(|scope| {
        for ((id, who, concluded), server) in jobs.iter().zip(servers.iter().cycle()) {
            let (start, officer) = (&start, officer.clone());
            scope.spawn(move || {
                start.wait();
                let reason = "x".to_owned();
                let done = if *concluded {
                    server.execute(&Caller::of(who.clone()), &ReopenConsultation { id: *id, reason })
                } else {
                    let order = AssignConsultation { id: *id, expert: Some(only), reason, pin: false };
                    server.execute(&Caller::of(officer), &order)
                };
                if let Err(refused) = done {
                    assert_eq!(refused.status, 422, "{refused}");
                }
            });
        }
    });
    assert_eq!(held(conn, only), (2, 2), "full and no more");
    assert_eq!(
        json!(
            consultation::table
                .filter(consultation::status.eq(Status::Concluded))
                .count()
                .get_result::<i64>(conn)
                .unwrap()
        ),
        0
    );
}
