//! One row of a penalty list: from cells to a penalty, or to everything that is wrong with it. Pure.

mod fields;

use crate::catalogue::Catalogue;
use crate::conduct::facts::document_key;
use crate::core::cells::compact;
use crate::core::search::folded_name;
use crate::enterprises::Uscc;
use crate::list_files::cells::Cells;
use crate::list_files::fault;
use crate::list_files::no_record;
use crate::list_files::reader::line::Line;
use crate::list_files::rejection_code::RejectionCode;
use crate::penalty_lists::list::acts::{Counted, Said, counted, left_out};
use crate::penalty_lists::list::column::{Column, Header};
use crate::penalty_lists::list::document;
use crate::penalty_lists::settings::PenaltyListSettings;
use crate::sampling_lists::list::places::region_of;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One thing that is wrong with a row of a penalty list.
pub type CellFault = fault::CellFault<Column>;

/// Most characters of a name.
const LONGEST_NAME: usize = 200;
/// Most characters of the facts.
const LONGEST_FACTS: usize = 2_000;
/// Most characters of what was imposed, and of the articles.
const LONGEST_TEXT: usize = 1_000;
/// Most characters of an act and of remarks.
const LONGEST_REMARK: usize = 500;

/// What holds for every row of a list, where the row does not say otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Defaults {
    /// The authority that decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
}

/// What a row is measured by.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The regions that exist.
    pub catalogue: &'a Catalogue,
    /// How words are read, by the day of the decision.
    pub settings: &'a PenaltyListSettings,
    /// The date in Asia/Shanghai.
    pub today: NaiveDate,
    /// What was said with the upload.
    pub defaults: &'a Defaults,
    /// Credit codes against the rule that officers let in.
    pub admitted: &'a BTreeSet<Uscc>,
}

crate::word_enum! {
    /// What the decision found of the party's fault.
    pub enum Fault {
        /// Intent (故意).
        Intentional = "intentional",
        /// Negligence (过失).
        Negligent = "negligent",
    }
}

/// That a decision was annulled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnulledBy {
    /// The day of the annulment, where the list tells it.
    pub on: Option<NaiveDate>,
    /// The document that annuls it, where the list tells it.
    pub document_no: Option<String>,
}

/// A penalty as a row tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Penalty {
    /// Number of the penalty decision (行政处罚决定书文号), as it is written.
    pub document_no: String,
    /// Party (当事人).
    pub party: String,
    /// Its credit code.
    pub uscc: Option<Uscc>,
    /// Code of its region, where the list tells it.
    pub party_region: Option<String>,
    /// Kind of violation (违法行为类型); the facts where the list has no kind.
    pub act: String,
    /// Facts of the violation (违法事实).
    pub facts: Option<String>,
    /// Product concerned (涉案产品).
    pub product: Option<String>,
    /// Legal basis of the penalty (处罚依据).
    pub law: Option<String>,
    /// Kinds of penalty (处罚种类).
    pub kind: Option<String>,
    /// Penalty imposed (处罚内容).
    pub content: Option<String>,
    /// Amount of the fine (罚款金额), in fen.
    pub fine_fen: Option<i64>,
    /// Authority that imposed the penalty (处罚机关).
    pub authority: String,
    /// Code of its region, where its name tells it.
    pub authority_region: Option<String>,
    /// Date of the decision (处罚决定日期).
    pub decided_on: NaiveDate,
    /// Date of the violation (违法行为发生日期).
    pub happened_on: Option<NaiveDate>,
    /// Subjective fault (主观过错).
    pub fault: Option<Fault>,
    /// That it was annulled.
    pub annulled: Option<AnnulledBy>,
    /// Number of the sampling form or the report on which it rests.
    pub form_no: Option<String>,
    /// Remarks (备注).
    pub remarks: Option<String>,
    /// How it is to be counted.
    pub counted: Counted,
}

/// By what a penalty is known: the number of its document, its party, its act.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PenaltyKey {
    /// The number, by [`document_key`].
    pub document: String,
    /// The name of the party, folded.
    pub party: String,
    /// The act, without blanks.
    pub act: String,
}

