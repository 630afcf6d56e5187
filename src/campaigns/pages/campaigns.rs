//! The campaigns, and one of them with its figures and its register.

use askama::Template;
use std::collections::BTreeMap;

use super::hazard_word;
use crate::campaigns::figures::CampaignFigures;
use crate::campaigns::queries::{self, CampaignDetail, CampaignFilter, CampaignView};
use crate::campaigns::state::{CheckOutcome, HazardState, Theme};
use crate::campaigns::subject_queries::{self, CampaignSubjectView, SubjectFilter};
use crate::catalogue::Catalogue;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::programmes::ids::ProgrammeId;
use crate::programmes::policy::keeps;
use crate::programmes::queries as programmes;
use crate::programmes::state::{ProgrammeLevel, ProgrammeState, ProgrammeStep};
use crate::programmes::words::{plain_level, state_tone, state_word};
use crate::web::Id;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// A campaign with codes in words.
struct Listed {
    view: CampaignView,
    place: String,
}

#[derive(Template)]
#[template(path = "campaigns/campaigns.html")]
struct CampaignsPage {
    f: Frame,
    asked: QueryParams,
    campaigns: Vec<Listed>,
    pager: Pager,
    regions: Vec<Choice>,
    /// The level at which the reader's office organises.
    own_level: Option<ProgrammeLevel>,
    today: String,
}

/// The list, with the form for another one.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let filter = CampaignFilter {
            theme: asked.read("theme")?,
            state: asked.read("state")?,
            region: asked.get("region").map(str::to_owned),
            q: asked.get("q").map(str::to_owned),
        };
        let page = queries::list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter))?;
        let catalogue = app.catalogue();
        let listed = |view: CampaignView| Listed {
            place: choices::region(frame.language, catalogue, &view.organiser_region),
            view,
        };
        Ok(CampaignsPage {
            campaigns: page.items.into_iter().map(listed).collect(),
            pager,
            regions: choices::regions(frame.language, &actor, catalogue),
            own_level: ProgrammeLevel::of_region(&catalogue.regions, actor.officer_region()),
            today: shanghai_date(app.clock().now()).to_string(),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl CampaignsPage {
    fn themes(&self) -> &'static [Theme] {
        Theme::ALL
    }

    fn theme(&self, theme: &Theme) -> &'static str {
        let (zh, en) = theme.words();
        self.f.t(zh, en)
    }

    fn levels(&self) -> &'static [ProgrammeLevel] {
        ProgrammeLevel::ALL
    }

    fn level(&self, level: &ProgrammeLevel) -> &'static str {
        plain_level(&self.f, *level)
    }

    fn is_own(&self, level: &ProgrammeLevel) -> bool {
        self.own_level == Some(*level)
    }

    fn state(&self, state: &ProgrammeState) -> &'static str {
        state_word(&self.f, *state)
    }

    fn tone(&self, state: &ProgrammeState) -> &'static str {
        state_tone(*state)
    }
}

/// The hazards of a key product, or of a region, by state, as a bar of a hundred.
struct Bar {
    name: String,
    total: i64,
    closed: i64,
    overdue: i64,
    parts: Vec<Part>,
}

/// A part of a bar.
struct Part {
    word: &'static str,
    count: i64,
    x: i64,
    width: i64,
    tone: usize,
}

/// The states that are drawn, in their order.
const DRAWN: [HazardState; 5] = [
    HazardState::Found,
    HazardState::Ordered,
    HazardState::Corrected,
    HazardState::Verified,
    HazardState::Closed,
];

fn share(part: i64, whole: i64) -> i64 {
    if whole <= 0 { 0 } else { part.saturating_mul(1_000).checked_div(whole).unwrap_or(0) }
}

/// The bars of some counts, by what names them.
fn bars(f: &Frame, counted: BTreeMap<String, BTreeMap<HazardState, (i64, i64)>>) -> Vec<Bar> {
    let bar = |(name, states): (String, BTreeMap<HazardState, (i64, i64)>)| {
        let of = |state: HazardState| states.get(&state).copied().unwrap_or((0, 0));
        let total: i64 = states.values().map(|(count, _)| count).sum();
        let mut x = 0;
        let parts = (1..)
            .zip(DRAWN)
            .map(|(tone, state)| {
                let count = of(state).0;
                let width = share(count, total);
                let part = Part { word: hazard_word(f, state), count, x, width, tone };
                x += width;
                part
            })
            .collect();
        Bar {
            name,
            total,
            closed: of(HazardState::Closed).0,
            overdue: states.values().map(|(_, overdue)| overdue).sum(),
            parts,
        }
    };
    counted.into_iter().map(bar).collect()
}

