//! The figures as they are printed.

/// The value in the middle.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Prints a figure with its unit.
pub(crate) fn print(name: &str, value: f64, unit: &str) {
    let digits = if value >= 1000.0 { 0 } else { 3 };
    println!("{name} {value:.digits$} {unit}");
}

/// Shows on standard error what the bench is doing.
pub(crate) fn progress(what: impl std::fmt::Display) {
    eprintln!("bench: {what}");
}
