//! The visits to an enterprise: which wait for it to choose a time or to confirm the minutes, and all others.

use askama::Template;

use crate::core::actor::Actor;
use crate::engagements::feeds::{self, FeedView};
use crate::engagements::pages::list::filter;
use crate::engagements::pages::{Listed, due, listed};
use crate::engagements::queries;
use crate::engagements::state::EngagementState;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "engagements/mine.html")]
struct MinePage {
    f: Frame,
    asked: QueryParams,
    visits: Vec<Listed>,
    pager: Pager,
    feeds: Vec<FeedView>,
}

/// The list.
pub async fn mine(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let (filter, overdue) = (filter(&asked)?, due(app));
        let page = queries::list(conn, &actor, &filter, overdue, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter, overdue))?;
        Ok(MinePage {
            feeds: feeds::own(conn, &actor)?,
            visits: page.items.into_iter().map(|view| listed(&frame, app, view)).collect(),
            pager,
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl MinePage {
    /// What the enterprise is asked to do about a visit.
    fn asks(&self, state: &EngagementState) -> &str {
        match state {
            EngagementState::Proposed => self.f.t("请选定时间", "choose a time"),
            EngagementState::Held => self.f.t("请核对并确认纪要", "read and confirm the minutes"),
            _ => "",
        }
    }

    /// The address of the list as a file: of visits alone.
    fn export(&self) -> String {
        self.asked.file_with("/api/v1/engagements", &[], &[("kind", "visit")])
    }
}