/// The region directly under the organiser's that holds a region, or the region itself.
fn part_of<'a>(catalogue: &'a Catalogue, organiser: &str, region: &'a str) -> &'a str {
    let chain = catalogue.regions.ancestors(region);
    let below =
        chain.filter(|around| around.parent.as_deref() == Some(organiser)).map(|around| around.code.as_str());
    below.last().unwrap_or(region)
}

#[derive(Template)]
#[template(path = "campaigns/campaign.html")]
struct CampaignPage {
    f: Frame,
    asked: QueryParams,
    d: CampaignDetail,
    place: String,
    by_product: Vec<Bar>,
    by_region: Vec<Bar>,
    /// The steps of its programme that the reader may take.
    steps: Vec<ProgrammeStep>,
    subjects: Vec<CampaignSubjectView>,
    pager: Pager,
    regions: Vec<Choice>,
    today: String,
}

/// One campaign.
pub async fn one(state: State, member: Member, id: Id<ProgrammeId>, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let now = app.clock().now();
        let today = shanghai_date(now);
        let (settings, catalogue) = (app.settings().as_ref(), app.catalogue().as_ref());
        let d = queries::detail(conn, &actor, id, (settings, catalogue), (now, asked.read("as_of")?))?;
        let filter = SubjectFilter {
            campaign: Some(id.0),
            checked: asked.read("checked")?,
            double: asked.read("double")?,
            q: asked.get("q").map(str::to_owned),
            ..SubjectFilter::default()
        };
        let page = subject_queries::list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || subject_queries::count(conn, &actor, &filter))?;
        let (by_product, by_region) = drawn(&frame, catalogue, &d);
        let steps = match keeps(&actor, &d.campaign.organiser_region, catalogue) {
            true => programmes::detail(conn, &actor, id, today)?.allowed,
            false => Vec::new(),
        };
        Ok(CampaignPage {
            place: choices::region(frame.language, catalogue, &d.campaign.organiser_region),
            by_product,
            by_region,
            steps,
            subjects: page.items,
            pager,
            regions: choices::regions(frame.language, &actor, catalogue),
            today: today.to_string(),
            asked,
            f: frame,
            d,
        })
    });
    show(&f, &page.await?)
}

/// The hazards of a campaign by key product and by region, drawn.
fn drawn(f: &Frame, catalogue: &Catalogue, d: &CampaignDetail) -> (Vec<Bar>, Vec<Bar>) {
    let mut products: BTreeMap<String, BTreeMap<HazardState, (i64, i64)>> = BTreeMap::new();
    let mut regions: BTreeMap<String, BTreeMap<HazardState, (i64, i64)>> = BTreeMap::new();
    for one in &d.figures.by_product {
        let product = d.products.iter().find(|product| product.key == one.product);
        let product = product.map_or(one.product.as_str(), |p| f.t(&p.name_zh, &p.name_en)).to_owned();
        let place = part_of(catalogue, &d.figures.region, &one.region);
        let place = choices::region(f.language, catalogue, place);
        for (of, name) in [(&mut products, product), (&mut regions, place)] {
            let known = of.entry(name).or_default().entry(one.state).or_default();
            known.0 += one.hazards;
            known.1 += one.overdue;
        }
    }
    (bars(f, products), bars(f, regions))
}

impl CampaignPage {
    fn state(&self) -> &'static str {
        state_word(&self.f, self.d.campaign.state)
    }

    fn tone(&self) -> &'static str {
        state_tone(self.d.campaign.state)
    }

    fn theme(&self) -> &'static str {
        let (zh, en) = self.d.campaign.theme.words();
        self.f.t(zh, en)
    }

    fn figures(&self) -> &CampaignFigures {
        &self.d.figures
    }

    fn is_campus(&self) -> bool {
        self.d.campaign.theme == Theme::Campus
    }

    fn is_outreach(&self) -> bool {
        self.d.campaign.theme == Theme::Outreach
    }

    fn under_way(&self) -> bool {
        self.d.campaign.state.is_under_way()
    }

    /// Whether its programme waits for this step.
    fn next(&self, word: &str) -> bool {
        use ProgrammeState as S;
        let fits = matches!(
            (word, self.d.campaign.state),
            ("submit", S::Draft | S::Returned)
                | ("approve", S::Submitted)
                | ("start", S::Approved)
                | ("close", S::Running)
        );
        fits && self.steps.iter().any(|step| step.as_str() == word)
    }

    fn outcomes(&self) -> &'static [CheckOutcome] {
        CheckOutcome::ALL
    }

    fn outcome(&self, outcome: &CheckOutcome) -> &'static str {
        let (zh, en) = outcome.words();
        self.f.t(zh, en)
    }

    /// How much of the register was checked, in thousandths.
    fn progress(&self) -> i64 {
        share(self.d.figures.checked, self.d.figures.registered)
    }

    /// The address of the register as a file.
    fn register_file(&self) -> String {
        format!("/api/v1/campaign-subjects?campaign={}&", self.d.campaign.id)
    }
}
