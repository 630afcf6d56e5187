//! The batch plan at province size, and its optimum beside that of another exact solver.

use crate::experts::add_experts;
use crate::hungarian::best_total;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::convert::Infallible;
use std::io::Write;
use std::time::Instant;
use zerodesk::accounts::{CreateStaff, NewPassword};
use zerodesk::app::App;
use zerodesk::core::actor::{Actor, Person, Proof, Role, Scope as Bounds};
use zerodesk::core::ids::SessionId;
use zerodesk::core::{Caller, Language, Problem};
use zerodesk::db::schema::matching_plan as plans;
use zerodesk::matching::model::Model;
use zerodesk::matching::settings::MatchingSettings;
use zerodesk::plans::figures::Figures;
use zerodesk::plans::greedy::greedy;
use zerodesk::plans::ids::PlanId;
use zerodesk::plans::pairs::Pairs;
use zerodesk::plans::snapshot::{self, Scope};
use zerodesk::plans::solver::solve;
use zerodesk::plans::{ApplyPlan, CapacityBasis, RequestPlan, run_plan, scoring};
use zerodesk::zero_out::import::import_file;
use zerodesk::zero_out::import::sample::Sample;

/// Experts of the province.
const EXPERTS: i32 = 687;
/// A plan is timed so often; the median counts.
const ROUNDS: usize = 3;
/// Small and middle instances: enterprises, experts, most places, how many of them, whether ties abound.
const INSTANCES: [(usize, u32, u64, u64, bool); 4] =
    [(12, 5, 4, 200, true), (40, 9, 6, 60, false), (300, 30, 12, 6, true), (600, 60, 12, 4, false)];

/// Times plans of province size and compares totals. Prints `plan_seconds` (from the beginning of the
/// job to its stored result: reading, scoring, solving, storing), `plan_apply_seconds` (assignments and
/// mails of all), `plan_optimality` and `plan_vs_greedy`.
///
/// # Errors
/// When the database can't be had, or a plan is not computed.
pub(crate) fn bench_plan(app: &App) -> Result<(), Problem> {
    let caller = province(app)?;
    let (mut seconds, mut last) = (Vec::new(), None);
    let mut latest = None;
    for _ in 0..ROUNDS {
        let request = RequestPlan {
            name: None,
            region: None,
            class: None,
            import: None,
            rounds: 1,
            capacity_basis: CapacityBasis::Free,
            least_score: None,
        };
        let id = app.execute(&caller, &request)?.id;
        let began = Instant::now();
        run_plan(app, id, None)?;
        seconds.push(began.elapsed().as_secs_f64());
        last = Some(figures(app, id)?);
        latest = Some(id);
    }
    seconds.sort_by(f64::total_cmp);
    let median = seconds.get(seconds.len() / 2).copied().unwrap_or(f64::NAN);
    let (Some(of), Some(id)) = (last, latest) else { return Ok(()) };
    let began = Instant::now();
    let applied = app.execute(&caller, &ApplyPlan { id })?;
    let applying = began.elapsed().as_secs_f64();
    let ratio = against_greedy(app)?;
    let optimality = optimality();
    let mut out = std::io::stdout();
    writeln!(
        out,
        "plan_conditions {} enterprises, {} experts, {} places, {} pairs; {} assigned, total {} of at most {} millionths; {} enterprises and {} experts \
         told by mail\nplan_apply_seconds {applying:.3} s\nplan_seconds {median:.3} s\nplan_optimality {optimality:.6} ratio\nplan_vs_greedy {ratio:.4} ratio",
        of.enterprises, of.experts, of.places, of.pairs, of.assigned, of.total_micros, of.bound_micros,
        applied.invited, applied.experts_told,
    )
    .map_err(Problem::internal)
}

fn figures(app: &App, id: PlanId) -> Result<Figures, Problem> {
    let stored: Option<serde_json::Value> =
        plans::table.find(id).select(plans::figures).first(&mut *app.conn()?)?;
    Ok(serde_json::from_value(stored.ok_or_else(|| Problem::internal("the bench's plan was not computed"))?)?)
}

