//! The page on which the expert who leads concludes a consultation.

use askama::Template;

use crate::consultations::conclude::missing_opinions;
use crate::consultations::pages::words::ConsultationWords;
use crate::consultations::queries;
use crate::consultations::status::Status;
use crate::consultations::views::ConsultationView;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::clock::shanghai_date;
use crate::core::ids::ConsultationId;
use crate::remediation::action::{ActionKind, ActionState};
use crate::remediation::given_advice::{AdvisedAction, advice};
use crate::remediation::pages::consultation::ACTIONS;
use crate::remediation::pages::words::CaseWords;
use crate::web::Id;
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "remediation/conclude.html")]
struct ConcludePage {
    f: Frame,
    c: ConsultationView,
    /// What was advised before and not declined.
    advised: Vec<AdvisedAction>,
    today: String,
    /// Experts of the panel who have given no opinion.
    missing: Vec<String>,
}

impl ConcludePage {
    fn kinds(&self) -> &'static [ActionKind] {
        ActionKind::ALL
    }

    fn kind(&self, kind: &ActionKind) -> String {
        self.f.action_kind(*kind)
    }

    fn places(&self) -> usize {
        ACTIONS
    }
}

/// The page. There is none but for the expert who leads, while it is under way.
pub async fn conclude(state: State, member: Member, id: Id<ConsultationId>) -> Answer {
    let Member { frame: f, person } = member;
    let found = read(&state, move |app| {
        let me = match &person.scope {
            Scope::Expert(me) => Some(*me),
            _ => None,
        };
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let c = queries::get(conn, &actor, id.0)?;
        let leads = me.is_some() && c.expert.as_ref().map(|e| e.id) == me && c.status == Status::Active;
        if !leads {
            return Err(Problem::not_found());
        }
        let today = shanghai_date(app.clock().now());
        let given = advice(conn, &actor, c.id, today)?;
        let advised = given.into_iter().flat_map(|advice| advice.actions);
        Ok((c, advised.filter(|action| action.state != ActionState::Declined).collect(), today))
    });
    let (c, advised, today) = found.await?;
    let missing = missing_opinions(c.expert.as_ref().map(|lead| lead.id), &c.panel);
    let page = ConcludePage { f, c, advised, today: today.to_string(), missing };
    show(&page.f, &page)
}
