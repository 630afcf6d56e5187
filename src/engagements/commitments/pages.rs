//! Commitments as people see them: the officers' list, one of them for both sides, the texts, the enterprise's own, and what everybody
//! reads.

use askama::Template;
use chrono::NaiveDate;

use crate::attachments::form::FileLimits;
use crate::attachments::form::ShownFiles;
use crate::attachments::settings::AttachmentSettings;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::core::text::part_in;
use crate::engagements::commitments::public::{self, PublicCommitment, PublicFilter, PublicPromise};
use crate::engagements::commitments::queries::{
    self, CommitmentDetail, CommitmentFilter, CommitmentView, PromiseView,
};
use crate::engagements::commitments::texts::{self, TextView};
use crate::engagements::common::words::{Outcome, PromiseState, PublicState, tone};
use crate::engagements::ids::EngagementId;
use crate::engagements::state::EngagementState;
use crate::web::Id;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member, Visit};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// The states of a commitment, in their order.
const STATES: [EngagementState; 6] = [
    EngagementState::Drafted,
    EngagementState::Signed,
    EngagementState::Kept,
    EngagementState::Broken,
    EngagementState::Released,
    EngagementState::Cancelled,
];

/// A commitment with codes in words.
struct Listed {
    view: CommitmentView,
    place: String,
}

#[derive(Template)]
#[template(path = "engagements/commitments/list.html")]
struct ListPage {
    f: Frame,
    asked: QueryParams,
    items: Vec<Listed>,
    pager: Pager,
    /// Whether it is the list of an enterprise.
    own: bool,
    regions: Vec<Choice>,
    products: Vec<(Choice, Vec<Choice>)>,
    /// The first day on which a promise can be due.
    tomorrow: String,
}

fn filter(asked: &QueryParams) -> Result<CommitmentFilter, crate::core::Problem> {
    Ok(CommitmentFilter {
        state: asked.read("state")?,
        overdue: asked.read("overdue")?,
        region: asked.get("region").map(str::to_owned),
        enterprise: asked.read("enterprise")?,
        programme: asked.read("programme")?,
        q: asked.get("q").map(str::to_owned),
    })
}

async fn page(state: State, member: Member, asked: QueryParams, own: bool) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let filter = filter(&asked)?;
        let page = queries::list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter))?;
        let catalogue = app.catalogue();
        let listed = |view: CommitmentView| Listed {
            place: choices::region(frame.language, catalogue, &view.row.region),
            view,
        };
        let today = shanghai_date(app.clock().now());
        Ok(ListPage {
            items: page.items.into_iter().map(listed).collect(),
            pager,
            own,
            regions: if own { Vec::new() } else { choices::regions(frame.language, &actor, catalogue) },
            products: if own { Vec::new() } else { choices::kinds(&frame, catalogue) },
            tomorrow: today.succ_opt().unwrap_or(today).to_string(),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

/// The commitments of the officer's region, with the form to ask for another one.
pub async fn office(state: State, member: Member, asked: QueryParams) -> Answer {
    page(state, member, asked, false).await
}

/// The enterprise's own commitments.
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
            self.f.t("我的质量承诺", "My commitments")
        } else {
            self.f.t("质量承诺", "Commitments")
        }
    }
}

/// A promise on the line of its days.
struct Mark {
    /// Its place on the line, in thousandths.
    x: i64,
    /// The number of the promise.
    number: usize,
    /// The state, as a class.
    tone: &'static str,
}

#[derive(Template)]
#[template(path = "engagements/commitments/one.html")]
struct OnePage {
    f: Frame,
    d: CommitmentDetail,
    place: String,
    kind: Option<String>,
    today: NaiveDate,
    tomorrow: String,
    officer: bool,
    marks: Vec<Mark>,
    /// The place of today on the line, in thousandths; none where it is not on it.
    now: Option<i64>,
    limits: FileLimits,
}

fn promise_tone(state: PromiseState) -> &'static str {
    match state {
        PromiseState::Open => "warn",
        PromiseState::Done => "good",
        PromiseState::Late => "none",
        PromiseState::Overdue => "bad",
    }
}

/// Where days stand on a line from one day to another, in thousandths. Pure.
fn place_on(line: (NaiveDate, NaiveDate), day: NaiveDate) -> Option<i64> {
    let whole = line.1.signed_duration_since(line.0).num_days();
    let part = day.signed_duration_since(line.0).num_days();
    (0..=whole).contains(&part).then(|| part.saturating_mul(1_000).checked_div(whole)).flatten()
}

fn drawn(d: &CommitmentDetail, today: NaiveDate) -> (Vec<Mark>, Option<i64>) {
    let first = d.view.row.signed_on.unwrap_or(today);
    let Some(last) = d.promises.iter().map(|promise| promise.counts_until).max() else {
        return (Vec::new(), None);
    };
    let line = (first, last.max(today.min(last)));
    let mark = |(at, promise): (usize, &PromiseView)| {
        let x = place_on(line, promise.counts_until)?;
        Some(Mark { x, number: at + 1, tone: promise_tone(promise.state) })
    };
    (d.promises.iter().enumerate().filter_map(mark).collect(), place_on(line, today))
}

