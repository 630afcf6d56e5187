//! What an enterprise reads of its own credit: which grade, why, until when, what ends it, and where to object.

use askama::Template;
use chrono::NaiveDate;

use crate::conduct::rules::CreditRules;
use crate::conduct::score::RuleBook;
use crate::conduct::settings::ConductSettings;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::credit::pages::chart::StepChart;
use crate::credit::pages::kept::{MeasureShown, changes, measures};
use crate::credit::pages::shown::StatementShown;
use crate::credit::pages::source::read as read_entries;
use crate::credit::pages::statement::{course, statement as shown};
use crate::credit::pages::today;
use crate::credit::statement;
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// What the enterprise may do, in the terms of the rules.
struct Rights {
    object: String,
    repair: String,
}

#[derive(Template)]
#[template(path = "credit/mine.html")]
struct MinePage {
    f: Frame,
    /// Grades are on trial.
    trial: bool,
    s: StatementShown,
    chart: Option<StepChart>,
    measures: Vec<MeasureShown>,
    rights: Rights,
    asked: QueryParams,
    today: String,
}

/// The page; for others than enterprises there is none.
pub async fn mine(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let Scope::Enterprise(own) = person.scope else { return Err(Problem::not_found()) };
        let actor = Actor::Person(person);
        let today = today(app);
        let as_of: Option<NaiveDate> = asked.read("as_of")?;
        let day = as_of.unwrap_or(today);
        let conn = &mut *app.snapshot()?;
        let settings = app.settings().section::<ConductSettings>();
        let now = app.clock().now();
        let kept = statement::of(conn, &actor, (app.catalogue(), settings), own, Some(day), now)?;
        let known = read_entries(app, conn, &actor, own, day)?;
        let book = RuleBook::new(&settings.rules);
        let source = known.source(&book, (day, today), true);
        let current = measures(&frame, &kept.measures, today).into_iter().filter(|m| m.until.is_none());
        Ok(MinePage {
            s: shown(&frame, &source, changes(&frame, &kept.history)).on_page(&asked)?,
            chart: course(&frame, &source),
            measures: current.collect(),
            rights: rights(&frame, settings.rules_on(today)),
            trial: kept.trial,
            today: today.to_string(),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

fn rights(f: &Frame, rules: Option<&CreditRules>) -> Rights {
    let (notice, object, repair) = rules.map_or((0, 0, 0), |rules| {
        (rules.notice.working_days, rules.objection.working_days, rules.repair.working_days)
    });
    Rights {
        object: f
            .t(
                &format!("记录在计分前告知贵企业，一般在告知 {notice} 个工作日后计分。对任何一条记录都可以提出异议，由登记人以外的监管人员在 {object} 个工作日内办结。"),
                &format!(
                    "You are notified before an entry counts, as a rule {notice} working days before. You may object to each entry; an officer other than the one who made it decides within {object} working days."
                ),
            )
            .to_owned(),
        repair: f
            .t(
                &format!("等待期满、义务履行完毕后可以申请，{repair} 个工作日内决定，不收费。"),
                &format!("Once the waiting time has passed and your duties are done. Decided within {repair} working days, free of charge."),
            )
            .to_owned(),
    }
}

impl MinePage {
    /// What the chart shows, in a sentence.
    fn course(&self) -> String {
        self.s.sentences.first().cloned().unwrap_or_default()
    }
}
