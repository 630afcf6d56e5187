//! The statement of an operator as its pages show it, for officers and for the enterprise itself.

use chrono::NaiveDate;

use crate::conduct::ids::ConductId;
use crate::core::Problem;
use crate::web::query_params::QueryParams;

/// Facts on one page of a statement.
const FACTS: usize = 25;

/// A grade, and how it looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GradeShown {
    /// Its letter; a dash where there is no grade.
    pub letter: &'static str,
    /// Style class of the grade.
    pub tone: &'static str,
}

/// What comes on a day if nothing else happens.
pub struct ComingShown {
    /// The day.
    pub day: NaiveDate,
    /// The grade from that day on.
    pub grade: GradeShown,
    /// Grade and points in words.
    pub words: String,
}

/// An entry of the statement.
pub struct EntryShown {
    /// The entry.
    pub id: ConductId,
    /// Wording of the behaviour.
    pub behaviour: String,
    /// The article of the rules.
    pub article: String,
    /// The operator as a whole, or the product line.
    pub subject: String,
    /// Where the entry is from.
    pub source: String,
    /// The points in words.
    pub points: String,
    /// Whether it is what counts of its fact today.
    pub counts: bool,
    /// What is to be known of its state: how it looks, words.
    pub tags: Vec<(&'static str, String)>,
    /// The number of the document.
    pub document: Option<String>,
    /// The day on which it happened.
    pub happened_on: NaiveDate,
    /// The day on which it was decided.
    pub decided_on: NaiveDate,
    /// The first day on which it counts; none while an objection suspends it.
    pub from: Option<NaiveDate>,
    /// The last day on which it counts.
    pub until: NaiveDate,
    /// What ends it.
    pub ends: String,
    /// What is being decided of it.
    pub waits: Option<String>,
    /// The reader may object.
    pub objects: bool,
    /// The reader may apply for a repair.
    pub repairs: bool,
}

/// A fact with its entries, the one that counts first.
pub struct FactShown {
    /// Whether it counts today.
    pub counts: bool,
    /// Its entries.
    pub entries: Vec<EntryShown>,
}

/// A product line with its grade.
pub struct LineShown {
    /// Its name.
    pub name: String,
    /// Its grade.
    pub grade: GradeShown,
    /// Its points in words.
    pub points: String,
}

/// An entry that was annulled.
pub struct AnnulledShown {
    /// The entry.
    pub id: ConductId,
    /// What was said to have been done.
    pub words: String,
    /// The day of the decision.
    pub decided_on: NaiveDate,
    /// The day on which it was annulled.
    pub annulled_on: Option<NaiveDate>,
}

/// A change of the grade.
pub struct ChangeShown {
    /// The day.
    pub day: NaiveDate,
    /// From which grade to which.
    pub title: String,
    /// Why, a sentence each.
    pub why: Vec<String>,
}

/// The statement.
pub struct StatementShown {
    /// What the heading says.
    pub title: &'static str,
    /// The day of which it is.
    pub as_of: NaiveDate,
    /// The grade.
    pub grade: GradeShown,
    /// The grade in a sentence.
    pub lead: String,
    /// What else answers why, until when, and what can be done.
    pub sentences: Vec<String>,
    /// The coming days on which something changes by itself.
    pub coming: Vec<ComingShown>,
    /// The facts, those that count first; of the page that is asked for.
    pub facts: Vec<FactShown>,
    /// How many there are.
    pub total: usize,
    /// The address of the facts before these.
    pub before: Option<String>,
    /// The address of the facts behind these.
    pub behind: Option<String>,
    /// Its product lines.
    pub lines: Vec<LineShown>,
    /// The entries that were annulled.
    pub annulled: Vec<AnnulledShown>,
    /// The changes of the grade, the newest first.
    pub changes: Vec<ChangeShown>,
}

impl StatementShown {
    /// The same with the facts of one page alone, which the parameter `page` names: a statement can have thousands of them.
    ///
    /// # Errors
    /// 422 where it names none.
    pub fn on_page(mut self, asked: &QueryParams) -> Result<Self, Problem> {
        let pages = self.total.div_ceil(FACTS).max(1);
        let page: usize = asked.read("page")?.unwrap_or(1);
        let page = page.clamp(1, pages);
        let skipped = page.saturating_sub(1).saturating_mul(FACTS);
        self.facts = std::mem::take(&mut self.facts).into_iter().skip(skipped).take(FACTS).collect();
        let address = |page: usize| asked.with("page", &page.to_string());
        self.before = (page > 1).then(|| address(page.saturating_sub(1)));
        self.behind = (page < pages).then(|| address(page.saturating_add(1)));
        Ok(self)
    }
}
