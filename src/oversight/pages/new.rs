//! The form for a letter, an interview or a listing: what it rests on, the facts that are counted from it, what was tried before and what is proposed.

use askama::Template;
use diesel::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::app::App;
use crate::attachments::form::FileLimits;
use crate::attachments::settings::AttachmentSettings;
use crate::core::Problem;
use crate::core::actor::{Actor, Person};
use crate::core::ids::EnterpriseId;
use crate::db::published::enterprise;
use crate::oversight::api::shown;
use crate::oversight::earlier::{About, Ladder, ladder};
use crate::oversight::facts::{self, Basis, BasisView, Count, Facts};
use crate::oversight::ids::OversightId;
use crate::oversight::pages::today;
use crate::oversight::policy::Standing;
use crate::oversight::rows::ResponsibilityRow;
use crate::oversight::settings::OversightSettings;
use crate::oversight::view::{OversightDetail, OversightView};
use crate::oversight::words::{
    BasisKind, OversightKind, OversightSubject, RecipientKind, ResponsibilityKind,
};
use crate::programmes::laboratories::queries::{self as laboratories, LaboratoryView};
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// The most enterprises that are offered to be addressed.
const MOST_ENTERPRISES: i64 = 50;

/// A line of what was tried before.
struct EarlierShown {
    v: OversightView,
    overdue: bool,
}

#[derive(Template)]
#[template(path = "oversight/new.html")]
struct NewPage {
    f: Frame,
    /// What is changed, where something is.
    of: Option<OversightDetail>,
    kind: OversightKind,
    basis: Vec<BasisView>,
    facts: Facts,
    counts: Vec<(String, Count)>,
    ladder: Option<Ladder>,
    tried: Vec<EarlierShown>,
    regions: Vec<Choice>,
    /// The region that is proposed to be addressed.
    region: Option<String>,
    enterprises: Vec<(EnterpriseId, String)>,
    laboratories: Vec<LaboratoryView>,
    limits: FileLimits,
    /// The first day that can be set.
    tomorrow: String,
}

/// The form; with `change`, that of one that has not gone out yet.
pub async fn new(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    show(&f, &read(&state, move |app| page(app, frame, person, &asked)).await?)
}

/// What the address names as basis.
fn named(asked: &QueryParams) -> Result<Vec<Basis>, Problem> {
    let mut basis = Vec::new();
    for &kind in BasisKind::ALL {
        if let Some(id) = asked.read::<Uuid>(kind.as_str())? {
            basis.push(Basis { kind, id });
        }
    }
    Ok(basis)
}

fn page(app: &App, f: Frame, person: Person, asked: &QueryParams) -> Result<NewPage, Problem> {
    let actor = Actor::Person(person);
    let (catalogue, day) = (app.catalogue(), today(app));
    let of = match asked.read::<OversightId>("change")? {
        Some(id) => Some(shown(app, &actor, id)?).filter(|d| d.oversight.standing == Standing::Issuer),
        None => None,
    };
    let conn = &mut *app.snapshot()?;
    let basis = match &of {
        Some(d) => d.basis.iter().map(|one| Basis { kind: one.kind, id: one.id }).collect(),
        None => named(asked)?,
    };
    let enterprise: Option<EnterpriseId> = asked.read("enterprise")?;
    let alert = basis.iter().find(|one| one.kind == BasisKind::Alert).map(|one| one.id);
    let rules = app.settings().section::<OversightSettings>().rules_on(day);
    let rules = rules.ok_or_else(|| Problem::internal("no rules of oversight"))?;
    let about = About {
        alert,
        region: asked.get("region").map(str::to_owned),
        product_kind: asked.get("product_kind").map(str::to_owned),
        enterprise,
    };
    let asks = alert.is_some() || about.region.is_some() || enterprise.is_some();
    let ladder = if asks { Some(ladder(conn, &actor, &about, (catalogue, rules, day))?) } else { None };
    let region = match (&of, &about.region) {
        (Some(d), _) => Some(d.oversight.to_region.clone()),
        (None, Some(region)) => Some(region.clone()),
        (None, None) => alert_region(conn, &actor, alert)?,
    };
    let facts = facts::count(conn, &basis, day)?;
    let kind = match &of {
        Some(d) => d.oversight.kind,
        None => asked
            .read("kind")?
            .or_else(|| ladder.as_ref().and_then(|l| l.next))
            .unwrap_or(OversightKind::Letter),
    };
    let counted = |line: &Count| {
        let kind =
            line.product_kind.as_deref().map_or_else(String::new, |code| choices::kind(&f, catalogue, code));
        (kind, line.clone())
    };
    let own = actor.officer_region().unwrap_or_default().to_owned();
    // Nothing goes to one's own region.
    let regions =
        choices::regions(f.language, &actor, catalogue).into_iter().filter(|choice| choice.code != own);
    let tried = ladder.iter().flat_map(|l| &l.tried).take(20);
    let tried = tried.map(|v| EarlierShown { overdue: v.overdue, v: v.clone() }).collect();
    Ok(NewPage {
        kind,
        counts: facts.counts.iter().take(30).map(counted).collect(),
        enterprises: enterprises(
            conn,
            &basis,
            enterprise.or_else(|| of.as_ref()?.oversight.enterprise_id),
            &own,
            app,
        )?,
        laboratories: laboratories::choices(conn, &actor)?,
        basis: facts::named(conn, &basis)?,
        regions: regions.collect(),
        limits: FileLimits::of(app.settings().section::<AttachmentSettings>()),
        tomorrow: day.succ_opt().unwrap_or(day).to_string(),
        of,
        facts,
        ladder,
        tried,
        region,
        f,
    })
}

