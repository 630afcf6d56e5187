//! The form by which an officer enters conduct: the operator first, then what was done.

use askama::Template;
use diesel::PgConnection;

use crate::app::App;
use crate::conduct::ids::FactId;
use crate::conduct::pages::{behaviours, both, today};
use crate::conduct::queries::{self, ConductFilter};
use crate::conduct::settings::ConductSettings;
use crate::conduct::words::Intent;
use crate::core::actor::Actor;
use crate::core::ids::EnterpriseId;
use crate::core::page::Slice;
use crate::core::{Language, Problem};
use crate::inspections::words::InspectedRole;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::params::largest_page;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;
use crate::zero_out::queries::{self as enterprises, Filter};

/// How many operators a search shows.
const FOUND: i64 = 20;

/// The operator whose conduct is entered.
struct Chosen {
    id: EnterpriseId,
    name: String,
    /// Code and region.
    about: String,
}

#[derive(Template)]
#[template(path = "conduct/new.html")]
struct NewPage {
    f: Frame,
    asked: QueryParams,
    of: Option<Chosen>,
    /// Operators that a search found: id, name, code and region.
    found: Vec<(EnterpriseId, String, String)>,
    behaviours: Vec<(String, String)>,
    /// Matters that the rules refuse: key and words.
    matters: Vec<(String, String)>,
    products: Vec<(Choice, Vec<Choice>)>,
    /// Facts of the operator that are on file already, with words.
    same: Vec<(FactId, String)>,
    today: String,
}

/// The form. The address names the operator; without one it is looked for.
pub async fn new(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let day = today(app);
        let rules = app.settings().section::<ConductSettings>().rules_on(day);
        let of = match asked.read::<EnterpriseId>("enterprise")? {
            Some(id) => Some(chosen((app, frame.language), conn, &actor, id)?),
            None => None,
        };
        let found = match asked.get("by") {
            Some(words) if of.is_none() => found((app, frame.language), conn, &actor, words)?,
            _ => Vec::new(),
        };
        let same = match &of {
            Some(chosen) => same_facts(app, conn, &actor, &frame, chosen.id)?,
            None => Vec::new(),
        };
        let refused = rules.map(|rules| rules.out_of_scope.as_slice()).unwrap_or_default();
        Ok(NewPage {
            behaviours: behaviours(&frame, rules),
            matters: refused.iter().map(|r| (r.key.clone(), frame.say(&r.text).to_owned())).collect(),
            products: choices::kinds(&frame, app.catalogue()),
            today: day.to_string(),
            of,
            found,
            same,
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

fn about(app: &App, language: Language, uscc: &str, region: &str) -> String {
    format!("{uscc} · {}", choices::region(language, app.catalogue(), region))
}

/// The operator of this id.
///
/// # Errors
/// 404 where the officer may not know of it.
fn chosen(
    (app, language): (&App, Language),
    conn: &mut PgConnection,
    actor: &Actor,
    id: EnterpriseId,
) -> Result<Chosen, Problem> {
    let found = crate::remediation::enterprises::get(conn, actor, id)?;
    let about = about(app, language, found.enterprise.uscc.as_str(), &found.enterprise.region);
    Ok(Chosen { id, name: found.enterprise.name, about })
}

fn found(
    (app, language): (&App, Language),
    conn: &mut PgConnection,
    actor: &Actor,
    words: &str,
) -> Result<Vec<(EnterpriseId, String, String)>, Problem> {
    let filter = Filter { q: Some(words.to_owned()), ..Filter::default() };
    let page = enterprises::list(conn, actor, &filter, Slice { limit: FOUND, ..Slice::default() })?;
    let line = |view: crate::remediation::enterprises::EnterpriseView| {
        let about = about(app, language, view.uscc.as_str(), &view.region);
        (view.id, view.name, about)
    };
    Ok(page.items.into_iter().map(line).collect())
}

/// The facts of an operator that are on file, the newest first, each by its newest entry.
fn same_facts(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    f: &Frame,
    id: EnterpriseId,
) -> Result<Vec<(FactId, String)>, Problem> {
    let filter = ConductFilter { enterprise: Some(id), ..ConductFilter::default() };
    let known = (app.settings().section::<ConductSettings>(), today(app));
    let entries = queries::list(conn, actor, &filter, known, largest_page())?.items;
    let mut facts: Vec<(FactId, String)> = Vec::new();
    for entry in entries {
        if facts.iter().all(|(fact, _)| *fact != entry.fact_id) {
            let words = format!("{} · {}", both(f, &entry.behaviour_text), f.day(&entry.happened_on));
            facts.push((entry.fact_id, words));
        }
    }
    Ok(facts)
}

impl NewPage {
    fn roles(&self) -> &'static [InspectedRole] {
        InspectedRole::ALL
    }

    fn intents(&self) -> &'static [Intent] {
        Intent::ALL
    }
}
