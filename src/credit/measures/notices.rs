//! Officers are reminded of tasks: once before a task is due, once when it is late; one mail for all of a region's tasks at a time.

use crate::accounts::people::officers_around;
use crate::accounts::store::recipient;
use crate::app::App;
use crate::core::clock::day_in;
use crate::core::{Actor, Caller, Language, Problem};
use crate::credit::ids::CreditTaskId;
use crate::credit::mails::Mail;
use crate::credit::settings::CreditSettings;
use crate::db::{Command, Tx};
use crate::jobs::Stop;
use crate::notifications::outbox;
use crate::web::room::Job;
use chrono::{Days, NaiveDate};
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Date, Text, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// How often it looks.
const POLL: Duration = Duration::from_secs(600);
/// The most tasks that a mail names.
const NAMED: usize = 20;

/// Reminds officers of tasks.
pub const JOB: Job = Job {
    name: "credit_tasks",
    wake: None,
    poll: POLL,
    start: |_, stop| {
        let stop = Arc::clone(stop);
        Ok(Box::new(move |app| remind(app, &stop).map(|()| false)))
    },
};

/// The regions in which officers are to be told of tasks: that come due by `$1`, or were due before `$2`.
const REGIONS: &str = "
    SELECT DISTINCT t.region
    FROM credit_task t
    WHERE t.state = 'open' AND ((t.due_on <= $1 AND t.reminded_at IS NULL) OR (t.due_on < $2 AND t.late_at IS NULL))
    ORDER BY 1";

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Region {
    #[diesel(sql_type = Text)]
    region: String,
}

/// The last day of tasks that officers are reminded of on a day.
fn soon(today: NaiveDate, days: i32) -> NaiveDate {
    today.checked_add_days(Days::new(u64::try_from(days).unwrap_or(0))).unwrap_or(today)
}

/// Reminds the officers of all regions.
///
/// # Errors
/// When the database is unavailable.
pub fn remind(app: &App, stop: &Stop) -> Result<(), Problem> {
    let today = crate::core::clock::shanghai_date(app.clock().now());
    let days = app.settings().section::<CreditSettings>().method_on(today).map_or(0, |m| m.remind_days);
    let regions: Vec<Region> = diesel::sql_query(REGIONS)
        .bind::<Date, _>(soon(today, days))
        .bind::<Date, _>(today)
        .load(&mut *app.conn()?)?;
    for Region { region } in regions {
        if stop.is_set() {
            break;
        }
        app.execute(&Caller::system(), &RemindTasks { region })?;
    }
    Ok(())
}

/// Reminds the officers of a region, or those of the smallest one around it that has any, of its tasks. Done by the platform.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RemindTasks {
    /// Code of the region.
    pub region: String,
}

/// The tasks of a region that officers are to be told of, locked, the first due first.
const TASKS: &str = "
    SELECT t.id, e.name, t.due_on, t.due_on < $3 AS late, m.text_zh, m.text_en, m.trial
    FROM credit_task t
    JOIN credit_measure m ON m.id = t.measure_id
    JOIN published.enterprise e ON e.id = t.enterprise_id
    WHERE t.region = $1 AND t.state = 'open'
      AND ((t.due_on <= $2 AND t.reminded_at IS NULL) OR (t.due_on < $3 AND t.late_at IS NULL))
    ORDER BY t.due_on, t.id
    FOR UPDATE OF t";

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Task {
    #[diesel(sql_type = SqlUuid)]
    id: CreditTaskId,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Date)]
    due_on: NaiveDate,
    #[diesel(sql_type = Bool)]
    late: bool,
    #[diesel(sql_type = Text)]
    text_zh: String,
    #[diesel(sql_type = Text)]
    text_en: String,
    #[diesel(sql_type = Bool)]
    trial: bool,
}

/// Marks tasks as told of.
const TOLD: &str = "
    UPDATE credit_task SET reminded_at = coalesce(reminded_at, $2), late_at = CASE WHEN due_on < $3 THEN $2 ELSE late_at END
    WHERE id = ANY ($1)";

impl Command for RemindTasks {
    type Output = usize;
    const NAME: &'static str = "remind_credit_tasks";

    fn run(&self, tx: &mut Tx) -> Result<usize, Problem> {
        if tx.actor != Actor::System {
            return Err(Problem::forbidden());
        }
        let today = tx.today();
        let days = tx.settings.section::<CreditSettings>().method_on(today).map_or(0, |m| m.remind_days);
        let tasks: Vec<Task> = diesel::sql_query(TASKS)
            .bind::<Text, _>(&self.region)
            .bind::<Date, _>(soon(today, days))
            .bind::<Date, _>(today)
            .load(&mut *tx.conn)?;
        if tasks.is_empty() {
            return Ok(0);
        }
        let late = tasks.iter().filter(|task| task.late).count();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let officers = officers_around(tx, &self.region)?;
        for to in officers.iter().filter_map(recipient) {
            let lines: Vec<String> = tasks.iter().take(NAMED).map(|task| line(task, to.language)).collect();
            let mail = Mail::CreditTasks {
                near: count(tasks.len() - late),
                late: count(late),
                unnamed: count(tasks.len().saturating_sub(NAMED)),
                lines: lines.join("\n").into(),
                link: tx.link("/credit/tasks"),
            };
            outbox::enqueue(tx, &to, &mail)?;
        }
        let ids: Vec<CreditTaskId> = tasks.iter().map(|task| task.id).collect();
        diesel::sql_query(TOLD)
            .bind::<Array<SqlUuid>, _>(ids)
            .bind::<Timestamptz, _>(tx.now)
            .bind::<Date, _>(today)
            .execute(&mut *tx.conn)?;
        Ok(tasks.len())
    }
}

fn line(task: &Task, language: Language) -> String {
    let Task { name, late, trial, .. } = task;
    let due_on = day_in(language, task.due_on);
    match language {
        Language::Zh => {
            let trial = if *trial { "（试行）" } else { "" };
            let late = if *late { "，已逾期" } else { "" };
            format!("- {name}：{}{trial}，截止{due_on}{late}", task.text_zh)
        }
        Language::En => {
            let trial = if *trial { " (on trial)" } else { "" };
            let late = if *late { "late since" } else { "due" };
            format!("- {name}: {}{trial}, {late} {due_on}", task.text_en)
        }
    }
}
