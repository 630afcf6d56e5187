//! Check-ups as people see them: the list with what is overdue, and one of them.

use askama::Template;
use chrono::NaiveDate;

use crate::attachments::form::FileLimits;
use crate::attachments::form::ShownFiles;
use crate::attachments::settings::AttachmentSettings;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::engagements::common::words::{FollowUpResult, tone};
use crate::engagements::follow_ups::queries::{self, FollowUpDetail, FollowUpFilter, FollowUpView};
use crate::engagements::ids::EngagementId;
use crate::engagements::state::EngagementState;
use crate::web::Id;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// A check-up with codes in words.
struct Listed {
    view: FollowUpView,
    place: String,
}

#[derive(Template)]
#[template(path = "engagements/follow_ups/list.html")]
struct ListPage {
    f: Frame,
    asked: QueryParams,
    items: Vec<Listed>,
    pager: Pager,
    /// Whether it is the list of an enterprise.
    own: bool,
    regions: Vec<Choice>,
    today: NaiveDate,
}

/// The check-ups of the officer's region.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    page(state, member, asked, false).await
}

/// Those of the enterprise.
pub async fn mine(state: State, member: Member, asked: QueryParams) -> Answer {
    page(state, member, asked, true).await
}

async fn page(state: State, member: Member, asked: QueryParams, own: bool) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let filter = FollowUpFilter {
            state: asked.read("state")?,
            result: asked.read("result")?,
            overdue: asked.read("overdue")?,
            months: asked.read("months")?,
            region: asked.get("region").map(str::to_owned),
            enterprise: asked.read("enterprise")?,
            until: asked.read("until")?,
            q: asked.get("q").map(str::to_owned),
        };
        let now = app.clock().now();
        let page = queries::list(conn, &actor, (&filter, now), frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, (&filter, now)))?;
        let catalogue = app.catalogue();
        let listed = |view: FollowUpView| Listed {
            place: choices::region(frame.language, catalogue, &view.row.region),
            view,
        };
        Ok(ListPage {
            items: page.items.into_iter().map(listed).collect(),
            pager,
            own,
            regions: if own { Vec::new() } else { choices::regions(frame.language, &actor, catalogue) },
            today: shanghai_date(now),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

fn result_word(f: &Frame, result: FollowUpResult) -> String {
    result.text().get(f.language).to_owned()
}

fn result_tone(result: FollowUpResult) -> &'static str {
    match result {
        FollowUpResult::Well => "good",
        FollowUpResult::RelapseSigns => "bad",
        FollowUpResult::NotFound => "warn",
    }
}

impl ListPage {
    fn state(&self, state: &EngagementState) -> String {
        state.text().get(self.f.language).to_owned()
    }

    fn tone(&self, state: &EngagementState) -> &'static str {
        tone(*state)
    }

    fn result(&self, result: &FollowUpResult) -> String {
        result_word(&self.f, *result)
    }

    fn result_tone(&self, result: &FollowUpResult) -> &'static str {
        result_tone(*result)
    }

    fn results(&self) -> &'static [FollowUpResult] {
        FollowUpResult::ALL
    }
}

#[derive(Template)]
#[template(path = "engagements/follow_ups/one.html")]
struct OnePage {
    f: Frame,
    d: FollowUpDetail,
    place: String,
    officer: bool,
    today: String,
    limits: FileLimits,
}

/// One check-up.
pub async fn one(state: State, member: Member, id: Id<EngagementId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let now = app.clock().now();
        let d = queries::get(conn, &actor, id, now)?;
        Ok(OnePage {
            place: choices::region(frame.language, app.catalogue(), &d.view.row.region),
            officer: actor.officer_region().is_some(),
            today: shanghai_date(now).to_string(),
            limits: FileLimits::of(app.settings().section::<AttachmentSettings>()),
            f: frame,
            d,
        })
    });
    show(&f, &page.await?)
}

impl OnePage {
    fn state(&self) -> String {
        self.d.view.row.state.text().get(self.f.language).to_owned()
    }

    fn tone(&self) -> &'static str {
        tone(self.d.view.row.state)
    }

    fn is_closed(&self) -> bool {
        self.d.view.row.state == EngagementState::Closed
    }

    fn is_result(&self, result: &FollowUpResult) -> bool {
        self.d.view.row.result == Some(*result)
    }

    fn is_planned(&self) -> bool {
        self.d.view.row.state == EngagementState::Planned
    }

    fn result(&self, result: &FollowUpResult) -> String {
        result_word(&self.f, *result)
    }

    fn results(&self) -> &'static [FollowUpResult] {
        FollowUpResult::ALL
    }
}