/// One commitment, for the officer and the enterprise.
pub async fn one(state: State, member: Member, id: Id<EngagementId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let today = shanghai_date(app.clock().now());
        let d = queries::get(conn, &actor, id, (app.settings(), today))?;
        let catalogue = app.catalogue();
        let (marks, now) = drawn(&d, today);
        Ok(OnePage {
            place: choices::region(frame.language, catalogue, &d.view.row.region),
            kind: d.view.row.product_kind.as_deref().map(|kind| choices::kind(&frame, catalogue, kind)),
            today,
            tomorrow: today.succ_opt().unwrap_or(today).to_string(),
            officer: actor.officer_region().is_some(),
            marks,
            now,
            limits: FileLimits::of(app.settings().section::<AttachmentSettings>()),
            f: frame,
            d,
        })
    });
    show(&f, &page.await?)
}

impl OnePage {
    fn state(&self) -> String {
        self.d.view.row.state.text().get(self.f.language).to_owned()
    }

    fn tone(&self) -> &'static str {
        tone(self.d.view.row.state)
    }

    fn is_drafted(&self) -> bool {
        self.d.view.row.state == EngagementState::Drafted
    }

    fn is_signed(&self) -> bool {
        self.d.view.row.state == EngagementState::Signed
    }

    fn notice(&self) -> &str {
        self.f.t(&self.d.notice_zh, &self.d.notice_en)
    }

    fn promise(&self, promise: &PromiseView) -> String {
        promise.state.text().get(self.f.language).to_owned()
    }

    fn promise_tone(&self, promise: &PromiseView) -> &'static str {
        promise_tone(promise.state)
    }

    /// What an officer can find now.
    fn outcomes(&self) -> &'static [Outcome] {
        Outcome::ALL
    }

    fn outcome(&self, outcome: &Outcome) -> String {
        outcome.text().get(self.f.language).to_owned()
    }

    fn source<'a>(&self, text: &'a TextView) -> &'a str {
        part_in(self.f.language, &text.source)
    }

    /// The line of the promises in words, for who does not see it.
    fn sentence(&self) -> String {
        let days = self.d.promises.iter().enumerate().map(|(at, promise)| {
            let (number, day) = (at + 1, self.f.day(&promise.counts_until));
            format!("{number} {day} {}", self.promise(promise))
        });
        let days: Vec<String> = days.collect();
        format!(
            "{}{}",
            self.f.t("承诺事项的期限：", "days of the promises: "),
            days.join(self.f.t("；", "; "))
        )
    }
}

#[derive(Template)]
#[template(path = "engagements/commitments/texts.html")]
struct TextsPage {
    f: Frame,
    texts: Vec<TextView>,
    /// The version that is signed today.
    present: String,
    /// Whether the reader enacts texts.
    enacts: bool,
    today: String,
}

/// The texts of the commitment; officers of the province enact and withdraw them.
pub async fn text_page(state: State, member: Member) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let today = shanghai_date(app.clock().now());
        let own = actor.officer_region().and_then(|code| app.catalogue().regions.get(code));
        Ok(TextsPage {
            texts: texts::list(conn, app.settings())?,
            present: texts::in_force(conn, app.settings(), today)?.version,
            enacts: own.is_some_and(|region| region.parent.is_none()),
            today: today.to_string(),
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl TextsPage {
    fn source<'a>(&self, text: &'a TextView) -> &'a str {
        part_in(self.f.language, &text.source)
    }
}

#[derive(Template)]
#[template(path = "engagements/commitments/public.html")]
struct PublicPage {
    f: Frame,
    asked: QueryParams,
    items: Vec<(PublicCommitment, String)>,
    pager: Pager,
}

/// What everybody reads of commitments.
pub async fn public_page(state: State, visit: Visit, asked: QueryParams) -> Answer {
    let f = visit.frame;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let conn = &mut *app.snapshot()?;
        let filter = PublicFilter {
            region: asked.get("region").map(str::to_owned),
            q: asked.get("q").map(str::to_owned),
        };
        let page = public::list(conn, &filter, asked.slice()?, app.clock().now())?;
        let pager = asked.pager(&page, || public::count(conn, &filter))?;
        let with_place = |item: PublicCommitment| {
            let place = choices::region(frame.language, app.catalogue(), &item.region);
            (item, place)
        };
        Ok(PublicPage { items: page.items.into_iter().map(with_place).collect(), pager, asked, f: frame })
    });
    show(&f, &page.await?)
}

impl PublicPage {
    fn state(&self, item: &PublicCommitment) -> String {
        item.state.text().get(self.f.language).to_owned()
    }

    fn tone(&self, item: &PublicCommitment) -> &'static str {
        match item.state {
            PublicState::Running => "warn",
            PublicState::Kept => "good",
            PublicState::Broken => "bad",
            PublicState::Contested | PublicState::TakenBack | PublicState::Released => "none",
        }
    }

    fn promise(&self, promise: &PublicPromise) -> String {
        promise.state.text().get(self.f.language).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_its_place_on_the_line() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let line = (day("2026-12-01"), day("2026-12-11"));
        assert_eq!(place_on(line, day("2026-12-01")), Some(0));
        assert_eq!(place_on(line, day("2026-12-06")), Some(500));
        assert_eq!(place_on(line, day("2026-12-11")), Some(1_000));
        assert_eq!(place_on(line, day("2026-12-12")), None);
        assert_eq!(place_on((line.0, line.0), line.0), None, "a line of no length");
    }
}
