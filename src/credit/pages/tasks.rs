//! What grades ask of the officers of a region: the tasks of measures, the late ones first.

use askama::Template;
use chrono::NaiveDate;

use crate::core::actor::Actor;
use crate::core::ids::EnterpriseId;
use crate::core::page::Slice;
use crate::credit::ids::CreditTaskId;
use crate::credit::measures::task_queries::{self, TaskFilter};
use crate::credit::measures::view::TaskView;
use crate::credit::pages::kept::done;
use crate::credit::pages::orders::DUE;
use crate::credit::pages::shown::GradeShown;
use crate::credit::pages::words::grade_shown;
use crate::credit::pages::{Chip, today};
use crate::credit::words::TaskState;
use crate::web::choices;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// A task in the list.
struct Listed {
    id: CreditTaskId,
    words: String,
    enterprise: EnterpriseId,
    name: String,
    place: String,
    grade: GradeShown,
    due_on: NaiveDate,
    days_left: i64,
    late: bool,
    /// By whom and when it was done.
    done: Option<String>,
    note: Option<String>,
}

#[derive(Template)]
#[template(path = "credit/tasks.html")]
struct TasksPage {
    f: Frame,
    asked: QueryParams,
    trial: bool,
    chips: Vec<Chip>,
    items: Vec<Listed>,
    pager: Pager,
    today: String,
    /// The address of the tasks that are shown, to be exported.
    export: String,
}

/// The list. Without a state in the address what is to be done is shown.
pub async fn tasks(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let (catalogue, day) = (app.catalogue(), today(app));
        let filter = TaskFilter {
            state: asked.read("state")?.or(Some(TaskState::Open)),
            late: asked.read("late")?,
            region: asked.get("region").map(str::to_owned),
            enterprise: asked.read("enterprise")?,
            q: asked.get("q").map(str::to_owned),
        };
        let shown_state = filter.state.unwrap_or(TaskState::Open);
        // What is due first stands first, unless another order is asked for.
        let slice = match asked.get("sort") {
            Some(_) => frame.slice(&asked)?,
            None => Slice { order: Some(&DUE), ..asked.sorted_slice()? },
        };
        let conn = &mut *app.snapshot()?;
        let page = task_queries::list(conn, &actor, &filter, day, slice)?;
        let pager = asked.pager(&page, || task_queries::count(conn, &actor, &filter, day))?;
        let trial = page.items.iter().any(|task| task.trial);
        let listed = |task: TaskView| Listed {
            done: done(&frame, &task),
            words: frame.say(&task.text).to_owned(),
            place: format!(
                "{} · {}",
                choices::region(frame.language, catalogue, &task.region),
                frame.say(&task.role.text())
            ),
            grade: grade_shown(Some(task.grade)),
            days_left: task.due_on.signed_duration_since(day).num_days(),
            id: task.id,
            enterprise: task.enterprise_id,
            name: task.enterprise_name,
            due_on: task.due_on,
            late: task.late,
            note: task.note,
        };
        Ok(TasksPage {
            trial,
            chips: chips(&frame, &asked),
            items: page.items.into_iter().map(listed).collect(),
            pager,
            today: day.to_string(),
            export: asked.file_with("/api/v1/credit/tasks", &[], &[("state", shown_state.as_str())]),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

/// The filters that are asked for most.
fn chips(f: &Frame, asked: &QueryParams) -> Vec<Chip> {
    let one = |words: &str, name, value: &str| {
        (words.to_owned(), format!("/credit/tasks?{name}={value}"), asked.is(name, value))
    };
    let open = asked.get("state").is_none() && asked.get("late").is_none();
    vec![
        (f.t("待办", "to be done").to_owned(), "/credit/tasks".to_owned(), open),
        one(f.t("逾期", "late"), "late", "true"),
        one(f.t("已完成", "done"), "state", TaskState::Done.as_str()),
        one(f.t("已终止", "ended"), "state", TaskState::Dropped.as_str()),
    ]
}
