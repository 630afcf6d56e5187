//! The experts with their load, leave and work; one of them with conflicts of interest and rota.

use std::collections::HashMap;

use askama::Template;
use chrono::NaiveDate;

use crate::catalogue::{Catalogue, Region};
use crate::consultations::hand_over::{ExpertPart, HeldConsultation, held_by};
use crate::consultations::pages::words::ConsultationWords;
use crate::consultations::queries::{self as consultations, ConsultationFilter, ConsultationView};
use crate::core::Language;
use crate::core::actor::{Actor, Scope};
use crate::core::clock::shanghai_date;
use crate::core::ids::ExpertId;
use crate::core::page::Slice;
use crate::experts::pages::changes::{ChangeLine, lines};
use crate::experts::pages::profile::{Profile, profile};
use crate::experts::policy::{facts, may_vet};
use crate::experts::queries::{self as experts, ExpertFilter, ExpertView};
use crate::experts::rota_words::short_weekdays;
use crate::experts::specialty_queries::{self as changes, ChangeFilter};
use crate::experts::{ExpertState, Relation};
use crate::reports::experts::{self as work, ExpertRow};
use crate::web::Id;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "reports/experts.html")]
struct ExpertsPage {
    f: Frame,
    asked: QueryParams,
    lines: Vec<(Profile, Option<ExpertRow>)>,
    pager: Pager,
    today: NaiveDate,
}

