//! The words of a file: in the reader's language, with the names of regions and products.

use std::ops::Deref;
use std::sync::Arc;

use crate::catalogue::Catalogue;
use crate::web::choices;
use crate::web::frame::Frame;

/// The words that the pages use, and the reference data.
#[derive(Clone)]
pub struct Words {
    frame: Frame,
    catalogue: Arc<Catalogue>,
}

impl Deref for Words {
    type Target = Frame;
    fn deref(&self) -> &Frame {
        &self.frame
    }
}

impl Words {
    /// Of a request.
    pub fn new(frame: Frame, catalogue: Arc<Catalogue>) -> Self {
        Self { frame, catalogue }
    }

    /// The reference data.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The name of a region with that of the one around it.
    pub fn region(&self, code: &str) -> String {
        choices::region(self.frame.language, &self.catalogue, code)
    }

    /// The name of a product kind.
    pub fn kind(&self, code: &str) -> String {
        choices::kind(&self.frame, &self.catalogue, code)
    }

    /// The name of a product class.
    pub fn class(&self, code: &str) -> String {
        choices::class(&self.frame, &self.catalogue, code)
    }

    /// The name of a product hospital.
    pub fn hospital(&self, code: &str) -> String {
        let found = self.catalogue.products.hospital(code);
        found.map_or_else(|| code.to_owned(), |found| found.name(self.frame.language).to_owned())
    }

    /// Yes or no.
    pub fn yes(&self, yes: bool) -> &str {
        if yes { self.t("是", "yes") } else { self.t("否", "no") }
    }

    /// Several words in one cell.
    pub fn joined(&self, words: impl IntoIterator<Item = impl AsRef<str>>) -> String {
        let mut all = String::new();
        for word in words {
            if !all.is_empty() {
                all.push_str(self.t("、", ", "));
            }
            all.push_str(word.as_ref());
        }
        all
    }
}