/// A database of province size, and an officer of the province.
fn province(app: &App) -> Result<Caller, Problem> {
    app.conn()?.batch_execute(
        // Without the triggers, one of which keeps the history of cases from being emptied.
        "BEGIN; SET LOCAL session_replication_role = replica;
         TRUNCATE enterprise, nonconformity, remediation_case, case_event, zero_out_import, account, expert CASCADE;
         COMMIT",
    )?;
    let csv = Sample::PROVINCE.csv(app.catalogue()).map_err(Problem::internal)?;
    import_file(app, &Caller::system(), "bench.csv", csv, false, &|_, _| ())?;
    add_experts(&mut *app.conn()?, EXPERTS, 11, app.clock().now())?;
    app.conn()?.batch_execute(
        "UPDATE enterprise SET contact_email = uscc || '@enterprise.example' WHERE contact_email IS NULL; ANALYZE",
    )?;
    let staff = CreateStaff {
        username: "bench-officer".to_owned(),
        password: NewPassword::hashed("bench of the province", app)?,
        name: "bench".to_owned(),
        email: None,
        role: Role::Admin,
        region: Some("440000".to_owned()),
        language: Language::Zh,
    };
    let account = app.execute(&Caller::system(), &staff)?.id;
    let person = Person {
        account,
        session: SessionId::new(),
        name: staff.name,
        language: Language::Zh,
        scope: Bounds::Admin("440000".to_owned()),
        proof: Proof::default(),
    };
    Ok(Caller { actor: Actor::Person(person), request: None, idempotency_key: None })
}

/// The optimum of the province with about two places for three enterprises, over the total that best-first greedy
/// comes to.
#[expect(clippy::cast_precision_loss, reason = "totals are far below 2^53")]
fn against_greedy(app: &App) -> Result<f64, Problem> {
    app.conn()?.batch_execute("UPDATE expert SET capacity = greatest(1, capacity * 2 / 3)")?;
    let scope = Scope {
        region: "440000".to_owned(),
        class: None,
        import: None,
        rounds: 1,
        capacity_basis: CapacityBasis::Free,
        least_score: None,
    };
    let day = zerodesk::core::clock::shanghai_date(app.clock().now());
    let snapshot = snapshot::read(&mut *app.conn()?, &scope, day)?;
    let model = Model::new(app.settings().section::<MatchingSettings>());
    let go_on = |_| Ok::<_, Infallible>(());
    let Ok(scored) = scoring::score(&snapshot, &scope, &model, app.catalogue(), go_on);
    let Ok(solution) = solve(&scored.pairs, go_on);
    Ok(solution.total as f64 / greedy(&scored.pairs).max(1) as f64)
}

/// The worst ratio of the plan's total to the exact optimum over all instances.
#[expect(clippy::cast_precision_loss, reason = "totals are far below 2^53")]
fn optimality() -> f64 {
    let mut worst = 1.0_f64;
    for (enterprises, experts, most_places, count, ties) in INSTANCES {
        for seed in 0..count {
            let pairs = instance(seed, enterprises, experts, most_places, ties);
            let Ok(solution) = solve(&pairs, |_| Ok::<_, Infallible>(()));
            let exact = best_total(&pairs);
            if exact > 0 {
                worst = worst.min(solution.total as f64 / exact as f64);
            }
        }
    }
    worst
}

fn instance(seed: u64, enterprises: usize, experts: u32, most_places: u64, ties: bool) -> Pairs {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ u64::from(experts);
    let mut below = move |limit: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    };
    let mut pairs =
        Pairs::new((0..experts).map(|_| u32::try_from(below(most_places + 1)).unwrap_or(0)).collect());
    for _ in 0..enterprises {
        let step = if ties { 100_000 } else { 1 };
        let mut row = Vec::new();
        for expert in 0..experts {
            if below(4) > 0 {
                row.push((expert, i32::try_from(below(1_000_001) / step * step).unwrap_or(0)));
            }
        }
        pairs.push(row);
    }
    pairs
}
