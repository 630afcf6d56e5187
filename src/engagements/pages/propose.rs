//! The form by which a visit is proposed: first the enterprise is found, then the times are named.

use askama::Template;
use chrono::NaiveDate;

use crate::core::actor::Actor;
use crate::core::ids::EnterpriseId;
use crate::engagements::pages::day;
use crate::engagements::programme_choices::programmes;
use crate::engagements::settings::EngagementSettings;
use crate::engagements::visits::candidates::{self, EnterpriseChoice, ExpertChoice};
use crate::engagements::visits::slots::earliest;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// Places for times in the form.
const PLACES: usize = 3;

/// The enterprise for which the form is.
struct Chosen {
    of: EnterpriseChoice,
    /// Its records: id, product kind in words, number of the report.
    records: Vec<(String, String, String)>,
    /// Who can visit, for an officer.
    experts: Vec<ExpertChoice>,
    /// The programmes to which it can belong.
    programmes: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "engagements/propose.html")]
struct ProposePage {
    f: Frame,
    asked: QueryParams,
    found: Vec<(EnterpriseChoice, String)>,
    chosen: Option<Chosen>,
    /// The first day that can be named.
    first: NaiveDate,
}

/// The form.
pub async fn propose(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let only: Option<EnterpriseId> = asked.read("enterprise")?;
        let words = asked.get("by");
        let catalogue = app.catalogue();
        let all = if only.is_some() || words.is_some() || actor.officer_region().is_none() {
            candidates::enterprises(conn, &actor, words.filter(|_| only.is_none()), only)?
        } else {
            Vec::new()
        };
        let chosen = match (only, all.first()) {
            (Some(_), Some(of)) => {
                let records = candidates::records(conn, of.id)?;
                let record = |(id, kind, number): candidates::RecordChoice| {
                    (id.to_string(), choices::kind(&frame, catalogue, &kind), number)
                };
                let is_officer = actor.officer_region().is_some();
                Some(Chosen {
                    records: records.into_iter().map(record).collect(),
                    experts: if is_officer { candidates::experts(conn, of.id)? } else { Vec::new() },
                    programmes: programmes(conn, catalogue, &of.region, false)?,
                    of: of.clone(),
                })
            }
            _ => None,
        };
        let today = day(app);
        let rules = app.settings().section::<EngagementSettings>().rules_on(today);
        let notice = rules.map_or(0, |rules| rules.notice_working_days);
        let named = |one: EnterpriseChoice| {
            let place = choices::region(frame.language, catalogue, &one.region);
            (one, place)
        };
        Ok(ProposePage {
            found: if chosen.is_some() { Vec::new() } else { all.into_iter().map(named).collect() },
            chosen,
            first: earliest(&catalogue.calendar, today, notice),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl ProposePage {
    fn places(&self) -> std::ops::Range<usize> {
        0..PLACES
    }

    fn is_officer(&self) -> bool {
        self.f.role() == "admin"
    }
}
