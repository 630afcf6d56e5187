//! The experts in memory are those of the database, whoever changed what and whether it was committed.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use zerodesk::catalogue::Catalogue;
use zerodesk::core::ids::ExpertId;
use zerodesk::matching::model::Vocabulary;
use zerodesk::matching::roster::{Candidate, Roster, facts};

use crate::support::Database;
use crate::support::random::Random;

const EXPERTS: u64 = 12;

fn id(n: u64) -> String {
    format!("00000000-0000-4000-8000-{n:012}")
}

/// Some change of what is known of an expert; each of them once in a while.
fn change(random: &mut Random, n: u64) -> String {
    let id = id(n);
    let small = random.below(9) + 1;
    match random.below(18) {
        0 => format!("UPDATE expert SET capacity = 10 + {small} WHERE id = '{id}'"),
        1 => format!("UPDATE expert SET open_count = {small} WHERE id = '{id}'"),
        2 => format!("UPDATE expert SET vetting = 'rejected' WHERE id = '{id}'"),
        3 | 4 => format!("UPDATE expert SET vetting = 'approved' WHERE id = '{id}'"),
        5 => format!(
            "UPDATE expert SET leave_from = '2026-01-01', leave_to = '2026-01-0{small}' WHERE id = '{id}'"
        ),
        6 => format!("UPDATE account SET active = NOT active WHERE expert_id = '{id}'"),
        7 => format!(
            "INSERT INTO expert_specialty (expert_id, ordinal, product_class, level)
             VALUES ('{id}', {small}, 'C0{small}', 1) ON CONFLICT DO NOTHING"
        ),
        8 => format!("DELETE FROM expert_specialty WHERE expert_id = '{id}'"),
        9 => format!("INSERT INTO expert_region VALUES ('{id}', '440{small}00') ON CONFLICT DO NOTHING"),
        10 => format!("DELETE FROM expert_region WHERE expert_id = '{id}'"),
        11 => format!(
            "INSERT INTO expert_conflict (expert_id, uscc, relation)
             VALUES ('{id}', '00000000000000000{small}', 'owner') ON CONFLICT DO NOTHING"
        ),
        12 => format!("DELETE FROM expert_conflict WHERE expert_id = '{id}'"),
        13 => format!(
            "INSERT INTO expert_signed_report VALUES ('{id}', 'R{small}', NULL, '2026-01-01') ON CONFLICT DO NOTHING"
        ),
        14 => format!(
            "INSERT INTO expert_shift VALUES ('{id}', {small}, 1 + {small} % 7, 60, 120, true) ON CONFLICT DO NOTHING"
        ),
        15 => format!("DELETE FROM expert_shift WHERE expert_id = '{id}'"),
        16 => format!("UPDATE expert SET last_assigned_at = '2026-01-0{small}' WHERE id = '{id}'"),
        _ => format!(
            "INSERT INTO expert_refusal SELECT n.id, '{id}', 'x', a.id, '2026-01-01'
             FROM enterprise n, (SELECT id FROM account LIMIT 1) a ON CONFLICT DO NOTHING"
        ),
    }
}

const WORLD: &str = "
    INSERT INTO expert (id, name, title, email, languages, capacity, vetting, applied_at, updated_at)
        SELECT ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'expert ' || n, 'x', 'x@expert.example',
               '{zh-CN}', 20, 'approved', '2026-01-01', '2026-01-01'
        FROM generate_series(0, 11) n;
    INSERT INTO account (id, username, password_hash, role, name, language, expert_id, active, created_at)
        SELECT gen_random_uuid(), name, 'x', 'expert', 'x', 'zh-CN', id, true, '2026-01-01' FROM expert;
    INSERT INTO enterprise (id, uscc, name, operating_status, region, created_at, updated_at)
        SELECT gen_random_uuid(), lpad(n::text, 18, '0'), 'x' || n, 'operating', '440103', '2026-01-01', '2026-01-01'
        FROM generate_series(1, 2) n";

fn sorted<'a>(candidates: impl Iterator<Item = &'a Candidate>) -> Vec<Candidate> {
    let mut all: Vec<Candidate> = candidates.cloned().collect();
    all.sort_by_key(|c| c.facts.id);
    for candidate in &mut all {
        // Their order means nothing.
        candidate.facts.regions.sort_unstable();
        candidate.facts.conflicts.sort_unstable();
        candidate.facts.refused_by.sort_unstable();
        candidate.facts.signed.sort_unstable();
        candidate.facts.specialties.sort_by_key(|s| format!("{s:?}"));
        candidate.facts.shifts.sort_by_key(|s| (s.weekday, s.starts));
    }
    all
}

