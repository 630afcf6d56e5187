//! A PostgreSQL that speaks Chinese: errors are recognised by their kind, not by the words of a message.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use serde::Serialize;
use zerodesk::app::App;
use zerodesk::core::clock::ManualClock;
use zerodesk::core::{Caller, Code, Problem};
use zerodesk::db::{Command, Tx};

use crate::support::app::{app_on, settings, start_of_test};
use crate::support::{Database, database};

/// An application on a database whose server answers in Chinese.
fn chinese() -> (App, Database) {
    let database = Database::new();
    let speak = "DO $$ BEGIN \
        EXECUTE format('ALTER DATABASE %I SET lc_messages = %L', current_database(), 'zh_CN.UTF-8'); END $$";
    diesel::sql_query(speak).execute(&mut database.connect()).unwrap();
    let mut conn = database.connect();
    assert_eq!(database::setting_of(&mut conn, "lc_messages"), "zh_CN.UTF-8");
    let error = diesel::sql_query("SELECT 1 / 0").execute(&mut conn).unwrap_err().to_string();
    assert!(
        error.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
        "PostgreSQL's messages in Chinese are missing; run script/bootstrap test: {error}"
    );
    let app = app_on(&database, settings(), &Arc::new(ManualClock::at(start_of_test())));
    (app, database)
}

/// Takes two locks one after the other.
#[derive(Serialize)]
struct TakeBoth<'a> {
    locks: [i64; 2],
    #[serde(skip)]
    both_have_one: &'a Barrier,
    #[serde(skip)]
    tries: AtomicUsize,
}

impl Command for TakeBoth<'_> {
    type Output = ();

    const NAME: &'static str = "take_both";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let first_try = self.tries.fetch_add(1, Ordering::Relaxed) == 0;
        for (place, lock) in self.locks.iter().enumerate() {
            if place == 1 && first_try {
                self.both_have_one.wait();
            }
            diesel::sql_query("SELECT pg_advisory_xact_lock($1)")
                .bind::<BigInt, _>(lock)
                .execute(&mut *tx.conn)?;
        }
        Ok(())
    }
}

#[test]
fn a_deadlock_is_retried() {
    let (app, _database) = chinese();
    let both_have_one = Barrier::new(2);
    let commands = [[1, 2], [2, 1]].map(|locks| TakeBoth {
        locks,
        both_have_one: &both_have_one,
        tries: AtomicUsize::new(0),
    });
    std::thread::scope(|scope| {
        let running = [0, 1].map(|n| {
            let (app, command) = (&app, &commands[n]);
            scope.spawn(move || app.execute(&Caller::system(), command))
        });
        for thread in running {
            thread.join().unwrap().unwrap();
        }
    });
    let tries: usize = commands.iter().map(|command| command.tries.load(Ordering::Relaxed)).sum();
    assert_eq!(tries, 3, "one of the two was ended for the sake of the other and run again");
}

/// Runs the SQL that it is given.
#[derive(Serialize)]
struct Run(&'static str);

impl Command for Run {
    type Output = ();

    const NAME: &'static str = "run";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        diesel::sql_query(self.0).execute(&mut *tx.conn)?;
        Ok(())
    }
}

#[test]
fn a_lost_connection_and_a_bad_statement_are_told_apart() {
    let (app, _database) = chinese();
    for (statement, code) in [
        ("SELECT pg_terminate_backend(pg_backend_pid())", Code::Unavailable),
        ("SELECT 1 / 0", Code::Internal),
        ("SELECT nothing", Code::Internal),
    ] {
        let refused = app.execute(&Caller::system(), &Run(statement)).unwrap_err();
        assert_eq!((refused.code, refused.run_again), (code, false), "{statement}: {refused}");
    }
}
