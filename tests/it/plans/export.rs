//! The export alone, held against another library's solver.

use pathfinding::prelude::{Matrix, kuhn_munkres};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use zerodesk::zero_out::import::sample::Sample;

use super::{computed, items, plan_path, sql, world};
use crate::support::TestApp;
use experts::add_experts;

/// The experts of the benchmark.
#[path = "../../../src/bin/zerodesk-bench/experts.rs"]
mod experts;

/// Solves the plan from the file alone.
#[derive(Default)]
struct Checked {
    pairs: usize,
    /// Of all pairs, rising.
    scores: Vec<i64>,
    chosen: i64,
    optimum: i64,
    without: BTreeMap<String, String>,
}

fn check(csv: &str) -> Checked {
    let mut read = csv::Reader::from_reader(csv.as_bytes());
    let mut checked = Checked::default();
    let (mut enterprises, mut experts) = (Vec::new(), BTreeMap::<String, usize>::new());
    let mut scores = BTreeMap::new();
    let mut taken = BTreeMap::<String, usize>::new();
    let mut served = BTreeSet::new();
    for row in read.deserialize::<BTreeMap<String, String>>() {
        let row = row.unwrap();
        let id = row["enterprise_id"].clone();
        if row["expert_id"].is_empty() {
            assert!(row["score"].is_empty() && !row["reason"].is_empty() && row["chosen"] == "0", "{row:?}");
            checked.without.insert(row["enterprise_uscc"].clone(), row["reason"].clone());
            continue;
        }
        assert!(checked.without.is_empty(), "those without a pair stand apart, at the end");
        checked.pairs += 1;
        let score: f64 = row["score"].parse().unwrap();
        let micros = (score * 1e6).round() as i64;
        checked.scores.push(micros);
        assert_eq!(row["computed"], row["chosen"], "nothing was changed by hand");
        let capacity: usize = row["expert_capacity"].parse().unwrap();
        assert!(experts.insert(row["expert_id"].clone(), capacity).is_none_or(|known| known == capacity));
        if row["chosen"] == "1" {
            checked.chosen += micros;
            *taken.entry(row["expert_id"].clone()).or_default() += 1;
            assert!(served.insert(id.clone()), "one expert for each enterprise");
        }
        if enterprises.last() != Some(&id) {
            enterprises.push(id.clone());
        }
        assert!(scores.insert((id, row["expert_id"].clone()), micros).is_none(), "each pair once");
    }
    assert!(taken.iter().all(|(expert, count)| *count <= experts[expert]));
    let places: Vec<&String> = experts
        .iter()
        .flat_map(|(id, places)| std::iter::repeat_n(id, (*places).min(enterprises.len())))
        .collect();
    let weights = Matrix::from_fn(enterprises.len(), places.len() + enterprises.len(), |(row, column)| {
        let pair = places.get(column).map(|expert| (enterprises[row].clone(), (*expert).clone()));
        pair.map_or(0, |pair| scores.get(&pair).copied().unwrap_or(-1))
    });
    checked.optimum = kuhn_munkres(&weights).0;
    checked.scores.sort_unstable();
    checked
}

#[test]
fn another_solver_finds_no_better_plan() {
    let app = TestApp::start();
    let admin = app.admin("officer", "440000");
    let sample = Sample { enterprises: 160, operating: 120, rows: 220, seed: 7 };
    app.import(&admin, &sample.csv(app.app.catalogue()).unwrap(), false);
    add_experts(&mut app.app.conn().unwrap(), 24, 2, app.now()).unwrap();
    sql(
        &app,
        "UPDATE expert SET name = '=HYPERLINK(1),\"x\"' WHERE id = (SELECT id FROM expert ORDER BY id LIMIT 1)",
    );
    for body in [json!({}), json!({ "rounds": 3 })] {
        let plan = computed(&admin, &body);
        let reply = admin.get(&plan_path(&plan, "/pairs"));
        assert_eq!((reply.status, reply.header("content-type")), (200, "text/csv; charset=utf-8"));
        assert!(!reply.text.contains(",=HYPERLINK"));
        let found = check(&reply.text);
        let figures = &plan["figures"];
        assert_eq!(json!(found.pairs), figures["pairs"]);
        assert_eq!(json!(found.chosen), figures["total_micros"]);
        assert_eq!(found.chosen, found.optimum, "the optimum, to the millionth");
        assert_eq!(json!(found.without.len()), figures["without_pair"]);
        assert!(figures["unserved"].as_u64() > figures["without_pair"].as_u64() || body != json!({}));
    }
    // The same without the lower half of the pairs: an optimum of what is left.
    let all = check(&admin.get(&plan_path(&computed(&admin, &json!({})), "/pairs")).text);
    let least = all.scores[all.scores.len() / 2];
    let plan = computed(&admin, &json!({ "least_score": least as f64 / 1e6 }));
    let found = check(&admin.get(&plan_path(&plan, "/pairs")).text);
    assert!(found.pairs < all.pairs && found.scores[0] >= least, "{} of {}", found.pairs, all.pairs);
    assert_eq!(found.scores, all.scores[all.scores.len() - found.pairs..]);
    assert_eq!((json!(found.chosen), found.chosen), (plan["figures"]["bound_micros"].clone(), found.optimum));
    assert_eq!(json!(found.without.len()), plan["figures"]["without_pair"]);
}

#[test]
fn the_export_does_not_change_after_the_computation() {
    let (app, admin) = world();
    let plan = computed(&admin, &json!({}));
    let before = admin.get(&plan_path(&plan, "/pairs")).text;
    let found = check(&before);
    assert_eq!((found.pairs, found.without.len()), (8, 1));
    assert_eq!(found.without.values().next().unwrap(), "no_specialty");
    sql(&app, "UPDATE expert SET name = 'another', capacity = 9; DELETE FROM expert_specialty");
    assert_eq!(admin.get(&plan_path(&plan, "/pairs")).text, before);
    sql(&app, "UPDATE expert SET available = false");
    assert_eq!(admin.get(&plan_path(&plan, "/pairs")).text, before);
    // Rules that exclude all who know a product are named with their number.
    sql(&app, "INSERT INTO expert_specialty SELECT id, 1, 'K0101', NULL, 3, '{}' FROM expert");
    let without = computed(&admin, &json!({}));
    let found = check(&admin.get(&plan_path(&without, "/pairs")).text);
    assert_eq!(found.without.values().filter(|reason| *reason == "excluded: unavailable=2").count(), 4);
    assert_eq!(items(&admin, &plan_path(&without, "/unserved")).len(), 5);
}