fn alert_region(
    conn: &mut PgConnection,
    actor: &Actor,
    alert: Option<Uuid>,
) -> Result<Option<String>, Problem> {
    use crate::risk::ids::AlertId;
    let Some(id) = alert else { return Ok(None) };
    Ok(Some(crate::risk::alerts::queries::get(conn, actor, AlertId(id))?.alert.region))
}

/// The enterprises that a basis is about, of the officer's region.
fn enterprises(
    conn: &mut PgConnection,
    basis: &[Basis],
    named: Option<EnterpriseId>,
    own: &str,
    app: &App,
) -> Result<Vec<(EnterpriseId, String)>, Problem> {
    let mut ids: Vec<Uuid> = facts::enterprises(conn, basis, today(app), MOST_ENTERPRISES)?;
    ids.extend(named.map(|id| id.0));
    let rows: Vec<(Uuid, String, String)> = enterprise::table
        .filter(enterprise::id.eq_any(ids))
        .filter(enterprise::withdrawn_at.is_null())
        .order(enterprise::name)
        .limit(MOST_ENTERPRISES)
        .select((enterprise::id, enterprise::name, enterprise::region))
        .load(conn)?;
    let regions = &app.catalogue().regions;
    let here = rows.into_iter().filter(|(_, _, region)| regions.contains(own, region));
    Ok(here.map(|(id, name, _)| (EnterpriseId(id), name)).collect())
}

impl NewPage {
    fn kinds(&self) -> &'static [OversightKind] {
        OversightKind::ALL
    }

    fn subjects(&self) -> &'static [OversightSubject] {
        OversightSubject::ALL
    }

    fn recipients(&self) -> &'static [RecipientKind] {
        RecipientKind::ALL
    }

    fn duties(&self) -> &'static [ResponsibilityKind] {
        ResponsibilityKind::ALL
    }

    fn is_subject(&self, subject: &OversightSubject) -> bool {
        self.of.as_ref().is_some_and(|d| d.oversight.subject == *subject)
    }

    fn is_recipient(&self, kind: &RecipientKind) -> bool {
        match &self.of {
            Some(d) => d.oversight.to_kind == *kind,
            None if self.region.is_none() && !self.enterprises.is_empty() => {
                *kind == RecipientKind::Enterprise
            }
            None => *kind == RecipientKind::Authority,
        }
    }

    fn is_region(&self, code: &str) -> bool {
        self.region.as_deref() == Some(code)
    }

    fn is_enterprise(&self, id: &EnterpriseId) -> bool {
        self.of.as_ref().is_some_and(|d| d.oversight.enterprise_id == Some(*id))
    }

    fn is_laboratory(&self, laboratory: &LaboratoryView) -> bool {
        self.of.as_ref().is_some_and(|d| d.oversight.laboratory_id == Some(laboratory.id))
    }

    fn duty(&self, kind: &ResponsibilityKind) -> Option<&ResponsibilityRow> {
        self.of.as_ref().and_then(|d| d.responsibilities.iter().find(|row| row.kind == *kind))
    }

    /// What a field of it says now.
    fn said(&self, field: &str) -> String {
        let Some(d) = &self.of else { return String::new() };
        match field {
            "title" => d.oversight.title.clone(),
            "requirements" => d.requirements.clone(),
            "facts_note" => d.facts_note.clone().unwrap_or_default(),
            "invitee" => d.invitee.clone().unwrap_or_default(),
            "invitee_post" => d.invitee_post.clone().unwrap_or_default(),
            _ => String::new(),
        }
    }
}
