//! Two hundred kinds of bad input and more, each with its exact answer, and nothing written by any.

mod bodies;
mod files;
mod queries;
mod rows;
mod tokens;

use diesel::prelude::*;
use diesel::sql_types::Text;
use serde_json::Value;
use std::collections::BTreeMap;

use crate::support::{Http, Reply, TestApp};

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

/// Tables that a worker fills from the others in the background.
const DERIVED: [&str; 7] = [
    "figure_stale",
    "enterprise_figure",
    "region_figure",
    "search_progress",
    "search_run",
    "search_posting",
    "search_recent",
];

/// Every table with how many rows it has and a hash over all of them, but for those named.
fn contents(app: &TestApp, except: &[&str]) -> BTreeMap<String, String> {
    app.mails_sent();
    let conn = &mut *app.app.conn().unwrap();
    let mut ask = |query: &str| -> Vec<String> {
        diesel::sql_query(query).load::<Word>(conn).unwrap().into_iter().map(|row| row.word).collect()
    };
    let tables = ask("SELECT tablename::text AS word FROM pg_tables WHERE schemaname = 'public'");
    assert!(tables.len() > 30);
    let told = |table: &String| !except.contains(&table.as_str()) && !DERIVED.contains(&table.as_str());
    let wanted = tables.into_iter().filter(told);
    wanted
        .map(|table| {
            let hash = format!(
                "SELECT concat(count(*), ' ', md5(string_agg(t::text, '' ORDER BY t::text))) AS word FROM {table} t"
            );
            (table, ask(&hash).remove(0))
        })
        .collect()
}

/// An answer: status, code, pointers.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    status: u16,
    code: String,
    pointers: Vec<String>,
}

impl Answer {
    fn of(reply: &Reply) -> Self {
        let problem = reply.problem();
        let pointers = problem["errors"].as_array().into_iter().flatten();
        let pointers = pointers.map(|e| e["pointer"].as_str().unwrap().to_owned()).collect();
        Self { status: reply.status, code: problem["code"].as_str().unwrap().to_owned(), pointers }
    }
}

/// The expected answer, as in `422 invalid_fields /a /b`; `-` is the pointer to the whole body.
fn wanted(text: &str) -> Answer {
    let mut words = text.split(' ').map(str::to_owned);
    let status = words.next().unwrap().parse().unwrap();
    Answer {
        status,
        code: words.next().unwrap(),
        pointers: words.map(|w| if w == "-" { String::new() } else { w }).collect(),
    }
}

/// Every sentence of a problem.
fn sentences(problem: &Value) -> Vec<String> {
    let errors = problem["errors"].as_array().cloned().unwrap_or_default();
    let all = [&problem["title"], &problem["detail"]].into_iter().chain(errors.iter().map(|e| &e["detail"]));
    all.map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// Makes a call in both languages: the same answer, once in each.
fn in_both(who: &Http, call: impl Fn(&Http) -> Reply) -> Answer {
    let (chinese, english) = (call(who), call(&who.in_english()));
    let answer = Answer::of(&chinese);
    assert_eq!(answer, Answer::of(&english));
    assert_eq!((chinese.header("content-language"), english.header("content-language")), ("zh-CN", "en"));
    let is_chinese = |text: &String| text.chars().any(|c| ('一'..='鿿').contains(&c));
    let texts = sentences(&chinese.problem());
    assert!(texts.iter().all(is_chinese), "{texts:?}");
    let texts = sentences(&english.problem());
    // A value that is quoted may be Chinese; the sentence around it is not.
    assert!(texts.iter().all(|text| text.chars().any(|c| c.is_ascii_lowercase())), "{texts:?}");
    assert!(!is_chinese(&texts[0]), "{texts:?}");
    answer
}

/// Fails with all that differ at once.
#[track_caller]
fn assert_none(differences: Vec<String>) {
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn at_least_two_hundred_kinds_are_tested() {
    let kinds = rows::CASES.len()
        + rows::long().len()
        + files::cases().len()
        + tokens::KINDS
        + bodies::CASES.len()
        + queries::CASES.len()
        + crate::chat::frames::bad_frames("x").len();
    assert!(kinds >= 200, "{kinds}");
}
