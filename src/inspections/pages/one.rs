//! One inspection, for all roles: its days, parties, sample, items, what follows from it, the steps that may be taken now, its history.

use askama::Template;
use chrono::NaiveDate;
use diesel::PgConnection;

use crate::app::App;
use crate::attachments::Attachment;
use crate::attachments::form::FileLimits;
use crate::attachments::form::ShownFiles;
use crate::attachments::settings::AttachmentSettings;
use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::{Actor, Role, Scope};
use crate::inspections::detail::{Context, detail};
use crate::inspections::effects::Effects;
use crate::inspections::fact::Correction;
use crate::inspections::ids::InspectionId;
use crate::inspections::kind::names_kind;
use crate::inspections::pages::consequences::{About, next_for_enterprise};
use crate::inspections::pages::form::{Forms, StepForm};
use crate::inspections::pages::line::{DaysLine, days_line};
use crate::inspections::pages::listed::Listed;
use crate::inspections::pages::parts::{
    FindingShown, LinkShown, PartyShown, Reader, RoundShown, effects, facts, findings, links, parties, rounds,
};
use crate::inspections::pages::step_words::{corrected_to, step_words};
use crate::inspections::pages::today;
use crate::inspections::queries::{self, InspectionFilter};
use crate::inspections::settings::{InspectionSettings, Rules};
use crate::inspections::state::{InspectionState, InspectionStep};
use crate::inspections::view::{EventView, InspectionDetail, InspectionView, TermView};
use crate::inspections::words::{InspectedRole, Method, Party};
use crate::programmes::laboratories::queries as laboratories;
use crate::programmes::regimes::history::must_record;
use crate::programmes::regimes::queries::changes;
use crate::programmes::settings::ProgrammeSettings;
use crate::programmes::words::level_word;
use crate::web::Id;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::params::largest_page;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;

/// A line of the history.
struct EventShown {
    ordinal: i32,
    title: String,
    occurred_on: NaiveDate,
    who: Option<String>,
    role: String,
    late: bool,
    document: Option<String>,
    corrects: Option<i32>,
    /// The number of the event that corrects it.
    corrected_by: Option<i32>,
    /// Its particulars, a sentence each.
    said: Vec<String>,
    files: Vec<Attachment>,
    /// The reader may correct it.
    correctable: bool,
}

#[derive(Template)]
#[template(path = "inspections/inspection.html")]
struct InspectionPage {
    f: Frame,
    p: Listed,
    level: &'static str,
    /// Whether the sampling must be recorded, by the regime of the product kind.
    must_record: bool,
    /// What comes next, for an enterprise.
    next: Option<String>,
    line: Option<DaysLine<&'static str>>,
    parties: Vec<PartyShown>,
    facts: Vec<(&'static str, String)>,
    rounds: Vec<RoundShown>,
    findings: Vec<FindingShown>,
    links: Vec<LinkShown>,
    /// What its result may cause, in words.
    effects: String,
    terms: Vec<TermView>,
    forms: Vec<StepForm>,
    limits: FileLimits,
    events: Vec<EventShown>,
    /// Product kinds to be named, for an officer who may name the one that is missing.
    kinds: Vec<(Choice, Vec<Choice>)>,
    /// Whether a record of the zero-out list waits for it.
    waits_for_kind: bool,
    /// The steps that the reader may take.
    steps: Vec<InspectionStep>,
}

/// The page.
pub async fn one(state: State, member: Member, id: Id<InspectionId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| page(app, frame, &Actor::Person(person), id));
    show(&f, &page.await?)
}