impl Penalty {
    /// By what it is known.
    #[must_use]
    pub fn key(&self) -> PenaltyKey {
        PenaltyKey {
            document: document_key(&self.document_no),
            party: folded_name(&compact(&self.party)),
            act: compact(&self.act).chars().take(100).collect(),
        }
    }
}

/// Reads a row.
///
/// # Errors
/// All that is wrong with it, in the order of the columns; or that it is no record at all.
pub fn read(header: &Header, line: &Line, rules: Rules<'_>) -> Result<Penalty, Vec<CellFault>> {
    let mut reader = Reader { cells: Cells::of(header, line, rules.today), rules };
    let nothing =
        [Column::DocumentNo, Column::Party, Column::DecidedOn].iter().filter(|c| reader.is_blank(**c));
    let unnamed = nothing.count() >= 2 || header.again(&line.cells).is_some();
    match reader.penalty() {
        Some(penalty) if reader.cells.faults.is_empty() => Ok(penalty),
        None if unnamed => {
            let other = no_record::other_separator(line).or_else(|| no_record::no_record(header, line));
            Err(other.map_or(reader.cells.faults, |fault| vec![fault]))
        }
        _ => Err(reader.cells.faults),
    }
}

struct Reader<'a> {
    cells: Cells<'a, Column>,
    rules: Rules<'a>,
}

impl Reader<'_> {
    /// Each field is read before any is missed, so that all faults are found.
    fn penalty(&mut self) -> Option<Penalty> {
        let document_no = self.document_no();
        let party = self.cells.free_text(Column::Party, LONGEST_NAME);
        let uscc = self.uscc();
        let place = self.cells.free_text(Column::PartyRegion, LONGEST_REMARK);
        let facts = self.cells.free_text(Column::Facts, LONGEST_FACTS);
        let act = self.act(facts.as_deref());
        let product = self.cells.free_text(Column::Product, LONGEST_NAME);
        let law = self.cells.free_text(Column::Law, LONGEST_TEXT);
        let kind = self.cells.free_text(Column::PenaltyKind, LONGEST_REMARK);
        let content = self.cells.free_text(Column::Penalty, LONGEST_TEXT);
        let fine_fen = self.fine();
        let authority = self.authority();
        let decided_on = self.cells.date(Column::DecidedOn);
        let happened_on = self.happened_on(decided_on);
        let fault = self.fault();
        let annulled = self.annulled(decided_on);
        let form_no = self.number(Column::FormNo, document::LONGEST);
        let remarks = self.cells.free_text(Column::Remarks, LONGEST_REMARK);
        let (document_no, party, act) = (document_no?, party?, act?);
        let (authority, decided_on) = (authority?, decided_on?);
        let said = Said {
            act: &act,
            facts: facts.as_deref(),
            product: product.as_deref(),
            kind: kind.as_deref(),
            content: content.as_deref(),
            fine_fen,
            remarks: remarks.as_deref(),
        };
        // Without rules nothing is known of an act: an officer decides.
        let counted = match self.rules.settings.rules_on(decided_on) {
            Some(rules) => {
                if let Some(row) = left_out(said, rules) {
                    let article = row.article.clone();
                    let column = if product.is_some() && !act_has(row, &act) {
                        Column::Product
                    } else {
                        self.act_column()
                    };
                    self.cells.fault(
                        column,
                        RejectionCode::OutOfScope,
                        format!("不属于工业产品信用记分的范围（{}）", article.zh),
                        format!("left out of the scoring of industrial products ({})", article.en),
                    );
                    return None;
                }
                counted(said, rules)
            }
            None => Counted::Unknown,
        };
        let region = |text: &str| region_of(&self.rules.catalogue.regions, text);
        Some(Penalty {
            party_region: place.as_deref().and_then(region),
            authority_region: region(&authority),
            document_no,
            party,
            uscc,
            act,
            facts,
            product,
            law,
            kind,
            content,
            fine_fen,
            authority,
            decided_on,
            happened_on,
            fault,
            annulled,
            form_no,
            remarks,
            counted,
        })
    }
}

/// Whether an act has one of the words of a row.
fn act_has(row: &crate::penalty_lists::settings::LeftOut, act: &str) -> bool {
    let act = compact(act);
    row.words.iter().any(|word| act.contains(&compact(word)))
}
