//! Reference data: regions, product classes and kinds, product hospitals. Public, and the same until the next start. The calendar is in
//! `calendar`.

use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::catalogue::{ProductClass, ProductHospital, ProductKind, Region, RegionLevel};
use crate::core::page::{Page, Slice};
use crate::core::search::SearchTerms;
use crate::core::{Problem, Text};
use crate::web::Query;
use crate::web::params::PageQuery;
use crate::web::problem::Answer;
use crate::web::reply::ok;
use crate::web::state::State;

/// Takes a page of a list that does not change: the cursor is the place in it.
fn page<'a, T: Clone + 'a>(
    items: impl Iterator<Item = &'a T>,
    limit: Option<&str>,
    cursor: Option<&str>,
) -> Result<Page<T>, Problem> {
    let slice = Slice::parse(limit, cursor)?;
    let skip = match slice.after.map(|id| usize::try_from(id.as_u128())) {
        None => 0,
        Some(Ok(place)) => place,
        Some(Err(_)) => usize::MAX,
    };
    let most = usize::try_from(slice.limit).unwrap_or(usize::MAX).saturating_add(1);
    let rows: Vec<_> = items.enumerate().skip(skip).take(most).collect();
    Ok(Page::cut(rows, slice, |(place, _)| Uuid::from_u128(*place as u128 + 1)).map(|(_, item)| item.clone()))
}

/// What fits what was typed, what fits best first; all where nothing was typed. `texts` gives an item's name and what else it is found by, and its
/// other names, each of which counts like the name.
fn ranked<'a, T>(
    items: impl Iterator<Item = &'a T>,
    q: Option<&str>,
    texts: impl Fn(&'a T) -> (Vec<&'a str>, &'a [String]),
) -> Vec<&'a T> {
    let Some(typed) = SearchTerms::of(q) else { return items.collect() };
    let rank = |item: &'a T| {
        let (texts, others) = texts(item);
        let by_others = others.iter().filter_map(|name| typed.rank(&[name]));
        typed.rank(&texts).into_iter().chain(by_others).min()
    };
    let mut found: Vec<(usize, &T)> = items.filter_map(|item| Some((rank(item)?, item))).collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, item)| item).collect()
}

/// The filters of the regions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RegionQuery {
    /// Only those directly under this one.
    #[param(example = "440000")]
    parent: Option<String>,
    /// Only those of this level.
    #[param(inline)]
    level: Option<RegionLevel>,
    /// Only those in whose name or code these words stand, or whose name is read so; what fits best is first.
    q: Option<String>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The regions.
#[utoipa::path(get, path = "/api/v1/regions", tag = "reference", params(RegionQuery),
    responses((status = 200, body = Page<Region>)))]
pub async fn regions(state: State, query: Query<RegionQuery>) -> Answer {
    let (catalogue, query) = (state.app.catalogue(), query.0);
    if let Some(parent) = &query.parent {
        known_region(&state, "parent", parent)?;
    }
    let found = catalogue
        .regions
        .iter()
        .filter(|r| query.parent.is_none() || r.parent == query.parent)
        .filter(|r| query.level.is_none_or(|level| r.level == level));
    let found = ranked(found, query.q.as_deref(), |r| (vec![&r.name, &r.code], &[]));
    ok(page(found.into_iter(), query.limit.as_deref(), query.cursor.as_deref())?)
}

fn known_region(state: &State, name: &str, code: &str) -> Result<(), Problem> {
    if state.app.catalogue().regions.get(code).is_some() {
        return Ok(());
    }
    Err(unknown(name, Text::new("未知的行政区划代码", "is not a known region code")))
}

fn unknown(name: &str, detail: Text) -> Problem {
    Problem::invalid(vec![crate::core::problem::FieldError::query(name, detail)])
}

/// The product classes.
#[utoipa::path(get, path = "/api/v1/product-classes", tag = "reference", params(PageQuery),
    responses((status = 200, body = Page<ProductClass>)))]
pub async fn product_classes(state: State, query: Query<PageQuery>) -> Answer {
    let query = query.0;
    ok(page(state.app.catalogue().products.classes(), query.limit.as_deref(), query.cursor.as_deref())?)
}

/// The filters of the product kinds.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct KindQuery {
    /// Only those of this class.
    #[param(example = "C01")]
    class: Option<String>,
    /// Only those in whose name, other names or code these words stand, or whose name is read so; what fits best is first.
    q: Option<String>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The product kinds.
#[utoipa::path(get, path = "/api/v1/product-kinds", tag = "reference", params(KindQuery),
    responses((status = 200, body = Page<ProductKind>)))]
pub async fn product_kinds(state: State, query: Query<KindQuery>) -> Answer {
    let (products, query) = (&state.app.catalogue().products, query.0);
    if query.class.as_ref().is_some_and(|class| !products.classes().any(|c| &c.code == class)) {
        return Err(unknown("class", Text::new("未知的产品类别代码", "is not a known product class")).into());
    }
    let found = products.kinds().filter(|k| query.class.as_ref().is_none_or(|class| &k.class == class));
    // By all its names together, too: a word may stand in one and the next in another.
    let found = ranked(found, query.q.as_deref(), |k| {
        let mut texts: Vec<&str> = vec![&k.name_zh, &k.name_en, &k.code];
        texts.extend(k.aliases.iter().map(String::as_str));
        (texts, k.aliases.as_slice())
    });
    ok(page(found.into_iter(), query.limit.as_deref(), query.cursor.as_deref())?)
}

/// The filters of the product hospitals.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HospitalQuery {
    /// Only those in this region or under it.
    #[param(example = "440100")]
    region: Option<String>,
    /// Only those in whose name or code these words stand, or whose name is read so; what fits best is first.
    q: Option<String>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The product hospitals.
#[utoipa::path(get, path = "/api/v1/product-hospitals", tag = "reference", params(HospitalQuery),
    responses((status = 200, body = Page<ProductHospital>)))]
pub async fn product_hospitals(state: State, query: Query<HospitalQuery>) -> Answer {
    let (catalogue, query) = (state.app.catalogue(), query.0);
    if let Some(region) = &query.region {
        known_region(&state, "region", region)?;
    }
    let found = catalogue
        .products
        .hospitals()
        .filter(|h| query.region.as_ref().is_none_or(|scope| catalogue.regions.contains(scope, &h.region)));
    let found = ranked(found, query.q.as_deref(), |h| (vec![&h.name_zh, &h.name_en, &h.code], &[]));
    ok(page(found.into_iter(), query.limit.as_deref(), query.cursor.as_deref())?)
}
