//! What an enterprise needs an expert for, as the domain that asks for one states it.

use crate::catalogue::SupervisionClass;
use crate::core::Language;
use crate::core::ids::{EnterpriseId, ExpertId};
use crate::experts::duty::Hour;
use crate::matching::model::facts::{EnterpriseKey, NeedFacts, Report, Share};
use crate::matching::model::terms::{TermId, terms};
use crate::matching::model::vocabulary::Vocabulary;

/// What an enterprise needs an expert for, in the words of the tables.
#[derive(Debug, Clone)]
pub struct Need {
    /// The enterprise.
    pub enterprise: EnterpriseId,
    /// Its unified social credit code.
    pub uscc: String,
    /// Its name.
    pub name: String,
    /// Code of its region.
    pub region: String,
    /// Tag of the language it is spoken to in.
    pub language: String,
    /// Code of the product kind.
    pub product_kind: String,
    /// Whether the expert is wanted on site.
    pub on_site: bool,
    /// The failed report that it is about, if it is about one.
    pub report: Option<FailedReport>,
    /// Days left to the next statutory deadline, negative once it has passed; none where no clock runs.
    pub days_left: Option<i32>,
    /// Experts who helped the enterprise before.
    pub earlier: Vec<ExpertId>,
    /// Experts who were tried for this need and are not asked again.
    pub tried: Vec<ExpertId>,
    /// The expert of each other consultation of the enterprise that is offered or under way.
    pub taken: Vec<ExpertId>,
}

/// A failed product report.
#[derive(Debug, Clone)]
pub struct FailedReport {
    /// Its number.
    pub number: String,
    /// The laboratory that made it.
    pub laboratory: Option<String>,
    /// Who signed it.
    pub signed_by: Option<String>,
    /// What failed.
    pub failed_items: Vec<String>,
}

impl Need {
    /// The need as the model knows it, at a moment, and from experts of any duty.
    pub fn facts(&self, vocabulary: &Vocabulary, hour: Hour) -> NeedFacts {
        let place = vocabulary.kind(&self.product_kind);
        let class = place.map_or(u16::MAX, |p| p.class);
        let items = self.report.iter().flat_map(|report| &report.failed_items);
        let report = self.report.as_ref().map(|report| Report {
            number: TermId::of(&report.number),
            laboratory: report.laboratory.as_deref().map(TermId::of),
            signer: report.signed_by.as_deref().map(TermId::of),
        });
        NeedFacts {
            kind: place.map_or(u16::MAX, |p| p.kind),
            class,
            related: vocabulary.related(class).to_vec(),
            items: items.map(|item| terms(item)).collect(),
            enterprise: EnterpriseKey::of(&self.uscc),
            name: TermId::of(&self.name),
            region: self.region.parse().unwrap_or(0),
            language: Language::from_tag(&self.language),
            supervision: place.map_or(SupervisionClass::General, |p| p.supervision),
            days_left: self.days_left,
            on_site: self.on_site,
            hour,
            duty_only: false,
            reports: report.into_iter().collect(),
            earlier: self.earlier.clone(),
            tried: self.tried.clone(),
            share: Share { taken: self.taken.clone(), ..Share::default() },
        }
    }
}
