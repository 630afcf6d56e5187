//! A signal as its source tells it, without persons and cut to what may be stored.

use crate::core::Problem;
use crate::core::ids::EnterpriseId;
use crate::core::secret::short_digest;
use crate::signals::compare::compared;
use crate::signals::doubles::Compared;
use crate::signals::hazard::Hazard;
use crate::signals::source::{Reliability, SignalSource};
use crate::signals::store::{MatchedBy, Named};
use crate::signals::strip::strip;
use chrono::NaiveDate;
use serde::Serialize;
use serde_json::{Value, json};

/// Most characters of a title.
pub const LONGEST_TITLE: usize = 300;
/// Most characters of a text; what is longer is cut.
pub const LONGEST_TEXT: usize = 10_000;
/// Most characters of what a source calls a signal.
pub const LONGEST_ID: usize = 200;
/// The key of the digest among what a signal names.
pub(super) const DIGEST: &str = "digest";

/// A signal as its source tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewSignal {
    /// Where it comes from.
    pub source: SignalSource,
    /// What its source calls it, at most 200 characters: the same again is the same signal.
    pub external_id: String,
    /// Where it can be read.
    pub url: Option<String>,
    /// The day on which it was published; not in the future.
    pub published_on: NaiveDate,
    /// The day on which what it tells was observed; that of its publication where none is given.
    pub observed_on: Option<NaiveDate>,
    /// Code of the region that it is about, where the source knows it.
    pub region: Option<String>,
    /// Code of the product kind that it is about, where the source knows it.
    pub product_kind: Option<String>,
    /// The enterprise that it is about, where the source knows it.
    pub enterprise: Option<EnterpriseId>,
    /// Whether a person says what it is about; else the source is one of the platform's own, which knows it.
    pub said_by: MatchedBy,
    /// The product, the enterprise and the place that the signal names.
    pub named: Named,
    /// The barcode.
    pub barcode: Option<String>,
    /// The hazard; where it is none, the words of title and text tell it.
    pub hazard: Option<Hazard>,
    /// The severity of the harm, from 1 (first aid) to 4 (death).
    pub severity: Option<i32>,
    /// The title.
    pub title: String,
    /// The text.
    pub text: String,
    /// How far it is relied on.
    pub reliability: Reliability,
    /// Code of the region of the office that brings it; its officers work on it where it is not known what it is about.
    pub home: String,
}

/// What a source calls a signal, as it is stored. What has persons in it stands as its digest, which tells it apart as well.
#[must_use]
pub fn stored_id(id: &str) -> String {
    let id = cut(id, LONGEST_ID);
    if strip(&id) == id { id } else { short_digest(id.as_bytes()) }
}

/// Without control characters, and so long at most.
fn cut(text: &str, most: usize) -> String {
    let text: String = text.chars().filter(|c| !c.is_control() || *c == '\n').collect();
    text.trim().chars().take(most).collect()
}

impl NewSignal {
    /// One of which nothing is known but where it comes from, when it was published and what it says.
    #[must_use]
    pub fn new(
        source: SignalSource,
        external_id: &str,
        home: &str,
        published_on: NaiveDate,
        title: &str,
    ) -> Self {
        Self {
            source,
            external_id: external_id.to_owned(),
            url: None,
            published_on,
            observed_on: None,
            region: None,
            product_kind: None,
            enterprise: None,
            said_by: MatchedBy::Rule,
            named: Named::default(),
            barcode: None,
            hazard: None,
            severity: None,
            title: title.to_owned(),
            text: String::new(),
            reliability: source.usual_reliability(),
            home: home.to_owned(),
        }
    }

    /// Without persons, cut to what may be stored.
    pub(super) fn cleaned(&self) -> Self {
        let strip_some = |text: &Option<String>| text.as_deref().map(|text| cut(&strip(text), 1_000));
        // What an authority calls a product is no person, though the number of a batch may look like that of a telephone.
        let official = self.reliability == Reliability::Official;
        let strip_told = |text: &Option<String>| if official { text.clone() } else { strip_some(text) };
        let named = Named {
            product: strip_some(&self.named.product),
            category: strip_told(&self.named.category),
            maker: strip_some(&self.named.maker),
            place: strip_some(&self.named.place),
            brand: strip_told(&self.named.brand),
            model: strip_told(&self.named.model),
            batch: strip_told(&self.named.batch),
            units_text: strip_some(&self.named.units_text),
            item: strip_some(&self.named.item),
            measures: strip_some(&self.named.measures),
            ..self.named.clone()
        };
        Self {
            external_id: stored_id(&self.external_id),
            title: cut(&strip(&self.title), LONGEST_TITLE),
            text: cut(&strip(&self.text), LONGEST_TEXT),
            hazard: self.hazard.or_else(|| Hazard::named(&format!("{} {}", self.title, self.text))),
            named,
            ..self.clone()
        }
    }

    /// The digest of all that the source tells: by it the same again is known, also after texts were erased.
    pub(super) fn digest(&self) -> Result<String, Problem> {
        // A digest of complaints of a month that is not over is dated by the day on which it comes, which tells nothing.
        let published_on = (self.source != SignalSource::Complaint).then_some(self.published_on);
        let told = serde_json::to_vec(&(
            (&self.url, published_on, self.observed_on, &self.region, &self.product_kind, self.enterprise),
            (
                &self.named,
                &self.barcode,
                self.hazard,
                self.severity,
                &self.title,
                &self.text,
                self.reliability,
            ),
        ))?;
        Ok(short_digest(&told))
    }

    /// What it names, as it is stored.
    pub(super) fn stored(&self, digest: &str) -> Result<Value, Problem> {
        let mut named = serde_json::to_value(&self.named)?;
        if let Some(named) = named.as_object_mut() {
            named.insert(DIGEST.to_owned(), json!(digest));
        }
        Ok(named)
    }

    pub(super) fn compared(&self) -> Option<Compared> {
        let alike = !self.source.alike().is_empty();
        alike.then(|| compared(&self.title, &self.text, &self.named, self.barcode.as_deref()))
    }
}
