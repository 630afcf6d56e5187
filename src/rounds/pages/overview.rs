//! The programmes of circuit consultation with their funnel, the towns where enterprises were not reached yet, and the rounds.

use askama::Template;
use diesel::prelude::*;

use crate::core::Problem;
use crate::core::actor::Actor;
use crate::db::published::matching_plan;
use crate::db::regional::seen_regions;
use crate::plans::ids::PlanId;
use crate::programmes::ids::ProgrammeId;
use crate::programmes::kind::ProgrammeKind;
use crate::programmes::queries::{self as programmes, ProgrammeFilter, ProgrammeRow};
use crate::rounds::member_counts::{TownCount, months, towns};
use crate::rounds::pages::drawn::{Bar, Curve, Town, curve, funnel, towns as drawn_towns};
use crate::rounds::pages::today;
use crate::rounds::round_queries::{self, CircuitRoundView, RoundFilter};
use crate::rounds::round_state::CircuitRoundState;
use crate::rounds::settings::CircuitSettings;
use crate::rounds::words;
use crate::web::charts::percent;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::params::largest_page;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// A round with codes in words.
pub(super) struct Listed {
    pub(super) view: CircuitRoundView,
    pub(super) place: String,
    /// The bar of those that were reached, 0 to 100.
    pub(super) bar: String,
}

/// The numbers of a programme in the reader's region.
struct Numbers {
    members: i64,
    cleared: i64,
    rate: String,
    visited: i64,
    unreached: i64,
    /// Those that can't be reached or declined.
    ended: i64,
}

/// The programme that is shown.
struct Shown {
    row: ProgrammeRow,
    numbers: Numbers,
    funnel: Vec<Bar>,
    towns: Vec<Town>,
    all_towns: usize,
    curve: Option<Curve>,
}

#[derive(Template)]
#[template(path = "rounds/overview.html")]
struct OverviewPage {
    f: Frame,
    asked: QueryParams,
    programmes: Vec<ProgrammeRow>,
    shown: Option<Shown>,
    rounds: Vec<Listed>,
    pager: Pager,
    regions: Vec<Choice>,
    /// Applied plans, the last one first: id and name.
    plans: Vec<(PlanId, String)>,
    per_day: i32,
    today: String,
}

/// The most plans that are offered.
const MOST_PLANS: i64 = 20;

fn plans(conn: &mut PgConnection, actor: &Actor) -> QueryResult<Vec<(PlanId, String)>> {
    matching_plan::table
        .filter(matching_plan::region.eq_any(seen_regions(actor)))
        .order(matching_plan::decided_at.desc())
        .limit(MOST_PLANS)
        .select((matching_plan::id, matching_plan::name))
        .load(conn)
}

/// The page.
pub async fn page(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let (conn, catalogue, day) = (&mut *app.snapshot()?, app.catalogue(), today(app));
        let filter = ProgrammeFilter { kind: Some(ProgrammeKind::Circuit), ..ProgrammeFilter::default() };
        let programmes = programmes::list(conn, &actor, &filter, day, largest_page())?;
        let programmes: Vec<ProgrammeRow> = programmes.items.into_iter().map(|view| view.programme).collect();
        let wanted: Option<ProgrammeId> = asked.read("programme")?;
        let chosen = match wanted {
            Some(id) => Some(programmes.iter().find(|row| row.id == id).ok_or_else(Problem::not_found)?),
            None => programmes.iter().find(|row| row.state.is_under_way()).or(programmes.first()),
        };
        let own = actor.officer_region().unwrap_or_default().to_owned();
        let shown = match chosen {
            Some(row) => Some(shown(conn, &frame, catalogue, row, &own)?),
            None => None,
        };
        let filter = RoundFilter {
            programme: shown.as_ref().map(|shown| shown.row.id),
            state: asked.read("state")?,
            region: asked.get("region").map(str::to_owned),
            on: asked.read("on")?,
            q: asked.get("q").map(str::to_owned),
        };
        let page = round_queries::list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || round_queries::count(conn, &actor, &filter))?;
        let rules = app.settings().section::<CircuitSettings>().rules_on(day);
        let listed = |view: CircuitRoundView| Listed {
            place: choices::region(frame.language, catalogue, &view.round.region),
            bar: format!("{:.1}", percent(view.reached, view.members)),
            view,
        };
        Ok(OverviewPage {
            rounds: page.items.into_iter().map(listed).collect(),
            pager,
            regions: choices::regions(frame.language, &actor, catalogue),
            plans: plans(conn, &actor)?,
            per_day: rules.map_or(1, |rules| rules.visits_per_day),
            today: day.to_string(),
            programmes,
            shown,
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

fn shown(
    conn: &mut PgConnection,
    f: &Frame,
    catalogue: &crate::catalogue::Catalogue,
    row: &ProgrammeRow,
    own: &str,
) -> Result<Shown, Problem> {
    let counts = towns(conn, row.id, own)?;
    let sum = |of: fn(&TownCount) -> i64| counts.iter().map(of).sum::<i64>();
    let (members, cleared) = (sum(|town| town.members), sum(|town| town.cleared));
    let ended =
        counts.iter().filter(|town| !crate::rounds::stage::CircuitStage::BY_EVIDENCE.contains(&town.stage));
    let (towns, all_towns) = drawn_towns(f, catalogue, &counts);
    Ok(Shown {
        numbers: Numbers {
            members,
            cleared,
            rate: format!("{:.1}%", percent(cleared, members)),
            visited: sum(|town| town.visited),
            unreached: sum(|town| town.unreached),
            ended: ended.map(|town| town.members).sum(),
        },
        funnel: funnel(f, &counts),
        curve: curve(&months(conn, row.id, own)?, members),
        row: row.clone(),
        towns,
        all_towns,
    })
}

impl OverviewPage {
    fn states(&self) -> &'static [CircuitRoundState] {
        CircuitRoundState::ALL
    }

    fn state(&self, state: &CircuitRoundState) -> &'static str {
        words::round_word(&self.f, *state)
    }

    fn tone(&self, state: &CircuitRoundState) -> &'static str {
        words::round_tone(*state)
    }

    /// Whether something can be entered: the programme is under way.
    fn open(&self) -> bool {
        self.shown.as_ref().is_some_and(|shown| shown.row.state.is_under_way())
    }

    fn is_shown(&self, row: &ProgrammeRow) -> bool {
        self.shown.as_ref().is_some_and(|shown| shown.row.id == row.id)
    }
}
