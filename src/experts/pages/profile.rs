//! An expert with the codes in words, for the pages of officers.

use chrono::NaiveDate;

use crate::catalogue::Catalogue;
use crate::core::Language;
use crate::experts::application::Specialty;
use crate::experts::queries::{ExpertView, PrivateView};
use crate::web::charts::percent;
use crate::web::choices;
use crate::web::frame::Frame;

/// An expert with codes in words.
pub struct Profile {
    /// The expert whose page it is.
    pub expert: ExpertView,
    /// What only staff see.
    pub private: Option<PrivateView>,
    /// The product hospital.
    pub hospital: Option<String>,
    /// Specialties with their levels and items.
    pub specialties: Vec<String>,
    /// The names of the regions that the expert serves, as one text.
    pub regions: String,
    /// The languages in which the expert consults, as one text.
    pub languages: String,
    /// The share of the capacity used, 0 to 100.
    pub load: String,
}

/// What an expert can help with, in words.
pub fn specialty_words(f: &Frame, catalogue: &Catalogue, s: &Specialty) -> String {
    let name = match (&s.product_kind, &s.product_class) {
        (Some(code), _) => choices::kind(f, catalogue, code),
        (None, Some(code)) => {
            format!("{}{}", choices::class(f, catalogue, code), f.t("（类）", " (class)"))
        }
        (None, None) => String::new(),
    };
    let level = match s.level {
        1 => f.t("了解", "knows it"),
        2 => f.t("熟练", "experienced"),
        _ => f.t("权威", "authority"),
    };
    if s.items.is_empty() {
        format!("{name} · {level}")
    } else {
        format!("{name} · {level} · {}", s.items.join(f.t("、", ", ")))
    }
}

/// The name of a language of consultation.
pub fn language_name(f: &Frame, language: Language) -> &'static str {
    match language {
        Language::Zh => f.t("中文", "Chinese"),
        Language::En => f.t("英文", "English"),
    }
}

/// An expert as the console shows it.
pub fn profile(f: &Frame, catalogue: &Catalogue, mut expert: ExpertView) -> Profile {
    let comma = f.t("、", ", ");
    let private = expert.private.take();
    let regions = expert.regions.iter().map(|code| choices::region(f.language, catalogue, code));
    let languages = expert.languages.iter().map(|language| language_name(f, *language));
    let hospital = expert.hospital.as_deref().and_then(|code| catalogue.products.hospital(code));
    let load = private
        .as_ref()
        .map_or(0.0, |p| percent(i64::from(p.open_consultations), i64::from(p.capacity.max(1))).min(100.0));
    Profile {
        hospital: hospital.map(|h| h.name(f.language).to_owned()),
        specialties: expert.specialties.iter().map(|s| specialty_words(f, catalogue, s)).collect(),
        regions: regions.collect::<Vec<_>>().join(comma),
        languages: languages.collect::<Vec<_>>().join(comma),
        load: format!("{load:.1}"),
        private,
        expert,
    }
}

impl Profile {
    /// On leave on a day.
    pub fn away(&self, today: &NaiveDate) -> bool {
        let leave = self.private.as_ref().and_then(|p| p.leave);
        leave.is_some_and(|leave| (leave.from..=leave.to).contains(today))
    }
}
