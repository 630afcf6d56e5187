//! Trainings as people see them: the list, one of them, the page that shows the code, the page behind a scanned code.

use askama::Template;
use chrono::{DateTime, Utc};

use crate::attachments::form::FileLimits;
use crate::attachments::form::ShownFiles;
use crate::attachments::settings::AttachmentSettings;
use crate::core::actor::Actor;
use crate::core::clock::{shanghai_date, shanghai_time};
use crate::engagements::common::words::{ListStatus, tone};
use crate::engagements::ids::EngagementId;
use crate::engagements::programme_choices::programmes;
use crate::engagements::state::EngagementState;
use crate::engagements::training::api::present_code;
use crate::engagements::training::code;
use crate::engagements::training::queries::{
    self, AttendeeFilter, AttendeeView, TrainingDetail, TrainingFilter, TrainingView,
};
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;
use crate::web::{Id, Part};

/// The states of a training, in their order.
const STATES: [EngagementState; 4] =
    [EngagementState::Planned, EngagementState::Held, EngagementState::Closed, EngagementState::Cancelled];

/// A training with codes in words.
struct Listed {
    view: TrainingView,
    region: String,
}

#[derive(Template)]
#[template(path = "engagements/trainings/list.html")]
struct ListPage {
    f: Frame,
    asked: QueryParams,
    items: Vec<Listed>,
    pager: Pager,
    /// Whether it is the list of an enterprise.
    own: bool,
    regions: Vec<Choice>,
    products: Vec<(Choice, Vec<Choice>)>,
    /// The programmes to which one can belong, for an officer.
    programmes: Vec<Choice>,
}

async fn page(state: State, member: Member, asked: QueryParams, own: bool) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let filter = TrainingFilter {
            state: asked.read("state")?,
            region: asked.get("region").map(str::to_owned),
            enterprise: asked.read("enterprise")?,
            programme: asked.read("programme")?,
            from: asked.read("from")?,
            until: asked.read("until")?,
            q: asked.get("q").map(str::to_owned),
        };
        let page = queries::list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter))?;
        let catalogue = app.catalogue();
        let listed = |view: TrainingView| Listed {
            region: choices::region(frame.language, catalogue, &view.region),
            view,
        };
        Ok(ListPage {
            items: page.items.into_iter().map(listed).collect(),
            pager,
            own,
            regions: if own { Vec::new() } else { choices::regions(frame.language, &actor, catalogue) },
            products: if own { Vec::new() } else { choices::kinds(&frame, catalogue) },
            programmes: match actor.officer_region() {
                Some(region) => programmes(conn, catalogue, region, true)?,
                None => Vec::new(),
            },
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

/// The trainings that the officer or the expert runs, with the form to plan another one.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    page(state, member, asked, false).await
}

/// The trainings to which the enterprise is invited.
pub async fn mine(state: State, member: Member, asked: QueryParams) -> Answer {
    page(state, member, asked, true).await
}

impl ListPage {
    fn states(&self) -> &'static [EngagementState] {
        &STATES
    }

    fn state(&self, state: &EngagementState) -> String {
        state.text().get(self.f.language).to_owned()
    }

    fn tone(&self, state: &EngagementState) -> &'static str {
        tone(*state)
    }

    fn title(&self) -> &'static str {
        if self.own {
            self.f.t("我的培训", "My trainings")
        } else {
            self.f.t("质量培训", "Trainings")
        }
    }
}

#[derive(Template)]
#[template(path = "engagements/trainings/one.html")]
struct OnePage {
    f: Frame,
    asked: QueryParams,
    d: TrainingDetail,
    region: String,
    kinds: Vec<String>,
    /// Whether the reader runs it.
    runs: bool,
    /// Whether the reader is an officer, who also invites by region, kind and status.
    officer: bool,
    attendees: Vec<AttendeeView>,
    pager: Option<Pager>,
    regions: Vec<Choice>,
    products: Vec<(Choice, Vec<Choice>)>,
    limits: FileLimits,
    /// Whether attendance is taken now.
    open: bool,
}

