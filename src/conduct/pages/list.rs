//! The list of conduct for officers, narrowed down by what the address asks.

use askama::Template;
use chrono::NaiveDate;

use crate::catalogue::Catalogue;
use crate::conduct::ids::ConductId;
use crate::conduct::pages::{behaviours, both, line_name, today, tone, whole_points};
use crate::conduct::queries::{self, ConductFilter};
use crate::conduct::settings::ConductSettings;
use crate::conduct::view::ConductView;
use crate::conduct::words::{ConductSource, ConductState};
use crate::core::actor::Actor;
use crate::inspections::words::InspectedRole;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// A common filter: its words, its address, whether it is the one that is shown.
type Chip = (&'static str, String, bool);

/// An entry in the list, with codes in words.
struct Listed {
    id: ConductId,
    behaviour: String,
    enterprise_name: String,
    place: String,
    role: String,
    line: Option<String>,
    state: String,
    tone: &'static str,
    /// Its last day has passed while it counted.
    expired: bool,
    points: String,
    source: String,
    document: Option<String>,
    /// The last day to decide what is open, and the days to it.
    due: Option<(NaiveDate, i64)>,
    decided_on: NaiveDate,
    counts_until: NaiveDate,
}

impl Listed {
    fn of(f: &Frame, catalogue: &Catalogue, view: ConductView, today: NaiveDate) -> Self {
        let due = view.due_on.map(|day| (day, day.signed_duration_since(today).num_days()));
        let counted = matches!(view.state, ConductState::Entered | ConductState::Notified);
        Self {
            behaviour: both(f, &view.behaviour_text).to_owned(),
            place: choices::region(f.language, catalogue, &view.region),
            role: f.say(&view.role.text()).to_owned(),
            state: f.say(&view.state.text()).to_owned(),
            tone: tone(view.state),
            expired: counted && view.counts_until < today,
            points: view.points.map(|points| whole_points(f, i64::from(points))).unwrap_or_default(),
            source: f.say(&view.source.text()).to_owned(),
            due,
            id: view.id,
            enterprise_name: view.enterprise_name,
            line: view.line.as_ref().map(line_name),
            document: view.document_no,
            decided_on: view.decided_on,
            counts_until: view.counts_until,
        }
    }

    /// What is open was not decided in time.
    fn late(&self) -> bool {
        self.due.is_some_and(|(_, left)| left < 0)
    }
}

#[derive(Template)]
#[template(path = "conduct/list.html")]
struct ListPage {
    f: Frame,
    asked: QueryParams,
    chips: Vec<Chip>,
    items: Vec<Listed>,
    pager: Pager,
    behaviours: Vec<(String, String)>,
    regions: Vec<Choice>,
    /// The address of the entries that are shown, to be exported.
    export: String,
}

/// The list.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let (catalogue, day) = (app.catalogue(), today(app));
        let text = |name| asked.get(name).map(str::to_owned);
        let filter = ConductFilter {
            state: asked.read("state")?,
            source: asked.read("source")?,
            role: asked.read("role")?,
            behaviour: text("behaviour"),
            region: text("region"),
            overdue: asked.read("overdue")?,
            q: text("q"),
            ..ConductFilter::default()
        };
        let settings = app.settings().section::<ConductSettings>();
        let conn = &mut *app.snapshot()?;
        let page = queries::list(conn, &actor, &filter, (settings, day), frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter, day))?;
        Ok(ListPage {
            chips: chips(&frame, &asked),
            items: page.items.into_iter().map(|view| Listed::of(&frame, catalogue, view, day)).collect(),
            pager,
            behaviours: behaviours(&frame, settings.rules_on(day)),
            regions: choices::regions(frame.language, &actor, catalogue),
            export: asked.file("/api/v1/conduct"),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

/// The filters that are asked for most.
fn chips(f: &Frame, asked: &QueryParams) -> Vec<Chip> {
    let one = |words, name, value: &str| (words, format!("/conduct?{name}={value}"), asked.is(name, value));
    vec![
        (f.t("全部", "all"), "/conduct".to_owned(), !asked.narrows()),
        one(f.t("异议待办理", "objections to decide"), "state", ConductState::Contested.as_str()),
        one(f.t("修复申请待办理", "repairs to decide"), "state", ConductState::RepairPending.as_str()),
        one(f.t("逾期未办理", "overdue"), "overdue", "true"),
        one(f.t("尚未告知", "not notified yet"), "state", ConductState::Entered.as_str()),
    ]
}

impl ListPage {
    fn states(&self) -> &'static [ConductState] {
        ConductState::ALL
    }

    fn sources(&self) -> &'static [ConductSource] {
        ConductSource::ALL
    }

    fn roles(&self) -> &'static [InspectedRole] {
        InspectedRole::ALL
    }
}
