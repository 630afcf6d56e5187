//! The statement of one operator, for officers, as of any day.

use askama::Template;
use chrono::NaiveDate;

use crate::conduct::score::RuleBook;
use crate::conduct::settings::ConductSettings;
use crate::core::actor::Actor;
use crate::core::ids::EnterpriseId;
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
use crate::web::{Id, choices};

#[derive(Template)]
#[template(path = "credit/one.html")]
struct OnePage {
    f: Frame,
    asked: QueryParams,
    enterprise: EnterpriseId,
    name: String,
    uscc: String,
    place: String,
    /// Grades are on trial.
    trial: bool,
    s: StatementShown,
    chart: Option<StepChart>,
    measures: Vec<MeasureShown>,
    today: String,
}

/// The page.
pub async fn one(state: State, member: Member, id: Id<EnterpriseId>, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let today = today(app);
        let as_of: Option<NaiveDate> = asked.read("as_of")?;
        let day = as_of.unwrap_or(today);
        let conn = &mut *app.snapshot()?;
        let settings = app.settings().section::<ConductSettings>();
        let now = app.clock().now();
        let kept = statement::of(conn, &actor, (app.catalogue(), settings), id, Some(day), now)?;
        let known = read_entries(app, conn, &actor, id, day)?;
        let book = RuleBook::new(&settings.rules);
        let source = known.source(&book, (day, today), false);
        Ok(OnePage {
            s: shown(&frame, &source, changes(&frame, &kept.history)).on_page(&asked)?,
            chart: course(&frame, &source),
            measures: measures(&frame, &kept.measures, today),
            place: choices::region(frame.language, app.catalogue(), &kept.region),
            trial: kept.trial,
            today: today.to_string(),
            enterprise: id,
            name: kept.enterprise_name,
            uscc: kept.uscc,
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl OnePage {
    /// What the chart shows, in a sentence.
    fn course(&self) -> String {
        self.s.sentences.first().cloned().unwrap_or_default()
    }
}
