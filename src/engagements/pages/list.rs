//! The visits of an officer's region, or of an expert, with how many there are on the coming days.

use askama::Template;
use chrono::{Days, NaiveDate};

use crate::core::actor::Actor;
use crate::core::problem::FieldError;
use crate::core::{Problem, Text};
use crate::engagements::feeds::{self, FeedView};
use crate::engagements::pages::{Listed, day, due, listed};
use crate::engagements::queries::{self, EngagementFilter};
use crate::engagements::state::{EngagementKind, EngagementState};
use crate::web::charts::percent;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// Days that are drawn from today on.
const DAYS: u64 = 14;

/// The visits of a day, drawn.
struct DayBar {
    label: String,
    href: String,
    count: i64,
    width: f64,
    current: bool,
}

#[derive(Template)]
#[template(path = "engagements/list.html")]
struct ListPage {
    f: Frame,
    asked: QueryParams,
    visits: Vec<Listed>,
    pager: Pager,
    days: Vec<DayBar>,
    feeds: Vec<FeedView>,
}

/// A day of the address.
fn day_of(asked: &QueryParams, name: &str) -> Result<Option<NaiveDate>, Problem> {
    let Some(word) = asked.get(name) else { return Ok(None) };
    word.parse().map(Some).map_err(|_| {
        let text = Text::new("须为日期，如 2026-03-05", "must be a day such as 2026-03-05");
        Problem::invalid(vec![FieldError::query(name, text)])
    })
}

/// What the address of a list of visits asks for.
pub(super) fn filter(asked: &QueryParams) -> Result<EngagementFilter, Problem> {
    Ok(EngagementFilter {
        kind: Some(EngagementKind::Visit),
        state: asked.read("state")?,
        region: asked.get("region").map(str::to_owned),
        programme: asked.read("programme")?,
        enterprise: asked.read("enterprise")?,
        expert: asked.read("expert")?,
        from: day_of(asked, "from")?,
        until: day_of(asked, "until")?,
        overdue: asked.read("overdue")?,
        mine: asked.is("mine", "true"),
        q: asked.get("q").map(str::to_owned),
    })
}

/// The list.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let (filter, overdue, today) = (filter(&asked)?, due(app), day(app));
        let page = queries::list(conn, &actor, &filter, overdue, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter, overdue))?;
        let last = today.checked_add_days(Days::new(DAYS - 1)).unwrap_or(today);
        let counted = queries::by_day(conn, &actor, (today, last))?;
        let most = counted.values().copied().max().unwrap_or_default();
        let bar = |of: NaiveDate| {
            let (count, word) = (counted.get(&of).copied().unwrap_or_default(), of.to_string());
            DayBar {
                label: of.format(frame.t("%-m月%-d日", "%-d %b")).to_string(),
                href: format!("/visits?from={word}&until={word}"),
                width: percent(count, most),
                current: asked.is("from", &word) && asked.is("until", &word),
                count,
            }
        };
        let span = usize::try_from(DAYS).unwrap_or_default();
        Ok(ListPage {
            days: today.iter_days().take(span).map(bar).collect(),
            feeds: feeds::own(conn, &actor)?,
            visits: page.items.into_iter().map(|view| listed(&frame, app, view)).collect(),
            pager,
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl ListPage {
    fn states(&self) -> [EngagementState; 8] {
        use EngagementState as S;
        [S::Proposed, S::Confirmed, S::Started, S::Held, S::Minuted, S::Closed, S::Cancelled, S::NoShow]
    }

    fn state(&self, state: &EngagementState) -> String {
        self.f.say(&state.text()).to_owned()
    }

    fn is_officer(&self) -> bool {
        self.f.role() == "admin"
    }

    /// The address of the list as a file: of visits alone.
    fn export(&self) -> String {
        self.asked.file_with("/api/v1/engagements", &[], &[("kind", "visit")])
    }
}
