//! The figures of signals, drawn.

use askama::Template;

use crate::core::actor::Actor;
use crate::signals::figures::{FigureFilter, SignalFigures, SourceFigures, figures as counted};
use crate::web::charts::percent;
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "signals/figures.html")]
struct FiguresPage {
    f: Frame,
    asked: QueryParams,
    x: SignalFigures,
    /// The most signals of one source: the whole width of a bar.
    most: i64,
}

/// The page.
pub async fn figures(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let filter = FigureFilter { from: asked.read("from")?, until: asked.read("until")? };
        let x = counted(&mut *app.snapshot()?, &Actor::Person(person), &filter)?;
        let most = x.sources.iter().map(|one| one.signals).max().unwrap_or(0);
        Ok(FiguresPage { f: frame, asked, x, most })
    });
    show(&f, &page.await?)
}

impl FiguresPage {
    fn source(&self, one: &SourceFigures) -> String {
        one.source.map(|source| self.f.say(&source.text()).to_owned()).unwrap_or_default()
    }

    /// The width of the bar of all signals of a source, of 100.
    fn whole(&self, one: &SourceFigures) -> String {
        format!("{:.1}", percent(one.signals, self.most))
    }

    /// The width of the bar of those that are matched.
    fn part(&self, one: &SourceFigures) -> String {
        format!("{:.1}", percent(one.matched, self.most))
    }

    /// The share that is matched, in per cent; none of nothing.
    fn share(&self, one: &SourceFigures) -> String {
        if one.signals == 0 { "–".to_owned() } else { format!("{:.1}%", percent(one.matched, one.signals)) }
    }

    fn days(&self, days: &Option<f64>) -> String {
        days.map_or_else(|| "–".to_owned(), |days| format!("{days:.0}"))
    }
}
