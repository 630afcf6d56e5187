//! A draw from 200,000 operators: from the rows of the register to who was drawn.

use crate::output::{median, print};
use std::time::Instant;
use zerodesk::app::App;
use zerodesk::catalogue::SupervisionClass;
use zerodesk::core::Problem;
use zerodesk::core::clock::shanghai_date;
use zerodesk::programmes::draw::algorithm::draw;
use zerodesk::programmes::draw::frame::{Frame, MOST_ROWS, Operator};
use zerodesk::programmes::settings::ProgrammeSettings;
use zerodesk::programmes::state::OperatorRole;

/// A draw is timed so often; the median counts.
const ROUNDS: usize = 5;
/// Operators that are drawn.
const DRAWN: usize = 5_000;

/// Times the frame (its ids, its text, its SHA-256) and the draw (keys and order) over 200,000 operators. Prints `draw_seconds` for both together
/// and `draw_keys_seconds` for the draw alone.
///
/// # Errors
/// When there are no regimes.
pub(crate) fn bench_draw(app: &App) -> Result<(), Problem> {
    let today = shanghai_date(app.clock().now());
    let table = app.settings().section::<ProgrammeSettings>().regimes_on(today).cloned();
    let table = table.ok_or_else(|| Problem::internal("there are no regimes"))?;
    let (mut all, mut keys) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let operators = operators();
        let seed = [u8::try_from(round).unwrap_or_default(); 32];
        let began = Instant::now();
        let frame = Frame::of(operators, b"the salt of the bench", &table);
        let weighted = frame.weighted();
        let drawing = Instant::now();
        let drawn = draw(&seed, &weighted, DRAWN);
        keys.push(drawing.elapsed().as_secs_f64());
        all.push(began.elapsed().as_secs_f64());
        if (drawn.len(), frame.rows.len()) != (DRAWN, MOST_ROWS) {
            return Err(Problem::internal("the bench's draw is short"));
        }
    }
    print("draw_seconds", median(all), "s");
    print("draw_keys_seconds", median(keys), "s");
    Ok(())
}

fn operators() -> Vec<Operator> {
    let regimes = SupervisionClass::ALL.iter().cycle();
    (0..MOST_ROWS)
        .zip(regimes)
        .map(|(n, regime)| Operator {
            enterprise: None,
            uscc: format!("91440101BENCH{n:05}"),
            name: format!("广州第{n}有限公司"),
            region: "440100".to_owned(),
            role: OperatorRole::Producer,
            product_kind: "K0101".to_owned(),
            regime: *regime,
            grade: None,
            index: 0,
        })
        .collect()
}
