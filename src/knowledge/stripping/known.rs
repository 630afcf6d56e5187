//! What is known of the case that an article comes from.

use crate::catalogue::{Catalogue, RegionLevel};
use crate::knowledge::stripping::kind::FindingKind;

/// A text of the case that must not be in an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// The kind of text.
    pub kind: FindingKind,
    /// The text, as it is known from the case.
    pub text: String,
    /// What stands in its place.
    pub replacement: String,
}

/// What is known of a case, with the names of regions.
#[derive(Debug, Clone, Default)]
pub struct Known {
    secrets: Vec<Secret>,
    /// Names of provinces and cities, with and without their endings: where a name of an enterprise may begin.
    regions: Vec<String>,
    /// First characters of the names of those who take part.
    surnames: Vec<char>,
}

/// What ends the name of an enterprise, the longest first.
pub const LEGAL_FORMS: [&str; 14] = [
    "股份有限公司",
    "有限责任公司",
    "集团有限公司",
    "有限公司",
    "集团公司",
    "分公司",
    "总公司",
    "公司",
    "集团",
    "经营部",
    "门市部",
    "合作社",
    "商行",
    "厂",
];

/// What an enterprise makes or does, as its name says it.
const TRADES: [&str; 46] = [
    "电线电缆",
    "线缆",
    "电缆",
    "电线",
    "玩具",
    "燃具",
    "燃气具",
    "厨具",
    "电器",
    "电子",
    "电气",
    "照明",
    "灯饰",
    "灯具",
    "建材",
    "水泥",
    "陶瓷",
    "家具",
    "家居",
    "服饰",
    "服装",
    "制衣",
    "纺织",
    "鞋业",
    "皮具",
    "塑料",
    "塑胶",
    "橡胶",
    "化工",
    "涂料",
    "五金",
    "机械",
    "机电",
    "电工",
    "科技",
    "技术",
    "实业",
    "工业",
    "贸易",
    "商贸",
    "发展",
    "制造",
    "制品",
    "材料",
    "食品",
    "用品",
];

impl Known {
    /// Nothing but the names of regions: those below the city are to be found, those of cities and provinces may stay.
    #[must_use]
    pub fn of_regions(catalogue: &Catalogue) -> Self {
        let mut known = Self::default();
        for region in catalogue.regions.iter() {
            if region.level == RegionLevel::District {
                if region.name.chars().count() >= 3 {
                    known.add(FindingKind::Address, &region.name);
                }
            } else {
                known.regions.push(region.name.clone());
                known.regions.push(region.name.trim_end_matches(['市', '省']).to_owned());
            }
        }
        known
    }

    /// What is to be found.
    pub fn secrets(&self) -> &[Secret] {
        &self.secrets
    }

    /// Names of provinces and cities.
    pub fn regions(&self) -> &[String] {
        &self.regions
    }

    /// First characters of names of those who take part.
    pub fn surnames(&self) -> &[char] {
        &self.surnames
    }

    /// Adds a text of this kind, with the usual replacement; a blank one is none.
    pub fn add(&mut self, kind: FindingKind, text: &str) {
        self.add_as(kind, text, kind.replacement());
    }

    /// The same with another replacement.
    pub fn add_as(&mut self, kind: FindingKind, text: &str, replacement: &str) {
        let text = text.trim();
        if text.chars().count() >= 2 && !self.secrets.iter().any(|secret| secret.text == text) {
            self.secrets.push(Secret { kind, text: text.to_owned(), replacement: replacement.to_owned() });
        }
    }

    /// Adds an enterprise by its name, with the forms by which people call it.
    pub fn add_enterprise(&mut self, name: &str) {
        for form in short_names(name, &self.regions) {
            self.add(FindingKind::Enterprise, &form);
        }
    }

    /// Adds a person by name; titles behind the surname are found as well.
    pub fn add_person(&mut self, name: &str, replacement: &str) {
        self.add_as(FindingKind::Person, name, replacement);
        if let Some(first) = name.trim().chars().next().filter(|c| !c.is_ascii()) {
            self.surnames.push(first);
        }
    }
}

/// The name of an enterprise and the forms by which people call it: without its region, its legal form, its trade, in every combination that
/// still says who it is.
#[must_use]
pub fn short_names(name: &str, regions: &[String]) -> Vec<String> {
    let plain =
        |text: &str| text.chars().filter(|c| !"()（）[]【】 \u{3000}".contains(*c)).collect::<String>();
    let whole = plain(name);
    let mut forms = vec![name.trim().to_owned(), whole.clone()];
    let mut core = whole;
    while let Some(shorter) = LEGAL_FORMS.iter().find_map(|form| core.strip_suffix(form)) {
        core = shorter.to_owned();
        forms.push(core.clone());
    }
    // The region stands in front, or in brackets behind the first word.
    let mut before: Vec<&String> = regions.iter().filter(|region| region.chars().count() >= 2).collect();
    before.sort_by_key(|region| std::cmp::Reverse(region.chars().count()));
    let mut without = core;
    while let Some(shorter) = before.iter().find_map(|region| without.strip_prefix(region.as_str())) {
        without = shorter.trim_start_matches(['市', '省']).to_owned();
        forms.push(without.clone());
    }
    for region in &before {
        if without.contains(region.as_str()) {
            forms.push(without.replace(region.as_str(), ""));
        }
    }
    let mut brands = Vec::new();
    for form in &forms {
        let mut core = form.as_str();
        while let Some(shorter) = TRADES.iter().find_map(|trade| core.strip_suffix(trade)) {
            core = shorter;
            brands.push(core.to_owned());
        }
    }
    forms.extend(brands);
    let says_who = |form: &String| {
        let ideographs = form.chars().filter(|c| !c.is_ascii()).count();
        let is_region = before.contains(&form);
        !is_region && !TRADES.contains(&form.as_str()) && (ideographs >= 2 || form.chars().count() >= 4)
    };
    forms.retain(says_who);
    forms.sort_by_key(|form| std::cmp::Reverse(form.chars().count()));
    forms.dedup();
    forms
}
