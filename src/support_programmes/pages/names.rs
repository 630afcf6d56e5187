//! Codes and months in words, for all of the pages.

use crate::catalogue::Catalogue;
use crate::support_programmes::effects::Month;
use crate::support_programmes::words;
use crate::web::choices::{self, Choice};
use crate::web::frame::Frame;

/// The names of regions, in one text.
pub(super) fn places(f: &Frame, catalogue: &Catalogue, codes: &[String]) -> String {
    let names: Vec<String> = codes.iter().map(|code| choices::region(f.language, catalogue, code)).collect();
    names.join(f.t("、", ", "))
}

/// The names of product kinds, in one text.
pub(super) fn products(f: &Frame, catalogue: &Catalogue, codes: &[String]) -> String {
    if codes.is_empty() {
        return f.t("全部产品", "all products").to_owned();
    }
    let names: Vec<String> = codes.iter().map(|code| choices::kind(f, catalogue, code)).collect();
    names.join(f.t("、", ", "))
}

/// The name of a product hospital.
pub(super) fn hospital(f: &Frame, catalogue: &Catalogue, code: &str) -> String {
    let found = catalogue.products.hospital(code);
    found.map_or_else(|| code.to_owned(), |found| f.t(&found.name_zh, &found.name_en).to_owned())
}

/// The product hospitals, for a form.
pub(super) fn hospitals(f: &Frame, catalogue: &Catalogue) -> Vec<Choice> {
    let choice = |found: &crate::catalogue::ProductHospital| Choice {
        code: found.code.clone(),
        name: f.t(&found.name_zh, &found.name_en).to_owned(),
        indent: "",
    };
    catalogue.products.hospitals().map(choice).collect()
}

/// The first and the last month with results, in a sentence.
pub(super) fn months_in_words(f: &Frame, months: &[Month]) -> String {
    let mut known = months.iter().filter(|month| month.rate.tested > 0);
    let (Some(first), last) = (known.next(), known.next_back()) else {
        return f.t("没有检验结果", "no results").to_owned();
    };
    let last = last.unwrap_or(first);
    let (from, to) = (words::percent(first.rate.percent), words::percent(last.rate.percent));
    let (from_n, to_n) = (first.rate.tested, last.rate.tested);
    f.t(
        &format!("{} {from}（n = {from_n}）→ {} {to}（n = {to_n}）", first.month, last.month),
        &format!("{} {from} (n = {from_n}) → {} {to} (n = {to_n})", first.month, last.month),
    )
    .to_owned()
}
