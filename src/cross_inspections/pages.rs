//! The rounds of cross-inspection, and one of them as its reader may see it.

use askama::Template;

use crate::core::actor::{Actor, Role};
use crate::core::clock::shanghai_date;
use crate::cross_inspections::commands::may_set_up;
use crate::cross_inspections::detail::{Found, RoundDetail, detail};
use crate::cross_inspections::figures::{CrossFigures, FigureFilter, figures};
use crate::cross_inspections::ids::RoundId;
use crate::cross_inspections::queries::{self, RoundFilter, RoundView};
use crate::cross_inspections::state::{RoundState, RoundStep, Verdict};
use crate::cross_inspections::words;
use crate::programmes::laboratories::queries::{self as laboratories, LaboratoryView};
use crate::web::Id;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// A round with codes in words.
struct Listed {
    view: RoundView,
    place: String,
    kind: String,
}

#[derive(Template)]
#[template(path = "cross_inspections/list.html")]
struct ListPage {
    f: Frame,
    asked: QueryParams,
    rounds: Vec<Listed>,
    pager: Pager,
    /// The sums; none for an enterprise.
    figures: Option<CrossFigures>,
    /// Whether the reader may set rounds up.
    sets_up: bool,
    regions: Vec<Choice>,
    products: Vec<(Choice, Vec<Choice>)>,
    laboratories: Vec<LaboratoryView>,
}

/// The list, with the form for another one, or the field for the word by which one joins.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let filter = RoundFilter {
            state: asked.read("state")?,
            region: asked.get("region").map(str::to_owned),
            q: asked.get("q").map(str::to_owned),
        };
        let page = queries::list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter))?;
        let catalogue = app.catalogue();
        let sets_up = may_set_up(&actor);
        let today = shanghai_date(app.clock().now());
        let sums = match sets_up {
            true => Some(figures(conn, &actor, app.settings(), &FigureFilter::default(), today)?),
            false => None,
        };
        let is_officer = actor.officer_region().is_some();
        let listed = |view: RoundView| Listed {
            place: choices::region(frame.language, catalogue, &view.round.region),
            kind: choices::kind(&frame, catalogue, &view.round.product_kind),
            view,
        };
        Ok(ListPage {
            rounds: page.items.into_iter().map(listed).collect(),
            pager,
            figures: sums,
            sets_up,
            regions: if is_officer {
                choices::regions(frame.language, &actor, catalogue)
            } else {
                Vec::new()
            },
            products: choices::kinds(&frame, catalogue),
            laboratories: if is_officer { laboratories::choices(conn, &actor)? } else { Vec::new() },
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl ListPage {
    fn states(&self) -> &'static [RoundState] {
        RoundState::ALL
    }

    fn state(&self, state: &RoundState) -> &'static str {
        words::state_word(&self.f, *state)
    }

    fn tone(&self, state: &RoundState) -> &'static str {
        words::state_tone(*state)
    }

    fn is_participant(&self) -> bool {
        self.f.role() == Role::Enterprise.as_str()
    }
}

#[derive(Template)]
#[template(path = "cross_inspections/round.html")]
struct RoundPage {
    f: Frame,
    d: RoundDetail,
    place: String,
    kind: String,
    /// The name of the product hospital.
    hospital: Option<String>,
    /// Who can be charged with a share, for an officer who leads it.
    laboratories: Vec<LaboratoryView>,
    today: String,
}

/// One round.
pub async fn one(state: State, member: Member, id: Id<RoundId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let d = detail(conn, &actor, id)?;
        let catalogue = app.catalogue();
        let hospital = d.view.round.hospital.as_deref().and_then(|code| catalogue.products.hospital(code));
        let leads = d.view.standing == "leader" && actor.officer_region().is_some();
        Ok(RoundPage {
            laboratories: if leads { laboratories::choices(conn, &actor)? } else { Vec::new() },
            place: choices::region(frame.language, catalogue, &d.view.round.region),
            kind: choices::kind(&frame, catalogue, &d.view.round.product_kind),
            hospital: hospital.map(|found| frame.t(&found.name_zh, &found.name_en).to_owned()),
            today: shanghai_date(app.clock().now()).to_string(),
            f: frame,
            d,
        })
    });
    show(&f, &page.await?)
}

impl RoundPage {
    fn leads(&self) -> bool {
        self.d.view.standing == "leader"
    }

    fn is_officer(&self) -> bool {
        self.d.view.standing == "officer"
    }

    fn is_laboratory(&self) -> bool {
        self.d.view.standing == "laboratory"
    }

    fn allows(&self, step: RoundStep) -> bool {
        self.d.allowed.contains(&step)
    }

    /// Whether this laboratory tests the share.
    fn charges(&self, laboratory: &LaboratoryView) -> bool {
        self.d.view.laboratory_id == Some(laboratory.id)
    }

    fn gathers(&self) -> bool {
        self.allows(RoundStep::Join)
    }

    fn may_close(&self) -> bool {
        self.allows(RoundStep::Close)
    }

    fn may_withdraw(&self) -> bool {
        self.allows(RoundStep::Withdraw)
    }

    fn may_take_over(&self) -> bool {
        self.is_officer() && self.allows(RoundStep::TakeOver)
    }

    fn may_report(&self) -> bool {
        self.allows(RoundStep::Report)
    }

    fn may_correct(&self) -> bool {
        !self.leads() && self.allows(RoundStep::Correct)
    }

    fn state(&self) -> &'static str {
        words::state_word(&self.f, self.d.view.round.state)
    }

    fn tone(&self) -> &'static str {
        words::state_tone(self.d.view.round.state)
    }

    fn step(&self, step: &RoundStep) -> &'static str {
        words::step_word(&self.f, *step)
    }

    fn verdict(&self, verdict: &Verdict) -> &'static str {
        words::verdict_word(&self.f, *verdict)
    }

    fn verdicts(&self) -> &'static [Verdict] {
        Verdict::ALL
    }

    fn joined(&self, texts: &[String]) -> String {
        texts.join(self.f.t("、", ", "))
    }

    /// The codes whose laboratory result is not there yet.
    fn open_checks(&self) -> Vec<&str> {
        let open = self.d.products.iter();
        let open =
            open.filter(|product| product.to_check == Some(true) && product.found.check_result.is_none());
        open.filter_map(|product| product.code.as_deref()).collect()
    }

    /// Whether a fault was found in a product.
    fn faulty(&self, found: &Found) -> bool {
        [found.result, found.check_result].contains(&Some(Verdict::Nonconforming))
    }
}
