//! The page on which an enterprise takes a consultation back, or closes it.

use askama::Template;

use crate::consultations::queries;
use crate::consultations::status::Status;
use crate::consultations::views::ConsultationView;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::ConsultationId;
use crate::matching::settings::MatchingSettings;
use crate::web::Id;
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "consultations/close.html")]
struct ClosePage {
    f: Frame,
    c: ConsultationView,
    /// Within how many days it can be reopened.
    days: u32,
}

/// The page. There is none once the consultation is over.
pub async fn close(state: State, member: Member, id: Id<ConsultationId>) -> Answer {
    let Member { frame: f, person } = member;
    let found = read(&state, move |app| {
        let c = queries::get(&mut *app.snapshot()?, &Actor::Person(person), id.0)?;
        if c.status == Status::Concluded {
            return Err(Problem::not_found());
        }
        Ok((c, app.settings().section::<MatchingSettings>().reopen_days))
    });
    let (c, days) = found.await?;
    let page = ClosePage { f, c, days };
    show(&page.f, &page)
}

impl ClosePage {
    /// Whether an expert has taken it.
    fn is_taken(&self) -> bool {
        self.c.status == Status::Active
    }

    fn what(&self) -> &'static str {
        if self.is_taken() {
            self.f.t("结束问诊", "Close the consultation")
        } else {
            self.f.t("撤回问诊", "Take the question back")
        }
    }
}
