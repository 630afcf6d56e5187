//! The words of pages about signals.

use crate::list_files::imports::ImportState;
use crate::signals::queries::SignalView;
use crate::signals::recognise::{MatchPart, RecognisedPart};
use crate::web::choices;
use crate::web::frame::Frame;

/// The state of a file.
pub fn import_state_word(f: &Frame, state: ImportState) -> &'static str {
    crate::zero_out::pages::imports::state_word(f, state)
}

/// Characters of a title that a list shows.
const MOST_SHOWN: usize = 120;

/// A signal with codes in words.
pub struct Shown {
    /// The signal.
    pub view: SignalView,
    /// Its region.
    pub place: String,
    /// Its kind of product.
    pub kind: String,
}

impl Shown {
    /// One for a page.
    pub fn of(f: &Frame, catalogue: &crate::catalogue::Catalogue, view: SignalView) -> Self {
        Self {
            place: view
                .region
                .as_deref()
                .map(|code| choices::region(f.language, catalogue, code))
                .unwrap_or_default(),
            kind: view
                .product_kind
                .as_deref()
                .map(|code| choices::kind(f, catalogue, code))
                .unwrap_or_default(),
            view,
        }
    }

    /// How it is called.
    pub fn called(&self) -> &str {
        if self.view.title.is_empty() { &self.view.external_id } else { &self.view.title }
    }

    /// How it is called in a list, which would else be longer than a page may be.
    pub fn short(&self) -> String {
        let called = self.called();
        match called.char_indices().nth(MOST_SHOWN) {
            Some((at, _)) => format!("{}…", called.get(..at).unwrap_or_default()),
            None => called.to_owned(),
        }
    }

    /// Its number at the source; none where that is an id of the platform's own, which says nothing to people.
    pub fn number(&self) -> Option<&str> {
        Some(self.view.external_id.as_str()).filter(|id| uuid::Uuid::try_parse(id).is_err())
    }

    /// Why its match is believed, in words.
    pub fn reasons(&self, f: &Frame) -> String {
        let said: Vec<String> = self.view.match_reasons.iter().map(|believed| reason(f, believed)).collect();
        said.join(f.t("；", "; "))
    }
}

/// What is believed of a signal and why, in words.
pub fn reason(f: &Frame, believed: &RecognisedPart) -> String {
    let part = match believed.part {
        MatchPart::Kind => f.t("产品", "product"),
        MatchPart::Enterprise => f.t("企业", "enterprise"),
        MatchPart::Region => f.t("地区", "region"),
    };
    let text = believed.reason.text();
    let why = f.say(&text);
    match &believed.value {
        Some(_) => f
            .t(
                &format!("{part}：{why}（{}）", believed.confidence),
                &format!("{part}: {why} ({})", believed.confidence),
            )
            .to_owned(),
        None => f.t(&format!("{part}：{why}"), &format!("{part}: {why}")).to_owned(),
    }
}
