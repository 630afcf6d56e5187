//! One visit, as its reader may see it.

use askama::Template;

use crate::attachments::form::ShownFiles;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::engagements::detail::{AboutView, EngagementDetail, EventView, SlotView, VisitDetail, detail};
use crate::engagements::ids::EngagementId;
use crate::engagements::pages::{day, due, span};
use crate::engagements::state::{DangerGround, EngagementState, EngagementStep, Side};
use crate::web::Id;
use crate::web::choices;
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "engagements/visit.html")]
struct VisitPage {
    f: Frame,
    d: EngagementDetail,
    v: VisitDetail,
    place: String,
    when: String,
    /// The failed reports with their product kinds in words.
    about: Vec<(AboutView, String)>,
    today: String,
}

/// One visit.
pub async fn one(state: State, member: Member, id: Id<EngagementId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let mut d = detail(conn, &actor, due(app), id)?;
        let v = d.visit.take().ok_or_else(Problem::not_found)?;
        let catalogue = app.catalogue();
        let kind = |one: &AboutView| choices::kind(&frame, catalogue, &one.product_kind);
        Ok(VisitPage {
            about: v.nonconformities.iter().map(|one| (one.clone(), kind(one))).collect(),
            place: choices::region(frame.language, catalogue, &d.view.row.region),
            when: span(&frame, &d.view),
            today: day(app).to_string(),
            f: frame,
            d,
            v,
        })
    });
    show(&f, &page.await?)
}

impl VisitPage {
    fn is(&self, standing: &str) -> bool {
        self.d.view.standing == standing
    }

    fn allows(&self, step: EngagementStep) -> bool {
        self.d.allowed.contains(&step)
    }

    fn enterprise(&self) -> &str {
        self.d.view.enterprises.first().map_or("", |one| one.name.as_str())
    }

    fn experts(&self) -> String {
        let names: Vec<&str> = self.d.view.experts.iter().map(|one| one.name.as_str()).collect();
        names.join(self.f.t("、", ", "))
    }

    fn state_word(&self) -> String {
        self.f.say(&self.d.view.row.state.text()).to_owned()
    }

    fn may_choose(&self) -> bool {
        let acts = self.is("enterprise") || (self.is("officer") && !self.v.answers_itself);
        acts && self.allows(EngagementStep::Choose) && !self.v.slots.is_empty()
    }

    fn is_on_behalf(&self) -> bool {
        self.is("officer")
    }

    fn may_reschedule(&self) -> bool {
        self.allows(EngagementStep::Reschedule)
    }

    fn names_times(&self) -> bool {
        !self.is("enterprise")
    }

    fn may_cancel(&self) -> bool {
        self.allows(EngagementStep::Cancel)
    }

    fn may_miss(&self) -> bool {
        self.allows(EngagementStep::NoShow)
    }

    /// The page on which the expert notes what happens on the spot.
    fn on_the_spot(&self) -> Option<String> {
        use EngagementState as S;
        let row = &self.d.view.row;
        let open = matches!(row.state, S::Confirmed | S::Started | S::Held) && !self.is_confirmed();
        let day = row.on_day.filter(|_| open && self.is("expert"))?;
        Some(format!("/today?day={day}"))
    }

    fn is_confirmed(&self) -> bool {
        self.v.expert_confirmed_at.is_some() || self.v.enterprise_confirmed_at.is_some()
    }

    fn may_write(&self) -> bool {
        self.is("expert") && self.allows(EngagementStep::WriteMinutes) && !self.is_confirmed()
    }

    fn may_note(&self) -> bool {
        let state = self.d.view.row.state;
        self.is("expert")
            && matches!(state, EngagementState::Started | EngagementState::Held)
            && !self.is_confirmed()
    }

    fn may_add_words(&self) -> bool {
        self.is("enterprise")
            && self.allows(EngagementStep::AddWords)
            && self.v.minutes_at.is_some()
            && self.v.enterprise_confirmed_at.is_none()
    }

    fn may_confirm(&self) -> bool {
        let open = match self.d.view.standing.as_str() {
            "expert" => self.v.expert_confirmed_at.is_none(),
            "enterprise" => self.v.enterprise_confirmed_at.is_none(),
            _ => self.v.enterprise_confirmed_at.is_none() && !self.v.answers_itself,
        };
        open && self.allows(EngagementStep::ConfirmMinutes) && self.v.minutes_at.is_some()
    }

    fn may_close(&self) -> bool {
        !self.is("enterprise") && self.allows(EngagementStep::Close)
    }

    /// Whether that it began or was held can be taken back by the reader.
    fn may_take_back(&self) -> bool {
        !self.is("enterprise") && self.allows(EngagementStep::TakeBack) && !self.is_confirmed()
    }

    fn is_held(&self) -> bool {
        self.d.view.row.state == EngagementState::Held
    }

    fn may_report(&self) -> bool {
        self.is("expert") && self.d.view.row.state.has_begun()
    }

    fn reads(&self) -> bool {
        !self.is("officer")
    }

    fn slot(&self, slot: &SlotView) -> String {
        format!("{}–{}", self.f.time(&slot.starts_at), self.f.clock(&slot.ends_at))
    }

    fn step(&self, step: &EngagementStep) -> String {
        self.f.say(&step.text()).to_owned()
    }

    fn side(&self, side: &Side) -> String {
        self.f.say(&side.text()).to_owned()
    }

    fn grounds(&self) -> Vec<(&'static str, String)> {
        DangerGround::ALL
            .iter()
            .map(|ground| (ground.as_str(), self.f.say(&ground.text()).to_owned()))
            .collect()
    }

    fn ground(&self, ground: &DangerGround) -> String {
        self.f.say(&ground.text()).to_owned()
    }

    fn items(&self, about: &AboutView) -> String {
        let items: Vec<&str> = about.failed_items.iter().map(|item| self.f.item(item)).collect();
        items.join(self.f.t("、", ", "))
    }

    /// Where the device was, while that is kept.
    fn location(&self, event: &EventView) -> Option<String> {
        let (latitude, longitude) = event.latitude.zip(event.longitude)?;
        Some(format!("{latitude:.5}, {longitude:.5}"))
    }
}