/// One training: for who runs it with its attendees, for an enterprise with its own part.
pub async fn one(state: State, member: Member, id: Id<EngagementId>, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let d = queries::get(conn, &actor, id)?;
        let catalogue = app.catalogue();
        let runs = !matches!(actor.scope(), Some(crate::core::actor::Scope::Enterprise(_)));
        let filter =
            AttendeeFilter { attended: asked.read("attended")?, q: asked.get("q").map(str::to_owned) };
        let (attendees, pager) = if runs {
            let page = queries::attendees(conn, &actor, (id, &filter), frame.slice(&asked)?)?;
            let pager = asked.pager(&page, || queries::count_attendees(conn, &actor, (id, &filter)))?;
            (page.items, Some(pager))
        } else {
            (Vec::new(), None)
        };
        let today = shanghai_date(app.clock().now());
        let takes = matches!(d.view.state, EngagementState::Planned | EngagementState::Held);
        Ok(OnePage {
            region: choices::region(frame.language, catalogue, &d.view.region),
            kinds: d.view.product_kinds.iter().map(|kind| choices::kind(&frame, catalogue, kind)).collect(),
            runs,
            officer: actor.officer_region().is_some(),
            attendees,
            pager,
            regions: if runs { choices::regions(frame.language, &actor, catalogue) } else { Vec::new() },
            products: if runs { choices::kinds(&frame, catalogue) } else { Vec::new() },
            limits: FileLimits::of(app.settings().section::<AttachmentSettings>()),
            open: takes && d.view.on_day <= today,
            asked,
            f: frame,
            d,
        })
    });
    show(&f, &page.await?)
}

impl OnePage {
    fn state(&self) -> String {
        self.d.view.state.text().get(self.f.language).to_owned()
    }

    fn tone(&self) -> &'static str {
        tone(self.d.view.state)
    }

    fn is_planned(&self) -> bool {
        self.d.view.state == EngagementState::Planned
    }

    fn is_held(&self) -> bool {
        self.d.view.state == EngagementState::Held
    }

    /// Whether that it took place, or that it is done, can be taken back.
    fn may_take_back(&self) -> bool {
        matches!(self.d.view.state, EngagementState::Held | EngagementState::Closed)
    }

    /// A moment as the form shows it, by the clock of Beijing.
    fn civil(&self, at: &DateTime<Utc>) -> String {
        shanghai_time(*at).format("%Y-%m-%dT%H:%M").to_string()
    }

    fn statuses(&self) -> &'static [ListStatus] {
        ListStatus::ALL
    }

    fn status(&self, status: &ListStatus) -> String {
        status.text().get(self.f.language).to_owned()
    }

    fn joined(&self) -> String {
        self.kinds.join(self.f.t("、", ", "))
    }

    /// The address of the attendees as a file.
    fn export(&self) -> String {
        self.asked.file(&format!("/api/v1/trainings/{}/attendees", self.d.view.id))
    }

    /// How many of those who were invited came, in per cent, for the bar.
    fn share(&self) -> f64 {
        let (came, all) = (self.d.view.attended, self.d.view.invited.max(self.d.view.attended));
        crate::web::charts::percent(i64::from(came), i64::from(all))
    }
}

#[derive(Template)]
#[template(path = "engagements/trainings/code.html")]
struct CodePage {
    f: Frame,
    id: EngagementId,
    topic: String,
    /// The code, in case it can't be scanned.
    url: String,
}

/// The page that the trainer shows: the code, which changes each minute.
pub async fn code_page(state: State, member: Member, id: Id<EngagementId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id, public_url) = (f.clone(), id.0, state.public_url.clone());
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let code = present_code(app, &actor, id, &public_url)?;
        let topic = queries::get(&mut *app.snapshot()?, &actor, id)?.view.topic;
        Ok(CodePage { id, topic, url: code.url, f: frame })
    });
    show(&f, &page.await?)
}

#[derive(Template)]
#[template(path = "engagements/trainings/attend.html")]
struct AttendPage {
    f: Frame,
    code: String,
    /// What the training is about; none where the code is over or none at all.
    topic: Option<String>,
}

/// The page behind a scanned code, for somebody of an enterprise.
pub async fn attend(state: State, member: Member, key: Part<String>) -> Answer {
    let f = member.frame;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let typed = key.0;
        let topic = match code::read(&typed) {
            None => None,
            Some(read) => {
                let (topic, _, secret) = queries::scanned(&mut *app.snapshot()?, read.id)?;
                read.is_good(&secret, app.clock().now()).then_some(topic)
            }
        };
        Ok(AttendPage { code: typed, topic, f: frame })
    });
    show(&f, &page.await?)
}