fn page(app: &App, f: Frame, actor: &Actor, id: InspectionId) -> Result<InspectionPage, Problem> {
    let conn = &mut *app.snapshot()?;
    let (catalogue, day) = (app.catalogue(), today(app));
    let d = load(app, conn, actor, id)?;
    let settings = app.settings().section::<InspectionSettings>();
    let rules = settings.rules.iter().find(|rules| rules.version == d.rules_version);
    let (v, about) = (&d.inspection, about(&d.inspection, d.effects));
    let forms = forms(conn, &f, actor, &d, rules, day)?;
    let reader = Reader::of(actor);
    let names_kind = reader.officer && names_kind(actor, v, catalogue);
    let next = reader.enterprise.map(|own| {
        let as_producer = v.producer_id == Some(own) && v.operator_id != Some(own);
        next_for_enterprise(v.state, &about, as_producer).get(f.language).to_owned()
    });
    let regimes = app.settings().section::<ProgrammeSettings>();
    let of_kind = (v.product_kind.as_deref(), v.sampled_on.unwrap_or(day));
    Ok(InspectionPage {
        must_record: must_record(catalogue, regimes, &changes(conn)?, of_kind),
        level: level_word(&f, v.level),
        next,
        line: line(&f, &d, day),
        parties: parties(&f, catalogue, &d, &reader),
        facts: facts(&f, catalogue, &d),
        rounds: rounds(&d),
        findings: findings(&f, &d, &reader),
        links: links(&f, &d),
        effects: effects(&f, d.effects),
        terms: d.terms.clone(),
        steps: d.allowed.clone(),
        waits_for_kind: d.waits_for_kind,
        kinds: if names_kind { choices::kinds(&f, catalogue) } else { Vec::new() },
        forms,
        limits: FileLimits::of(app.settings().section::<AttachmentSettings>()),
        events: d
            .events
            .iter()
            .map(|event| shown(&f, (catalogue, rules), (event, d.events.as_slice()), v.method))
            .collect(),
        p: Listed::of(f.language, catalogue, d.inspection, day),
        f,
    })
}

/// The detail that the actor may know of.
///
/// # Errors
/// 404 where the actor may not know of it.
pub fn load(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    id: InspectionId,
) -> Result<InspectionDetail, Problem> {
    let context = Context {
        settings: app.settings().section::<InspectionSettings>(),
        catalogue: app.catalogue(),
        today: today(app),
    };
    detail(conn, actor, id, &context)
}

/// What consequences depend on.
pub fn about(v: &InspectionView, effects: Effects) -> About {
    About {
        method: v.method,
        role: v.role,
        outcome: v.outcome,
        confirmation: v.confirmation,
        makes_nonconformity: effects.nonconformity,
        is_published: effects.publication,
        has_nonconformity: v.nonconformity_id.is_some(),
    }
}

/// The forms of the steps that the reader may take now.
fn forms(
    conn: &mut PgConnection,
    f: &Frame,
    actor: &Actor,
    d: &InspectionDetail,
    rules: Option<&Rules>,
    day: NaiveDate,
) -> Result<Vec<StepForm>, Problem> {
    let steps = &d.allowed;
    let assigns = steps.iter().any(|s| matches!(s, InspectionStep::Assign | InspectionStep::OrderRetest));
    let bodies = if assigns { laboratories::choices(conn, actor)? } else { Vec::new() };
    let formal = if steps.contains(&InspectionStep::LinkFormal) {
        formal(conn, f, actor, &d.inspection, day)?
    } else {
        Vec::new()
    };
    let forms = Forms {
        f,
        about: about(&d.inspection, d.effects),
        rules,
        bodies: &bodies,
        parties: party_choices(d),
        formal,
        tests: matches!(actor.scope(), Some(Scope::Laboratory(_))),
        today: day,
    };
    let enterprise = Reader::of(actor).enterprise.is_some();
    let form = |step: &InspectionStep| {
        let mut form = forms.form(*step)?;
        // An enterprise acts for itself, and challenges on the day on which it hands that in.
        form.fields.retain(|name| !enterprise || *name != "party");
        form.dated = !enterprise || *step != InspectionStep::Contest;
        Some(form)
    };
    // By the checklist and with a calibrated device, on pages of their own.
    let elsewhere = [InspectionStep::Check, InspectionStep::QuickTest];
    Ok(steps.iter().filter(|step| !elsewhere.contains(step)).filter_map(form).collect())
}

/// The parties to whom a result goes.
pub fn party_choices(d: &InspectionDetail) -> Vec<Party> {
    let v = &d.inspection;
    let apart = v.role != InspectedRole::Producer && v.producer_name.is_some();
    let mut parties = vec![Party::Operator];
    parties.extend(apart.then_some(Party::Producer));
    // Who has it already comes last.
    parties.sort_by_key(|party| d.delivered.contains_key(party));
    parties
}

