//! What is kept of an operator, as its statement shows it: the changes of its grade, and the measures with their tasks.

use chrono::NaiveDate;

use crate::conduct::words::Grade;
use crate::credit::measures::view::{MeasureView, TaskView};
use crate::credit::pages::shown::ChangeShown;
use crate::credit::pages::words::change;
use crate::credit::statement::view::ChangeView;
use crate::credit::words::TaskState;
use crate::web::frame::Frame;

/// Changes of a grade that are shown, the newest first.
const MOST_CHANGES: usize = 40;
/// Causes of a change that are shown.
const MOST_CAUSES: usize = 5;

/// A task of a measure.
pub struct TaskShown {
    /// Its last day.
    pub due_on: NaiveDate,
    /// Days to it.
    pub days_left: i64,
    /// It was not done in time.
    pub late: bool,
    /// By whom and when it was done.
    pub done: Option<String>,
}

/// A measure.
pub struct MeasureShown {
    /// Wording of the measure.
    pub words: String,
    /// The first day on which it holds.
    pub from: NaiveDate,
    /// Until when; none while it lasts.
    pub until: Option<NaiveDate>,
    /// Its tasks, for officers.
    pub tasks: Vec<TaskShown>,
}

/// Who did a task and when.
pub fn done(f: &Frame, task: &TaskView) -> Option<String> {
    let day = f.day(&task.done_on?);
    let by = task.done_by.as_deref().unwrap_or_default();
    Some(format!("{by} {day}").trim().to_owned()).filter(|_| task.state == TaskState::Done)
}

/// The measures, those that last first.
pub fn measures(f: &Frame, all: &[MeasureView], today: NaiveDate) -> Vec<MeasureShown> {
    let task = |task: &TaskView| TaskShown {
        due_on: task.due_on,
        days_left: task.due_on.signed_duration_since(today).num_days(),
        late: task.late,
        done: done(f, task),
    };
    let mut shown: Vec<MeasureShown> = all
        .iter()
        .map(|measure| MeasureShown {
            words: f.say(&measure.text).to_owned(),
            from: measure.from_day,
            until: measure.until_day,
            tasks: measure.tasks.iter().filter(|t| t.state != TaskState::Dropped).map(task).collect(),
        })
        .collect();
    shown.sort_by_key(|measure| (measure.until.is_some(), std::cmp::Reverse(measure.from)));
    shown
}

/// The changes of the grade, the newest first. Days on which the points changed and the grade did not are left out.
pub fn changes(f: &Frame, all: &[ChangeView]) -> Vec<ChangeShown> {
    let shown = |view: &ChangeView| ChangeShown { day: view.day, title: title(f, view), why: why(f, view) };
    let mut shown: Vec<ChangeShown> =
        all.iter().filter(|view| view.grade_before != view.grade).map(shown).collect();
    shown.sort_by_key(|change| std::cmp::Reverse(change.day));
    shown.truncate(MOST_CHANGES);
    shown
}

/// Why a grade changed, a sentence for each of the first causes.
fn why(f: &Frame, view: &ChangeView) -> Vec<String> {
    let first = view.causes.iter().take(MOST_CAUSES).map(|cause| f.say(&cause.text).to_owned());
    let more = view.causes.len().saturating_sub(MOST_CAUSES);
    let rest = (more > 0).then(|| f.t(&format!("另有 {more} 项"), &format!("and {more} more")).to_owned());
    first.chain(rest).collect()
}

fn title(f: &Frame, view: &ChangeView) -> String {
    let (before, after): (Option<Grade>, Option<Grade>) = (view.grade_before, view.grade);
    format!("{} · {}", f.say(&view.role.text()), change(f, before, after))
}
