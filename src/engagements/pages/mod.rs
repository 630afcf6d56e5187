//! What people see of visits.

pub mod dangers;
pub mod list;
pub mod mine;
pub mod one;
pub mod propose;
pub mod sheet;
pub mod today;

use crate::app::App;
use crate::core::clock::shanghai_date;
use crate::engagements::queries::{EngagementView, Today};
use crate::engagements::settings::EngagementSettings;
use crate::web::choices;
use crate::web::frame::Frame;
use chrono::NaiveDate;

/// A visit with codes in words.
pub struct Listed {
    /// The visit.
    pub view: EngagementView,
    /// The name of its region.
    pub place: String,
    /// The state in words.
    pub state: String,
    /// The experts.
    pub experts: String,
    /// The enterprises.
    pub enterprises: String,
    /// When it is.
    pub when: String,
}

/// Today, in Asia/Shanghai.
fn day(app: &App) -> NaiveDate {
    shanghai_date(app.clock().now())
}

/// What is overdue today.
fn due(app: &App) -> Today {
    Today::of(app.settings().section::<EngagementSettings>(), day(app))
}

/// A time in words: day, begin and end.
fn span(f: &Frame, view: &EngagementView) -> String {
    match (&view.row.starts_at, &view.row.ends_at) {
        (Some(from), Some(until)) => format!("{}–{}", f.time(from), f.clock(until)),
        _ => String::new(),
    }
}

/// A visit with codes in words.
fn listed(f: &Frame, app: &App, view: EngagementView) -> Listed {
    let between = f.t("、", ", ");
    let experts: Vec<&str> = view.experts.iter().map(|one| one.name.as_str()).collect();
    let enterprises: Vec<&str> = view.enterprises.iter().map(|one| one.name.as_str()).collect();
    Listed {
        place: choices::region(f.language, app.catalogue(), &view.row.region),
        state: f.say(&view.row.state.text()).to_owned(),
        experts: experts.join(between),
        enterprises: enterprises.join(between),
        when: span(f, &view),
        view,
    }
}
