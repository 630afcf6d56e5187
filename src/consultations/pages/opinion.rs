//! The page on which an expert of a panel gives an opinion, or revises it.

use askama::Template;

use crate::consultations::queries;
use crate::consultations::status::Status;
use crate::consultations::views::{ConsultationView, PanelView};
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{ConsultationId, ExpertId};
use crate::web::Id;
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "consultations/opinion.html")]
struct OpinionPage {
    f: Frame,
    c: ConsultationView,
    /// The reader's opinion so far.
    own: Option<PanelView>,
    /// The word of the reader's position so far.
    chosen: &'static str,
    /// The consultation is concluded.
    late: bool,
}

/// Whether an expert who sees the consultation may give an opinion on it: the experts of its panel, and its lead where there is one. After the
/// conclusion those who sat on it may still.
pub(super) fn may_opine(c: &ConsultationView, me: Option<ExpertId>) -> bool {
    let (Some(me), under_way) = (me, c.status == Status::Active) else { return false };
    let sits = c.panel.iter().any(|member| member.expert == me);
    let leads = c.expert.as_ref().is_some_and(|lead| lead.id == me);
    (under_way && (sits || (leads && !c.panel.is_empty()))) || (c.is_concluded_by_expert() && sits)
}

/// The page. There is none but for those who may give an opinion.
pub async fn opinion(state: State, member: Member, id: Id<ConsultationId>) -> Answer {
    let Member { frame: f, person } = member;
    let found = read(&state, move |app| {
        let me = match &person.scope {
            Scope::Expert(me) => Some(*me),
            _ => None,
        };
        let c = queries::get(&mut *app.snapshot()?, &Actor::Person(person), id.0)?;
        if !may_opine(&c, me) {
            return Err(Problem::not_found());
        }
        let own = c.panel.iter().find(|member| Some(member.expert) == me).cloned();
        Ok((c, own))
    });
    let (c, own) = found.await?;
    let chosen = own.as_ref().and_then(|own| own.agreement).map_or("", |agreement| agreement.as_str());
    let late = c.status == Status::Concluded;
    let page = OpinionPage { f, c, own, chosen, late };
    show(&page.f, &page)
}

impl OpinionPage {
    /// The positions: the word, and what it is called.
    fn positions(&self) -> [(&'static str, &'static str); 3] {
        let f = &self.f;
        [
            ("agree", f.t("同意", "I agree")),
            ("dissent", f.t("不同意", "I dissent")),
            ("abstain", f.t("弃权", "I abstain")),
        ]
    }

    /// Whether it is the reader's position so far.
    fn is_chosen(&self, word: &str) -> bool {
        self.chosen == word
    }
}
