//! What an expert says of themselves, and how they have done.

use actix_web::web::Data;
use askama::Template;

use crate::app::App;
use crate::consultations::pages::case_parts::CaseParts;
use crate::consultations::pages::desk::{Block, blocks};
use crate::consultations::record::{Rated, Record, ratings, record};
use crate::core::Problem;
use crate::core::actor::{Actor, Person, Scope};
use crate::core::clock::shanghai_date;
use crate::core::ids::ExpertId;
use crate::core::page::Slice;
use crate::experts::application::Specialty;
use crate::experts::pages::changes::{ChangeLine, lines};
use crate::experts::profile::Leave;
use crate::experts::queries::{self as experts, ExpertView};
use crate::experts::rota::DutyShift;
use crate::experts::rota_words::{describe, short_weekdays};
use crate::experts::specialty_queries::{self as changes, ChangeFilter, SpecialtyChangeView};
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;

/// Places for shifts in the form, beyond those in use.
const MORE_SHIFTS: usize = 4;
/// Places for specialties, beyond those in use.
const MORE_SPECIALTIES: usize = 4;
/// Changes of specialties that are shown.
const SOME_CHANGES: i64 = 10;
/// Ratings that are shown one by one.
const SOME_RATINGS: i64 = 6;

#[derive(Template)]
#[template(path = "consultations/profile.html")]
struct ProfilePage {
    f: Frame,
    me: ExpertView,
    record: Record,
    /// Changes of the specialties, the latest first.
    changes: Vec<ChangeLine>,
    /// Corrective actions advised.
    actions: i64,
    rated: Vec<Rated>,
    spread: Vec<Bar>,
    mean: Option<String>,
    /// The rota in words.
    duty_words: Vec<String>,
    shift_places: Vec<Option<DutyShift>>,
    blocks: Vec<Block>,
    names: [&'static str; 7],
    leave: Option<Leave>,
    today: String,
    specialty_places: Vec<Place>,
    classes: Vec<(Choice, Vec<Choice>)>,
    regions: Vec<String>,
    hospital: Option<String>,
}

/// A row of a chart of bars.
struct Bar {
    label: String,
    value: i64,
    /// Its length, 0 to 100.
    percent: i64,
}

/// Bars for figures, the greatest full.
fn bars(figures: Vec<(String, i64)>) -> Vec<Bar> {
    let most = figures.iter().map(|(_, value)| *value).max().unwrap_or(0).max(1);
    let bar = |(label, value): (String, i64)| {
        let percent = value.saturating_mul(100).checked_div(most).unwrap_or(0);
        Bar { label, value, percent }
    };
    figures.into_iter().map(bar).collect()
}

/// A specialty in the form.
struct Place {
    name: String,
    is_class: bool,
    level: i32,
    items: String,
}

impl Place {
    fn field(&self) -> &'static str {
        if self.is_class { "product_class" } else { "product_kind" }
    }
}

/// The page.
pub async fn profile(state: State, member: Member, parts: Data<CaseParts>) -> Answer {
    let Member { frame: f, person } = member;
    let Scope::Expert(id) = person.scope else { return Err(Problem::not_found().into()) };
    let (frame, parts) = (f.clone(), **parts);
    let page = read(&state, move |app| page(app, frame, person, id, parts));
    show(&f, &page.await?)
}

fn page(app: &App, f: Frame, person: Person, id: ExpertId, parts: CaseParts) -> Result<ProfilePage, Problem> {
    let conn = &mut *app.snapshot()?;
    let actor = Actor::Person(person);
    let me = experts::get(conn, &actor, id)?;
    let slice = Slice { limit: SOME_CHANGES, ..Slice::default() };
    let changed = changes::list(conn, &actor, &ChangeFilter::default(), slice)?.items;
    let now = app.clock().now();
    let (rated, counts) = ratings(conn, id, SOME_RATINGS)?;
    let record = record(conn, id, now)?;
    let all: i64 = counts.iter().sum();
    let sum: i64 = counts.iter().zip(1..).map(|(count, stars)| count * stars).sum();
    let stars = counts
        .iter()
        .rev()
        .zip([5, 4, 3, 2, 1])
        .map(|(count, n)| (format!("{n} {}", f.t("分", "of 5")), *count));
    let catalogue = app.catalogue();
    let shifts = me.private.as_ref().map(|p| p.duty.clone()).unwrap_or_default();
    let mut shift_places: Vec<_> = shifts.iter().cloned().map(Some).collect();
    shift_places.extend(std::iter::repeat_n(None, MORE_SHIFTS));
    let mut specialty_places: Vec<Place> = wanted(&me).iter().map(|s| place(app, &f, s)).collect();
    specialty_places.extend((0..MORE_SPECIALTIES).map(|_| Place {
        name: String::new(),
        is_class: false,
        level: 2,
        items: String::new(),
    }));
    let region = |code: &String| catalogue.regions.get(code).map(|r| r.name_in(f.language).to_owned());
    let hospital = me.hospital.as_deref().and_then(|code| catalogue.products.hospital(code));
    #[expect(clippy::cast_precision_loss, reason = "counts of ratings are small")]
    let mean = (all > 0).then(|| format!("{:.1}", sum as f64 / all as f64));
    Ok(ProfilePage {
        changes: lines(&f, catalogue, changed),
        blocks: blocks(&shifts),
        duty_words: describe(&shifts, f.language),
        names: short_weekdays(f.language),
        spread: bars(stars.collect::<Vec<_>>()),
        leave: me.private.as_ref().and_then(|p| p.leave),
        today: shanghai_date(now).to_string(),
        classes: choices::kinds(&f, catalogue),
        regions: me.regions.iter().filter_map(region).collect(),
        hospital: hospital.map(|h| h.name(f.language).to_owned()),
        mean,
        actions: (parts.actions_advised)(conn, id)?,
        rated,
        record,
        shift_places,
        specialty_places,
        me,
        f,
    })
}

/// The specialties that the expert has, with those proposed in their places: what the form sends.
fn wanted(me: &ExpertView) -> Vec<Specialty> {
    let proposed: Vec<Specialty> = me
        .private
        .iter()
        .flat_map(|private| &private.proposed_specialties)
        .map(SpecialtyChangeView::specialty)
        .collect();
    let replaced = |one: &&Specialty| {
        proposed.iter().any(|p| p.product_kind == one.product_kind && p.product_class == one.product_class)
    };
    let mut all: Vec<Specialty> = me.specialties.iter().filter(|one| !replaced(one)).cloned().collect();
    all.extend(proposed.clone());
    all
}

fn place(app: &App, f: &Frame, s: &Specialty) -> Place {
    let products = &app.catalogue().products;
    let kind = s.product_kind.as_deref().and_then(|code| products.kind(code));
    let class = s.product_class.as_deref().and_then(|code| products.class(code));
    let name = match (kind, class) {
        (Some(k), _) => k.name(f.language),
        (_, Some(c)) => c.name(f.language),
        _ => "",
    };
    let items = s.items.join(f.t("、", ", "));
    Place { name: name.to_owned(), is_class: kind.is_none() && class.is_some(), level: s.level, items }
}

impl ProfilePage {
    fn minutes(&self) -> String {
        let unit = self.f.t("分钟", "min");
        self.record.minutes_to_accept.map_or_else(|| "—".to_owned(), |n| format!("{n:.0} {unit}"))
    }

    /// Whether a shift begins on a weekday.
    fn has(&self, shift: &Option<DutyShift>, day: &usize) -> bool {
        let day = i32::try_from(*day).unwrap_or(0);
        shift.as_ref().is_some_and(|s| s.weekdays.contains(&day))
    }
}