/// The list.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let (catalogue, now, conn) = (app.catalogue(), app.clock().now(), &mut *app.conn()?);
        let filter = ExpertFilter {
            vetting: None,
            state: Some(asked.read("state")?.unwrap_or(ExpertState::Approved)),
            available: asked.read("available")?,
            q: asked.get("q").map(str::to_owned),
            product_class: None,
        };
        let page = experts::list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || experts::count(conn, &actor, &filter))?;
        let report = work::report(conn, &actor, catalogue, None, None, now, frame.language)?;
        let mut work: HashMap<ExpertId, ExpertRow> =
            report.rows.into_iter().map(|row| (row.expert, row)).collect();
        let line = |expert: ExpertView| {
            let row = work.remove(&expert.id);
            (profile(&frame, catalogue, expert), row)
        };
        Ok(ExpertsPage {
            lines: page.items.into_iter().map(line).collect(),
            pager,
            today: shanghai_date(now),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

/// A shift of the rota, drawn for each of the weekdays that it is worked on.
struct Drawn {
    x: String,
    y: usize,
    width: String,
}

#[derive(Template)]
#[template(path = "reports/expert.html")]
struct ExpertPage {
    f: Frame,
    p: Profile,
    work: Option<ExpertRow>,
    consultations: Vec<ConsultationView>,
    today: NaiveDate,
    shifts: Vec<Drawn>,
    /// The reader may set the capacity.
    sets_capacity: bool,
    /// The reader may record conflicts of interest.
    records_conflicts: bool,
    /// Changes of specialties, for those who decide.
    changes: Vec<ChangeLine>,
    /// What a suspended expert has under way.
    held: Vec<HeldConsultation>,
    /// The regions to choose from.
    regions: Vec<RegionChoice>,
}

/// One expert.
pub async fn one(state: State, member: Member, id: Id<ExpertId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let (catalogue, now, conn) = (app.catalogue(), app.clock().now(), &mut *app.conn()?);
        let expert = experts::get(conn, &actor, id)?;
        let report = work::report(conn, &actor, catalogue, None, None, now, frame.language)?;
        let filter = ConsultationFilter { expert: Some(id), ..ConsultationFilter::default() };
        let slice = Slice { limit: 20, ..Slice::default() };
        let consultations = consultations::list(conn, &actor, &filter, slice)?.items;
        let vets = may_vet(&actor, &facts(conn, id)?, catalogue);
        let filter = ChangeFilter { expert: Some(id), ..ChangeFilter::default() };
        let decided = changes::list(conn, &actor, &filter, slice)?.items;
        let held = if vets && expert.suspended { held_by(conn, &actor, id)? } else { Vec::new() };
        let p = profile(&frame, catalogue, expert);
        Ok(ExpertPage {
            changes: lines(&frame, catalogue, decided),
            held,
            regions: if vets {
                region_choices(frame.language, &actor, catalogue, &p.expert.regions)
            } else {
                Vec::new()
            },
            shifts: p.private.as_ref().map(|private| drawn(&private.duty)).unwrap_or_default(),
            work: report.rows.into_iter().find(|row| row.expert == id),
            consultations,
            today: shanghai_date(now),
            sets_capacity: vets,
            records_conflicts: matches!(actor.scope(), Some(Scope::Admin(_))),
            p,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

/// A region to choose from.
struct RegionChoice {
    code: String,
    name: String,
    serves: bool,
}

/// The regions that an officer may give an expert: the own one and those under it. The operator may give all.
fn region_choices(
    language: Language,
    actor: &Actor,
    catalogue: &Catalogue,
    served: &[String],
) -> Vec<RegionChoice> {
    let within = |code: &str| match actor.scope() {
        Some(Scope::Admin(scope)) => catalogue.regions.contains(scope, code),
        _ => true,
    };
    let choice = |region: &Region| RegionChoice {
        code: region.code.clone(),
        name: region.name_in(language).to_owned(),
        serves: served.contains(&region.code),
    };
    catalogue.regions.iter().filter(|region| within(&region.code)).map(choice).collect()
}

/// The rota as bars over the week: the day from left to right in hours, the weekdays one below the other.
fn drawn(duty: &[crate::experts::rota::DutyShift]) -> Vec<Drawn> {
    let hours = |text: &str| {
        let (hours, minutes) = text.split_once(':')?;
        Some(hours.parse::<f64>().ok()? + minutes.parse::<f64>().ok()? / 60.0)
    };
    let mut all = Vec::new();
    for shift in duty {
        let (Some(from), Some(to)) = (hours(&shift.from), hours(&shift.to)) else { continue };
        for weekday in &shift.weekdays {
            let day = usize::try_from(*weekday).unwrap_or(1).clamp(1, 7) - 1;
            let mut bar = |day: usize, from: f64, to: f64| {
                all.push(Drawn { x: format!("{from:.2}"), y: day * 3, width: format!("{:.2}", to - from) });
            };
            if to > from {
                bar(day, from, to);
            } else {
                // It ends on the next day.
                bar(day, from, 24.0);
                if to > 0.0 {
                    bar((day + 1) % 7, 0.0, to);
                }
            }
        }
    }
    all
}

impl ExpertPage {
    fn relation(&self, relation: &Relation) -> &'static str {
        match relation {
            Relation::Employer => self.f.t("任职", "works for it"),
            Relation::Owner => self.f.t("持股", "owns part of it"),
        }
    }

    /// The part that a suspended expert has in a consultation.
    fn part(&self, part: &ExpertPart) -> &'static str {
        match part {
            ExpertPart::Offered => self.f.t("已派单", "offered"),
            ExpertPart::Lead => self.f.t("主诊", "leads"),
            ExpertPart::Panel => self.f.t("会诊", "on the panel"),
        }
    }

    /// The rota in words.
    fn duty(&self) -> &[String] {
        let Some(private) = &self.p.private else { return &[] };
        match self.f.language {
            Language::Zh => &private.duty_zh,
            Language::En => &private.duty_en,
        }
    }

    /// The weekdays of the form: number, name.
    fn week(&self) -> Vec<(i32, &'static str)> {
        (1..).zip(short_weekdays(self.f.language)).collect()
    }

    fn decimal(&self, number: &f64) -> String {
        format!("{number:.1}")
    }
}

impl ExpertsPage {
    /// The address of the experts that are shown, to be exported.
    fn file(&self) -> String {
        self.asked.file_with("/api/v1/experts", &["state"], &[("state", self.state().as_str())])
    }

    /// The state of those who are shown.
    fn state(&self) -> ExpertState {
        self.asked.get("state").and_then(|word| word.parse().ok()).unwrap_or(ExpertState::Approved)
    }

    fn is_state(&self, state: &ExpertState) -> bool {
        self.state() == *state
    }

    /// The states to choose from.
    fn states(&self) -> [(ExpertState, &'static str); 4] {
        [
            (ExpertState::Approved, self.f.t("在册", "approved")),
            (ExpertState::Suspended, self.f.t("已暂停", "suspended")),
            (ExpertState::Applied, self.f.t("待审核", "applied")),
            (ExpertState::Rejected, self.f.t("已驳回", "rejected")),
        ]
    }

    fn decimal(&self, number: &f64) -> String {
        format!("{number:.1}")
    }
}