/// What the roster says is what the connection would read itself, what it has not committed included.
#[track_caller]
fn assert_true(roster: &Roster, conn: &mut PgConnection, words: &Vocabulary, when: &str) {
    let own = roster.refresh(conn, words).unwrap();
    let read = facts::everyone(conn, words).unwrap();
    let view = roster.view(&own);
    assert_eq!(sorted(view.all()), sorted(read.iter()), "{when}");
    for candidate in &read {
        assert_eq!(view.get(candidate.facts.id).map(|c| c.facts.capacity), Some(candidate.facts.capacity));
    }
    for class in 0..12 {
        let knows = |c: &&Candidate| {
            c.facts
                .specialties
                .iter()
                .any(|s| matches!(s.subject, zerodesk::matching::model::Subject::Class(k) if k == class))
        };
        let ids = |found: Vec<Candidate>| found.iter().map(|c| c.facts.id).collect::<Vec<ExpertId>>();
        let found = sorted(view.of_class(class).filter(knows));
        assert_eq!(ids(found), ids(sorted(read.iter().filter(knows))), "class {class}, {when}");
    }
}

#[test]
fn the_roster_in_memory_equals_the_database() {
    let catalogue = Catalogue::builtin().unwrap();
    let words = Vocabulary::new(&catalogue.products);
    let database = Database::new();
    let mut reader = database.connect();
    reader.batch_execute(WORLD).unwrap();
    for seed in 0..6 {
        let random = &mut Random::new(seed, 0);
        // Each seed another server; the writers are transactions of any length on experts of their own.
        let roster = Roster::default();
        let mut writers = [database.connect(), database.connect(), database.connect()];
        let mut open = [false; 3];
        for step in 0..120 {
            let at = usize::try_from(random.below(3)).unwrap();
            let writer = &mut writers[at];
            let when = format!("seed {seed} step {step} writer {at}");
            match random.below(8) {
                0 if open[at] => {
                    writer.batch_execute("COMMIT").unwrap();
                    open[at] = false;
                }
                1 if open[at] => {
                    writer.batch_execute("ROLLBACK").unwrap();
                    open[at] = false;
                }
                2 if open[at] => {
                    let n = random.below(EXPERTS / 3) * 3 + at as u64;
                    let lost = format!("SAVEPOINT s; {}; ROLLBACK TO s", change(random, n));
                    writer.batch_execute(&lost).unwrap();
                }
                0..=2 => {
                    writer.batch_execute("BEGIN").unwrap();
                    open[at] = true;
                }
                _ => {
                    let n = random.below(EXPERTS / 3) * 3 + at as u64;
                    writer.batch_execute(&change(random, n)).unwrap();
                }
            }
            match random.below(4) {
                0 => assert_true(&roster, &mut reader, &words, &format!("{when}, reader")),
                1 => assert_true(&roster, &mut writers[at], &words, &when),
                2 => assert_true(&roster, &mut writers[(at + 1) % 3], &words, &format!("{when}, another")),
                _ => {}
            }
        }
        for (writer, open) in writers.iter_mut().zip(open) {
            if open {
                writer.batch_execute("COMMIT").unwrap();
            }
        }
        assert_true(&roster, &mut reader, &words, "at the end");
    }
}

#[test]
fn the_roster_is_read_again_after_a_truncate() {
    let catalogue = Catalogue::builtin().unwrap();
    let words = Vocabulary::new(&catalogue.products);
    let database = Database::new();
    let mut conn = database.connect();
    conn.batch_execute(WORLD).unwrap();
    let roster = Roster::default();
    let own = roster.refresh(&mut conn, &words).unwrap();
    assert_eq!(roster.view(&own).all().count(), 12);
    // What hangs on accounts is emptied as well; the triggers of histories keep theirs from it.
    for history in ["case_event_file", "support_baseline", "support_evaluation"] {
        conn.batch_execute(&format!("ALTER TABLE {history} DISABLE TRIGGER USER")).unwrap();
    }
    conn.batch_execute("TRUNCATE expert CASCADE").unwrap();
    let own = roster.refresh(&mut conn, &words).unwrap();
    assert_eq!(roster.view(&own).all().count(), 0);
}
