//! The webhooks of an officer's region, and one with its deliveries.

use askama::Template;

use crate::core::Text;
use crate::core::actor::Actor;
use crate::web::Id;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;
use crate::webhooks::event::EventType;
use crate::webhooks::ids::WebhookId;
use crate::webhooks::queries::{self, DeliveryView, WebhookFilter, WebhookView};
use crate::webhooks::settings::WebhookSettings;
use crate::webhooks::state::{DeliveryState, WebhookState};

#[derive(Template)]
#[template(path = "webhooks/webhooks.html")]
struct WebhooksPage {
    f: Frame,
    asked: QueryParams,
    /// Each with the place of its region.
    webhooks: Vec<(WebhookView, String)>,
    pager: Pager,
    regions: Vec<Choice>,
}

/// The list, with the form for another one.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let filter = WebhookFilter { state: asked.read("state")?, q: asked.get("q").map(str::to_owned) };
        let conn = &mut *app.snapshot()?;
        let page = queries::list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter))?;
        let catalogue = app.catalogue();
        let placed = |view: WebhookView| {
            let place = choices::region(frame.language, catalogue, &view.region);
            (view, place)
        };
        Ok(WebhooksPage {
            webhooks: page.items.into_iter().map(placed).collect(),
            pager,
            regions: choices::regions(frame.language, &actor, catalogue),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

#[derive(Template)]
#[template(path = "webhooks/webhook.html")]
struct WebhookPage {
    f: Frame,
    asked: QueryParams,
    w: WebhookView,
    place: String,
    deliveries: Vec<DeliveryView>,
    pager: Pager,
    /// The address of the deliveries that are shown, to be exported.
    export: String,
    /// Hours for which the secret before the present one signs as well.
    old_secret_hours: u32,
}

/// One webhook.
pub async fn one(state: State, member: Member, id: Id<WebhookId>, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let of_state = asked.read("state")?;
        let conn = &mut *app.snapshot()?;
        let w = queries::get(conn, &actor, id)?;
        let page = queries::deliveries(conn, &actor, id, of_state, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count_deliveries(conn, id, of_state))?;
        Ok(WebhookPage {
            place: choices::region(frame.language, app.catalogue(), &w.region),
            w,
            deliveries: page.items,
            export: asked.file(&format!("/api/v1/webhooks/{id}/deliveries")),
            pager,
            old_secret_hours: app.settings().section::<WebhookSettings>().old_secret_hours,
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

/// A state of webhooks, in words.
pub fn state_alone(f: &Frame, state: WebhookState) -> &'static str {
    match state {
        WebhookState::Active => f.t("已启用", "active"),
        WebhookState::Paused => f.t("已停用", "stopped"),
        WebhookState::Disabled => f.t("已自动停用", "stopped by the platform"),
    }
}

/// How a webhook stands, in words.
pub fn state_word(f: &Frame, webhook: &WebhookView) -> &'static str {
    match (webhook.state, webhook.officer_acts) {
        (WebhookState::Active, false) => {
            f.t("暂停（创建人已无权查看该地区）", "rests: its officer may not see the region")
        }
        (state, _) => state_alone(f, state),
    }
}

/// The state of a delivery, in words.
pub fn delivery_state(f: &Frame, state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Pending => f.t("待送达", "pending"),
        DeliveryState::Delivered => f.t("已送达", "delivered"),
        DeliveryState::Failed => f.t("未送达", "failed"),
        DeliveryState::Withheld => f.t("不再推送", "withheld"),
    }
}

fn tone(webhook: &WebhookView) -> &'static str {
    match (webhook.state, webhook.officer_acts, webhook.failing_since) {
        (WebhookState::Active, true, None) => "good",
        (WebhookState::Active, true, Some(_)) => "warn",
        (WebhookState::Disabled, ..) => "bad",
        _ => "none",
    }
}

impl WebhooksPage {
    fn states(&self) -> &'static [WebhookState] {
        WebhookState::ALL
    }

    fn state(&self, state: &WebhookState) -> &'static str {
        state_alone(&self.f, *state)
    }

    fn kinds(&self) -> Vec<(usize, EventType, Text)> {
        EventType::ALL.iter().enumerate().map(|(at, kind)| (at, *kind, kind.text())).collect()
    }

    fn word(&self, webhook: &WebhookView) -> &'static str {
        state_word(&self.f, webhook)
    }

    fn tone(&self, webhook: &WebhookView) -> &'static str {
        tone(webhook)
    }
}

impl WebhookPage {
    fn states(&self) -> &'static [DeliveryState] {
        DeliveryState::ALL
    }

    fn state(&self, state: &DeliveryState) -> &'static str {
        delivery_state(&self.f, *state)
    }

    fn mark(&self, state: &DeliveryState) -> &'static str {
        match state {
            DeliveryState::Pending => "warn",
            DeliveryState::Delivered => "good",
            DeliveryState::Failed => "bad",
            DeliveryState::Withheld => "none",
        }
    }

    fn word(&self) -> &'static str {
        state_word(&self.f, &self.w)
    }

    fn tone(&self) -> &'static str {
        tone(&self.w)
    }

    /// Whether events are noted for it and deliveries sent.
    fn works(&self) -> bool {
        self.w.state == WebhookState::Active && self.w.officer_acts
    }

    fn active(&self) -> bool {
        self.w.state == WebhookState::Active
    }

    /// Every kind, and whether the webhook asks for it.
    fn kinds(&self) -> Vec<(usize, EventType, Text, bool)> {
        let kinds = EventType::ALL.iter().enumerate();
        kinds.map(|(at, kind)| (at, *kind, kind.text(), self.w.events.contains(kind))).collect()
    }

    fn ended(&self, delivery: &DeliveryView) -> bool {
        delivery.state != DeliveryState::Pending
    }

    /// Since when what failed is sent again by the form: the beginning of what is kept.
    fn all_failed_since(&self) -> String {
        self.f.datetime(&self.w.created_at)
    }

    fn data(&self, delivery: &DeliveryView) -> String {
        delivery.data.to_string()
    }
}
