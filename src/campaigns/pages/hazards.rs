//! The ledger of hazards, one hazard, and the hazards of an enterprise.

use askama::Template;

use super::{hazard_tone, hazard_word};
use crate::attachments::form::FileLimits;
use crate::attachments::form::ShownFiles;
use crate::attachments::settings::AttachmentSettings;
use crate::campaigns::hazard_queries::{self, HazardDetail, HazardFilter, HazardView};
use crate::campaigns::ids::HazardId;
use crate::campaigns::queries::{self, CampaignFilter, CampaignView};
use crate::campaigns::settings::{CampaignSettings, KeyProduct};
use crate::campaigns::state::{HazardState, HazardStep};
use crate::core::Problem;
use crate::core::actor::{Actor, Role};
use crate::core::clock::shanghai_date;
use crate::core::page::Slice;
use crate::programmes::state::ProgrammeState;
use crate::web::Id;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// A hazard with codes in words.
struct Listed {
    view: HazardView,
    place: String,
    product: String,
}

#[derive(Template)]
#[template(path = "campaigns/hazards.html")]
struct HazardsPage {
    f: Frame,
    asked: QueryParams,
    hazards: Vec<Listed>,
    pager: Pager,
    regions: Vec<Choice>,
    products: Vec<KeyProduct>,
    campaigns: Vec<CampaignView>,
    limits: FileLimits,
    today: String,
    own: bool,
}

fn filter(asked: &QueryParams) -> Result<HazardFilter, Problem> {
    Ok(HazardFilter {
        campaign: asked.read("campaign")?,
        enterprise: asked.read("enterprise")?,
        state: asked.read("state")?,
        product: asked.get("product").map(str::to_owned),
        region: asked.get("region").map(str::to_owned),
        overdue: asked.read("overdue")?,
        q: asked.get("q").map(str::to_owned),
    })
}

/// The ledger, with the form for another hazard.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    ledger(state, member, asked, false).await
}

/// The hazards of an enterprise.
pub async fn mine(state: State, member: Member, asked: QueryParams) -> Answer {
    ledger(state, member, asked, true).await
}

async fn ledger(state: State, member: Member, asked: QueryParams, own: bool) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let today = shanghai_date(app.clock().now());
        let filter = filter(&asked)?;
        let page = hazard_queries::list(conn, &actor, &filter, today, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || hazard_queries::count(conn, &actor, &filter, today))?;
        let catalogue = app.catalogue();
        let rules = app.settings().section::<CampaignSettings>().rules_on(today);
        let products: Vec<KeyProduct> = rules.map(|rules| rules.products.clone()).unwrap_or_default();
        let listed = |view: HazardView| Listed {
            place: choices::region(frame.language, catalogue, &view.hazard.region),
            product: product_name(&frame, &products, &view.hazard.product),
            view,
        };
        let hazards = page.items.into_iter().map(listed).collect();
        let campaigns = match own {
            true => Vec::new(),
            false => {
                let running =
                    CampaignFilter { state: Some(ProgrammeState::Running), ..CampaignFilter::default() };
                queries::list(conn, &actor, &running, Slice { limit: 50, ..Slice::default() })?.items
            }
        };
        Ok(HazardsPage {
            hazards,
            pager,
            regions: if own { Vec::new() } else { choices::regions(frame.language, &actor, catalogue) },
            products,
            campaigns,
            limits: FileLimits::of(app.settings().section::<AttachmentSettings>()),
            today: today.to_string(),
            own,
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

/// The name of a key product.
fn product_name(f: &Frame, products: &[KeyProduct], key: &str) -> String {
    let found = products.iter().find(|product| product.key == key);
    found.map_or_else(|| key.to_owned(), |product| f.say(&product.name).to_owned())
}

impl HazardsPage {
    fn states(&self) -> &'static [HazardState] {
        HazardState::ALL
    }

    fn state(&self, state: &HazardState) -> &'static str {
        hazard_word(&self.f, *state)
    }

    fn tone(&self, state: &HazardState) -> &'static str {
        hazard_tone(*state)
    }
}

#[derive(Template)]
#[template(path = "campaigns/hazard.html")]
struct HazardPage {
    f: Frame,
    d: HazardDetail,
    place: String,
    product: String,
    kind: Option<String>,
    limits: FileLimits,
    today: String,
}

/// One hazard.
pub async fn one(state: State, member: Member, id: Id<HazardId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let today = shanghai_date(app.clock().now());
        let d = hazard_queries::detail(conn, &actor, id, today)?;
        let catalogue = app.catalogue();
        let rules = app.settings().section::<CampaignSettings>().rules_on(today);
        let products = rules.map(|rules| rules.products.as_slice()).unwrap_or_default();
        Ok(HazardPage {
            place: choices::region(frame.language, catalogue, &d.view.hazard.region),
            product: product_name(&frame, products, &d.view.hazard.product),
            kind: d.view.hazard.product_kind.as_deref().map(|code| choices::kind(&frame, catalogue, code)),
            limits: FileLimits::of(app.settings().section::<AttachmentSettings>()),
            today: today.to_string(),
            f: frame,
            d,
        })
    });
    show(&f, &page.await?)
}

/// A stage of the way of a hazard, as it is drawn.
struct Stage {
    word: &'static str,
    done: bool,
    x: usize,
}

impl HazardPage {
    fn is_officer(&self) -> bool {
        self.f.role() == Role::Admin.as_str()
    }

    fn state(&self) -> &'static str {
        hazard_word(&self.f, self.d.view.hazard.state)
    }

    fn tone(&self) -> &'static str {
        hazard_tone(self.d.view.hazard.state)
    }

    fn source(&self) -> &'static str {
        let (zh, en) = self.d.view.hazard.source.words();
        self.f.t(zh, en)
    }

    fn step(&self, step: &HazardStep) -> &'static str {
        let (zh, en) = step.words();
        self.f.t(zh, en)
    }

    fn allows(&self, word: &str) -> bool {
        let own = word == "correct";
        (own || self.is_officer()) && self.d.allowed.iter().any(|step| step.as_str() == word)
    }

    fn may_verify(&self) -> bool {
        self.allows("verify") && !self.d.found_by_caller
    }

    /// The stages of its way, in their order.
    fn stages(&self) -> Vec<Stage> {
        let hazard = &self.d.view.hazard;
        let done = [
            (HazardState::Found, true),
            (HazardState::Ordered, hazard.ordered_on.is_some()),
            (HazardState::Corrected, hazard.corrected_on.is_some() && hazard.state != HazardState::Ordered),
            (HazardState::Verified, hazard.verified_on.is_some()),
            (HazardState::Closed, hazard.closed_on.is_some()),
        ];
        (0..)
            .zip(done)
            .map(|(at, (state, done))| Stage { word: hazard_word(&self.f, state), done, x: at * 90 + 10 })
            .collect()
    }

    /// So many of them are done.
    fn done(&self) -> usize {
        self.stages().iter().filter(|stage| stage.done).count()
    }
}