/// The formal samples of the same operator, for a suspect quick test.
fn formal(
    conn: &mut PgConnection,
    f: &Frame,
    actor: &Actor,
    v: &InspectionView,
    day: NaiveDate,
) -> Result<Vec<(String, String)>, Problem> {
    let filter = InspectionFilter {
        method: Some(Method::Sampling),
        enterprise: v.operator_id,
        q: v.operator_id.is_none().then(|| v.operator_name.clone()),
        ..InspectionFilter::default()
    };
    let found = queries::list(conn, actor, &filter, day, largest_page())?;
    let words = |view: InspectionView| {
        let state = f.say(&view.state.text()).to_owned();
        (view.id.to_string(), format!("{} · {} · {state}", view.number, view.product_name))
    };
    Ok(found.items.into_iter().map(words).collect())
}

fn line(f: &Frame, d: &InspectionDetail, day: NaiveDate) -> Option<DaysLine<&'static str>> {
    let (v, t) = (&d.inspection, |zh: &'static str, en: &'static str| f.t(zh, en));
    let days = [
        (t("登记", "registered"), d.events.first().map(|event| event.occurred_on)),
        (t("抽样", "sampled"), v.sampled_on),
        (t("收样", "received"), v.received_on),
        (t("出具报告", "reported"), v.reported_on),
        (t("送达", "delivered"), v.delivered_on),
        (t("结果确定", "final"), v.final_on),
        (t("通报", "published"), v.published_on),
    ];
    days_line(days, day, v.state.is_over() || v.state == InspectionState::Withdrawn)
}

fn shown(
    f: &Frame,
    by: (&Catalogue, Option<&Rules>),
    (event, all): (&EventView, &[EventView]),
    method: Method,
) -> EventShown {
    let note = event.note.as_deref();
    let said = match event.corrects {
        Some(corrected) => {
            let step =
                all.iter().find(|other| other.ordinal == corrected).map_or(event.step, |other| other.step);
            let correction: Correction = serde_json::from_value(event.details.clone()).unwrap_or_default();
            corrected_to(f, by, step, &correction, note)
        }
        None => {
            let said = serde_json::from_value(event.details.clone()).unwrap_or_default();
            step_words(f, by, event.step, &said, note)
        }
    };
    let later = all.iter().find(|other| other.corrects == Some(event.ordinal));
    EventShown {
        ordinal: event.ordinal,
        title: f.say(&event.step.text_for(method)).to_owned(),
        occurred_on: event.occurred_on,
        who: event.by.clone(),
        role: event.role.clone(),
        late: event.late,
        document: event.document.clone(),
        corrects: event.corrects,
        corrected_by: later.map(|other| other.ordinal).filter(|_| event.corrected),
        said,
        files: event.attachments.clone(),
        correctable: event.correctable,
    }
}

impl InspectionPage {
    /// The reader is an officer.
    fn officer(&self) -> bool {
        self.f.role() == Role::Admin.as_str()
    }

    /// Where the reader enters the check of a label or a quick test: the words and the address.
    fn entered_at(&self) -> Option<(&'static str, String)> {
        let waits = |step| self.steps.contains(&step);
        if waits(InspectionStep::Check) {
            let words = self.f.t("按检查表登记标识检查", "Check the label by the checklist");
            return Some((words, format!("/label-checks/new?task={}", self.p.id)));
        }
        let words = self.f.t("登记快速检测结果", "Enter the quick test");
        waits(InspectionStep::QuickTest).then(|| (words, "/quick-tests".to_owned()))
    }

    /// The label was checked, and the reader may know the result.
    fn label_checked(&self) -> bool {
        self.p.method == Method::Label && self.p.outcome.is_some()
    }

    /// A sampling is recorded, and the reader may look at it.
    fn recorded(&self) -> bool {
        let reads = ["admin", "enterprise", "laboratory", "sampler"];
        self.p.method == Method::Sampling && reads.contains(&self.f.role())
    }

    /// The list that the reader comes from.
    fn back(&self) -> &'static str {
        match self.f.role() {
            "enterprise" => "/my/inspections",
            "laboratory" => "/lab",
            "sampler" => "/sampling-tasks",
            _ => "/inspections",
        }
    }
}
