//! What matching knows of an expert and of a need.
//!
//! Kinds and classes are places in the catalogue, regions their GB/T 2260 numbers, other texts
//! [`TermId`]s. What is known of an expert does not depend on the moment: leave and duty are determined by
//! the need's.

use super::terms::TermId;
use crate::catalogue::SupervisionClass;
use crate::core::Language;
use crate::core::ids::ExpertId;
use crate::experts::duty::{Hour, Shift};
use chrono::NaiveDate;

/// An enterprise, by its unified social credit code: an expert may have a conflict of interest with one that is on no list
/// yet and so has no id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct EnterpriseKey(pub u128);

impl EnterpriseKey {
    /// Packs a code. Two codes of up to 24 letters and digits never get the same key.
    pub fn of(uscc: &str) -> Self {
        let value = |c: char| c.to_digit(36).map_or(0, |digit| u128::from(digit) + 1);
        Self(uscc.chars().fold(0, |key: u128, c| key.wrapping_mul(37).wrapping_add(value(c))))
    }
}

/// A set of languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LanguageSet(u8);

impl LanguageSet {
    /// The set of these languages.
    pub fn of(languages: impl IntoIterator<Item = Language>) -> Self {
        Self(languages.into_iter().fold(0, |set, language| set | Self::bit(language)))
    }

    /// Whether the set has the language.
    pub fn has(self, language: Language) -> bool {
        self.0 & Self::bit(language) != 0
    }

    fn bit(language: Language) -> u8 {
        match language {
            Language::Zh => 1,
            Language::En => 2,
        }
    }
}

/// What a specialty names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// One kind, with its class.
    Kind {
        /// Place of the kind in the catalogue.
        kind: u16,
        /// Place of its class.
        class: u16,
    },
    /// All kinds of a class, by its place.
    Class(u16),
}

/// One thing an expert can help with.
#[derive(Debug, Clone, PartialEq)]
pub struct Specialty {
    /// The product class or kind, or the field, of the specialty.
    pub subject: Subject,
    /// 1 knows it, 2 is experienced in it, 3 is an authority on it.
    pub level: u8,
    /// Test items and standards, each once.
    pub items: Box<[TermId]>,
}

/// What came of an expert's earlier work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Outcomes {
    /// Cases that came to a first re-inspection after the expert had consulted on them.
    pub reinspected: u32,
    /// How many of them passed it.
    pub passed_first: u32,
    /// How many ratings the expert has.
    pub ratings: u32,
    /// Their sum; each is 1 to 5.
    pub rating_sum: u32,
}

/// All that matching knows of an expert.
#[derive(Debug, Clone, PartialEq)]
pub struct ExpertFacts {
    /// The expert.
    pub id: ExpertId,
    /// Whether the vetting approved the expert and the account is active.
    pub approved: bool,
    /// Whether an officer suspended the expert.
    pub suspended: bool,
    /// Whether the expert takes new consultations.
    pub available: bool,
    /// First and last day of the leave.
    pub leave: Option<(NaiveDate, NaiveDate)>,
    /// The duty rota; an expert without one is bound to no hours.
    pub shifts: Vec<Shift>,
    /// What the expert can help with.
    pub specialties: Vec<Specialty>,
    /// GB/T 2260 numbers of the regions served and of the expert's own one.
    pub regions: Vec<u32>,
    /// Languages of consultation.
    pub languages: LanguageSet,
    /// How many consultations at once.
    pub capacity: u32,
    /// How many are offered to or held by the expert, seats in panels included.
    pub load: u32,
    /// Enterprises that the expert works for or owns.
    pub conflicts: Vec<EnterpriseKey>,
    /// Enterprises that do not want the expert.
    pub refused_by: Vec<EnterpriseKey>,
    /// The employer's name.
    pub employer: Option<TermId>,
    /// The institution that the expert belongs to.
    pub institution: Option<TermId>,
    /// The expert's name, as reports are signed with.
    pub name: Option<TermId>,
    /// Numbers of reports that the expert says to have signed.
    pub signed: Vec<TermId>,
    /// What came of earlier work.
    pub outcomes: Outcomes,
}

impl ExpertFacts {
    /// Whether the expert is on leave on a day.
    pub fn on_leave(&self, day: NaiveDate) -> bool {
        self.leave.is_some_and(|(from, to)| (from..=to).contains(&day))
    }

    /// Whether the expert is on duty at a moment.
    pub fn on_duty(&self, hour: &Hour) -> bool {
        self.shifts.is_empty() || self.shifts.iter().any(|shift| hour.falls_in(shift))
    }
}

/// The failed report that a need is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// Its number.
    pub number: TermId,
    /// The laboratory that made it.
    pub laboratory: Option<TermId>,
    /// Who signed it.
    pub signer: Option<TermId>,
}

/// All that matching knows of what is needed.
#[derive(Debug, Clone, PartialEq)]
pub struct NeedFacts {
    /// Place of the product kind in the catalogue.
    pub kind: u16,
    /// Place of its class.
    pub class: u16,
    /// Places of the classes near in trade.
    pub related: Vec<u16>,
    /// For each failed item the terms that it can be recognised by: itself and the standards it names.
    pub items: Vec<Box<[TermId]>>,
    /// The enterprise.
    pub enterprise: EnterpriseKey,
    /// Its name.
    pub name: TermId,
    /// GB/T 2260 number of its region.
    pub region: u32,
    /// The language it is spoken to in.
    pub language: Language,
    /// How closely the kind is supervised.
    pub supervision: SupervisionClass,
    /// Days left to the next statutory deadline, negative once it has passed; none where no clock runs.
    pub days_left: Option<i32>,
    /// Whether the expert is wanted on site.
    pub on_site: bool,
    /// The moment for which leave and duty are determined.
    pub hour: Hour,
    /// Whether only experts on duty come into question.
    pub duty_only: bool,
    /// The failed reports.
    pub reports: Vec<Report>,
    /// Experts who helped the enterprise before.
    pub earlier: Vec<ExpertId>,
    /// Experts who were tried for this need and are not asked again.
    pub tried: Vec<ExpertId>,
    /// What the enterprise has of the experts' places already.
    pub share: Share,
}

/// What one enterprise has of the experts' places, and how many of an expert's places it may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// The share of an expert's places that it may have, in percent; one place at least.
    pub percent: u32,
    /// The expert of each of its consultations that is offered or under way.
    pub taken: Vec<ExpertId>,
}

impl Default for Share {
    /// All of the places, and none taken.
    fn default() -> Self {
        Self { percent: 100, taken: Vec::new() }
    }
}

impl Share {
    /// Whether the enterprise has as many of an expert's places as it may have.
    pub fn is_used_up(&self, expert: &ExpertFacts) -> bool {
        let most = expert.capacity.saturating_mul(self.percent).div_ceil(100).max(1);
        let taken = self.taken.iter().filter(|id| **id == expert.id).count();
        u32::try_from(taken).unwrap_or(u32::MAX) >= most
    }
}
